"""A hash ring: each server owns many arcs, a key goes clockwise."""

import bisect
import hashlib


def position(text):  # the same on every machine, unlike hash()
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class Ring:
    def __init__(self, servers=(), points=100):
        self._points, self._ring = points, []  # sorted
        for server in servers:
            self.add(server)

    def add(self, server):
        for n in range(self._points):
            place = position(f"{server}#{n}")
            bisect.insort(self._ring, (place, server))

    def remove(self, server):
        self._ring = [pair for pair in self._ring if pair[1] != server]

    def owner(self, key):  # O(log P) for P points
        if not self._ring:
            raise LookupError("the ring has no servers")
        index = bisect.bisect(self._ring, (position(key),))
        return self._ring[index % len(self._ring)][1]  # wraps around
