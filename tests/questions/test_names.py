"""Display names hold any characters; ids are derived from them, and both are understood everywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studypack.anki.notes import notes_of
from studypack.errors import ContentError, SelectionError
from studypack.products.handbook.book import index_values
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.questions.names import LONGEST_ID, Names, folded, free_id, id_of, tag_titles, with_ids
from studypack.questions.selection import Criteria, select

from tests.making import authored, chapter_html, make_set, question, write_set

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("name", "derived"),
    [("C++", "cpp"), ("C#", "c-sharp"), ("Größe", "groesse"), ("Gro\u0308ße", "groesse"), ("日本語", "ribenyu"),
     ("Q&A", "q-and-a"), ("Łódź", "lodz"), ("Don't  panic!", "dont-panic"), ("already-an-id", "already-an-id"),
     ("🎉", "tada")],
)  # fmt: skip  # one name, one id
def test_ids_are_what_a_reader_would_write(name: str, derived: str) -> None:
    """Marks that are spoken have words, umlauts two letters, other scripts their transliteration."""
    assert id_of(name) == derived


@given(st.text(min_size=1, max_size=200))
def test_any_name_gives_an_id(name: str) -> None:
    """It has the form and the length of one, and another name gets another one."""
    first = id_of(name)
    second = free_id(name, [first])
    assert KEBAB.fullmatch(first)
    assert KEBAB.fullmatch(second)
    assert max(len(first), len(second)) <= LONGEST_ID
    assert first != second


def test_ids_that_collide_get_a_number() -> None:
    """An id that an author wrote is never given to another name, wherever it is written."""
    made = with_ids(["C++", {"title": "CPP"}, {"id": "cpp", "title": "The first"}])
    assert [entry["id"] for entry in made] == ["cpp-2", "cpp-3", "cpp"]


def test_tags_that_differ_in_spelling_are_one() -> None:
    """Case, spaces and hyphens do not tell tags apart; ids keep their names, and other names get free ids."""
    titles = tag_titles([], ["C++", "cpp", "Load Balancing", "load-balancing", "LOAD_BALANCING"])
    assert titles == {"cpp": "cpp", "cpp-2": "C++", "load-balancing": "Load Balancing"}


def test_a_name_is_found_in_any_spelling() -> None:
    """By id, by display name, in any case; what is none stays as it is."""
    names = Names([("groesse", "Größe"), ("b", "A"), ("a", "B")])
    assert [names.find(word) for word in ("groesse", "Größe", "GRÖSSE", "größe", "a", "B", "x")] == [
        "groesse", "groesse", "groesse", "groesse", "a", "b", "x"
    ]  # fmt: skip  # seven words
    assert folded("Two  Words") == folded("two-words")


def _content(**changes: Any) -> dict[str, Any]:
    made = authored(1)
    made |= {
        "topics": ["Größe", {"title": "C++", "summary": "A language."}],
        "levels": ["Junior", {"id": "sr", "title": "Senior (日本語)"}],
        "packs": {"young": {"levels": ["junior"], "topics": ["größe"], "tags": ["C#"]}},
        "questions": [
            question(0, "größe", level="Junior", tags=["C#", "odd"]),
            question(1, "cpp", level="Senior (日本語)", tags=["Odd"]),
        ],
    }
    return made | changes


@pytest.fixture
def made(tmp_path: Path) -> QuestionSet:
    """Return a set whose topics, levels and tags are named in words."""
    return make_set(tmp_path, _content())


def test_a_loaded_set_has_ids(made: QuestionSet) -> None:
    """Questions and saved packs refer by id; display names are the header's."""
    assert [(q.topic, q.level, q.tags) for q in made.questions] == [
        ("groesse", "junior", ("c-sharp", "odd")),
        ("cpp", "sr", ("odd",)),
    ]
    assert [topic.title for topic in made.topics] == ["Größe", "C++"]
    assert made.header.level_titles == {"junior": "Junior", "sr": "Senior (日本語)"}
    assert made.header.tag_titles["c-sharp"] == "C#"
    assert select(made, Criteria(packs=("young",))).questions == made.questions[:1]


