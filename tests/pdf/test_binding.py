"""Binding: how links, names, labels, outline, tags and document information of small parts end up in one PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from studypack import shelf
from studypack.pdf import shared_fonts
from studypack.pdf.binding import Entry, Info, Label, Leaves, bind, bound
from studypack.pdf.leaves import LeavesJob
from studypack.pdf.shared_fonts import FontsJob
from studypack.products.interface import run_here
from studypack.typeset.layout import LINK, Part, lay_out, write

from tests import pdf_reading as read

INFO = Info("Title", "en")
CSS = "@page { size: 60mm 40mm; margin: 5mm } body, p { margin: 0 } section { break-before: page } a { display: block }"


def _part(body: str, *, tagged: bool = True) -> Part:
    body = body.replace('href="#', f'href="{LINK}')
    html = f'<!doctype html><html lang="en"><title>part</title><body>{body}</body></html>'
    return write(lay_out(html, CSS), tagged=tagged)


@contextmanager
def _opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield opened


def _elements(opened: pikepdf.Pdf) -> list[Any]:
    """Return all elements of the structure tree in reading order."""
    found: list[Any] = []
    waiting = [opened.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop(0)
        found.append(element)
        waiting = [k for k in _kids(element) if isinstance(k, pikepdf.Dictionary) and "/S" in k] + waiting
    return found


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array | list) else [kids]


def _links(opened: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Return the page and destination of each link annotation."""
    return [
        (number, str(annotation.get("/Dest", "")))
        for number, page in enumerate(opened.pages)
        for annotation in page.obj.get("/Annots", ())
    ]


def test_links_lead_through_all_parts() -> None:
    """A link can lead to an element in its own part, a later part or an earlier part."""
    one = _part('<p id="a">A <a href="#b">to b</a> <a href="#a">to a</a></p>')
    two = _part('<p>x</p><section id="b">B <a href="#a">to a</a></section>')
    with _opened(bind([Leaves(one), Leaves(two)], INFO)) as opened:
        assert _links(opened) == [(0, "b"), (0, "a"), (2, "a")]
        names = {str(k): v for k, v in pikepdf.NameTree(opened.Root.Names.Dests).items()}
        pages = [page.obj.objgen for page in opened.pages]
        assert {name: pages.index(place[0].objgen) for name, place in names.items()} == {"a": 0, "b": 2}
        x, y = (float(number) for number in names["a"][2:4])
        assert x == pytest.approx(5 / 25.4 * 72, abs=0.1)
        assert y == pytest.approx(35 / 25.4 * 72, abs=0.1)


def test_a_link_to_a_term_leads_to_the_glossary() -> None:
    """A link to a term's id leads to the glossary, unless there is a question with that id."""
    one = _part('<p id="a">A <a href="#lock">locks</a> <a href="#both">both</a></p><p id="both">B</p>')
    two = _part('<p id="term:lock">lock</p><p id="term:both">both</p>')
    with _opened(bind([Leaves(one), Leaves(two)], INFO)) as opened:
        assert _links(opened) == [(0, "term:lock"), (0, "both")]


