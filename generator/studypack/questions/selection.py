"""Topics, levels, tags, ids, text, number: a question set to a smaller question set."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from studypack.errors import Diagnostic, SelectionError, listed, suggestion
from studypack.questions.fields import leaves
from studypack.questions.model import Level, Question, QuestionSet, Subset

if TYPE_CHECKING:
    from studypack.questions.loader import LoadedSet

SLUG_LIMIT: Final = 60
"""Characters of a selection's folder name; a longer one is cut and told apart by a hash."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to select: the words of one kind are combined with or, the kinds with and.

    Attributes:
        topics: topic ids; likewise `levels`, `tags` and `ids` (an id or a number such as `Q7`).
        not_topics: topics to leave out; likewise `not_tags` and `not_ids`.
        match: text that a question's words contain, whatever the case.
        limit: how many questions to keep at most; the first ones, or with `seed` a sample.
        seed: chooses the sample; the same seed chooses the same questions on every machine.
        pack: the name of a saved pack of the set.
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
    pack: str | None = None


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
    _check_names(whole, criteria)
    chosen = _matching(whole, _from_saved(whole, criteria))
    chosen = _limited(_matching(replace(whole, questions=chosen), criteria), criteria)
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


def _check_names(whole: QuestionSet, criteria: Criteria) -> None:
    _, _, tags = counts(whole)
    ids = [q.id for q in whole.questions]
    levels = [level.value for level in Level]
    known: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("topic", criteria.topics + criteria.not_topics, [t.id for t in whole.topics]),
        ("level", criteria.levels, levels),
        ("tag", criteria.tags + criteria.not_tags, sorted(tags)),
        ("question", [_id(whole, i) for i in criteria.ids + criteria.not_ids], ids),
        ("saved pack", [criteria.pack] if criteria.pack else [], sorted(whole.header.packs)),
    ]
    problems = [
        Diagnostic(
            None,
            f'no {noun} "{word}" in the set "{whole.id}"',
            f"there are {len(ids)} ids" if noun == "question" else f"there are {listed(names)}",
            suggestion(word, names) or "`studypack list` shows them all",
        )
        for noun, words, names in known
        for word in words
        if word not in names
    ]
    if problems:
        raise SelectionError(*problems)


def _id(whole: QuestionSet, word: str) -> str:
    """Return the id that `word` means: itself, or that of the question with the number `Q7`."""
    if re.fullmatch(r"[Qq]\d+", word) and all(q.id != word for q in whole.questions):
        return next((q.id for q in whole.questions if q.label == word.upper()), word)
    return word


def _from_saved(whole: QuestionSet, criteria: Criteria) -> Criteria:
    if criteria.pack is None:
        return Criteria()
    saved = whole.header.packs[criteria.pack]
    return Criteria(saved.topics, saved.levels, saved.tags, saved.ids)


def _matching(whole: QuestionSet, criteria: Criteria) -> tuple[Question, ...]:
    ids = {_id(whole, word) for word in criteria.ids}
    not_ids = {_id(whole, word) for word in criteria.not_ids}
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
    topics, levels, tags = counts(whole)
    return Diagnostic(
        None,
        "no question meets all of the criteria",
        f"the set has the topics {listed(topics)}; the levels {listed(levels)}; the tags {listed(sorted(tags))}",
        "leave out a criterion; repeated options of one kind widen the selection",
    )


def _slug(whole: QuestionSet, criteria: Criteria) -> str:
    """Return the name of the selection's folder, from its criteria alone."""
    in_order = [t.id for t in whole.header.topics if t.id in criteria.topics]
    words = [*([criteria.pack] if criteria.pack else []), *in_order, *sorted(set(criteria.levels))]
    words += sorted(set(criteria.tags)) + sorted({_id(whole, i) for i in criteria.ids})
    for excluded in (criteria.not_topics, criteria.not_tags, [_id(whole, i) for i in criteria.not_ids]):
        words += [f"not-{word}" for word in sorted(set(excluded))]
    if criteria.match:
        words.append("match-" + "-".join(re.findall(r"[a-z0-9]+", criteria.match.lower())))
    if criteria.limit is not None:
        words.append(f"{criteria.limit}" + (f"-seed-{criteria.seed}" if criteria.seed is not None else ""))
    slug = "-".join(words)
    # Only topics stand in the name as they are: a tag, level or pack may be called the same, and a folder's name
    # drops what it cannot hold.
    ordered: dict[str, Any] = {
        f.name: tuple(sorted(set(v))) for f in fields(criteria) if isinstance(v := getattr(criteria, f.name), tuple)
    }
    exact = hashlib.sha256(
        repr(replace(criteria, **ordered, match=criteria.match and criteria.match.lower())).encode()
    ).hexdigest()[:8]
    if replace(criteria, topics=()) != Criteria() or _ambiguous(slug, whole):
        slug += f"-{exact}"
    return slug if len(slug) <= SLUG_LIMIT else f"{slug[: SLUG_LIMIT - 9].rstrip('-')}-{exact}"


def _ambiguous(slug: str, whole: QuestionSet) -> bool:
    """Return whether other topics than those selected make the same name: `a-b` with `c`, and `a` with `b-c`."""
    ways = Counter({"": 1})
    for topic in whole.header.topics:
        for start, count in list(ways.items()):
            longer = f"{start}-{topic.id}" if start else topic.id
            if slug == longer or slug.startswith(f"{longer}-"):
                ways[longer] += count
    return ways[slug] > 1


def _title(whole: QuestionSet, criteria: Criteria) -> str:
    """Return what the title page says of the selection."""
    saved = whole.header.packs[criteria.pack] if criteria.pack else None
    titles = {topic.id: topic.title for topic in whole.header.topics}
    groups = [
        [saved.title or str(criteria.pack)] if saved else [],
        [titles[t.id] for t in whole.header.topics if t.id in criteria.topics],
        [f"level {level}" for level in Level if level in criteria.levels],
        [f"tag {tag}" for tag in sorted(set(criteria.tags))],
        [q.label for q in whole.questions if q.id in {_id(whole, i) for i in criteria.ids}],
        [f"without {titles[t]}" for t in criteria.not_topics],
        [f"without tag {t}" for t in criteria.not_tags],
        [f"without {_id(whole, i)}" for i in criteria.not_ids],
        [f"“{criteria.match}”"] if criteria.match else [],
        [f"{criteria.limit} questions"] if criteria.limit is not None else [],
    ]
    return " · ".join(", ".join(group) for group in groups if group)
