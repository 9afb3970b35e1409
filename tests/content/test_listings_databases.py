"""The SQL listings of the topic `databases` do on SQLite what their comments say."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.content.listings import LISTINGS


def _statements(name: str) -> list[str]:
    """Return the statements of a listing, each with the comments that follow it on its line."""
    statements: list[str] = []
    pending = ""
    for line in (LISTINGS / name).read_text("utf-8").splitlines():
        pending += line + "\n"
        code = line.partition("--")[0].rstrip()
        if code.endswith(";"):
            statements.append(pending)
            pending = ""
    return statements


def test_plans_are_those_of_the_comments() -> None:
    """Each `EXPLAIN QUERY PLAN` prints the lines that stand in the comment below it."""
    text = (LISTINGS / "slow-sql-query-plans.sql").read_text("utf-8")
    promised = [line[3:] for line in text.splitlines() if line.startswith(("-- SCAN", "-- SEARCH", "-- USE"))]
    printed: list[str] = []
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in _statements("slow-sql-query-plans.sql"):
            rows = database.execute(statement).fetchall()
            printed += [row[-1] for row in rows]
    assert printed == promised
    assert len(promised) == 6


@pytest.mark.parametrize("enforced", [True, False])
def test_rejected_statements_are_those_that_say_so(enforced: bool) -> None:
    """Exactly the statements with `rejected` in their comment fail; without the pragma only the duplicate does."""
    failed: list[str] = []
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for statement in _statements("primary-vs-foreign-key-orphan.sql"):
            if not enforced and "PRAGMA" in statement:
                continue
            try:
                database.execute(statement)
            except sqlite3.IntegrityError:
                failed.append(statement)
        tickets = {row[0] for row in database.execute("SELECT id FROM tickets")}
    if enforced:
        assert len(failed) == 3
        assert all("rejected" in statement for statement in failed)
        assert tickets == {1, 2, 4}
    else:
        assert len(failed) == 1
        assert "taken" in failed[0]


def test_the_keyset_page_continues_the_first() -> None:
    """Scan, index and unsargable query return one page; the keyset page is that of OFFSET 20."""
    with closing(sqlite3.connect(":memory:")) as database:
        queries: list[str] = []
        for statement in _statements("slow-sql-query-plans.sql"):
            database.execute(statement)
            _, explain, query = statement.partition("EXPLAIN QUERY PLAN ")
            if explain:
                queries.append(query)
        pages = [database.execute(query).fetchall() for query in queries]
        identifier, placed_at, _ = pages[1][-1]
        offset = queries[1].replace("LIMIT 20", "LIMIT 20 OFFSET 20")
        assert pages[0] == pages[1] == pages[2]
        assert f"('{placed_at}', {identifier})" in queries[3]
        assert pages[3] == database.execute(offset).fetchall()
        assert len(pages[3]) == 20
