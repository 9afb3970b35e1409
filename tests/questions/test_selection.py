"""Selections: what the criteria mean, how selections are named, and how mistakes in criteria are reported."""

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
    """Return nine questions, three per topic, with levels and tags in every combination."""
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
    """Without criteria, the result is the whole set, without a subset."""
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
        ({"packs": ("quick",)}, [1, 7]),
        ({"packs": ("sql",), "topics": ("locks",)}, [2, 3]),
        ({"packs": ("quick",), "not_topics": ("core",)}, [1]),
        ({"packs": ("quick",), "limit": 1}, [1]),
    ],
)
def test_kinds_are_combined_with_and_their_words_with_or(criteria: dict[str, Any], numbers: list[int]) -> None:
    """A selection is in reading order and keeps the numbers of the whole set."""
    assert _numbers(**criteria) == numbers


def test_a_match_never_spans_two_texts() -> None:
    """A match must lie within one text, so the end of a question and the start of its answer do not match together."""
    assert _said(match="0? because")


def test_an_id_that_looks_like_a_number_is_an_id() -> None:
    """In a set with the ids `q1`, `q2`, …, an exact id takes precedence over the label that it resembles."""
    renamed = tuple(q.model_copy(update={"id": f"q{10 - q.number}"}) for q in WHOLE.questions)
    chosen = select(replace(WHOLE, questions=renamed), Criteria(ids=("q1",)))
    assert [q.number for q in chosen.questions] == [9]


def test_a_selection_is_a_question_set_that_tells_its_name() -> None:
    """Everything but the questions comes from the whole set; the subset has the folder's name and the title."""
    chosen = select(WHOLE, Criteria(topics=("databases", "locks")))
    assert (chosen.id, chosen.header) == (WHOLE.id, WHOLE.header)
    assert [t.id for t in chosen.topics] == ["locks", "databases"]
    assert chosen.subset is not None
    assert chosen.subset.slug == "locks-databases"
    assert chosen.subset.title == "Locks, Databases"


def test_the_same_seed_chooses_the_same_sample() -> None:
    """A seed must select these questions on every machine and in every version."""
    assert _numbers(limit=3, seed=7) == [3, 4, 8]
    samples = {tuple(_numbers(limit=3, seed=seed)) for seed in range(20)}
    assert len(samples) > 10


def test_a_sample_does_not_depend_on_the_order_or_on_other_questions() -> None:
    """Reordering the questions, or adding one that is not drawn, does not change the sample."""
    drawn = {q.id for q in select(WHOLE, Criteria(limit=4, seed=3)).questions}
    for turn in range(5):
        shuffled = random.Random(turn).sample(WHOLE.questions, len(WHOLE.questions))
        other = select(replace(WHOLE, questions=tuple(shuffled)), Criteria(limit=4, seed=3))
        assert {q.id for q in other.questions} == drawn
    less = tuple(q for q in WHOLE.questions if q.id in drawn or q.number % 2)
    assert {q.id for q in select(replace(WHOLE, questions=less), Criteria(limit=4, seed=3)).questions} == drawn


def test_a_larger_sample_holds_the_smaller_one() -> None:
    """`-n 5` adds one question to the sample of `-n 4` with the same seed."""
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
            'no topic "zebra" in the set "made", there are locks, databases, core; `studypack list` lists all of them',
        ),
        (
            {"levels": ("cor",)},
            'no level "cor" in the set "made", there are core, intermediate, advanced; did you mean "core"?',
        ),
        ({"tags": ("jav",)}, 'no tag "jav" in the set "made", there are java, locks, sql; did you mean "java"?'),
        ({"not_tags": ("sq",)}, 'no tag "sq" in the set "made", there are java, locks, sql; did you mean "sql"?'),
        (
            {"ids": ("lock-1",)},
            'no question "lock-1" in the set "made", there are 9 questions, from Q1 to Q9; did you mean "locks-1"?',
        ),
        (
            {"not_ids": ("Q10",)},
            'no question "Q10" in the set "made", there are 9 questions, from Q1 to Q9; '
            "`studypack list` lists all of them",
        ),
        ({"packs": ("quik",)}, 'no saved pack "quik" in the set "made", there are quick, sql; did you mean "quick"?'),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(criteria: dict[str, Any], said: str) -> None:
    """The message about an unknown name of any kind lists the known names and a remedy."""
    assert _said(**criteria) == [said]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("7",), [7]),
        (("q7",), [7]),
        (("LOCKS-1",), [2]),
        (("Q7,Q8",), [7, 8]),
        (("9, locks-1 ,Q4-5",), [2, 4, 5, 9]),
        (("Q7-Q9", "2"), [2, 7, 8, 9]),
        (("3..4",), [3, 4]),
        (("6–6",), [6]),
    ],
)
def test_questions_are_named_by_id_number_list_and_range(words: tuple[str, ...], numbers: list[int]) -> None:
    """Each way of naming questions, in any case, selects just those; to leave them out works in the same way."""
    assert [q.number for q in select(WHOLE, Criteria(ids=words)).questions] == numbers
    rest = [n for n in range(1, 10) if n not in numbers]
    assert [q.number for q in select(WHOLE, Criteria(not_ids=words)).questions] == rest


