"""Snapshot isolation in small: no lost update, but write skew."""


class ConflictError(Exception):
    """Somebody else changed my row first: retry the transaction."""


class Store:
    def __init__(self, rows):
        self.rows, self.versions, self.now = dict(rows), {}, 0


class Transaction:
    def __init__(self, store):
        self._store, self._began = store, store.now
        self._snapshot, self._writes = dict(store.rows), {}

    def read(self, key):
        return self._writes.get(key, self._snapshot[key])

    def write(self, key, value):
        self._writes[key] = value

    def commit(self):  # the first to commit wins
        versions = self._store.versions
        if any(versions.get(k, 0) > self._began for k in self._writes):
            raise ConflictError
        self._store.now += 1
        self._store.rows |= self._writes
        for key in self._writes:
            versions[key] = self._store.now


def step_down(transaction, admins, me):
    """Leave the admins if, by this snapshot, somebody remains."""
    if sum(transaction.read(name) for name in admins) > 1:
        transaction.write(me, False)
