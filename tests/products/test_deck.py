"""The deck, imported into Anki's own engine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.deck_state import DeckState
from generator.model import QuestionSet
from generator.note_types import NOTE_TYPES, card_css
from generator.products.base import PackContext, Rendered
from generator.products.deck import Deck, deck_name
from generator.selection import Criteria, select
from generator.verify import claims, prove
from tests import anki_reading as anki
from tests.making import authored, make_set, question

TABLE = "| Name | Cost |\n|---|---|\n| hash table | O(1) |"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt"><rect width="10" height="10"/></svg>'
DAY = 86_400
T0 = 1_700_000_000

Made = Callable[..., QuestionSet]


def _content() -> dict[str, Any]:
    content = authored(4, per_topic=2)
    content["questions"][1] |= {
        "guidance": "Say `why` first.",
        "exhibits": [
            {"table": TABLE, "caption": "What things cost"},
            {"figure": "figures/box.svg", "alt": "a box", "caption": "A box"},
            {"listing": "listings/count.py", "caption": "A counter"},
        ],
        "pitfalls": ["Saying nothing; say something."],
        "follow_ups": [{"question": "And then?", "answer": "Then this."}],
        "sources": [{"title": "A standard", "where": "§4", "year": 2020, "url": "https://example.org/standard"}],
        "cards": [
            {"id": "cost", "front": "What does a look-up cost?", "back": "O(1), *expected*."},
            {"id": "gap", "cloze": "A mutex has {{c1::one}} owner and {{c2::no}} permits."},
        ],
    }
    content["glossary"] = [{"id": "lock", "term": "Lock", "definition": "A guard.", "question": "question-2"}]
    return content


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return a function that loads a set with two files from authored content."""

    def load(content: dict[str, Any] | None = None) -> QuestionSet:
        (tmp_path / "figures").mkdir(exist_ok=True)
        (tmp_path / "figures" / "box.svg").write_bytes(SVG)
        (tmp_path / "listings").mkdir(exist_ok=True)
        (tmp_path / "listings" / "count.py").write_text("count = 1  # one\n", "utf-8")
        return make_set(tmp_path, content or _content())

    return load


def _render(selected: QuestionSet, state: DeckState | None = None, now: int = T0, **context: Any) -> Rendered:
    whole = context.get("whole", selected)
    return Deck().render(PackContext(selected, whole, deck_state=state or DeckState(), now=now))


def test_notes_cards_decks_and_tags_arrive(made: Made, tmp_path: Path) -> None:
    """A note for each question, card and term; a subdeck for each topic; tags for set, topic, level and the rest."""
    rendered = _render(made())
    with anki.profile(tmp_path / "anki") as collection:
        assert anki.import_deck(collection, rendered.content) == anki.Imported(7, 0, 0, 0)
        assert anki.cards_by_deck(collection) == {
            "A made set::Topic 0": 5,
            "A made set::Topic 1": 2,
            "A made set::Glossary": 2,
        }
        assert rendered.amount == 9
        note = anki.note_with_id(collection, "made/question-1")
        assert sorted(note.tags) == ["level::intermediate", "odd", "set::made", "topic::topic-0"]
        assert note["Number"] == "Q2"
        assert note.note_type()["name"] == "studypack question"


def test_second_import_changes_nothing(made: Made, tmp_path: Path) -> None:
    """The same deck twice: every note is found, none is touched, no schedule moves."""
    rendered = _render(made())
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered.content)
        anki.review_all(collection)
        before = anki.schedule(collection)
        times = [collection.get_note(n).mod for n in collection.find_notes("")]
        assert anki.import_deck(collection, rendered.content) == anki.Imported(0, 0, 7, 0)
        assert anki.schedule(collection) == before
        assert [collection.get_note(n).mod for n in collection.find_notes("")] == times


def test_a_reworded_answer_updates_exactly_that_note(made: Made, tmp_path: Path) -> None:
    """The new words arrive, the schedule stays, no other note is touched."""
    first = _render(made())
    content = _content()
    content["questions"][2]["answer"] = "An answer in other words."
    second = _render(made(content), first.deck_state, T0 + DAY)
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, first.content)
        anki.review_all(collection)
        before = anki.schedule(collection)
        assert anki.import_deck(collection, second.content) == anki.Imported(0, 1, 6, 0)
        assert "in other words" in anki.note_with_id(collection, "made/question-2")["Answer"]
        assert anki.schedule(collection) == before