def test_an_id_wins_over_a_number_and_a_range(tmp_path: Path) -> None:
    """Questions may be called `2`, `q3` and `1-3`: then these words mean them, and not what is counted."""
    content = authored(4, per_topic=4)
    for question, name in zip(content["questions"], ("2", "other", "q3", "1-3"), strict=True):
        question["id"] = name
    whole = make_set(tmp_path, content)

    def chosen(word: str) -> list[int]:
        return [q.number for q in select(whole, Criteria(ids=(word,))).questions]

    assert [chosen("2"), chosen("Q3"), chosen("1-3"), chosen("Q2"), chosen("1-2")] == [[1], [3], [4], [2], [1, 2]]


@pytest.mark.parametrize("word", ["Q99", "0", "Q7-Q99", "Q9-Q7", "Q1,Q77", "-", ",", "Q1-", "locks-1-locks-2", ""])
def test_a_number_that_no_question_has_is_answered_with_those_that_there_are(word: str) -> None:
    """So are ranges that leave the set or run backwards, and lists with an unknown member."""
    (said,) = _said(ids=(word,))
    assert said.startswith(f'no question "{word}" in the set "made", there are 9 questions, from Q1 to Q9; ')


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"tags": ("SQL",), "topics": ("Locks",)}, [2, 3]),
        ({"levels": ("CORE",)}, [1, 4, 7]),
        ({"packs": ("Quick",)}, [1, 7]),
        ({"not_topics": ("LOCKS",), "not_tags": ("Java",)}, [5, 7, 8, 9]),
    ],
)
def test_the_case_of_names_does_not_matter(criteria: dict[str, Any], numbers: list[int]) -> None:
    """`--tag SQL` is `--tag sql`, and has the same folder."""
    chosen = select(WHOLE, Criteria(**criteria))
    assert [q.number for q in chosen.questions] == numbers
    lower: dict[str, Any] = {kind: (names[0].lower(),) for kind, names in criteria.items()}
    assert chosen.subset == select(WHOLE, Criteria(**lower)).subset


def test_several_saved_packs_are_a_union() -> None:
    """What any of the packs selects is in it once, in the set's order; other criteria narrow it."""
    both = select(WHOLE, Criteria(packs=("sql", "quick")))
    parts = [select(WHOLE, Criteria(packs=(name,))).questions for name in ("quick", "sql")]
    assert list(both.questions) == [q for q in WHOLE.questions if q in parts[0] or q in parts[1]]
    assert both.subset is not None
    assert both.subset.slug == "quick-sql-" + both.subset.slug[-8:]  # there is a tag called sql, too


@pytest.mark.parametrize(
    ("criteria", "slug"),
    [
        ({"packs": ("quick",)}, "quick"),
        ({"tags": ("java",)}, "java"),
        ({"levels": ("advanced",), "topics": ("databases",)}, "databases-advanced"),
        ({"ids": ("Q2", "1")}, "locks-0-locks-1"),
        ({"not_tags": ("java",)}, "not-java"),
        ({"match": "Why"}, "match-why"),
        ({"limit": 5, "seed": 7}, "5-seed-7"),
        ({"packs": ("quick",), "limit": 1}, "quick-1"),
    ],
)
def test_the_name_of_a_folder_can_be_foreseen(criteria: dict[str, Any], slug: str) -> None:
    """It is the words that were asked for; a hash follows only where other criteria give the same words."""
    subset = select(WHOLE, Criteria(**criteria)).subset
    assert subset is not None
    assert subset.slug == slug


def test_a_selections_title_is_in_the_sets_language(tmp_path: Path) -> None:
    """A German set's title page has no English word."""
    whole = make_set(tmp_path, authored(6, per_topic=3, language="de"))
    chosen = select(
        whole, Criteria(levels=("core",), tags=("even", "odd"), not_topics=("topic-1",), match="matter", limit=1)
    )
    assert chosen.subset is not None
    words = "Niveau: Grundlagen · Schlagwort: even, Schlagwort: odd · ohne Topic 1 · „matter“ · 1 Frage"
    assert chosen.subset.title == words


