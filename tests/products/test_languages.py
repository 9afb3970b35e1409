"""Sets in other languages: words, marks, direction and mirrored margins on the pages, and a proof that can fail.

Glyphs of Japanese and Arabic come from fonts of the machine, which are not part of the program: without them (Debian:
fonts-dejavu-core, fonts-noto-cjk) the tests that need them are skipped, and say so.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools import subset
from fontTools.ttLib import TTCollection
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.text.languages import language
from studypack.typeset.geometry import Paper
from studypack.typeset.themes import OWN, Theme

from tests import pdf_reading as read
from tests.making import make_set, only, proved

SETS = Path(__file__).parents[1] / "sets"
DEBIAN = Path("/usr/share/fonts")
ARABIC, CJK = DEBIAN / "truetype/dejavu/DejaVuSans.ttf", DEBIAN / "opentype/noto/NotoSansCJK-Regular.ttc"
NEEDED = {"ar": ARABIC, "he": ARABIC, "ja": CJK}
RULES = """
@font-face { font-family: "Theirs"; src: url("theme:theirs.ttf") }
:root { --serif: "Theirs", "Source Serif"; --sans: "Theirs", "Inter"; --display: var(--sans); --mono: "JetBrains Mono", "Theirs" }
"""  # noqa: E501 - style sheets have long lines
HEBREW = {
    "title": "שאלות ראיון",
    "language": "he",
    "topics": [{"id": "t", "title": "מקביליות"}],
    "questions": [
        {
            "id": "deadlock",
            "question": "מתי נוצר קיפאון (deadlock)?",
            "topic": "t",
            "takeaway": 'סדר קבוע של נעילות מונע "המתנה מעגלית".',
            "answer": "שתי פעולות מחכות זו לזו ואף אחת אינה מתקדמת.\n\nהפתרון: `lock_timeout` של 2 שניות, או סדר קבוע.",
            "key_points": ["TCP/IP", "סדר אחד לכל הנעילות", "המתנה מעגלית"],
        },
        {"id": "queue", "question": "מדוע תור ללא גבול מסוכן?", "topic": "t", "answer": "הוא מסתיר את האיחור."},
    ],
}


@cache
def _theme(lang: str) -> Theme:
    """Return a theme with a font of the machine for the language, or skip the test."""
    path = NEEDED[lang]
    if not path.is_file():
        pytest.skip(f"the font {path.name} is not on this machine")
    return Theme(
        "theirs", {"theme.css": RULES}, {"theme:theirs.ttf": _subset(path) if lang == "ja" else path.read_bytes()}
    )


def _subset(collection: Path) -> bytes:
    """Return the collection's first font with no more than the Japanese set needs: it has 20 MB."""
    font = TTCollection(collection).fonts[0]
    cut = subset.Subsetter(subset.Options(layout_features=[]))
    words = (SETS / "ja.yaml").read_text("utf-8") + repr(language("ja"))
    cut.populate(text=words + "0123456789iv")
    cut.subset(font)
    saved = io.BytesIO()
    font.save(saved)
    return saved.getvalue()


@cache
def _set(lang: str) -> QuestionSet:
    return load(SETS / f"{lang}.yaml").question_set


@cache
def _made(lang: str, product: str, paper: Paper = Paper.A4) -> bytes:
    whole = _set(lang)
    rendered = PRODUCTS[product].render(PackContext(whole, whole, only(paper=paper), theme=_theme(lang)))
    assert rendered.warnings == ()
    return rendered.content


@pytest.mark.parametrize(("lang", "product"), [("ar", "handbook"), ("ar", "cheatsheet"), ("ja", "handbook")])
def test_holds_every_question_of_a_set_in_another_script(lang: str, product: str) -> None:
    """All eight questions are proved whole, and in order, in handbook and cheat sheet."""
    proof = proved(product, _made(lang, product), _set(lang))
    assert proof.problems == ()
    assert len(proof.found) == 8


def test_the_pages_speak_the_sets_language() -> None:
    """Labels, titles of parts and quotation marks are Japanese, on the page and in the outline."""
    text = "".join("".join(page.split()) for page in read.page_texts(_made("ja", "handbook")))
    words = language("ja").words
    for key in ("contents", "introduction", "glossary", "answer", "pitfalls", "follow_ups", "notes"):
        assert words[key] in text
    assert "「いちばん簡単」" in text
    assert "Contents" not in text
    titles = [title for _, title in read.outline(_made("ja", "handbook"))]
    assert titles[:3] == [words["introduction"], words["contents"], "並行処理"]