@pytest.mark.parametrize(
    "criteria",
    [Criteria(topics=("GRÖSSE",)), Criteria(topics=("groesse",)), Criteria(levels=("JUNIOR",)), Criteria(tags=("c#",)),
     Criteria(tags=("C-Sharp",)), Criteria(not_topics=("c++",)), Criteria(not_ids=("question-1",))],
    ids=str,
)  # fmt: skip  # one way each
def test_selections_take_names_and_ids(made: QuestionSet, criteria: Criteria) -> None:
    """Whatever the case."""
    assert [q.id for q in select(made, criteria).questions] == ["question-0"]


def test_a_folder_is_named_by_ids(made: QuestionSet) -> None:
    """The same selection has the same folder, however it was written."""
    slugs = {select(made, Criteria(topics=(word,))).subset for word in ("Größe", "groesse", "grösse")}
    (subset,) = slugs
    assert subset is not None
    assert (subset.slug, subset.title) == ("groesse", "Größe")


def test_products_show_names_and_anki_files_ids(made: QuestionSet) -> None:
    """The handbook and its index have the display names; Anki's tags have no spaces."""
    html = chapter_html(made)
    assert "Junior · C#, odd" in html
    assert "Senior (日本語)" in html
    numbers = {q.id: 1 for q in made.questions}
    assert [title for title, _ in index_values(made, numbers)["tags"]] == ["C#", "odd"]
    first, second = notes_of(made)
    assert set(first.tags) == {"set::made", "topic::groesse", "level::junior", "c-sharp", "odd"}
    assert second.fields["Level"] == "Senior (日本語)"


def test_an_unknown_name_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    """Of a topic and of a level, in a question and in a saved pack, with its place."""
    content = _content(packs={"young": {"levels": ["core"]}})
    content["questions"][0] |= {"topic": "Grösze", "level": "Juniro"}
    with pytest.raises(ContentError) as caught:
        load(write_set(tmp_path / "made.yaml", content))
    assert [(problem.what, problem.why) for problem in caught.value.diagnostics] == [
        ('unknown topic "Grösze"', "the set has Größe, C++"),
        ('unknown level "Juniro"', "the set has junior, sr"),
        ('unknown level "core"', "the set has junior, sr"),
    ]
    with pytest.raises(SelectionError, match=r'there are Größe, C\+\+; did you mean "Größe"\?'):
        select(make_set(tmp_path, _content()), Criteria(topics=("Grösze",)))


def test_levels_of_a_language_have_its_names(tmp_path: Path) -> None:
    """Without levels of its own a set has three, which its language names; both words count."""
    content = authored(2, language="de")
    content["questions"][0]["level"] = "Grundlagen"
    whole = make_set(tmp_path, content)
    assert [q.level for q in whole.questions] == ["core", "intermediate"]
    assert len(select(whole, Criteria(levels=("aufbau",))).questions) == 1


def test_a_set_has_its_own_labels(tmp_path: Path) -> None:
    """They stand in print and on cards in place of the program's words, whatever characters they hold."""
    labels = {"guidance": 'What\'s "right" <here>;', "answer": "Lösung", "sources": "Read"}
    whole = make_set(tmp_path, _content(labels=labels))
    html = chapter_html(whole)
    assert '<h3 class="label">Lösung</h3>' in html
    style = notes_of(whole)[0].values()[7]
    assert style.startswith("--sp-answer: 'Lösung';--sp-guidance: 'What")
    assert not set('<>&"') & set(style)
    assert style.count("'") == 6
    assert whole.header.words["sources_of"] == "Read"
    assert whole.header.words["sources"] == "Sources"


def test_a_wrong_label_is_told(tmp_path: Path) -> None:
    """A key that no section has is answered with those that are there."""
    with pytest.raises(ContentError, match='unknown key "guidances", a set of labels has answer, guidance'):
        load(write_set(tmp_path / "made.yaml", _content(labels={"guidances": "x"})))


def test_a_name_that_is_there_twice_is_told(tmp_path: Path) -> None:
    """In a list of names alone nothing tells two that are alike apart."""
    with pytest.raises(ContentError, match='level "junior" is there twice; delete one of them, or rename it'):
        load(write_set(tmp_path / "made.yaml", _content(levels=["Junior", "Senior (日本語)", "junior"])))