def test_parts_and_the_whole_merge(made: Made, tmp_path: Path) -> None:
    """Two overlapping subsets, then the whole set: no duplicate, no conflict, cards in the same decks."""
    whole = made()
    state = _render(whole).deck_state
    part_1 = select(whole, Criteria(topics=("topic-0",)))
    part_2 = select(whole, Criteria(ids=("Q2", "Q3")))
    with anki.profile(tmp_path / "anki") as collection:
        assert anki.import_deck(collection, _render(part_1, state, whole=whole).content).new == 4
        assert anki.import_deck(collection, _render(part_2, state, whole=whole).content) == anki.Imported(2, 0, 3, 0)
        assert anki.import_deck(collection, _render(whole, state).content) == anki.Imported(1, 0, 6, 0)
        merged = anki.cards_by_deck(collection)
    with anki.profile(tmp_path / "other") as collection:
        anki.import_deck(collection, _render(whole, state).content)
        assert anki.cards_by_deck(collection) == merged


def test_new_cards_come_in_the_order_of_the_questions(made: Made, tmp_path: Path) -> None:
    """Anki shows new cards by their number, which is that of the handbook."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, _render(made()).content)
        cards = sorted((collection.get_card(c) for c in collection.find_cards("")), key=lambda card: card.due)
        numbers = [card.note()["Number"] for card in cards]
        assert numbers == ["Q1", "Q2", "Q2", "Q2", "Q2", "Q3", "Q4", "Q3", "Q3"]


def test_every_side_renders(made: Made, tmp_path: Path) -> None:
    """Each card has a front and a back with its number, the topic and the set, and nothing unresolved."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, _render(made()).content)
        for number in collection.find_cards(""):
            card = collection.get_card(number)
            output = card.render_output()
            assert card.note()["Number"] in output.question_text
            assert "A made set" in output.answer_text
            for side in (output.question_text, output.answer_text):
                assert "{{" not in side
                assert "Spare" not in side
            assert output.question_text != output.answer_text


def test_figures_travel_as_media_and_are_shown(made: Made, tmp_path: Path) -> None:
    """The figure's file is in the media folder under a hashed name, which the card shows."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, _render(made()).content)
        shown = re.findall(r'<img src="([^"]+)"', anki.note_with_id(collection, "made/question-1")["Exhibits"])
        assert len(shown) == 1
        assert re.fullmatch(r"studypack-[0-9a-f]{16}\.svg", shown[0])
        assert (Path(collection.media.dir()) / shown[0]).read_bytes() == SVG
        assert collection.media.check().missing == []


def test_text_that_anki_acts_upon_stays_text(made: Made, tmp_path: Path) -> None:
    """Field marks, gaps, sounds, LaTeX, MathJax and HTML of an author's text are shown as written."""
    hostile = (
        r"{{FrontSide}} {{c1::gap}} [sound:x.mp3] [latex]x[/latex] \(x\) <b>bold</b> [anki:play:q:0] [[type:Front]]"
    )
    content = _content()
    content["questions"][0] = question(0, "topic-0", answer=f"`{hostile}`", question=f"Is {hostile} shown?")
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, _render(made(content)).content)
        note = anki.note_with_id(collection, "made/question-0")
        (card,) = note.cards()
        answer = card.render_output().answer_text
        for literal in ("FrontSide}}", "c1::gap", "&#91;sound:x.mp3]", "&#91;latex]", "&lt;b&gt;bold"):
            assert literal in answer
        assert card.answer_av_tags() == []
        assert card.question_av_tags() == []


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("a {{c1::b}} c", 1),
        ("`{{c1::a}}` and {{c2::`b`}}", 2),
        ("{{c1::a {{c2::b}}}}", 2),
        ("{{c3::a::hint}}", 1),
        ("`f({{c1::x}})` is {{c1::y}}", 1),
    ],
)
def test_clozes_make_the_cards_that_anki_finds(made: Made, tmp_path: Path, text: str, cards: int) -> None:
    """Our count of cards is that of Anki, also with gaps in code, in gaps and with hints."""
    content = _content()
    content["questions"][1]["cards"] = [{"id": "gap", "cloze": text}]
    rendered = _render(made(content))
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered.content)
        note = anki.note_with_id(collection, "made/question-1/cloze:gap")
        assert len(note.cards()) == cards
        assert len(collection.find_cards("")) == rendered.amount
        assert all("cloze" in card.render_output().question_text for card in note.cards())


