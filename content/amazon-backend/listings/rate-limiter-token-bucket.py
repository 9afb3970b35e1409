"""A token bucket per client: two numbers, refilled when looked at."""

import threading
import time


class Limiter:
    def __init__(self, rate, burst, clock=time.monotonic):
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets = {}  # key: tokens, time of the last refill
        self._lock = threading.Lock()

    def take(self, key, cost=1):
        """Return 0 if admitted, else the seconds to wait."""
        if cost > self._burst:
            raise ValueError("no bucket holds that many tokens")
        with self._lock:  # read, refill and write are one step
            now = self._clock()
            tokens, seen = self._buckets.get(key, (self._burst, now))
            tokens += (now - seen) * self._rate
            tokens = min(self._burst, tokens)
            wait = max(0.0, (cost - tokens) / self._rate)
            if not wait:
                tokens -= cost
            self._buckets[key] = tokens, now
            return wait  # a 429's Retry-After, rounded up
