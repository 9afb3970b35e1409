"""Criteria to a smaller question set: what they mean, what they are called, and what is said of wrong ones."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from studypack.errors import Location, SelectionError
from studypack.questions.model import Level, Question, QuestionSet, SavedPack, SetHeader, Topic
from studypack.questions.selection import SLUG_LIMIT, Criteria, counts, select

from tests.making import authored, make_set

TOPICS = ("locks", "databases", "core")
TAGS = ("java", "locks", "sql")
LEVELS = tuple(level.value for level in Level)


def _made() -> QuestionSet:
    """Return nine questions: three of each topic, with levels and tags in every combination."""
    questions = tuple(
        Question(
            id=f"{topic}-{number}",
            question=f"Why {topic} {number}?",
            topic=topic,
            answer=f"Because of\nthe  {topic}.",
            level=Level(LEVELS[number]),
            tags=(TAGS[number], TAGS[(number + 1) % 3]) if topic != "core" else (),
            number=place * 3 + number + 1,
            where=Location("made.yaml", place * 3 + number + 1),
        )
        for place, topic in enumerate(TOPICS)
        for number in range(3)
    )
    packs = {"quick": SavedPack(topics=("locks", "core"), levels=(Level.CORE,)), "sql": SavedPack(tags=("sql",))}
    topics = tuple(Topic(id=topic, title=topic.title()) for topic in TOPICS)
    return QuestionSet("made", SetHeader(title="Made", topics=topics, packs=packs), questions)


WHOLE = _made()
IDS = tuple(q.id for q in WHOLE.questions)


def _numbers(**criteria: Any) -> list[int]:
    return [q.number for q in select(WHOLE, Criteria(**criteria)).questions]


def _said(**criteria: Any) -> list[str]:
    with pytest.raises(SelectionError) as caught:
        select(WHOLE, Criteria(**criteria))
    return [str(d) for d in caught.value.diagnostics]


def test_without_criteria_the_set_is_itself() -> None:
    """Nothing to select gives the whole set, which is no subset of itself."""
    assert select(WHOLE, Criteria()) is WHOLE
    assert WHOLE.subset is None


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"topics": ("databases",)}, [4, 5, 6]),
        ({"topics": ("databases", "locks")}, [1, 2, 3, 4, 5, 6]),
        ({"levels": ("core", "advanced")}, [1, 3, 4, 6, 7, 9]),
        ({"tags": ("java",)}, [1, 3, 4, 6]),
        ({"tags": ("java", "sql")}, [1, 2, 3, 4, 5, 6]),
        ({"ids": ("core-0", "Q2", "q3")}, [2, 3, 7]),
        ({"topics": ("locks",), "levels": ("core",)}, [1]),
        ({"topics": ("locks", "core"), "tags": ("java",)}, [1, 3]),
        ({"topics": ("locks",), "ids": ("Q1", "Q4")}, [1]),
        ({"not_topics": ("locks", "core")}, [4, 5, 6]),
        ({"not_tags": ("java",)}, [2, 5, 7, 8, 9]),
        ({"not_ids": ("Q1", "locks-1")}, [3, 4, 5, 6, 7, 8, 9]),
        ({"topics": ("locks",), "not_ids": ("Q1",)}, [2, 3]),
        ({"match": "DATABASES 1"}, [5]),
        ({"match": "of the\n LOCKS"}, [1, 2, 3]),
        ({"topics": ("locks",), "match": "1"}, [2]),
        ({"limit": 2}, [1, 2]),
        ({"limit": 99, "topics": ("core",)}, [7, 8, 9]),
        ({"topics": ("databases",), "limit": 1}, [4]),
        ({"pack": "quick"}, [1, 7]),
        ({"pack": "sql", "topics": ("locks",)}, [2, 3]),
        ({"pack": "quick", "not_topics": ("core",)}, [1]),
        ({"pack": "quick", "limit": 1}, [1]),
    ],
)
def test_kinds_are_combined_with_and_their_words_with_or(criteria: dict[str, Any], numbers: list[int]) -> None:
    """The selection of the criteria, in reading order, with the numbers of the whole set."""
    assert _numbers(**criteria) == numbers


def test_a_match_never_spans_two_texts() -> None:
    """The end of the question and the beginning of the answer are no text that an author wrote."""
    assert _said(match="0? because")


def test_an_id_that_looks_like_a_number_is_an_id() -> None:
    """In a set whose ids are `q1`, `q2`, …, an exact id wins over the number that it resembles."""
    renamed = tuple(q.model_copy(update={"id": f"q{10 - q.number}"}) for q in WHOLE.questions)
    chosen = select(replace(WHOLE, questions=renamed), Criteria(ids=("q1",)))
    assert [q.number for q in chosen.questions] == [9]


def test_a_selection_is_a_question_set_that_tells_its_name() -> None:
    """All but the questions is the whole set's; the subset tells folder and title."""
    chosen = select(WHOLE, Criteria(topics=("databases", "locks")))
    assert (chosen.id, chosen.header) == (WHOLE.id, WHOLE.header)
    assert [t.id for t in chosen.topics] == ["locks", "databases"]
    assert chosen.subset is not None
    assert chosen.subset.slug == "locks-databases"
    assert chosen.subset.title == "Locks, Databases"


