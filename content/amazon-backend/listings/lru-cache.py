"""An LRU cache: a dict finds the node, a ring keeps the order."""


class _Node:
    def __init__(self, key=None, value=None):
        self.key, self.value = key, value
        self.newer = self.older = self


class LRUCache:
    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError("the capacity must be positive")
        self._capacity, self._nodes, self._ring = capacity, {}, _Node()

    def get(self, key, default=None):
        node = self._nodes.get(key)
        if node is None:
            return default
        self._unlink(node)
        self._link_newest(node)
        return node.value

    def put(self, key, value):
        if key in self._nodes:
            self._unlink(self._nodes[key])
        elif len(self._nodes) == self._capacity:
            oldest = self._ring.newer  # around the ring
            self._unlink(oldest)
            del self._nodes[oldest.key]
        self._nodes[key] = node = _Node(key, value)
        self._link_newest(node)

    def _unlink(self, node):
        node.newer.older, node.older.newer = node.older, node.newer

    def _link_newest(self, node):
        node.newer, node.older = self._ring, self._ring.older
        self._ring.older.newer = self._ring.older = node