def test_all_unknown_names_are_told_at_once() -> None:
    """Three unknown names are three problems."""
    assert len(_said(topics=("x",), tags=("y",), not_ids=("z",))) == 3


def test_an_empty_selection_lists_what_there_is() -> None:
    """The message about criteria that no question meets lists the set's topics, levels and tags."""
    assert _said(topics=("core",), tags=("java",)) == [
        "no question meets all of the criteria, the set has the topics locks, databases, core; "
        "the levels core, intermediate, advanced; the tags java, locks, sql; "
        "leave out a criterion; repeated options of one kind widen the selection"
    ]


def test_counts_are_of_topics_levels_and_tags() -> None:
    """Each question counts once for its topic, once for its level, and once for each of its tags."""
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
    packs=_some(("quick", "sql")),
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
    """The questions of any selection are those of the whole set, unchanged and in the same order."""
    chosen = _selected(criteria)
    assume(chosen is not None)
    assert chosen is not None
    assert chosen.questions
    assert [q for q in WHOLE.questions if q in chosen.questions] == list(chosen.questions)


@given(CRITERIA)
@settings(max_examples=150, deadline=None)
def test_a_selection_can_be_selected_from(criteria: Criteria) -> None:
    """Selecting by a selection's own topics or ids returns the same selection."""
    chosen = _selected(criteria)
    assume(chosen is not None)
    assert chosen is not None
    again = select(chosen, Criteria(ids=tuple(q.id for q in chosen.questions)))
    assert again.questions == chosen.questions


@given(CRITERIA)
@settings(max_examples=150, deadline=None)
def test_a_selections_folder_has_a_good_name(criteria: Criteria) -> None:
    """A slug consists of lower-case letters, digits and hyphens, and is neither empty nor too long."""
    chosen = _selected(criteria)
    assume(chosen is not None and chosen.subset is not None)
    assert chosen is not None
    assert chosen.subset is not None
    slug = chosen.subset.slug
    assert 0 < len(slug) <= SLUG_LIMIT
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug.strip("-") == slug


def test_different_criteria_have_different_folders() -> None:
    """Among all selections by one or two options, no two with different meanings share a folder."""
    words = {"topics": TOPICS, "levels": LEVELS, "tags": TAGS, "ids": IDS}
    words |= {f"not_{kind}": words[kind] for kind in ("topics", "tags", "ids")}
    options: list[dict[str, Any]] = [{kind: (word,)} for kind in words for word in words[kind]]
    options += [{"match": "why"}, {"match": "why locks"}, {"match": "1?"}, {"limit": 1}, {"limit": 2}]
    options += [{"limit": 1, "seed": seed} for seed in (1, -1)] + [{"packs": (name,)} for name in WHOLE.header.packs]
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
        ({"tags": ("sql",)}, {"packs": ("sql",)}),
        ({"ids": ("Q7",), "not_ids": ("Q1",)}, {"ids": ("Q7",), "not_topics": ("locks",)}),
        ({"limit": 1}, {"limit": 2}),
        ({"limit": 1, "seed": 1}, {"limit": 1, "seed": 2}),
        ({"limit": 1, "seed": 1}, {"limit": 1, "seed": -1}),
        ({"match": "locks 1"}, {"match": "locks 1?"}),
    ],
)
def test_a_word_of_two_kinds_gives_two_folders(one: dict[str, Any], other: dict[str, Any]) -> None:
    """A topic, a tag, a level and a saved pack with the same name give four different folders."""
    first, second = (select(WHOLE, Criteria(**criteria)).subset for criteria in (one, other))
    assert first is not None
    assert second is not None
    assert first.slug != second.slug


def test_the_order_of_words_does_not_change_the_folder() -> None:
    """`-t a -t b` and `-t b -t a` have the same folder, with and without a text to match."""
    texts: list[dict[str, Any]] = [{}, {"match": "why"}]
    for more in texts:
        one = select(WHOLE, Criteria(topics=("locks", "core"), **more))
        other = select(WHOLE, Criteria(topics=("core", "locks"), **more))
        assert one == other


@pytest.mark.parametrize("match", ["", "   "])
def test_an_empty_text_to_match_is_no_criterion(match: str) -> None:
    """`--match ""` selects the whole set, not a subset with an empty folder name."""
    assert select(WHOLE, Criteria(match=match)).subset is None


def test_numbers_stay_those_of_the_whole_set(tmp_path: Path) -> None:
    """A selection of a set that was read from a file keeps the numbers of the whole set."""
    whole = make_set(tmp_path, authored(8, per_topic=4))
    assert [q.label for q in select(whole, Criteria(topics=("topic-1",))).questions] == ["Q5", "Q6", "Q7", "Q8"]
