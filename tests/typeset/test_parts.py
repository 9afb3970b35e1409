"""Parts: what makes two parts equal, and how pages that an exhibit would leave nearly empty are filled."""

from __future__ import annotations

import dataclasses
import pickle
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE
from studypack.digest import digest
from studypack.errors import Location
from studypack.questions.content import content_of
from studypack.questions.model import QuestionSet
from studypack.typeset.geometry import Paper
from studypack.typeset.joints import Joint
from studypack.typeset.layout import POINTS_PER_PIXEL, filled, write
from studypack.typeset.parts import THIN, PartJob, without_cards
from studypack.typeset.themes import Theme

from tests import pdf_reading as read
from tests.making import authored, make_set, question, sentence

SHEETS = ("themes/print.css", "themes/code.css", "handbook/handbook.css", "handbook/page.css.j2")
VALUES = {
    "terms": {},
    "answers": "inline",
    "listed": [],
    "blocks": [("inline", "question-0")],
    "behind": "question-0",
    "page": Paper.A4.page.values(simplex=False),
    "look": {"large": False},
}
TALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120mm" height="200mm" viewBox="0 0 120 200">'
    '<path d="M1 1h118v198h-118z"/></svg>'
)
CODE = "".join(f"line{number}{',' * 80}\n" for number in range(1, 26))
"""A listing whose lines need two each, which is more than half a page though it has few."""


def _job(folder: Path, **changes: Any) -> PartJob:
    """Return the job of a chapter that contains one question."""
    content = authored(1)
    made = question(0, "topic-0", **changes)
    content["questions"] = [{key: value for key, value in made.items() if value is not None}]
    folder.mkdir(exist_ok=True)
    (folder / "tall.svg").write_text(TALL, "utf-8")
    (folder / "code.py").write_text(CODE, "utf-8")
    return PartJob("handbook/chapter.html.j2", SHEETS, make_set(folder, content), VALUES)


@pytest.fixture
def job(tmp_path: Path) -> PartJob:
    return _job(tmp_path)


def _other(question_set: QuestionSet, **changes: Any) -> QuestionSet:
    """Return the set with a changed first question."""
    first, *rest = question_set.questions
    return dataclasses.replace(question_set, questions=(first.model_copy(update=changes), *rest))


def test_whatever_pages_depend_on_makes_another_part(job: PartJob) -> None:
    """A change of template, sheets or their order, content, files, values, rules, theme or tags makes another part."""
    content = job.question_set
    others: list[dict[str, Any]] = [
        {"template": "handbook/notes.html.j2"},
        {"sheets": SHEETS[:3]},
        {"sheets": SHEETS[::-1]},
        {"question_set": _other(content, answer="Another.")},
        {"question_set": _other(content, number=7)},
        {"question_set": dataclasses.replace(content, files={"x.svg": b"a"})},
        {"question_set": dataclasses.replace(content, files={"x.svg": b"b"})},
        {"question_set": dataclasses.replace(content, header=content.header.model_copy(update={"language": "de"}))},
        {"values": VALUES | {"number": 2}},
        {"values": VALUES | {"page": Paper.A4.page.values(simplex=True)}},
        {"rules": "p { color: red }"},
        {"theme": Theme("", {"theme.css": "p { }"})},
        {"tagged": False},
        {"items": ("question-0",)},
        {"joint": Joint(1)},
    ]
    hashes = [digest(*dataclasses.replace(job, **other).inputs()) for other in others]
    assert len({*hashes, digest(*job.inputs())}) == len(others) + 1


def test_what_pages_do_not_show_leaves_a_part_as_it_is(job: PartJob) -> None:
    """Positions in files, the order of values and a worker's copy do not make another part."""
    moved = dataclasses.replace(job, question_set=_other(job.question_set, where=Location("elsewhere.yaml", 99)))
    turned = dataclasses.replace(job, values=dict(reversed(VALUES.items())))
    assert all(j.inputs() == job.inputs() for j in (moved, turned, pickle.loads(pickle.dumps(job))))
    assert content_of(moved.question_set) == content_of(job.question_set)


