"""Long texts are typeset in parts, and a reader cannot see where one ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from studypack.pdf.structure import kids
from studypack.products.handbook import Handbook, flows
from studypack.products.handbook.flows import Flow, Span
from studypack.products.handbook.press import Press
from studypack.products.interface import PackContext, Rendered, run_here
from studypack.questions.files import sizes_of
from studypack.questions.model import QuestionSet
from studypack.shelf import LARGE, Shelved
from studypack.typeset.joints import Joint
from studypack.typeset.layout import Part
from studypack.typeset.parts import UNJOINED, PartJob
from studypack.typeset.themes import OWN, Theme

from tests import pdf_reading as read
from tests.making import authored, make_set, only, proved, sentence

UNEQUAL = Theme("unequal", {"theme.css": ".question:first-of-type .points { padding-top: 40mm }"})
"""A theme whose rules depend on what else is in a part."""


def _set(folder: Path) -> QuestionSet:
    """Return a set of one topic whose questions have a page each, and whose back matter has several."""
    content = authored(6, per_topic=6)
    for number, asked in enumerate(content["questions"]):
        asked["guidance"] = sentence(number, 30)
        asked["follow_ups"] = [{"question": sentence(number, 6), "answer": sentence(number + n, 40)} for n in (1, 2)]
        asked["sources"] = [{"title": sentence(number + n, 8), "url": f"https://example.org/{n}"} for n in range(3)]
        asked["answer"] = f"The lease of [the first](#question-0), and term {number}.\n\n{asked['answer']}"
    content["glossary"] = [
        {"id": f"t{n}", "term": f"Term {n}", "definition": sentence(n, 9 + n % 14)} for n in range(90)
    ]
    return make_set(folder, content)


@dataclass
class Made:
    """A handbook, and the jobs that it was made by."""

    jobs: list[Any] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    rendered: Rendered | None = None

    def submit(self, job: Any) -> Future[Any]:
        """Run a job here, and remember it and its result if it typesets a part."""
        future = run_here(job)
        if isinstance(job, PartJob):
            self.jobs.append(job)
            self.results.append(future.result())
        return future

    @property
    def pdf(self) -> bytes:
        assert self.rendered is not None
        return self.rendered.content


def _made(whole: QuestionSet, theme: Any = OWN, **options: Any) -> Made:
    made = Made()
    made.rendered = Handbook().render(
        PackContext(whole, whole, only("handbook", **options), theme=theme, submit=made.submit)
    )
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return _set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def in_one(whole: QuestionSet) -> Made:
    """Return the handbook with each text in one part."""
    return _made(whole)


@pytest.fixture(scope="module")
def in_parts(whole: QuestionSet) -> Iterator[Made]:
    """Yield the same handbook in parts of some three pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "WEIGHT", 5000)
        yield _made(whole)


def test_every_page_is_that_of_a_single_part(in_one: Made, in_parts: Made) -> None:
    """Texts, running heads, page numbers, contents and index are the same; so are outline, labels and links."""
    assert read.page_texts(in_parts.pdf) == read.page_texts(in_one.pdf)
    assert read.outline(in_parts.pdf) == read.outline(in_one.pdf)
    assert read.page_labels(in_parts.pdf) == read.page_labels(in_one.pdf)
    assert read.links(in_parts.pdf) == read.links(in_one.pdf)


def test_each_text_is_in_several_parts(in_one: Made, in_parts: Made) -> None:
    """Chapter and back matter are; no part has more questions than fit its length, and those that it shares."""
    names = [[job.template for job in made.jobs] for made in (in_one, in_parts)]
    for name, parts in (("chapter", 3), ("back", 2)):
        assert [each.count(f"handbook/{name}.html.j2") > 1 for each in names] == [False, True], name
        assert names[1].count(f"handbook/{name}.html.j2") >= parts
    chapters = [job for job in in_parts.jobs if "chapter" in job.template]
    assert all(len(job.question_set.questions) <= 4 for job in chapters)
    assert any(job.joint.top for job in chapters)


def test_the_structure_tree_is_that_of_a_single_part(in_one: Made, in_parts: Made) -> None:
    """The same elements in the same order, and none of what a part lays out once more for another one."""
    kinds = []
    for made in (in_one, in_parts):
        with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
            kinds.append(list(_kinds(pdf.Root.StructTreeRoot.K[0])))
    assert kinds[0] == kinds[1]


def _kinds(element: Any) -> Iterator[str]:
    yield str(element.S)
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _kinds(kid)


def test_a_book_in_parts_is_proved(whole: QuestionSet, in_parts: Made) -> None:
    """Every question is found whole, in the HTML of its parts and in the file."""
    assert in_parts.rendered is not None
    proof = proved("handbook", in_parts.rendered, whole)
    assert (len(proof.found), proof.problems) == (6, ())