def test_the_document_tells_its_language_and_direction() -> None:
    """An Arabic book opens from the right in a reader; a Japanese one says nothing of it."""
    for lang, direction in (("ar", "/R2L"), ("ja", None)):
        with pikepdf.open(io.BytesIO(_made(lang, "handbook"))) as document:
            assert str(document.Root.Lang) == lang
            found = document.Root.ViewerPreferences.get("/Direction")
            assert (found and str(found)) == direction


def _sides(pdf: bytes, number: int) -> tuple[float, float]:
    """Return the white to the left and to the right of a page's text, below its head, in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[number].render(scale=2).to_pil().convert("L").point(lambda value: 255 * (value < 240))
    scale = 144 / 25.4
    middle = picture.crop((round(11 * scale), round(20 * scale), picture.width - round(11 * scale), picture.height))
    left, _, right, _ = middle.getbbox() or (0, 0, 0, 0)
    return 11 + left / scale, 11 + (middle.width - right) / scale


@pytest.mark.parametrize(("paper", "inner", "outer"), [(Paper.A4, 22, 12), (Paper.LETTER, 24, 15.9)])
def test_margins_are_mirrored_for_a_book_that_is_bound_on_the_right(paper: Paper, inner: float, outer: float) -> None:
    """Odd pages are left-hand pages with the binding on their right; even ones, and pages for notes, the reverse."""
    pdf = _made("ar", "handbook", paper)
    labels = read.page_labels(pdf)
    one, notes = labels.index("1"), labels.index("iv")
    assert _sides(pdf, one) == pytest.approx((outer, inner), abs=0.6)
    assert _sides(pdf, one + 1) == pytest.approx((inner, outer), abs=0.6)
    assert _sides(pdf, notes) == pytest.approx((inner, outer), abs=0.6)


def _thumb_side(pdf: bytes, number: int) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[number].render(scale=1).to_pil().convert("L")
    edge = round(9 / 25.4 * 72)
    dark = {
        "left": picture.crop((0, 0, edge, picture.height)).getextrema()[0] < 128,
        "right": picture.crop((picture.width - edge, 0, picture.width, picture.height)).getextrema()[0] < 128,
    }
    return " ".join(side for side, printed in dark.items() if printed)


def test_thumb_marks_stand_on_the_outer_edge() -> None:
    """The outer edge of an odd page is its left one where text runs from right to left, else its right one."""
    for lang, sides in (("ar", ["left", "right"]), ("ja", ["right", "left"])):
        pdf = _made(lang, "handbook")
        one = read.page_labels(pdf).index("1")
        assert [_thumb_side(pdf, one), _thumb_side(pdf, one + 1)] == sides


def test_code_runs_from_left_to_right_in_an_arabic_book() -> None:
    """The words of a listing and of inline code are in order."""
    with pypdfium2.PdfDocument(_made("ar", "handbook")) as document:
        page = next(p.get_textpage() for p in document if "threading" in p.get_textpage().get_text_range())
        line = page.get_charbox(page.search("threading").get_next()[0])[1]
        left = {word: _left_edge(page, word, line) for word in ("from", "threading", "import", "Thread")}
    assert sorted(left, key=left.__getitem__) == ["from", "threading", "import", "Thread"]


def _left_edge(page: Any, word: str, line: float) -> float:
    """Return the x position, in points, of the first occurrence of a word on the line with this lower edge."""
    found = page.search(word, match_case=True)
    while (place := found.get_next()) is not None:
        left, bottom, *_ = page.get_charbox(place[0])
        if abs(bottom - line) < 6:
            return float(left)
    raise AssertionError(f"{word} is not on the line")


def test_the_first_column_of_an_arabic_sheet_is_the_right_one() -> None:
    """Columns run from right to left, so Q1 is to the right of Q8."""
    with pikepdf.open(io.BytesIO(_made("ar", "cheatsheet"))) as document, document.open_outline() as outline:
        entries: dict[str, Any] = {str(entry.title)[:2]: entry for topic in outline.root for entry in topic.children}
        left = {name: float(entry.destination[2]) for name, entry in entries.items()}
    assert left["Q1"] > left["Q8"] + 100


def _changed(whole: QuestionSet, key: str, **changes: Any) -> QuestionSet:
    questions = (q.model_copy(update=changes) if q.id == key else q for q in whole.questions)
    return replace(whole, questions=tuple(questions))


@pytest.fixture(scope="module")
def hebrew(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return make_set(tmp_path_factory.mktemp("he"), HEBREW)


DROPPED: dict[str, Callable[[QuestionSet], QuestionSet]] = {
    "question": lambda whole: select(whole, Criteria(not_ids=("queue",))),
    "paragraph": lambda whole: _changed(
        whole, "deadlock", answer=(whole.questions[0].answer or "").partition("\n\n")[0]
    ),
    "key point": lambda whole: _changed(whole, "deadlock", key_points=whole.questions[0].key_points[:1]),
    "words that stand elsewhere too": lambda whole: _changed(
        whole, "deadlock", key_points=whole.questions[0].key_points[:2]
    ),
    "Latin key point": lambda whole: _changed(whole, "deadlock", key_points=whole.questions[0].key_points[1:]),
    "takeaway": lambda whole: _changed(whole, "deadlock", takeaway="סדר קבוע של נעילות."),
    "another's answer": lambda whole: _changed(whole, "queue", answer=whole.questions[0].answer),
}


@pytest.mark.parametrize("what", DROPPED)
def test_what_lacks_in_a_hebrew_handbook_is_missed(hebrew: QuestionSet, what: str) -> None:
    """A handbook without one text, or with another's in its place, does not prove the set."""
    lacking = DROPPED[what](hebrew)
    made = PRODUCTS["handbook"].render(PackContext(lacking, hebrew, theme=_theme("he")))
    assert proved("handbook", made, lacking).problems == ()
    assert len(proved("handbook", made, hebrew).problems) == 1