def test_print_knows_no_cards(tmp_path: Path) -> None:
    """Cards, and nothing else, are removed from the content of printed parts."""
    job = _job(tmp_path, cards=[{"id": "more", "front": "F", "back": "B"}])
    (bare,) = without_cards(job.question_set.questions)
    assert bare == _other(job.question_set, cards=()).questions[0]
    assert without_cards((bare,))[0] is bare


def test_a_part_is_the_same_after_its_bytes(job: PartJob) -> None:
    """A part that is serialized and read back is unchanged, and other bytes are refused."""
    part = job.run()
    again = job.loads(job.dumps(part))
    assert (again.pdf, again.count, again.warnings) == (part.pdf, part.count, part.warnings)
    assert job.dumps(again) == job.dumps(part) == job.dumps(pickle.loads(pickle.dumps(job)).run())
    assert {name: anchor.page for name, anchor in again.anchors.items()}["question-0"] == 0
    for nonsense in (
        b"",
        b"[]\n",
        b"{}\n",
        b'{"count": 1}\n',
        b"\xff",
        b'{"count": "x", "anchors": {}, "warnings": []}\n',
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - of any kind
            job.loads(nonsense)


def _thin_before(folder: Path, **changes: Any) -> PartJob:
    """Return a chapter in which an exhibit, if it is not moved, leaves the page before it thin."""
    for count in range(14, 60, 2):
        job = _job(folder, key_points=[sentence(n, 14) for n in range(count)], **changes)
        shares = filled(job._laid_out(job.html([], [])))
        if shares[0] >= THIN and any(share < THIN for share in shares[1:-1]):
            return job
    raise AssertionError("no number of key points leaves a thin page")


def _pages(job: PartJob) -> list[str]:
    part = job.run()
    shares = read.filled(part.pdf)
    assert all(share > 1 / 3 for share in shares[:-1]), shares
    return read.page_texts(part.pdf)


def test_an_exhibit_that_leaves_a_page_thin_is_set_later(tmp_path: Path) -> None:
    """A tall figure moves behind the follow-ups, which fill the page, and keeps its number."""
    follow_ups = [{"question": f"And then {n}?", "answer": sentence(n, 60)} for n in range(3)]
    exhibits = [{"figure": "tall.svg", "caption": "A tall figure"}, {"table": "|a|\n|-|\n|b|", "caption": "A table"}]
    job = _thin_before(tmp_path, exhibits=exhibits, follow_ups=follow_ups)
    before = " ".join(read.page_texts(_written(job)))
    after = " ".join(_pages(job))
    assert before.index("Q1.1 A tall figure") < before.index("And then 0?")
    assert after.index("And then 2?") < after.index("Q1.1 A tall figure")
    assert after.index("Q1.2 A table") < after.index("And then 0?")


def _written(job: PartJob) -> bytes:
    """Return the chapter without any correction of thin pages."""
    return write(job._laid_out(job.html([], []))).pdf


def test_a_listing_that_would_still_leave_it_thin_is_broken(tmp_path: Path) -> None:
    """If no text is left to fill the page, a long listing breaks across pages without losing a line."""
    exhibits = [{"listing": "code.py", "caption": "A long listing"}]
    job = _thin_before(tmp_path, exhibits=exhibits, takeaway=None)
    before = [set(_lines(text)) for text in read.page_texts(_written(job))]
    after = [set(_lines(text)) for text in _pages(job)]
    assert max(len(page) for page in before) == 25
    assert sum(bool(page) for page in before) == 1
    assert sum(bool(page) for page in after) == 2
    assert sorted(line for page in after for line in page) == sorted(_lines(CODE))


@pytest.mark.parametrize(("lines", "long"), [(31, False), (32, True)])
def test_a_listing_of_more_than_half_a_page_may_break(lines: int, long: bool, tmp_path: Path) -> None:
    """A shorter one is whole; blank lines, which are half as high, do not count."""
    job = _job(tmp_path, exhibits=[{"listing": "code.py", "caption": "Code"}])
    files = {**job.question_set.files, "code.py": b"x\n\n\n" * lines}
    html = dataclasses.replace(job, question_set=dataclasses.replace(job.question_set, files=files)).html([], [])
    assert ('class="exhibit listing long row"' in html) is long


def test_many_sources_break_rather_than_leave_a_page_thin(tmp_path: Path) -> None:
    """The takeaway stays with the text before it, and the last sources go on on the next page."""
    sources = [{"title": sentence(n, 12)} for n in range(25)]
    follow_ups = [{"question": "And then?", "answer": sentence(1, 10)}]
    job = _thin_before(tmp_path, sources=sources, follow_ups=follow_ups, exhibits=[], takeaway="Remember this.")
    pages = _pages(job)
    (last,) = [n for n, text in enumerate(pages) if "Remember this." in text]
    assert "And then?" in pages[last]
    assert last == len(pages) - 2
    assert sentence(0, 12) in " ".join(pages[last].split())
    assert sentence(24, 12) in " ".join(pages[-1].split())


def test_a_picture_keeps_its_caption_on_its_page(tmp_path: Path) -> None:
    """A picture as tall as a page is a page of its own behind a short answer, with its caption."""
    exhibits = [{"figure": "tall.png", "caption": "A tall picture"}]
    Image.new("L", (1170, 2532)).save(tmp_path / "tall.png")
    job = _job(tmp_path, exhibits=exhibits, answer="So.", key_points=None)
    pdf = job.run().pdf
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = [any(each.type == FPDF_PAGEOBJ_IMAGE for each in page.get_objects()) for page in document]
    assert drawn == ["A tall picture" in text for text in read.page_texts(pdf)] == [False, True]


def _lines(text: str) -> list[str]:
    return re.findall(r"line\d+", text)


@pytest.mark.parametrize(("lines", "pages"), [(186, 5), (200, 6)])
def test_a_short_last_page_is_pulled_back(lines: int, pages: int, tmp_path: Path) -> None:
    """A few lines of a last page come onto the pages before it by a tighter leading; what fills more of it stays."""
    answer = "\n\n".join(sentence(n, 10) for n in range(lines))
    job = _job(tmp_path, answer=answer, key_points=None, takeaway=None)
    assert job.run().count == 6
    assert dataclasses.replace(job, pulled=True).run().count == pages


def test_an_overlay_is_not_laid_out_again(job: PartJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of running heads are always nearly empty, so they are laid out only once."""
    layouts: list[object] = []
    laid_out = PartJob._laid_out

    def counted(self: PartJob, html: str, rules: str) -> Any:
        layouts.append(self)
        return laid_out(self, html, rules)

    monkeypatch.setattr(PartJob, "_laid_out", counted)
    monkeypatch.setattr("studypack.typeset.parts._after_thin_pages", lambda pages, shared: {f"exhibit:{len(layouts)}"})
    dataclasses.replace(job, tagged=False).run()
    assert len(layouts) == 1
    job.run()
    assert len(layouts) == 1 + 4


def test_an_answer_may_break_at_once(job: PartJob, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only exhibits can be moved down first."""
    asked: list[tuple[Sequence[str], Sequence[str]]] = []
    html = PartJob.html

    def noted(self: PartJob, late: Sequence[str], loose: Sequence[str]) -> str:
        asked.append((tuple(late), tuple(loose)))
        return html(self, late, loose)

    waiting = {"exhibit:q:answer", "exhibit:q:1"}
    monkeypatch.setattr(PartJob, "html", noted)
    monkeypatch.setattr("studypack.typeset.parts._after_thin_pages", lambda pages, shared: waiting)
    job.run()
    answer, exhibit = "exhibit:q:answer", "exhibit:q:1"
    assert asked == [((), ()), ((exhibit,), (answer,)), ((exhibit,), (answer, exhibit))]


def test_a_heading_in_an_answer_is_as_large_as_its_text(tmp_path: Path) -> None:
    """However deep it is, and it is closer to what follows than a line."""
    job = _job(tmp_path, answer="One.\n\n#### Note\n\nTwo.")
    job = dataclasses.replace(job, sheets=("themes/markdown.css", *SHEETS))
    (page,) = job._laid_out(job.html([], [])).document.pages

    def boxes(box: Any) -> Iterator[Any]:
        yield box
        for child in getattr(box, "children", ()):
            yield from boxes(child)

    heading = next(box for box in boxes(page._page_box) if box.element_tag == "h6")
    assert heading.style["font_size"] == pytest.approx(10 / POINTS_PER_PIXEL)
    assert 0 < heading.margin_bottom < heading.margin_top < heading.style["font_size"]