def test_the_same_seed_chooses_the_same_sample() -> None:
    """A sample is part of the contract: these questions on every machine and in every version."""
    assert _numbers(limit=3, seed=7) == [3, 4, 8]
    samples = {tuple(_numbers(limit=3, seed=seed)) for seed in range(20)}
    assert len(samples) > 10


def test_a_sample_does_not_depend_on_the_order_or_on_other_questions() -> None:
    """Reordering the questions, or adding one that is not drawn, leaves the sample as it was."""
    drawn = {q.id for q in select(WHOLE, Criteria(limit=4, seed=3)).questions}
    for turn in range(5):
        shuffled = random.Random(turn).sample(WHOLE.questions, len(WHOLE.questions))
        other = select(replace(WHOLE, questions=tuple(shuffled)), Criteria(limit=4, seed=3))
        assert {q.id for q in other.questions} == drawn
    less = tuple(q for q in WHOLE.questions if q.id in drawn or q.number % 2)
    assert {q.id for q in select(replace(WHOLE, questions=less), Criteria(limit=4, seed=3)).questions} == drawn


def test_a_larger_sample_holds_the_smaller_one() -> None:
    """`-n 5` adds to what `-n 4` drew with the same seed."""
    samples = [set(_numbers(limit=n, seed=5)) for n in range(1, 10)]
    assert all(small < large for small, large in itertools.pairwise(samples))


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (
            {"topics": ("database",)},
            'no topic "database" in the set "made", there are locks, databases, core; did you mean "databases"?',
        ),
        (
            {"not_topics": ("zebra",)},
            'no topic "zebra" in the set "made", there are locks, databases, core; `studypack list` shows them all',
        ),
        (
            {"levels": ("cor",)},
            'no level "cor" in the set "made", there are core, intermediate, advanced; did you mean "core"?',
        ),
        ({"tags": ("jav",)}, 'no tag "jav" in the set "made", there are java, locks, sql; did you mean "java"?'),
        ({"not_tags": ("sq",)}, 'no tag "sq" in the set "made", there are java, locks, sql; did you mean "sql"?'),
        ({"ids": ("lock-1",)}, 'no question "lock-1" in the set "made", there are 9 ids; did you mean "locks-1"?'),
        (
            {"not_ids": ("Q10",)},
            'no question "Q10" in the set "made", there are 9 ids; `studypack list` shows them all',
        ),
        ({"pack": "quik"}, 'no saved pack "quik" in the set "made", there are quick, sql; did you mean "quick"?'),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(criteria: dict[str, Any], said: str) -> None:
    """What, why and remedy of each kind of name."""
    assert _said(**criteria) == [said]


def test_all_unknown_names_are_told_at_once() -> None:
    """Three wrong names are three problems."""
    assert len(_said(topics=("x",), tags=("y",), not_ids=("z",))) == 3


def test_an_empty_selection_lists_what_there_is() -> None:
    """Criteria that no question meets are answered with the set's topics, levels and tags."""
    assert _said(topics=("core",), tags=("java",)) == [
        "no question meets all of the criteria, the set has the topics locks, databases, core; "
        "the levels core, intermediate, advanced; the tags java, locks, sql; "
        "leave out a criterion; repeated options of one kind widen the selection"
    ]


def test_counts_are_of_topics_levels_and_tags() -> None:
    """Each question counts once for its topic and level, and once for each of its tags."""
    topics, levels, tags = counts(WHOLE)
    assert topics == {"locks": 3, "databases": 3, "core": 3}
    assert levels == {"core": 3, "intermediate": 3, "advanced": 3}
    assert tags == {"java": 4, "locks": 4, "sql": 4}


def _some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True).map(tuple)


CRITERIA = st.builds(
    Criteria,
    topics=_some(TOPICS),
    levels=_some(LEVELS),
    tags=_some(TAGS),
    ids=_some(IDS),
    not_topics=_some(TOPICS),
    not_tags=_some(TAGS),
    not_ids=_some(IDS),
    match=st.sampled_from([None, None, "why", "Why?", "ü", "locks"]),
    limit=st.sampled_from([None, None, 1, 5]),
    pack=st.sampled_from([None, None, "quick", "sql"]),
).flatmap(
    lambda c: st.just(c) if c.limit is None else st.sampled_from([None, 1, -1]).map(lambda seed: replace(c, seed=seed))
)


