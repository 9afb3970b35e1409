"""The bundled set keeps the contract that its readers count on."""

from __future__ import annotations

import json
import re

import pytest
from studypack.anki.note_types import NOTE_TYPES
from studypack.anki.notes import notes_of
from studypack.anki.state import advance, loads
from studypack.checks.content import set_warnings
from studypack.products.deck.rendering import present
from studypack.questions.loader import load
from studypack.questions.model import Question
from studypack.resources import bundled_set, bundled_sets
from studypack.text.markdown import plain
from studypack.workflows.request import Request

from scripts.write_schema import SCHEMA, schema_text

SET = load(bundled_set()).question_set
QUESTIONS = pytest.mark.parametrize("question", SET.questions, ids=lambda q: q.id)

ORDER = {
    "concurrency": ["process-vs-thread", "deadlock", "sync-vs-async", "thread-safety"],
    "algorithms": ["hash-table", "queue-vs-stack", "sorting-complexity"],
    "databases": ["sql-vs-nosql", "slow-sql-query", "primary-vs-foreign-key", "database-index"],
    "distributed": ["distributed-consistency", "distributed-pitfalls", "caching", "horizontal-vs-vertical-scaling"],
    "design": ["design-url-shortener", "microservices-vs-monolith", "design-realtime-messaging"],
    "apis-security": ["rest-api-design", "authn-authz"],
    "engineering": [
        "version-control-at-scale",
        "efficient-maintainable-code",
        "production-debugging",
        "abstract-class-vs-interface",
        "backend-performance",
    ],
    "coding": [
        "merge-sorted-arrays",
        "lru-cache",
        "dependency-order",
        "longest-unique-window",
        "top-k",
        "parcel-locker",
    ],
    "systems": [
        "rate-limiter",
        "stock-without-overselling",
        "transaction-isolation",
        "queue-and-outbox",
        "dynamodb-model",
        "consistent-hashing",
        "thread-pool-exhausted",
    ],
    "leadership": [
        "story-matrix",
        "ownership-story",
        "dive-deep-story",
        "disagree-story",
        "failure-story",
        "customer-story",
    ],
}
TAGS = {
    "complexity", "consistency", "failure", "latency", "scaling", "security", "tradeoff", "estimation", "sql", "http",
    "java", "observability", "coding", "leadership",
}  # fmt: skip  # a list of words to read


def test_has_ten_topics_and_44_questions_in_order() -> None:
    """Topics, ids and numbers are those that cards and printed packs already carry; the first 25 keep theirs."""
    assert {t.id: [q.id for q in SET.of_topic(t.id)] for t in SET.topics} == ORDER
    assert [q.number for q in SET.questions] == list(range(1, 45))
    assert [q.id for q in SET.questions] == [i for ids in ORDER.values() for i in ids]


@pytest.mark.parametrize("name", bundled_sets())
def test_has_no_warnings(name: str) -> None:
    """`check --strict` passes for every bundled set."""
    assert set_warnings(load(bundled_set(name))) == ()


@QUESTIONS
def test_each_question_is_whole(question: Question) -> None:
    """Level, tags, takeaway, guidance and 5 to 8 key points are there."""
    assert question.level
    assert set(question.tags) <= TAGS
    assert question.tags
    assert question.takeaway
    assert len(plain(question.takeaway)) <= 110
    assert len(plain(question.guidance or "").split()) >= 40
    assert 5 <= len(question.key_points) <= 8
    assert question.exhibits
    assert len(question.follow_ups) >= 2
    assert question.pitfalls
    assert question.sources
    assert len(question.cards) >= 2


@QUESTIONS
def test_follow_ups_are_answered_in_one_to_three_sentences(question: Question) -> None:
    """A follow-up's answer is short enough to be said in one breath or two."""
    for follow_up in question.follow_ups:
        ends = re.findall(r"[.!?](?=[”’)]?(?:\s|$))", plain(follow_up.answer or ""))
        assert 1 <= len(ends) <= 3, follow_up.question


@QUESTIONS
def test_sources_can_be_found(question: Question) -> None:
    """Each source has a title, and a year or an address."""
    assert all(source.year or source.url for source in question.sources)


def test_listings_are_short_and_narrow() -> None:
    """Under 40 lines and under 72 columns: a listing stays on its page and is not wrapped."""
    paths = sorted((bundled_set() / "listings").iterdir())
    assert {f"listings/{path.name}" for path in paths} == {
        e.listing for q in SET.questions for e in q.exhibits if e.listing
    }
    for path in paths:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) < 40, path.name
        assert max(map(len, lines)) < 72, path.name


def test_glossary_terms_lead_to_their_questions() -> None:
    """About 80 terms, each defined in one sentence and linked to a question."""
    assert 70 <= len(SET.glossary) <= 90
    assert all(entry.question in {q.id for q in SET.questions} for entry in SET.glossary)
    assert all(len(re.findall(r"[.!?](?=\s|$)", plain(entry.definition))) == 1 for entry in SET.glossary)


@QUESTIONS
def test_each_answer_takes_two_minutes(question: Question) -> None:
    """120 to 220 words, in the first person, with a number."""
    words = plain(question.answer or "").split()
    assert 120 <= len(words) <= 220
    assert {"I", "I'd", "I’d", "my", "My", "me"} & set(words)
    assert re.search(r"\d|\b(one|two|three|four|five|ten|hundred|thousand)\b", question.answer or "")


def test_saved_packs_select_something() -> None:
    """Each saved pack of the set names questions that exist."""
    from studypack.questions.selection import Criteria, select

    assert {name: len(select(SET, Criteria(packs=(name,))).questions) for name in SET.header.packs} == {
        "top-25": 25,
        "phone-screen": 11,
        "system-design": 14,
        "last-evening": 13,
    }


@pytest.mark.parametrize("name", bundled_sets())
def test_committed_deck_state_is_that_of_the_content(name: str) -> None:
    """The committed deck state is that of the content; `studypack build NAME -p deck` renews it."""
    whole = load(bundled_set(name)).question_set
    old = loads((bundled_set(name) / "deck-state.json").read_bytes(), "deck-state.json")
    _, changes = advance(old, present(whole, notes_of(whole)), 0)
    assert (changes.added, changes.changed, changes.moved) == ((), (), ())
    assert {kind.key: kind.digest() for kind in NOTE_TYPES} == {k: s.digest for k, s in old.note_types.items()}


def test_committed_schema_is_that_of_the_model() -> None:
    """The committed schema is that of the model; `make schema` renews it."""
    assert SCHEMA.read_text("utf-8") == schema_text()
    assert json.loads(schema_text())["anyOf"]


def test_request_builds_everything_by_default() -> None:
    """Without options a build makes all products."""
    assert [product.name for product in Request(bundled_set()).products] == ["handbook", "cheatsheet", "deck"]


@QUESTIONS
def test_captions_cite_lines_with_code(question: Question) -> None:
    """The lines that a listing's caption cites are in the listing, and none of them is blank."""
    for exhibit in question.exhibits:
        for cited in re.findall(r"\blines? (\d+(?:(?:, | and |–)\d+)*)", exhibit.caption):
            lines = SET.files[exhibit.listing].decode().splitlines() if exhibit.listing else []
            assert all(0 < int(n) <= len(lines) and lines[int(n) - 1].strip() for n in re.findall(r"\d+", cited))