def test_a_theme_by_which_parts_do_not_join(whole: QuestionSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a rule of a theme sets a question in another way where it is continued, the next part begins a new page."""
    monkeypatch.setattr(flows, "WEIGHT", 3500)
    header = whole.header.model_copy(update={"glossary": ()})
    whole = replace(whole, header=header, questions=whole.questions[:4])
    made = _made(whole, UNEQUAL)
    assert made.rendered is not None
    assert UNJOINED in made.results
    assert proved("handbook", made.rendered, whole).problems == ()
    titles = [title for _, title in read.outline(made.pdf)]
    assert [title.split()[0] for title in titles if title.startswith("Q")] == [f"Q{n}" for n in range(1, 5)]
    text = "".join(read.page_texts(made.pdf))
    assert [text.count(f"Takeaway {n}:") for n in range(4)] == [1] * 4


class _Press:
    """Gives a flow the parts that a test wants, and remembers the spans that it asked for."""

    def __init__(self, *parts: Part) -> None:
        self.spans: list[Span] = []
        self._parts = iter(parts)

    def submit(self, span: Span) -> Future[Part]:
        self.spans.append(span)
        future: Future[Part] = Future()
        future.set_result(next(self._parts))
        return future


def _part(count: int, *rest: Any) -> Part:
    return Part(b"%PDF", count, {}, rest=tuple(Joint(*rest)) if rest else ())


def _run(press: _Press, weights: list[int]) -> Flow:
    flow = Flow(press.submit, weights)
    flows.typeset([flow])
    return flow


def test_a_part_begins_where_the_one_before_it_has_ended() -> None:
    """With the items of the page that is not complete, on the right side of the paper, owning only what is new."""
    press = _Press(_part(3, 0, 1, 50.0), _part(4, 1), _part(2))
    made = _run(press, [flows.WEIGHT] * 3)
    assert [(s.first, s.end, s.more, s.left, s.owned) for s in press.spans] == [
        (0, 1, True, False, 0), (0, 2, True, False, 1), (1, 3, False, True, 2),
    ]  # fmt: skip  # a table
    assert [part.count for part in made.parts] == [3, 4, 2]


def test_a_part_without_a_complete_page_is_made_twice_as_long() -> None:
    """Until it has one; the items before it are not touched."""
    press = _Press(Part(b"", 0, {}), Part(b"", 0, {}), _part(1))
    _run(press, [flows.WEIGHT] * 5)
    assert [(span.first, span.end) for span in press.spans] == [(0, 1), (0, 3), (0, 5)]


def test_parts_that_do_not_join() -> None:
    """The part before is made again with its last page, and the next one begins a new page."""
    press = _Press(_part(3, 0, 1, 50.0), UNJOINED, _part(4), _part(2, 2), _part(1))
    made = _run(press, [flows.WEIGHT] * 3)
    assert [(s.first, s.end, s.more, s.joint.shared) for s in press.spans] == [
        (0, 1, True, 0), (0, 2, True, 1), (0, 1, False, 0), (1, 2, True, 0), (2, 3, False, 0),
    ]  # fmt: skip  # a table
    assert [part.count for part in made.parts] == [4, 2, 1]


def test_an_edit_moves_few_ends() -> None:
    """Where parts may end depends on what is before it so little that all but a few are the same after an edit."""
    weights = [3000 + 37 * n % 900 for n in range(2000)]
    before = flows._ends(weights)
    after = flows._ends([weights[0] + 40, *weights[1:]])
    assert len(before) > 150
    assert len({*before} & {*after}) > 0.9 * len(before)
    assert max(b - a for a, b in pairwise(before)) <= 13


def test_a_large_part_waits_on_disk(tmp_path: Path) -> None:
    """Until it is bound, the file of a part is not in memory if it is large; it stays the same."""
    content, whole = bytes(LARGE), make_set(tmp_path, authored(1))
    submitted: Future[Part] = Future()
    press = Press(PackContext(whole, whole, submit=lambda _: submitted))
    made = press.part("chapter", whole)
    submitted.set_result(Part(content, 2, {}))
    assert isinstance(made.result().file, Shelved)
    assert made.result().pdf == content


def test_a_short_rest_is_no_part_of_its_own() -> None:
    """The last part has at least a third of a part's length."""
    assert flows._ends([flows.WEIGHT] * 2 + [flows.WEIGHT // 4]) == [1, 3]
    assert flows._ends([1]) == [1]


def test_a_formula_weighs_more_than_its_characters(tmp_path: Path) -> None:
    """Whatever its delimiters are; each takes the memory of some lines of text."""
    weights = []
    for answer in ("It is abcdefgh, $5 or so.", "\\(a\\) $b$\n\n\\[c\\] $$d$$"):
        content = authored(1)
        content["questions"][0]["answer"] = answer
        made = make_set(tmp_path, content)
        weights.append(flows.weight_of(made.questions[0], sizes_of(made.files)))
    plain, dear = weights
    assert 3.8 * flows.FORMULA < dear - plain < 4.2 * flows.FORMULA