def _selected(criteria: Criteria) -> QuestionSet | None:
    try:
        return select(WHOLE, criteria)
    except SelectionError:
        return None


@given(CRITERIA)
@settings(max_examples=150, deadline=None)
def test_a_selection_is_a_part_in_the_wholes_order(criteria: Criteria) -> None:
    """Whatever is selected: questions are the whole set's own, unchanged, in its order."""
    chosen = _selected(criteria)
    assume(chosen is not None)
    assert chosen is not None
    assert chosen.questions
    assert [q for q in WHOLE.questions if q in chosen.questions] == list(chosen.questions)


@given(CRITERIA)
@settings(max_examples=150, deadline=None)
def test_a_selection_can_be_selected_from(criteria: Criteria) -> None:
    """A selection is a question set: its own topics and ids select it again."""
    chosen = _selected(criteria)
    assume(chosen is not None)
    assert chosen is not None
    again = select(chosen, Criteria(ids=tuple(q.id for q in chosen.questions)))
    assert again.questions == chosen.questions


@given(CRITERIA)
@settings(max_examples=150, deadline=None)
def test_a_selections_folder_has_a_good_name(criteria: Criteria) -> None:
    """A slug is of lower-case letters, digits and hyphens, neither empty nor too long."""
    chosen = _selected(criteria)
    assume(chosen is not None and chosen.subset is not None)
    assert chosen is not None
    assert chosen.subset is not None
    slug = chosen.subset.slug
    assert 0 < len(slug) <= SLUG_LIMIT
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug.strip("-") == slug


def test_different_criteria_have_different_folders() -> None:
    """Of all selections by one or two options, no two that mean different things share a folder."""
    words = {"topics": TOPICS, "levels": LEVELS, "tags": TAGS, "ids": IDS}
    words |= {f"not_{kind}": words[kind] for kind in ("topics", "tags", "ids")}
    options: list[dict[str, Any]] = [{kind: (word,)} for kind in words for word in words[kind]]
    options += [{"match": "why"}, {"match": "why locks"}, {"match": "1?"}, {"limit": 1}, {"limit": 2}]
    options += [{"limit": 1, "seed": seed} for seed in (1, -1)] + [{"pack": name} for name in WHOLE.header.packs]
    meant: dict[str, set[Criteria]] = {}
    for one, other in itertools.combinations_with_replacement(options, 2):
        criteria = Criteria(**(one | other))
        chosen = _selected(criteria)
        if chosen is not None and chosen.subset is not None:
            meant.setdefault(chosen.subset.slug, set()).add(criteria)
    assert len(meant) > 100
    assert {slug: criteria for slug, criteria in meant.items() if len(criteria) > 1} == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"topics": ("locks",)}, {"tags": ("locks",)}),
        ({"topics": ("core",)}, {"levels": ("core",)}),
        ({"tags": ("sql",)}, {"pack": "sql"}),
        ({"ids": ("Q7",), "not_ids": ("Q1",)}, {"ids": ("Q7",), "not_topics": ("locks",)}),
        ({"limit": 1}, {"limit": 2}),
        ({"limit": 1, "seed": 1}, {"limit": 1, "seed": 2}),
        ({"limit": 1, "seed": 1}, {"limit": 1, "seed": -1}),
        ({"match": "locks 1"}, {"match": "locks 1?"}),
    ],
)
def test_a_word_of_two_kinds_gives_two_folders(one: dict[str, Any], other: dict[str, Any]) -> None:
    """A topic, a tag, a level and a saved pack of the same name are four selections, in four folders."""
    first, second = (select(WHOLE, Criteria(**criteria)).subset for criteria in (one, other))
    assert first is not None
    assert second is not None
    assert first.slug != second.slug


def test_the_order_of_words_does_not_change_the_folder() -> None:
    """`-t a -t b` and `-t b -t a` are the same selection, with a text to match and without."""
    texts: list[dict[str, Any]] = [{}, {"match": "why"}]
    for more in texts:
        one = select(WHOLE, Criteria(topics=("locks", "core"), **more))
        other = select(WHOLE, Criteria(topics=("core", "locks"), **more))
        assert one == other


@pytest.mark.parametrize("match", ["", "   "])
def test_an_empty_text_to_match_is_no_criterion(match: str) -> None:
    """`--match ""` selects everything, and so is the whole set and no folder without a name."""
    assert select(WHOLE, Criteria(match=match)).subset is None


def test_numbers_stay_those_of_the_whole_set(tmp_path: Path) -> None:
    """The same holds for a set that was read from a file."""
    whole = make_set(tmp_path, authored(8, per_topic=4))
    assert [q.label for q in select(whole, Criteria(topics=("topic-1",))).questions] == ["Q5", "Q6", "Q7", "Q8"]
