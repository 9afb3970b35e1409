"""What a bound handbook is made of (pikepdf), and that printed page numbers agree with each other (PDFium)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set
from studypack.text.markdown import plain
from studypack.typeset.geometry import Paper

from tests.making import authored, only, question, sentence, write_set
from tests.pdf_reading import lettering, marked_texts, outline, page_labels, page_texts
from tests.thorough import few

FOOT: Final = 20 / 25.4 * 72
"""Points from the paper's foot below which there is the folio and nothing else."""
LINE: Final = 300
"""Points: links that are wider are whole lines of a list."""
PAINTING: Final = {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "EI"}
"""Operators that leave ink (8.5.3, 9.4.3 of ISO 32000-2)."""
PICTURE: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M2 2h56v16h-56z"/></svg>'
LINKS: Final = (
    "Call `lock.acquire()`; see [the site](https://example.org), [us](mailto:us@example.org) and [that](#question-4)."
)
XMP: Final = (
    "dc:title",
    "dc:creator",
    "dc:description",
    "pdf:Keywords",
    "xmp:CreateDate",
    "xmp:ModifyDate",
    "dc:language",
)
CODE: Final = "".join(f"value_{n} = {n}\n" for n in range(30))


@dataclass(frozen=True)
class Document:
    """A handbook and the selection that it was made of."""

    pdf: bytes = field(repr=False)
    selected: QuestionSet = field(repr=False)

    @cached_property
    def opened(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.pdf))

    @cached_property
    def labels(self) -> list[str]:
        return page_labels(self.pdf)

    @cached_property
    def texts(self) -> list[str]:
        """The text of each page, on one line."""
        return [re.sub(r"\s+", " ", text) for text in page_texts(self.pdf)]

    @cached_property
    def parents(self) -> dict[int, Any]:
        """The parent tree: what pages and annotations refer to by number."""
        numbers = list(self.opened.Root.StructTreeRoot.ParentTree.Nums)
        return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))

    @cached_property
    def places(self) -> dict[str, int]:
        """The page, from 0, of each named destination."""
        pages = self.pages
        return {str(k): pages[v[0].objgen] for k, v in pikepdf.NameTree(self.opened.Root.Names.Dests).items()}

    @property
    def pages(self) -> dict[tuple[int, int], int]:
        return {page.obj.objgen: number for number, page in enumerate(self.opened.pages)}

    def annotations(self) -> Iterator[tuple[int, Any]]:
        """Yield each annotation and its page."""
        for number, page in enumerate(self.opened.pages):
            for annotation in page.obj.get("/Annots", ()):
                yield number, annotation

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the structure tree in reading order."""
        waiting = _kids(self.opened.Root.StructTreeRoot)[::-1]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [kid for kid in _kids(element)[::-1] if isinstance(kid, Dictionary) and "/S" in kid]

    @cached_property
    def articles(self) -> dict[str, list[tuple[str, str]]]:
        """The letters of each question's texts in reading order, each with the path of the elements that hold it."""
        ids = {_letters(plain(q.question, lang=self.selected.header.language)): q.id for q in self.selected.questions}
        marked = dict(zip(self.pages, marked_texts(self.pdf), strict=True))
        told = _told(_kids(self.opened.Root.StructTreeRoot)[0], "", marked)
        current: list[tuple[str, str]] = []
        made = {"": current}
        for heads, run in groupby(told, lambda piece: "/H2" in piece[0]):
            pieces = list(run)
            if heads:
                current = made.setdefault(ids.get("".join(text for _, text in pieces), ""), [])
            current += pieces
        return made

    def letters(self, question_id: str, path: str = "") -> str:
        """Return the letters of a question's texts that elements of these names hold, in reading order."""
        return "".join(text for around, text in self.articles[question_id] if path in around)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    return list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]


