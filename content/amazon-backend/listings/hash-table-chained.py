"""A hash map with chaining that doubles its table as it fills."""


class ChainedMap:
    LIMIT = 0.75  # load factor: entries per bucket

    def __init__(self):
        self._size, self._buckets = 0, [[] for _ in range(8)]

    def _bucket(self, key):
        # The size is a power of two, so a mask replaces the modulo.
        return self._buckets[hash(key) & (len(self._buckets) - 1)]

    def get(self, key, default=None):
        for stored, value in self._bucket(key):
            if stored == key:  # other keys may share the bucket
                return value
        return default

    def put(self, key, value):
        self.remove(key)
        self._bucket(key).append((key, value))
        self._size += 1
        if self._size > self.LIMIT * len(self._buckets):
            self._grow()

    def remove(self, key):  # no tombstone: the chain closes up
        bucket = self._bucket(key)
        kept = [pair for pair in bucket if pair[0] != key]
        self._size -= len(bucket) - len(kept)
        bucket[:] = kept

    def _grow(self):  # O(n), but rare: amortised O(1) per put
        old = self._buckets
        self._buckets = [[] for _ in range(2 * len(old))]
        for bucket in old:
            for key, value in bucket:
                self._bucket(key).append((key, value))
