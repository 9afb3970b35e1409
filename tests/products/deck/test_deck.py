"""The deck, imported into Anki's own engine: what it holds, and what authors' texts cannot do to it."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from studypack.anki.card_fonts import font_media
from studypack.anki.card_style import card_css
from studypack.anki.identity import deck_name, media_name
from studypack.anki.note_types import NOTE_TYPES
from studypack.anki.notes import _exhibits as original
from studypack.anki.notes import notes_of
from studypack.errors import BuildError
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select

from tests import anki_reading as anki
from tests.making import only, proved, question
from tests.products.deck.making import DAY, SVG, T0, Made, content, loader, rendered


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return a function that loads a set from authored content."""
    return loader(tmp_path)


def test_notes_cards_decks_and_tags_arrive(made: Made, tmp_path: Path) -> None:
    """A note for each question, card and term; a subdeck for each topic; tags for set, topic, level and the rest."""
    deck = rendered(made())
    with anki.profile(tmp_path / "anki") as collection:
        assert anki.import_deck(collection, deck.content) == anki.Imported(7, 0, 0, 0)
        assert anki.cards_by_deck(collection) == {
            "A made set::Topic 0": 5,
            "A made set::Topic 1": 2,
            "A made set::Glossary": 2,
        }
        assert deck.amount == 9
        note = anki.note_with_id(collection, "made/question-1")
        assert sorted(note.tags) == ["level::intermediate", "odd", "set::made", "topic::topic-0"]
        assert note["Number"] == "Q2"
        assert note.note_type()["name"] == "studypack question"


def test_new_cards_come_in_the_order_of_the_questions(made: Made, tmp_path: Path) -> None:
    """Anki shows new cards by their number, which is that of the handbook."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made()).content)
        cards = sorted((collection.get_card(c) for c in collection.find_cards("")), key=lambda card: card.due)
        numbers = [card.note()["Number"] for card in cards]
        assert numbers == ["Q1", "Q2", "Q2", "Q2", "Q2", "Q3", "Q4", "Q3", "Q3"]


def test_new_cards_come_by_level(made: Made, tmp_path: Path) -> None:
    """With --order level the core questions come first, then as in the handbook; what has no level is last."""
    changed = content()
    del changed["questions"][0]["level"]
    whole = made(changed)
    deck = rendered(whole, options=only("deck", order="level"))
    assert proved("deck", deck.content, whole).problems == ()
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, deck.content)
        cards = sorted((collection.get_card(c) for c in collection.find_cards("")), key=lambda card: card.due)
        order = list(dict.fromkeys((card.note()["Number"], card.note()["Level"]) for card in cards))
        assert order == [("Q4", "core"), ("Q2", "intermediate"), ("Q3", "advanced"), ("Q1", "")]


def test_the_deck_says_what_it_is(made: Made, tmp_path: Path) -> None:
    """The descriptions of the set's deck and its subdecks show edition, author, licence and version as text."""
    changed = content() | {"license": "CC BY 4.0 <b>", "author": "Ada", "edition": "2026.11"}
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made(changed)).content)
        for name in ("A made set", "A made set::Topic 0"):
            about = collection.decks.by_name(name)["desc"]
            assert about.startswith("A made set<br>2026.11<br>Ada<br>CC BY 4.0 &lt;b&gt;<br>made · studypack ")