def test_same_notes_give_the_same_bytes(made: Made) -> None:
    """A deck built again a day later, with its state, is the same file; its zip has no clock in it."""
    whole = made()
    first = _render(whole)
    assert _render(whole, first.deck_state, T0 + DAY).content == first.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_changes_are_told(made: Made) -> None:
    """The build says what a re-import does, and how to find in Anki what is gone from the set."""
    first = _render(made())
    content = _content()
    content["questions"][0]["answer"] = "Other words."
    del content["questions"][3]
    content["questions"].append(question(8, "topic-1"))
    (remark,) = _render(made(content), first.deck_state, T0 + DAY).remarks
    assert remark == (
        "notes since the last build: 1 added, 1 changed; "
        '1 retired, which Anki keeps; search it for "Id:made/question-3"'
    )


def test_proof_fails_for_a_dropped_note_and_a_swapped_one(made: Made) -> None:
    """`verify` finds a question that lacks, one that was not selected, and one that changed places."""
    whole = made()
    three = select(whole, Criteria(not_ids=("Q2",)))
    rendered = _render(three, whole=whole).content
    said = [p.what for p in prove("deck", rendered, claims("deck", whole.questions, whole.files)).problems]
    assert len(said) == 1
    assert 'the deck lacks "Q2 What would you say' in said[0]
    everything = _render(whole).content
    said = [p.what for p in prove("deck", everything, claims("deck", three.questions, {})).problems]
    assert said == ['the deck holds "Q2 question-1"']
    swapped = [replace_number(q) for q in three.questions]
    said = [p.what for p in prove("deck", rendered, claims("deck", swapped, {})).problems]
    assert 'the deck lacks "Q8"' in said


def replace_number(question: Any) -> Any:
    """Return the question with another number, unless it is the first."""
    return question.model_copy(update={"number": 8}) if question.number == 3 else question


def test_note_types_are_frozen() -> None:
    """Ids, names, fields, templates and their order are those of the first release: Anki clones what differs."""
    spare = ("Spare 1", "Spare 2", "Spare 3", "Spare 4")
    place = ("Id", "Number", "Set", "Topic", "Level")
    assert [(kind.id, kind.name, kind.fields, kind.templates) for kind in NOTE_TYPES] == [
        (1765843201, "studypack question",
         (*place, "Question", "Takeaway", "Key Points", "Answer", "Guidance", "Exhibits", "Pitfalls", "Follow-ups",
          "Sources", *spare), ("Question",)),
        (1765843202, "studypack fact", (*place, "Front", "Back", "Context", *spare), ("Fact",)),
        (1765843203, "studypack cloze", (*place, "Text", "Extra", "Context", *spare), ("Cloze",)),
        (1765843204, "studypack term", (*place, "Term", "Definition", "Context", *spare),
         ("Term to definition", "Definition to term")),
    ]  # fmt: skip  # one note type, one glance


def test_deck_names_hold_no_separator_of_their_own() -> None:
    """`::` in a title does not open a deeper deck."""
    assert deck_name("C++: std::move", "A::B:") == "C++: std:move::A:B"


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("night", [False, True])
def test_text_and_code_are_readable_by_day_and_by_night(night: bool) -> None:
    """Every text colour has a contrast of 4.5 : 1 or more on the page and on the tint (WCAG 2.2, 1.4.3)."""
    day: dict[str, str] = {}
    dark: dict[str, str] = {}
    for selector, body in re.findall(r"^(\.[^{]+)\{([^}]*)\}", card_css(), re.MULTILINE):
        found = dict(re.findall(r"(--sp-[\w-]+): (#[0-9a-f]{6})", body))
        (dark if "nightMode" in selector else day).update(found)
    assert set(day) == set(dark)
    colours = dark if night else day
    for name in ("ink", "quiet", "accent", "code-key", "code-quiet", "code-text", "code-name"):
        for ground in ("page", "tint"):
            lights = sorted(_luminance(colours[f"--sp-{key}"]) for key in (name, ground))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (name, ground)


def test_two_sets_with_equal_ids_do_not_meet(made: Made, tmp_path: Path) -> None:
    """Another set with the same question ids brings notes of its own."""
    first = made()
    second = replace(first, id="other")
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, _render(first).content)
        assert anki.import_deck(collection, _render(second).content).new == 7