def _told(element: Any, around: str, marked: Mapping[tuple[int, int], Mapping[int, str]]) -> Iterator[tuple[str, str]]:
    """Yield each piece of text below an element in reading order, with the path of the elements that hold it."""
    path = f"{around}{element.S}"
    for kid in _kids(element):
        if not isinstance(kid, Dictionary):
            yield path, _letters(marked[element.Pg.objgen].get(int(kid), ""))
        elif "/S" in kid:
            yield from _told(kid, path, marked)


@cache
def _made(folder: Path) -> QuestionSet:
    """Return a set with everything a page can hold: links of all kinds, table, figure, listing, glossary."""
    (folder / "shape.svg").write_text(PICTURE, "utf-8")
    (folder / "values.py").write_text(CODE, "utf-8")
    content = authored(5, per_topic=2, introduction="Read [*this*](#question-1).", closing="Good luck.")
    content |= {"author": "A. Writer", "subtitle": "For <tests> & more", "language": "en-GB", "edition": "2026.11"}
    content["glossary"] = [
        {"id": "lock", "term": "lock", "definition": "A guard.", "question": "question-0"},
        {"id": "lease", "term": "lease", "definition": "A lock for a time."},
    ]
    content["questions"][1] = question(
        1,
        "topic-0",
        guidance=sentence(7, 20),
        answer=f"{LINKS}\n\n{sentence(3, 300)}",
        exhibits=[
            {"table": "| Name | Cost |\n|---|---|\n| hash table | O(1) |", "caption": "Costs"},
            {"figure": "shape.svg", "alt": "A box “with” quotes", "caption": "A shape"},
            {"listing": "values.py", "caption": "Values"},
        ],
        follow_ups=[{"question": "And then?", "answer": "Then [this](#question-2)."}],
        sources=[{"title": "A standard", "where": "§4", "year": 2020, "url": "https://example.org/standard?a=b&c"}],
    )
    return load(write_set(folder / "made.yaml", content)).question_set


@cache
def _bundled() -> QuestionSet:
    return load(bundled_set()).question_set


NAMES: Final = ("made", "made-letter-simplex", "random-3", "random-14", "whole")
"""The whole book comes from the parts of test_completeness.py, if that was before; random ones are made again."""


