"""Collections of Anki that other people may have made: unpacked and asked within bounds.

A database is a program as well: a view is a query of its author's, which may never end, and a trigger or a check runs
with every statement. So what is asked must be a table, with nothing attached; the database is a copy in memory that
allows no writing, and SQLite gives up after so many steps.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

LARGEST: Final = 256 << 20
"""Bytes of a file of a package, unpacked, and of all that is read of one; ten thousand notes take 40 MB."""
MOST_STEPS: Final = 200_000_000
"""Steps of SQLite's virtual machine for all that is asked of a collection; a note takes some 100."""
LARGEST_VALUE: Final = 16 << 20
"""Bytes of a value in a collection: the note types of Anki are one value."""
_EVERY: Final = 100_000
"""Steps after which they are counted."""
_PIECE: Final = 1 << 20
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: LARGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


def member(archive: zipfile.ZipFile, name: str, most: int = LARGEST) -> bytes:
    """Return a file of an archive. What counts is how much it unpacks to, not how much it says.

    Args:
        archive: an Anki package.
        name: of the file.
        most: bytes that it may have.

    Raises:
        KeyError: there is no such file.
        ValueError: it is larger.
        Exception: the archive is damaged; of any type that zipfile raises.
    """
    whole = io.BytesIO()
    with archive.open(name) as packed:
        while piece := packed.read(_PIECE):
            whole.write(piece)
            if whole.tell() > most:
                raise ValueError(f"{name} is larger than {most >> 20} MB")
    return whole.getvalue()


def collection_of(apkg: bytes, name: str) -> bytes:
    """Return a collection of a package, unpacked.

    Raises:
        ValueError: it is no database, or too large.
        Exception: the package is damaged, or has no such file; of any type that zipfile raises.
    """
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        collection = member(archive, name)
    if not collection.startswith(b"SQLite format 3"):
        raise ValueError("its collection is no database")
    return collection


@contextmanager
def asked(collection: bytes, tables: Collection[str]) -> Iterator[sqlite3.Connection]:
    """Open a collection for questions about these tables.

    Raises:
        ValueError: one of the tables is none, or a trigger belongs to it; or a question took too long.
        sqlite3.Error: it is damaged.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        steps = iter(range(MOST_STEPS // _EVERY))
        connection.set_progress_handler(lambda: next(steps, None) is None, _EVERY)
        try:
            _refuse_all_but_tables(connection, tables)
            yield connection
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                raise ValueError("its collection takes too long to read") from error
            raise


def rows(connection: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield what a question finds; in a damaged collection many rows may share the same bytes.

    Raises:
        ValueError: it is more than a collection may hold.
        sqlite3.Error: the collection is damaged.
    """
    room = LARGEST
    for row in connection.execute(query):
        room -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if room < 0:
            raise ValueError("its collection holds more than it has room for")
        yield row


def _refuse_all_but_tables(connection: sqlite3.Connection, tables: Collection[str]) -> None:
    """Raise ValueError unless these are ordinary tables of stored values, and no trigger belongs to them."""
    made = list(rows(connection, "SELECT type, lower(name), lower(tbl_name), upper(sql) FROM sqlite_master"))
    found = {name: str(sql) for kind, name, _, sql in made if kind == "table"}
    triggers = {owner for kind, _, owner, _ in made if kind == "trigger"}
    for table in tables:
        if table not in found or found[table].startswith("CREATE VIRTUAL"):
            raise ValueError(f"its collection has no table {table}")
        computed = any(column[-1] for column in connection.execute(f"PRAGMA table_xinfo({table})"))
        if computed or table in triggers:
            raise ValueError(f"its table {table} runs something")