def test_fonts_travel_and_are_kept(made: Made, tmp_path: Path) -> None:
    """Each font that the style sheet names is among the media, and Anki does not treat it as unused."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made()).content)
        named = set(re.findall(r"url\('([^']+)'\)", card_css()))
        assert named == set(font_media())
        folder = Path(collection.media.dir())
        assert all((folder / name).read_bytes() == font_media()[name] for name in named)
        assert collection.media.check().unused == []


def test_words_are_those_of_the_sets_language(made: Made, tmp_path: Path) -> None:
    """Level, glossary and its deck are in it; the language of a side chooses its labels in the style sheet."""
    changed = content() | {"language": "de-AT"}
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made(changed)).content)
        assert "A made set::Glossar" in anki.cards_by_deck(collection)
        note = anki.note_with_id(collection, "made/question-1")
        assert (note["Level"], note["Language"], note["Direction"]) == ("Aufbau", "de-AT", "ltr")
        assert '<div class="sp-card mathjax_ignore" lang="de-AT" dir="ltr" style="">' in note.cards()[0].answer()
    assert ':lang(de) .sp-say-answer::before { content: var(--sp-answer, "Antwort") }' in card_css()
    assert '\n.sp-say-answer::before { content: var(--sp-answer, "Answer") }' in card_css()


def test_every_label_has_its_words() -> None:
    """Each label of a side is a class of the style sheet, so that none is empty."""
    said = {name for kind in NOTE_TYPES for side in kind.sides() for name in re.findall(r"sp-say-[\w-]+", str(side))}
    assert len(said) == 11
    assert all(f"\n.{name}::before" in card_css() for name in said)


def _field(whole: QuestionSet, key: str, name: str) -> str:
    return next(note.fields[name] for note in notes_of(whole) if note.key == key)


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (4, 4), (5, 3), (8, 3)])
def test_key_points_can_be_graded(made: Made, count: int, shown: int) -> None:
    """Each point has a box to tick; three are shown and the others fold out; the score knows how many there are."""
    changed = content()
    changed["questions"][0]["key_points"] = [f"Point {n}." for n in range(1, count + 1)]
    html = _field(made(changed), "question-0", "Key Points")
    points = re.findall(r'<li><label><input type="checkbox"><span>Point (\d)\.</span></label></li>', html)
    assert points == [str(n) for n in range(1, count + 1)]
    open_list, _, folded = html.partition("<details")
    assert open_list.count("<li>") == shown
    assert (f'data-count="{count - shown}"></summary><ol start="{shown + 1}">' in folded) == (count > shown)
    assert (f'<div class="sp-score">/{count}</div>' in html) == (count > 1)


def _asking_for(kind: str, **question: Any) -> dict[str, Any]:
    """Return a set with a card that asks for the exhibit of a kind; an answer is optional."""
    changed = content()
    for exhibit in changed["questions"][1]["exhibits"]:
        exhibit.update({"id": "asked"} if kind in exhibit else {})
    changed["questions"][1] |= {
        "cards": [{"id": "draw", "front": "Draw it.", "back": "Like this.", "draw": "asked"}],
        **question,
    }
    return changed


@pytest.mark.parametrize("kind", ["table", "figure", "listing"])
@pytest.mark.parametrize("answer", ["An answer.", None])
def test_an_exhibit_can_be_asked_for(made: Made, tmp_path: Path, kind: str, answer: str | None) -> None:
    """The front says that paper is needed, the back shows the exhibit, a tag finds the card; the proof holds."""
    whole = made(_asking_for(kind, answer=answer))
    deck = rendered(whole)
    assert proved("deck", deck, whole).problems == ()
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, deck.content)
        (card,) = [collection.get_card(number) for number in collection.find_cards("tag:card::draw")]
        front, back = card.render_output().question_text, card.render_output().answer_text
        assert card.note()["Id"] == "made/question-1/draw"
    assert "sp-say-draw" in front
    assert "sp-exhibit" not in front
    assert {"table": "<table", "figure": "<img", "listing": "<pre"}[kind] in back


def test_a_card_without_its_exhibit_is_noticed(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof claims the exhibit of a card besides that of the question."""
    monkeypatch.setattr(
        "studypack.anki.notes._exhibits", lambda whole, shown: "" if len(shown) == 1 else original(whole, shown)
    )
    whole = made(_asking_for("figure"))
    (problem,) = proved("deck", rendered(whole), whole).problems
    assert problem.what == 'the deck is missing "A box"'


