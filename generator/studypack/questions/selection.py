"""Topics, levels, tags, ids, text, number: a question set to a smaller question set."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from studypack.errors import Diagnostic, SelectionError, listed
from studypack.questions.fields import leaves
from studypack.questions.meaning import resolved, ways_to_name, words_of
from studypack.questions.model import Question, QuestionSet, Subset
from studypack.questions.naming import Naming
from studypack.text.languages import language

if TYPE_CHECKING:
    from studypack.questions.loader import LoadedSet

SLUG_LIMIT: Final = 60
"""Characters of a selection's folder name; a longer one is cut and told apart by a hash."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to select: the words of one kind are combined with or, the kinds with and.

    Attributes:
        topics: topic ids, in any case; likewise `levels` and `tags`.
        ids: of questions; also numbers (`Q7`, `7`), lists (`Q7,Q9`) and ranges (`Q7-Q9`).
        not_topics: topics to leave out; likewise `not_tags` and `not_ids`.
        match: text that a question's words contain, whatever the case.
        limit: how many questions to keep at most; the first ones, or with `seed` a sample.
        seed: chooses the sample; the same seed chooses the same questions on every machine.
        packs: the names of saved packs of the set: what any of them selects.
    """

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    not_ids: tuple[str, ...] = ()
    match: str | None = None
    limit: int | None = None
    seed: int | None = None
    packs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a loaded set.

    Attributes:
        loaded: the whole set.
        criteria: what was asked for.
        question_set: the questions that meet the criteria.
    """

    loaded: LoadedSet
    criteria: Criteria
    question_set: QuestionSet


def select(whole: QuestionSet, criteria: Criteria) -> QuestionSet:
    """Return the questions that meet the criteria, as a question set; the whole set without any.

    Raises:
        SelectionError: a name that does not exist (with a suggestion), or nothing selected.
    """
    if criteria.match is not None:
        criteria = replace(criteria, match=" ".join(criteria.match.split()) or None)
    if criteria == Criteria():
        return whole
    criteria = resolved(whole, criteria)
    saved = {q.id for name in criteria.packs for q in _matching(whole, _saved(whole, name))}
    chosen = tuple(q for q in _matching(whole, criteria) if not criteria.packs or q.id in saved)
    chosen = _limited(chosen, criteria)
    if not chosen:
        raise SelectionError(_nothing(whole))
    return replace(whole, questions=chosen, subset=Subset(_slug(whole, criteria), _title(whole, criteria)))


def counts(question_set: QuestionSet) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how many questions each topic, level and tag has."""
    questions = question_set.questions
    return (
        Counter(q.topic for q in questions),
        Counter(q.level for q in questions if q.level),
        Counter(tag for q in questions for tag in q.tags),
    )


def kind_counts(question_set: QuestionSet) -> tuple[int, int]:
    """Return how many questions have no answer, and how many are multiple choice."""
    questions = question_set.questions
    return sum(not q.answered for q in questions), sum(bool(q.choices) for q in questions)


def _saved(whole: QuestionSet, name: str) -> Criteria:
    saved = whole.header.packs[name]
    return Criteria(saved.topics, saved.levels, saved.tags, saved.ids)


def _matching(whole: QuestionSet, criteria: Criteria) -> tuple[Question, ...]:
    ids, not_ids = set(criteria.ids), set(criteria.not_ids)
    text = " ".join(criteria.match.lower().split()) if criteria.match else ""
    rules: list[Callable[[Question], bool]] = [
        lambda q: not criteria.topics or q.topic in criteria.topics,
        lambda q: not criteria.levels or q.level in criteria.levels,
        lambda q: not criteria.tags or bool(set(q.tags) & set(criteria.tags)),
        lambda q: not ids or q.id in ids,
        lambda q: q.topic not in criteria.not_topics,
        lambda q: not set(q.tags) & set(criteria.not_tags),
        lambda q: q.id not in not_ids,
        lambda q: not text or text in _words(q),
    ]
    return tuple(q for q in whole.questions if all(rule(q) for rule in rules))


def _words(question: Question) -> str:
    """Return all that an author wrote of the question, in lower case, a line for each text."""
    named = [question.id, question.topic, question.level or "", *question.tags]
    texts = [*named, *(leaf.text for leaf in leaves(question))]
    return "\n".join(" ".join(text.lower().split()) for text in texts)


def _limited(questions: tuple[Question, ...], criteria: Criteria) -> tuple[Question, ...]:
    """Keep the first `limit`, or with a seed a sample that depends on the seed and the ids alone."""
    if criteria.limit is None:
        return questions
    if criteria.seed is None:
        return questions[: criteria.limit]
    drawn = sorted(questions, key=lambda q: hashlib.sha256(f"{criteria.seed}\0{q.id}".encode()).digest())
    ids = {question.id for question in drawn[: criteria.limit]}
    return tuple(q for q in questions if q.id in ids)


def _nothing(whole: QuestionSet) -> Diagnostic:
    named, (topics, levels, tags) = Naming.in_set(whole.header), counts(whole)
    kinds = {"topics": map(named.topics.written, topics), "levels": map(named.levels.written, levels)}
    kinds["tags"] = map(named.tags.written, sorted(tags))
    return Diagnostic(
        None,
        "no question meets all of the criteria",
        "the set has " + "; ".join(f"the {kind} {listed(words)}" for kind, words in kinds.items()),
        "leave out a criterion; repeated options of one kind widen the selection",
    )


def _slug(whole: QuestionSet, criteria: Criteria) -> str:
    """Return the name of the selection's folder: its words, and a hash where they could mean another selection."""
    slug = "-".join(words_of(whole, criteria))
    exact = hashlib.sha256(repr(replace(criteria, match=criteria.match and criteria.match.lower())).encode())
    ending = f"-{exact.hexdigest()[:8]}"
    inexact = criteria.match is not None and not re.fullmatch(r"[a-z0-9]+", criteria.match.lower())
    if inexact or ways_to_name(slug, whole) > 1:
        slug += ending
    return slug if len(slug) <= SLUG_LIMIT else slug[: SLUG_LIMIT - len(ending)].rstrip("-") + ending


def _title(whole: QuestionSet, criteria: Criteria) -> str:
    """Return what the title page says of the selection, in the set's language; the criteria are resolved ones."""
    own = language(whole.header.language)
    topics = {topic.id: topic.title for topic in whole.header.topics}

    def each(what: str, names: Iterable[str]) -> list[str]:
        return [str(own.words[what]).format(name=name) for name in names]

    levels = [title for level, title in whole.header.level_titles.items() if level in criteria.levels]
    tags = whole.header.tag_titles
    without = [topics[topic] for topic in criteria.not_topics]
    without += [*each("selected_tag", [tags[tag] for tag in criteria.not_tags]), *criteria.not_ids]
    groups = [
        [whole.header.packs[name].title or name for name in criteria.packs],
        [title for topic, title in topics.items() if topic in criteria.topics],
        each("selected_level", levels),
        each("selected_tag", [tags[tag] for tag in criteria.tags]),
        [q.label for q in whole.questions if q.id in criteria.ids],
        each("selected_without", without),
        [f"{own.quotes[0]}{criteria.match}{own.quotes[1]}"] if criteria.match else [],
        [own.questions(criteria.limit)] if criteria.limit is not None else [],
    ]
    return " · ".join(", ".join(group) for group in groups if group)