@pytest.fixture(params=few(NAMES, "made", "made-letter-simplex", "whole"), scope="module")
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Return each document in turn: of the made set, of random selections and of the whole of the bundled set."""
    kind, _, rest = request.param.partition("-")
    if kind == "made":
        whole = selected = _made(tmp_path_factory.mktemp("made"))
    else:
        whole = selected = _bundled()
    if kind == "random":
        selected = select(whole, Criteria(limit=2, seed=int(rest)))
    paper = Paper.LETTER if "letter" in rest else Paper.A4
    shop = JobExecutor(workers=1, cache=Cache(default_folder()))  # this run's: see conftest.py
    date = "2026-11-01T00:00:00+00:00"
    pack = PackContext(selected, whole, only(paper=paper, simplex="simplex" in rest), date=date, submit=shop.submit)
    return Document(PRODUCTS["handbook"].render(pack).content, selected)


def test_the_outline_is_complete_and_in_order(document: Document) -> None:
    """Each topic and below it each of its questions, in reading order, between front and back matter."""
    entries = outline(document.pdf)
    language = document.selected.header.language
    expected = []
    for topic in document.selected.topics:
        expected.append((0, plain(topic.title, lang=language)))
        questions = document.selected.of_topic(topic.id)
        expected += [(1, f"{q.label} {plain(q.question, lang=language)}") for q in questions]
    first = entries.index(expected[0])
    assert entries[first : first + len(expected)] == expected
    around = [*entries[:first], *entries[first + len(expected) :]]
    assert {depth for depth, _ in around} == {0}
    assert "Contents" in [title for _, title in entries[:first]]
    assert "Index" in [title for _, title in entries[first + len(expected) :]]


def test_the_outline_leads_down_through_the_pages(document: Document) -> None:
    """Each entry arrives where its words begin, and none above the entry before it."""
    places = []
    with pypdfium2.PdfDocument(document.pdf) as opened:
        for entry in opened.get_toc():
            page, (_, y, _) = entry.get_dest().get_index(), entry.get_dest().get_view()[1]
            places.append((page, -y))
            label, words = re.findall(r"^(Q\d+ )?(.*)", entry.get_title())[0]
            below = opened[page].get_textpage().get_text_bounded(0, y - 110, opened[page].get_width(), y + 1)
            assert _letters(words) in _letters(below)
            assert label.split() == [word for word in below.split() if word + " " == label]
    assert places == sorted(places)


def _letters(text: str) -> str:
    """Return the letters and digits of a text: PDFium sets spaces and the quotes differ where a line ends."""
    return re.sub(r"[\W_]+", "", text)


def test_page_labels_are_roman_then_arabic(document: Document) -> None:
    """Front matter is i, ii, …; the first chapter begins on page 1."""
    count = document.labels.index("1")
    assert count >= 2
    assert document.labels[:count] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii"][:count]
    assert document.labels[count:] == [str(number + 1) for number in range(len(document.labels) - count)]
    first = document.selected.topics[0]
    assert document.places[f"topic-{first.id}"] == count


def test_every_link_resolves(document: Document) -> None:
    """A link has either the name of a place in the file, or an address of the web or a mailbox; none is left over."""
    seen: Counter[str] = Counter()
    for _, annotation in document.annotations():
        assert annotation.Subtype == Name.Link
        if "/Dest" in annotation:
            assert str(annotation.Dest) in document.places
            assert "/A" not in annotation
        else:
            assert annotation.A.S == Name.URI
            assert re.match(r"(https?://|mailto:)\S+$", str(annotation.A.URI))
        seen["inner" if "/Dest" in annotation else "outer"] += 1
    assert seen["inner"] >= 2 * len(document.selected.questions)
    assert seen["outer"]


def test_names_are_sorted_and_are_all_used(document: Document) -> None:
    """The name tree is in the order that readers search it by, and holds what something leads to (7.9.6)."""
    tree = document.opened.Root.Names.Dests
    leaves = list(tree.Kids) if "/Kids" in tree else [tree]
    names = [bytes(name) for leaf in leaves for name in list(leaf.Names)[::2]]
    assert names == sorted(set(names))
    for leaf in leaves if "/Kids" in tree else ():
        assert [bytes(limit) for limit in leaf.Limits] == [bytes(leaf.Names[0]), bytes(leaf.Names[-2])]
    used = {bytes(annotation.Dest) for _, annotation in document.annotations() if "/Dest" in annotation}
    assert used == set(names)


def test_every_page_has_a_structure_parent(document: Document) -> None:
    """Each page has a number of its own, and under it the parents of its contents (14.7.5.4)."""
    numbers = [int(page.obj.StructParents) for page in document.opened.pages]
    assert len(set(numbers)) == len(numbers)
    assert all(isinstance(document.parents[number], Array) for number in numbers)
    assert int(document.opened.Root.StructTreeRoot.ParentTreeNextKey) > max(document.parents)
    assert list(document.parents) == sorted(document.parents)


def test_marked_content_and_elements_refer_to_each_other(document: Document) -> None:
    """Each piece of a page's content has one element, which names that page and that piece; no place is empty."""
    for page in document.opened.pages:
        parents = document.parents[int(page.obj.StructParents)]
        pieces = [number for number in _marked(page) if number is not None]
        assert sorted(pieces) == list(range(len(parents)))
        for number in pieces:
            element = parents[number]
            assert [kid for kid in _pieces_of(element) if kid == (page.obj.objgen, number)] != []
    told = [piece for element in document.elements() for piece in _pieces_of(element)]
    assert len(told) == len(set(told)) == sum(len(v) for v in document.parents.values() if isinstance(v, Array))