def test_backs_name_where_their_card_comes_from(made: Made, tmp_path: Path) -> None:
    """Fact, cloze and term: number and question of the handbook, its sources with links, and the card's id."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made()).content)
        for key in ("question-1/cost", "question-1/cloze:gap"):
            back = anki.note_with_id(collection, f"made/{key}").cards()[0].answer()
            assert '<b class="sp-number">Q2</b> What would you say about matter 1' in back
            assert '<a href="https://example.org/standard">A standard</a>, §4, 2020' in back
            assert f'<div class="sp-id">made/{key}</div>' in back
        back = anki.note_with_id(collection, "made/term:lock").cards()[0].answer()
        assert '<b class="sp-number">Q3</b> What would you say about matter 2' in back


def test_every_side_renders(made: Made, tmp_path: Path) -> None:
    """Each card has a front and a back with its number, the topic and the set, and nothing unresolved."""
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made()).content)
        numbers = collection.find_cards("")
        assert len(numbers) == 9
        for number in numbers:
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
        anki.import_deck(collection, rendered(made()).content)
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
    changed = content()
    changed["questions"][0] = question(0, "topic-0", answer=f"`{hostile}`", question=f"Is {hostile} shown?")
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made(changed)).content)
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
    changed = content()
    changed["questions"][1]["cards"] = [{"id": "gap", "cloze": text}]
    deck = rendered(made(changed))
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, deck.content)
        note = anki.note_with_id(collection, "made/question-1/cloze:gap")
        assert len(note.cards()) == cards
        assert len(collection.find_cards("")) == deck.amount
        assert all("cloze" in card.render_output().question_text for card in note.cards())


def test_a_gap_ends_with_the_last_braces(made: Made, tmp_path: Path) -> None:
    """Braces of the text before the two that end a gap are asked with it, and none is left over beside it."""
    changed = content()
    text = "It is {{c1::map[string]struct{}}}, `{{c2::{x}}}` and {{c3::{{c4::f{}}}}}."
    changed["questions"][1]["cards"] = [{"id": "gap", "cloze": text}]
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made(changed)).content)
        cards = anki.note_with_id(collection, "made/question-1/cloze:gap").cards()
        fronts = [lxml.html.fromstring(card.question()).text_content() for card in cards]
        backs = [lxml.html.fromstring(card.answer()).text_content() for card in cards]
    whole = "It is map[string]struct{}, {x} and f{}."
    asked = ["map[string]struct{}", "{x}", "f{}", "f{}"]
    for front, back, words in zip(fronts, backs, asked, strict=True):
        assert whole in back
        assert whole.replace(words, "[...]") in front


def test_same_notes_give_the_same_bytes(made: Made) -> None:
    """A deck built again a day later, with its state, is the same file; its zip has no clock in it."""
    whole = made()
    first = rendered(whole)
    assert rendered(whole, first.state, T0 + DAY).content == first.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_package_is_the_smallest_that_says_it(made: Made) -> None:
    """Media have unique names and each is shown by a card of the selection or is a font."""
    two = made()
    shadow = replace(two, files={**two.files, "other/box.svg": SVG + b" "})
    part = select(shadow, Criteria(ids=("Q1",)))
    with zipfile.ZipFile(io.BytesIO(rendered(part, whole=shadow).content)) as archive:
        assert set(json.loads(archive.read("media")).values()) == set(font_media())
    assert media_name(SVG) != media_name(SVG + b" ")


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"front": "[a]: http://x.example", "back": "B"}, 'the front of "question-1/empty" has no visible text'),
        ({"front": "A", "back": "&nbsp;"}, 'the back of "question-1/empty" has no visible text'),
        ({"cloze": "`{{c0::a}}`"}, 'the cloze card "empty" has no gap'),
    ],
)
def test_no_card_is_empty(made: Made, card: dict[str, str], said: str) -> None:
    """Markdown that shows nothing is refused with the question's place: Anki would show an empty card."""
    changed = content()
    changed["questions"][1]["cards"] = [{"id": "empty"} | card]
    with pytest.raises(BuildError) as caught:
        rendered(made(changed))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.what == said
    assert diagnostic.where is not None


