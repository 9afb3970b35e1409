"""A TTL cache that runs one load per missing key (it never evicts)."""

import random
import threading
import time
from concurrent.futures import Future


class Cache:
    def __init__(self, load, ttl, clock=time.monotonic):
        self._load, self._ttl, self._clock = load, ttl, clock
        self._entries, self._lock = {}, threading.Lock()

    def get(self, key):
        with self._lock:
            entry, expiry = self._entries.get(key, (None, 0))
            if missing := self._clock() >= expiry:
                entry = Future()
                self._entries[key] = (entry, float("inf"))  # under way
        if missing:
            self._fill(key, entry)  # the one load, outside the lock
        return entry.result()  # everyone else waits here

    def delete(self, key):  # after the commit
        with self._lock:
            self._entries.pop(key, None)

    def _fill(self, key, entry):
        expiry = self._clock() + self._ttl * random.uniform(0.9, 1)
        try:
            entry.set_result(self._load(key))
        except BaseException as error:
            entry.set_exception(error)  # all who wait see it
            expiry = 0  # a failure is not cached
        with self._lock:  # store nothing if deleted meanwhile
            if self._entries.get(key, (None, 0))[0] is entry:
                self._entries[key] = (entry, expiry)