def _marked(page: Any) -> list[int | None]:
    """Return the id of each piece of marked content of a page, None for an artifact; sequences must be balanced."""
    found: list[int | None] = []
    depth = 0
    for operands, operator in _operations(page):
        if str(operator) in {"BDC", "BMC"}:
            depth += 1
            number = operands[1].get("/MCID") if len(operands) > 1 and isinstance(operands[1], Dictionary) else None
            assert (number is None) == (operands[0] == "/Artifact")
            found.append(None if number is None else int(number))
        elif str(operator) == "EMC":
            depth -= 1
        assert depth >= 0
        assert depth or str(operator) not in PAINTING, "ink that is neither tagged nor an artifact"
    assert depth == 0
    return found


def _operations(content: Any) -> list[tuple[Any, Any]]:
    """Return operands and operator of each instruction of a content stream."""
    return [(instruction[0], instruction[1]) for instruction in pikepdf.parse_content_stream(content)]


def _pieces_of(element: Any) -> list[tuple[tuple[int, int], int]]:
    """Return page and id of each piece of marked content that an element holds itself (14.7.5.2)."""
    found = []
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
            found.append((kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)))
        elif not isinstance(kid, Dictionary):
            found.append((element.Pg.objgen, int(kid)))
    return found


def test_annotations_and_elements_refer_to_each_other(document: Document) -> None:
    """Each link has one element, which holds just that link (14.7.5.3)."""
    numbers = [int(annotation.StructParent) for _, annotation in document.annotations()]
    assert len(set(numbers)) == len(numbers)
    for _, annotation in document.annotations():
        element = document.parents[int(annotation.StructParent)]
        assert element.S == "/Link"
        held = [kid.Obj.objgen for kid in _kids(element) if isinstance(kid, Dictionary) and "/Obj" in kid]
        assert held == [annotation.objgen]


def test_no_link_lies_in_another(document: Document) -> None:
    """A line of the contents is one link, to the mouse, to the Tab key and to a screen reader."""
    places = [(number, [float(value) for value in annotation.Rect]) for number, annotation in document.annotations()]
    for page, (left, top, right, bottom) in places:
        middle = (left + right) / 2, (top + bottom) / 2
        assert sum(n == page and x < middle[0] < u and y > middle[1] > v for n, (x, y, u, v) in places) == 1
    for element in document.elements():
        kids = [kid for kid in _kids(element) if isinstance(kid, Dictionary)]
        assert element.S != "/Link" or not any(kid.get("/S") == "/Link" for kid in kids)


def test_the_tree_is_one_document_of_pages_in_the_file(document: Document) -> None:
    """One Document holds everything; each element knows its parent, stands once, and on pages that there are."""
    root = document.opened.Root.StructTreeRoot
    assert [str(kid.S) for kid in _kids(root)] == ["/Document"]
    pages, seen = document.pages, set()
    for element in document.elements():
        assert element.objgen not in seen
        seen.add(element.objgen)
        assert element.S != "/Document" or element.P.objgen == root.objgen
        assert all(
            kid.P.objgen == element.objgen for kid in _kids(element) if isinstance(kid, Dictionary) and "/S" in kid
        )
        assert "/Pg" not in element or element.Pg.objgen in pages
        assert all(page in pages for page, _ in _pieces_of(element))
    assert bool(document.opened.Root.MarkInfo.Marked)
    held = {
        parent.objgen
        for value in document.parents.values()
        for parent in (value if isinstance(value, Array) else [value])
    }
    assert held <= seen


def test_tables_have_header_cells_with_a_scope(document: Document) -> None:
    """A header cell says that it heads its column; no cell refers to headers by ids that parts would share."""
    cells = [element for element in document.elements() if element.S in (Name.TH, Name.TD)]
    heads = [cell for cell in cells if cell.S == Name.TH]
    assert {(str(cell.A.O), str(cell.A.Scope)) for cell in heads} <= {("/Table", "/Column")}
    tables = sum(
        "| --" in (e.table or "") or "|--" in (e.table or "") for q in document.selected.questions for e in q.exhibits
    )
    assert len(heads) >= 2 * tables
    assert not any("/ID" in cell or "/Headers" in cell.get("/A", {}) for cell in cells)