def test_gaps_are_gaps_in_cloze_texts_only(made: Made, tmp_path: Path) -> None:
    """Everywhere else `{{c1::` is text, and makes no card."""
    changed = content()
    changed["questions"][1]["question"] = "What is `{{c2::this}}`?"  # it is the context of the cloze card
    changed["questions"][1]["cards"] = [
        {"id": "gap", "cloze": "A {{c1::gap}}."},
        {"id": "fact", "front": "{{c3::x}}", "back": "{{{{c1::y}}}}"},
    ]
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made(changed)).content)
        assert len(anki.note_with_id(collection, "made/question-1/cloze:gap").cards()) == 1
        fact = anki.note_with_id(collection, "made/question-1/fact")
        assert (fact["Front"], fact["Back"]) == ("<p>{&#123;c3::x}}</p>", "<p>{{{&#123;c1::y}}}}</p>")
        assert "{&#123;c3::x}}" in fact.cards()[0].question()


def test_nothing_is_left_on_the_disk(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deck is made in memory; genanki alone writes by way of temporary files that it leaves behind."""
    whole = made()

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file")

    for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert rendered(whole).amount == 9


def test_terms_can_be_learnt_in_one_direction(made: Made, tmp_path: Path) -> None:
    """The search of docs/anki.md finds the card from definition to term, and no other."""
    (search,) = re.findall(r'`(card:"[^`]+)`', (Path(__file__).parents[3] / "docs" / "anki.md").read_text("utf-8"))
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, rendered(made()).content)
        (found,) = [collection.get_card(number) for number in collection.find_cards(search)]
        assert (found.note()["Id"], found.ord) == ("made/term:lock", 1)


def test_changes_are_told(made: Made) -> None:
    """The build reports what a re-import does, and how to find removed questions in Anki."""
    first = rendered(made())
    changed = content()
    changed["questions"][0]["answer"] = "Other words."
    del changed["questions"][3]
    changed["questions"].append(question(8, "topic-1", question="Is this another matter?"))
    (remark,) = rendered(made(changed), first.state, T0 + DAY).news
    assert remark == '1 added, 1 changed, 1 retired (in Anki, search: "Id:made/question-3")'


def test_proof_fails_for_a_dropped_note_and_a_swapped_one(made: Made) -> None:
    """`verify` finds a missing question, one that was not selected, and one out of order."""
    whole = made()
    three = select(whole, Criteria(not_ids=("Q2",)))
    deck = rendered(three, whole=whole).content
    said = [p.what for p in proved("deck", deck, whole).problems]
    assert len(said) == 1
    assert 'the deck is missing "Q2 What would you say' in said[0]
    everything = rendered(whole).content
    said = [p.what for p in proved("deck", everything, three).problems]
    assert said == ['the deck contains "question-1"']
    swapped = replace(three, questions=tuple(replace_number(q) for q in three.questions))
    said = [p.what for p in proved("deck", deck, swapped).problems]
    assert 'the deck is missing "Q8"' in said


def replace_number(question: Any) -> Any:
    """Return the question with another number, unless it is the first."""
    return question.model_copy(update={"number": 8}) if question.number == 3 else question


def test_note_types_are_frozen() -> None:
    """Ids, names, fields, templates and their order are those of the first release: Anki clones what differs."""
    spare = ("Spare 1", "Spare 2", "Spare 3", "Spare 4")
    place = ("Id", "Number", "Set", "Topic", "Level", "Language", "Direction", "Labels")
    assert [(kind.id, kind.name, kind.fields, kind.templates) for kind in NOTE_TYPES] == [
        (1765843211, "studypack question",
         (*place, "Question", "Choices", "Solution", "Takeaway", "Key Points", "Answer", "Guidance", "Exhibits",
          "Pitfalls", "Follow-ups", "Sources", *spare), ("Question",)),
        (1765843212, "studypack fact", (*place, "Front", "Back", "Exhibit", "Context", "Sources", *spare), ("Fact",)),
        (1765843213, "studypack cloze", (*place, "Text", "Extra", "Context", "Sources", *spare), ("Cloze",)),
        (1765843214, "studypack term", (*place, "Term", "Definition", "Context", "Sources", *spare),
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
