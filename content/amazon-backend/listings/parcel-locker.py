"""A parcel locker: smallest free compartment, code, deadline."""

from collections import namedtuple
from enum import IntEnum
from threading import Lock

Size = IntEnum("Size", "SMALL MEDIUM LARGE")  # ordered
Claim = namedtuple("Claim", "number parcel deadline")


class Locker:
    def __init__(self, sizes, new_code, clock, keep=3 * 86_400):
        self._sizes, self._free = sizes, dict(enumerate(sizes))
        self._new_code, self._clock, self._keep = new_code, clock, keep
        self._claims, self._lock = {}, Lock()

    def deposit(self, parcel, size):  # the code, or None if full
        with self._lock:  # finding and taking are one step
            fits = [(s, n) for n, s in self._free.items() if s >= size]
            if not fits:
                return None
            _, number = min(fits)  # the smallest, then the first
            del self._free[number]
            claim = Claim(number, parcel, self._clock() + self._keep)
            while (code := self._new_code()) in self._claims:
                pass  # in use: draw again
            self._claims[code] = claim
            return code

    def pick_up(self, code):
        with self._lock:
            claim = self._claims.pop(code)  # KeyError: wrong or used
            self._free[claim.number] = self._sizes[claim.number]
            return claim.parcel

    def overdue(self):  # staff empty these with their codes
        with self._lock:
            claims, now = self._claims.items(), self._clock()
            return {code: c for code, c in claims if c.deadline < now}