def test_figures_have_their_alternative_text(document: Document) -> None:
    """Each figure has the author's description, in reading order."""
    told = [str(element.get("/Alt", "")) for element in document.elements() if element.S == "/Figure"]
    assert told == [e.alt for q in document.selected.questions for e in q.exhibits if e.figure]


def test_code_is_tagged_as_code(document: Document) -> None:
    """Listings are Code in paragraphs, and so is code within an answer's text."""
    for q in document.selected.questions:
        listings = [document.selected.files[e.listing].decode() for e in q.exhibits if e.listing]
        assert all(_letters(listing) in document.letters(q.id, "/P/Code") for listing in listings)
        words = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", q.answer or "")
        assert all(_letters(word) in document.letters(q.id, "/Code") for word in words)


def test_lists_and_follow_up_questions_are_tagged_as_such(document: Document) -> None:
    """Points, pitfalls and the glossary are items of lists, and follow-up questions are headings."""
    for q in document.selected.questions:
        items = document.letters(q.id, "/L/LI/LBody")
        assert all(_letters(plain(item)) in items for item in (*q.key_points, *q.pitfalls))
        headings = document.letters(q.id, "/H4")
        assert all(_letters(plain(follow_up.question)) in headings for follow_up in q.follow_ups)
    assert {str(element.P.S) for element in document.elements() if element.S == Name.LI} == {"/L"}


def test_the_reading_order_is_that_of_the_question(document: Document) -> None:
    """Question, guidance, answer, points and follow-ups are read in this order, in whatever columns they are."""
    for q in document.selected.questions:
        text, at = document.letters(q.id), 0
        for part in (q.question, q.guidance or "", q.answer or "", *q.key_points, *(f.question for f in q.follow_ups)):
            begins = text.find(_letters(plain(part))[:40], at)
            assert begins >= at, (q.id, part)
            at = begins


def test_information_and_xmp_say_the_same(document: Document) -> None:
    """Title, author, subject, keywords and dates are in the file twice and agree; so does the language (14.3)."""
    opened, header = document.opened, document.selected.header
    info = {str(key): str(value) for key, value in opened.docinfo.items()}
    with opened.open_metadata() as xmp:
        told: dict[str, Any] = {key: xmp.get(key) for key in XMP}
    assert info["/Title"] == told["dc:title"] == _title(document.selected)
    assert info.get("/Author") == (told["dc:creator"] or [None])[0] == header.author
    assert info.get("/Subject") == told["dc:description"] == header.subtitle
    assert info["/Keywords"] == told["pdf:Keywords"]
    assert {tag for q in document.selected.questions for tag in q.tags} <= set(info["/Keywords"].split(", "))
    assert info["/CreationDate"] == info["/ModDate"] == "D:20261101000000Z"
    assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == "2026-11-01T00:00:00+00:00"
    assert str(opened.Root.Lang) == header.language
    assert list(told["dc:language"]) == [header.language]
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)


def _title(selected: QuestionSet) -> str:
    return f"{selected.header.title}: {selected.subset.title}" if selected.subset else selected.header.title


def test_fonts_are_embedded_once(document: Document) -> None:
    """Each font has its program in the file, and no face has two of them."""
    fonts = [o for o in document.opened.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.Font]
    for font in fonts:
        for part in font.get("/DescendantFonts", [font]):
            assert len(_program(part.FontDescriptor).read_bytes()) > 500
    faces = [o for o in document.opened.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor]
    programs = {(str(f.FontName).split("+")[-1], _program(f).objgen) for f in faces}
    assert len({name for name, _ in programs}) == len(programs) >= 4


def _program(descriptor: Any) -> Any:
    return descriptor[next(key for key in ("/FontFile2", "/FontFile3") if key in descriptor)]


def test_running_heads_are_an_artifact(document: Document) -> None:
    """Running heads and folios are drawn once on each page, as an artifact, and no element of the tree has them."""
    for page in document.opened.pages:
        operations = _operations(page)
        drawn = [n for n, (operands, _) in enumerate(operations) if operands and operands[0] == "/StudypackOverlay"]
        assert len(drawn) == 1
        opening = next(operands for operands, op in operations[drawn[0] :: -1] if str(op) in {"BDC", "EMC"})
        assert opening[0] == Name.Artifact
        overlay = page.obj.Resources.XObject["/StudypackOverlay"]
        assert "/StructParents" not in overlay
        assert "/StructParent" not in overlay
        assert all(str(op) not in {"BDC", "BMC"} for _, op in _operations(overlay))