def test_a_link_to_what_is_not_in_the_book_is_plain_text() -> None:
    """A link to a question that was not selected loses its annotation and Link element, but not its text."""
    part = _part('<p>See <a href="#gone">that <b>one</b></a> and <a href="https://example.org/">this</a></p>')
    pdf = bind([Leaves(part)], INFO)
    assert " ".join(read.page_texts(pdf)[0].split()) == "See that one and this"
    with _opened(pdf) as opened:
        (annotation,) = opened.pages[0].obj.Annots
        assert str(annotation.A.URI) == "https://example.org/"
        elements = _elements(opened)
        assert [str(e.S) for e in elements].count("/Link") == 1
        numbers = list(opened.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert parents[int(annotation.StructParent)].S == "/Link"
        assert len(parents) == 2
        held = [kid for element in elements for kid in _kids(element) if not isinstance(kid, pikepdf.Dictionary)]
        assert sorted(held) == list(range(len(parents[int(opened.pages[0].obj.StructParents)])))
        assert "/Names" not in opened.Root


def test_a_link_of_several_boxes_is_one_annotation() -> None:
    """WeasyPrint's annotations for boxes inside a link are removed; a link across pages keeps one on each page."""
    line = '<a href="#a"><span style="float: left">1</span>Text<b style="position: absolute; right: 0">9</b></a>'
    broken = '<a href="#a"><i>First</i><br style="break-after: page"><section>second</section></a>'
    with _opened(bind([Leaves(_part(f'<p id="a">A</p>{line}{broken}'))], INFO)) as opened:
        assert _links(opened) == [(0, "a"), (0, "a"), (1, "a")]
        links = [e for e in _elements(opened) if e.S == "/Link"]
        assert len(links) >= 2
        assert all(e.P.S != "/Link" for e in links)


def test_page_labels_begin_anew() -> None:
    """Front matter has roman page labels, and the body arabic ones, each from 1."""
    part = _part("<p>1</p><section>2</section>")
    pdf = bind([Leaves(part)] * 3, INFO, labels=[Label(0, "roman"), Label(2, "arabic")])
    assert read.page_labels(pdf) == ["i", "ii", "1", "2", "3", "4"]
    assert read.page_labels(bind([Leaves(part)], INFO)) == ["1", "2"]


def test_the_outline_is_nested_chained_and_closed() -> None:
    """Entries refer to parent, next and previous; child entries are counted and collapsed (12.3.3)."""
    part = _part('<p id="a">a</p><section id="b">b</section><section id="c">c</section>')
    entries = [Entry("A ü (x)", "a", (Entry("B", "b"), Entry("C", "c"))), Entry("D", "c")]
    pdf = bind([Leaves(part)], INFO, entries)
    assert read.outline(pdf) == [(0, "A ü (x)"), (1, "B"), (1, "C"), (0, "D")]
    assert read.part_starts(pdf) == [0, 2]
    with _opened(pdf) as opened:
        root = opened.Root.Outlines
        first, last = root.First, root.Last
        assert (int(root.Count), int(first.Count), int(last.Count)) == (2, -2, 0)
        assert (str(first.Next.Title), str(last.Prev.Title), str(first.First.Next.Title)) == ("D", "A ü (x)", "C")
        assert first.First.Parent.objgen == first.objgen
        assert first.Parent.objgen == root.objgen
        assert "/Prev" not in first
        assert "/Next" not in last
        assert opened.Root.PageMode == "/UseOutlines"
    with _opened(bind([Leaves(part)], INFO)) as opened:
        assert "/Outlines" not in opened.Root


def test_a_part_may_be_bound_twice() -> None:
    """Each copy of a part has its own parents in the tree, and ids refer to the first copy."""
    notes = _part('<p id="n">Notes <a href="#n">here</a></p>')
    with _opened(bind([Leaves(notes), Leaves(notes)], INFO)) as opened:
        keys = [int(page.obj.StructParents) for page in opened.pages]
        numbers = list(opened.Root.StructTreeRoot.ParentTree.Nums)
        listed = [int(number) for number in numbers[::2]]
        assert listed == sorted({n + more for n in keys for more in (0, 1)})
        assert int(opened.Root.StructTreeRoot.ParentTreeNextKey) > max(listed)
        assert numbers[1][0].objgen != numbers[5][0].objgen
        pages = [e.Pg.objgen for e in _elements(opened) if "/Pg" in e]
        assert pages == sorted(pages, key=[page.obj.objgen for page in opened.pages].index)
        assert len(set(pages)) == 2
        assert pikepdf.NameTree(opened.Root.Names.Dests)["n"][0].objgen == opened.pages[0].obj.objgen


def test_an_overlay_is_drawn_page_for_page() -> None:
    """Each page gets its own running head, which is drawn last as an artifact and is not in the tree."""
    part = _part("<p>one</p><section>two</section>")
    overlay = _part("<p>head 1</p><section>head 2</section>", tagged=False)
    bare, laid = bind([Leaves(part)], INFO), bind([Leaves(part, overlay)], INFO)
    assert [" ".join(text.split()) for text in read.page_texts(laid)] == ["one head 1", "two head 2"]
    with _opened(bare) as without, _opened(laid) as opened:
        assert [str(e.S) for e in _elements(opened)] == [str(e.S) for e in _elements(without)]
        for page in opened.pages:
            operations = [(str(i[1]), [str(o) for o in i[0]]) for i in pikepdf.parse_content_stream(page)]
            assert [name for name, _ in operations[-5:]] == ["BDC", "q", "Do", "Q", "EMC"]
            assert operations[-5][1][0] == "/Artifact"
            assert [name for name, _ in operations].count("q") == [name for name, _ in operations].count("Q")


def test_the_tree_is_one_document_with_header_cells_scoped() -> None:
    """The parts' elements are below one Document, and header cells have a scope instead of ids."""
    table = "<table><thead><tr><th>Head</th></tr></thead><tbody><tr><td>cell</td></tr></tbody></table>"
    with _opened(bind([Leaves(_part(table)), Leaves(_part(f"<h1>T</h1>{table}"))], INFO)) as opened:
        root = opened.Root.StructTreeRoot
        kinds = [str(e.S) for e in _elements(opened)]
        assert kinds.count("/Document") == 1
        assert len(root.K) == 1
        heads = [e for e in _elements(opened) if e.S == "/TH"]
        assert [(str(e.A.O), str(e.A.Scope), "/ID" in e) for e in heads] == [("/Table", "/Column", False)] * 2
        assert not any("/Headers" in e.get("/A", {}) for e in _elements(opened) if e.S == "/TD")
        assert kinds.index("/H1") > kinds.index("/TD")


def test_what_the_document_says_of_itself() -> None:
    """The information dictionary and XMP agree in any script, and have a date only if the edition has one."""
    info = Info("Köln & <Bonn> “x”", "de-AT", "日本", "On (this)", ("a", "b, c"), "2026-11-24T10:20:30+00:00")
    with _opened(bind([Leaves(_part("<p>x</p>"))], info)) as opened:
        assert str(opened.Root.Lang) == "de-AT"
        assert {k: str(v) for k, v in opened.docinfo.items()} == {
            "/Title": info.title,
            "/Author": "日本",
            "/Subject": "On (this)",
            "/Keywords": "a, b, c",
            "/Creator": "studypack",
            "/Producer": "WeasyPrint, pikepdf",
            "/CreationDate": "D:20261124102030Z",
            "/ModDate": "D:20261124102030Z",
        }
        with opened.open_metadata() as xmp:
            assert (xmp["dc:title"], list(xmp["dc:creator"]), xmp["dc:description"]) == (
                info.title,
                ["日本"],
                "On (this)",
            )
            assert xmp["pdf:Keywords"] == "a, b, c"
            assert {xmp[f"xmp:{name}Date"] for name in ("Create", "Modify", "Metadata")} == {info.date}
    with _opened(bind([Leaves(_part("<p>x</p>"))], INFO)) as opened:
        assert set(opened.docinfo.keys()) == {"/Title", "/Creator", "/Producer"}
        with opened.open_metadata() as xmp:
            assert "xmp:CreateDate" not in xmp
            assert "dc:creator" not in xmp


def test_the_same_parts_make_the_same_bytes() -> None:
    """The same parts give the same bytes and identifier, and other words give another identifier."""
    leaves = [Leaves(_part('<p id="a">A <a href="#a">x</a></p>'), _part("<p>head</p>", tagged=False))]
    entries = [Entry("A", "a")]
    first = bind(leaves, INFO, entries)
    assert bind(leaves, INFO, entries) == first
    with _opened(first) as one, _opened(bind(leaves, Info("Other", "en"), entries)) as other:
        assert one.pdf_version == "2.0"
        assert bytes(one.trailer.ID[1]) != bytes(other.trailer.ID[1])


def test_other_parts_are_not_written_again() -> None:
    """What the job of a part depends on, and what it wrote, stay the same if a part before it gets other words."""
    overlay = _part("<p>head</p>", tagged=False)
    same = Leaves(_part('<p id="b">B <a href="#a">x</a></p>'), overlay)
    inputs = []

    def submit(job: LeavesJob | FontsJob) -> Future[Any]:
        inputs.append(job.inputs())
        made: Any = job.run()
        assert job.loads(job.dumps(made)) == made
        return run_here(job)

    changed = ("A", "other words, <b>and</b> more of them")
    firsts = [Leaves(_part(f'<p id="a">{words}</p>'), overlay) for words in changed]
    books = [bind([first, same], INFO, submit=submit) for first in firsts]
    assert inputs[1] == inputs[4]
    assert inputs[0] != inputs[3]
    assert books[0] == bind([firsts[0], same], INFO)
    assert [" ".join(text.split()) for text in read.page_texts(books[1])][1] == "B x head"


def test_fonts_are_merged_again_for_other_letters_alone() -> None:
    """The job that merges the fonts depends on which letters of a face the parts use, not on their words."""
    jobs = []

    def submit(job: LeavesJob | FontsJob) -> Future[Any]:
        jobs.extend([job.inputs()] if isinstance(job, FontsJob) else [])
        return run_here(job)

    for words in ("now or later", "later or now", "later or known"):
        bind([Leaves(_part(f"<p>{words}</p>")), Leaves(_part("<p>Same</p>"))], INFO, submit=submit)
    assert jobs[0] == jobs[1] != jobs[2]


def test_fonts_that_are_merged_in_steps_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The book has the same bytes if the fonts of a few parts are merged at a time."""
    leaves = [
        Leaves(_part(f"<p style='font-family: Inter'>{words} <b>{words}</b></p>"))
        for words in ("first", "second", "third", "é ü ﬁ")
    ]
    books = []
    for number in (1, 3, 99):
        monkeypatch.setattr(shared_fonts, "AT_ONCE", number)
        books.append(bind(leaves, INFO))
    assert books[0] == books[1] == books[2]
    monkeypatch.setattr(shared_fonts, "merge_fonts", lambda _: 0)
    assert len(bind(leaves, INFO)) > len(books[0])


def test_a_part_depends_on_the_places_that_it_leads_to() -> None:
    """The job of a part changes if a place that it leads to is in the book or not, and with no other place."""
    part, jobs = _part('<p>See <a href="#a">x</a></p>'), []

    def submit(job: LeavesJob | FontsJob) -> Future[Any]:
        jobs.extend([job] if isinstance(job, LeavesJob) else [])
        return run_here(job)

    for other in ("a", "b", "term:a", "c"):
        bind([Leaves(part), Leaves(_part(f'<p id="{other}">A</p>'))], INFO, submit=submit)
    assert [sorted(job.names) for job in jobs[::2]] == [["a"], [], ["term:a"], []]
    assert jobs[2].inputs() == jobs[6].inputs() != jobs[0].inputs()


def test_the_tree_has_its_namespace_and_the_document_its_direction() -> None:
    """The Document is in the namespace of the parts (14.7.4); facing pages are in the order of the language (12.2)."""
    part = _part("<p>x</p>")
    with _opened(bind([Leaves(part), Leaves(part)], Info("Title", "ar"))) as opened:
        tree = opened.Root.StructTreeRoot
        (namespace,) = tree.Namespaces
        assert str(namespace.NS) == "http://iso.org/pdf2/ssn"
        assert tree.K[0].NS.objgen == namespace.objgen
        assert opened.Root.ViewerPreferences.Direction == "/R2L"
        assert opened.check_pdf_syntax() == []
    with _opened(bind([Leaves(part)], INFO)) as opened:
        assert "/Direction" not in opened.Root.ViewerPreferences


def test_a_long_book_is_bound_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that wait on disk, and a book that is written there, are the same bytes as in memory."""
    leaves = [Leaves(_part(f"<p>Part {number}"), _part("<p>Head", tagged=False)) for number in range(3)]
    monkeypatch.setattr(shelf, "LARGE", 1)
    monkeypatch.setattr(shelf, "LONG", 1000)
    on_disk = shelf.Shelf()
    put = [Leaves(*(replace(part, file=on_disk.put(part.pdf)) for part in leaf if part)) for leaf in leaves]
    book = bound(put, INFO)
    assert isinstance(book, shelf.Shelved)
    monkeypatch.undo()
    assert bytes(book) == bind(leaves, INFO)