@pytest.mark.parametrize("what", ["question", "takeaway"])
def test_what_lacks_on_a_hebrew_sheet_is_missed(hebrew: QuestionSet, what: str) -> None:
    """A cheat sheet without a question, or with half of a takeaway, does not prove the set."""
    lacking = DROPPED[what](hebrew)
    made = PRODUCTS["cheatsheet"].render(PackContext(lacking, hebrew, theme=_theme("he")))
    assert proved("cheatsheet", made, lacking).problems == ()
    assert len(proved("cheatsheet", made, hebrew).problems) == 1


def test_text_from_left_to_right_is_proved_in_its_order(tmp_path: Path) -> None:
    """Words in another order do not count in a text without a letter from right to left, whatever stands beside it."""
    one = {"id": "q", "question": "Why?", "topic": "t", "answer": "A lock guards every access.\n\nIn Hebrew: שלום."}
    made = make_set(tmp_path, {"title": "S", "topics": [{"id": "t", "title": "T"}], "questions": [one]})
    pdf = PRODUCTS["handbook"].render(PackContext(made, made, theme=_theme("he")))
    assert proved("handbook", pdf, made).problems == ()
    other = _changed(made, "q", answer="Every access guards a lock.\n\nIn Hebrew: שלום.")
    assert len(proved("handbook", pdf, other).problems) == 1


@pytest.mark.parametrize(
    ("lang", "marked"), [("de", "„eins ‚zwei‘“"), ("fr", "«\u202feins “zwei”\u202f»"), ("en", "“eins ‘zwei’”")]
)
def test_quotation_marks_on_the_page_are_those_of_the_language(tmp_path: Path, lang: str, marked: str) -> None:
    """Straight marks that an author types are printed as the language writes them, nested ones too."""
    one = {"id": "q", "question": "Q?", "topic": "t", "answer": "Er sagt \"eins 'zwei'\"."}
    content = {"title": "S", "language": lang, "topics": [{"id": "t", "title": "T"}], "questions": [one]}
    made = make_set(tmp_path, content)
    rendered = PRODUCTS["handbook"].render(PackContext(made, made, theme=OWN))
    assert marked.replace("\u202f", " ") in "".join(read.page_texts(rendered.content)).replace("\u202f", " ")
    assert language(lang).words["answer"].casefold() in "".join(read.page_texts(rendered.content)).casefold()