def test_each_page_prints_its_label(document: Document) -> None:
    """The folio is the page label; the title page alone has none."""
    with pypdfium2.PdfDocument(document.pdf) as opened:
        feet = [page.get_textpage().get_text_bounded(0, 0, page.get_width(), FOOT).strip() for page in opened]
    assert feet == ["", *document.labels[1:]]


def test_printed_page_numbers_are_those_of_the_places(document: Document) -> None:
    """The contents and each chapter's opener show the number of the page that the entry links to."""
    listed: Counter[str] = Counter()
    openers = {document.places[f"topic-{topic.id}"] for topic in document.selected.topics}
    front = range(document.labels.index("1"))
    with pypdfium2.PdfDocument(document.pdf) as opened:
        for number, annotation in document.annotations():
            left, top, right, bottom = map(float, annotation.Rect)
            if right - left < LINE or number not in {*front, *openers}:
                continue  # a link in running text
            text = opened[number].get_textpage().get_text_bounded(left - 1, bottom - 1, right + 1, top + 1)
            name = str(annotation.Dest)
            assert text.split()[-1] == document.labels[document.places[name]], text
            listed[name] += 1
    for q in document.selected.questions:
        assert listed[q.id] == 2
        assert f"{q.label} " in document.texts[document.places[q.id]]
    assert all(listed[f"topic-{topic.id}"] == 1 for topic in document.selected.topics)


def test_the_index_names_the_pages_that_hold_its_terms(document: Document) -> None:
    """On each page that a term's entry names there is the term, or the question that the glossary gives it."""
    index = _index(document)
    main = {entry.term: entry.question for entry in document.selected.glossary}
    assert main
    for term, question_id in main.items():
        pages = _numbers(rf"(?:^| ){re.escape(_joined(plain(term)))}((?:, \d+)+)", _joined(index))
        assert pages or question_id not in document.places, term
        word = re.compile(rf"(?<!\w){re.escape(_joined(plain(term)))}(?:e?s)?(?!\w)", re.IGNORECASE)
        for label in pages:
            page = document.labels.index(label)
            assert word.search(_joined(document.texts[page])) or document.places.get(question_id or "") == page


def _joined(text: str) -> str:
    """Return a text without hyphens, and words that were divided after one made whole."""
    return re.sub(r"[-\u2010\u2011\ufffe\x02][ \r\n]*", "", text)


def _numbers(pattern: str, text: str) -> list[str]:
    found = re.search(pattern, text)
    return re.findall(r"\d+", found[1]) if found else []


def _index(document: Document) -> str:
    with pypdfium2.PdfDocument(document.pdf) as opened:
        start = next(e.get_dest().get_index() for e in opened.get_toc() if e.get_title() == "Index")
    return " ".join(document.texts[start:])


def test_the_index_names_the_page_of_each_tags_questions(document: Document) -> None:
    """Each tag lists its questions, each with the page on which it begins."""
    index = _index(document)
    for tag in {tag for q in document.selected.questions for tag in q.tags}:
        expected = [
            (document.labels[document.places[q.id]], q.label) for q in document.selected.questions if tag in q.tags
        ]
        found = re.search(rf" {tag}((?:, \d+ \(Q\d+\))+)", index)
        assert found is not None
        assert re.findall(r"(\d+) \((Q\d+)\)", found[1]) == expected


def test_letters_are_large_and_dark_enough(document: Document) -> None:
    """No text is smaller than 7 pt, and none has less contrast than 4.5:1 to what is around it."""
    looks = list(lettering(document.pdf))
    assert len(looks) > 8
    assert [each for each in looks if each.size < 7 or each.contrast < 4.5] == []
