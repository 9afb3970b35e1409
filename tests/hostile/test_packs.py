"""Packs of other people: manifests that name files elsewhere, PDFs that end their reader, mounted folders."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from studypack.errors import BuildError
from studypack.jobs import pool
from studypack.storage.manifest import read_manifest
from studypack.workflows import verify as verifying
from studypack.workflows.build import build
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import up_to_date
from studypack.workflows.verify import verify

from tests.making import one, only
from tests.running import run, run_within

SECONDS = 60
"""After which a run that should end at once is given up."""


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """Return the request of a deck that was built."""
    request = Request(one(tmp_path), options=only("deck"), output=tmp_path / "out", now=1, workers=1)
    build(request)
    return request


def _forge(request: Request, **changes: Any) -> Path:
    """Change keys of a pack's manifest, and return its folder."""
    folder = request.output / "made"
    manifest = json.loads((folder / "pack.json").read_bytes())
    (folder / "pack.json").write_text(json.dumps(manifest | changes))
    return folder


def test_a_pack_is_up_to_date_while_nobody_forges_it(request_: Request) -> None:
    """What the following tests change is all that matters."""
    assert up_to_date(request_) is not None
    _forge(request_)
    assert up_to_date(request_) is not None


@pytest.mark.parametrize("name", ["/etc/hostname", "/dev/zero", "../secret", "pipe", "link", "a\0b", "\ud800", 7, None])
def test_a_forged_manifest_has_no_file_outside_the_set_opened(
    name: object, request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it names: nothing outside of the set is opened, no pipe is waited for, and the pack is built again."""
    (tmp_path.parent / "secret").write_text("secret")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    _forge(request_, files=[name])
    touched: list[str] = []
    real = os.open

    def noted(path: Any, *arguments: Any, **named: Any) -> int:
        touched.append(str(path))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", noted)
    assert up_to_date(request_) is None
    monkeypatch.undo()
    assert touched
    assert all(path.startswith(str(tmp_path)) for path in touched if "site-packages" not in path)
    build(request_)
    assert verify(request_.output / "made") == {"deck": (1, 1)}


MANIFESTS: dict[str, dict[str, Any]] = {
    "no product": {"products": {}},
    "a null character": {"products": {"deck": {"file": "a\0b", "sha256": ""}}},
    "a path": {"products": {"deck": {"file": "/etc/hostname", "sha256": ""}}},
    "a parent": {"products": {"deck": {"file": "..", "sha256": ""}}},
    "a path of Windows": {"products": {"deck": {"file": "a\\b", "sha256": ""}}},
    "a number": {"products": {"deck": {"file": 7, "sha256": ""}}},
    "no hash": {"products": {"deck": {"file": "deck.apkg", "sha256": None}}},
    "no questions": {"questions": 5},
    "an odd question": {"questions": [{"id": 1, "number": 1, "question": "x", "takeaway": None}]},
    "an odd title": {"set": {"id": "made", "title": ["x"]}},
    "an odd selection": {"selection": "x"},
    "odd files": {"files": 5},
    "another format": {"format": 2},
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_damaged_manifest_is_no_pack(name: str, request_: Request) -> None:
    """Each with the place of `pack.json`, and never a fault of the program; a build makes the pack again."""
    folder = _forge(request_, **MANIFESTS[name])
    with pytest.raises(BuildError, match=r"pack\.json:1:1: not a pack, "):
        read_manifest(folder)
    assert up_to_date(request_) is None
    build(request_)
    assert read_manifest(folder)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 100_000, b'{"a": 1' + b"0" * 10_000 + b"}"])
def test_a_manifest_that_is_not_json_is_no_pack(content: bytes, request_: Request) -> None:
    """Neither nonsense, nor nesting without end, nor a number of ten thousand digits."""
    (request_.output / "made" / "pack.json").write_bytes(content)
    with pytest.raises(BuildError, match=r"pack\.json:1:1: not a pack, "):
        verify(request_.output / "made")


@pytest.mark.parametrize("name", ["deck.apkg", "pack.json"])
def test_a_link_out_of_the_pack_is_not_followed(name: str, request_: Request, tmp_path: Path) -> None:
    """A file of a pack is a file in its folder, not one that a link leads to."""
    file = request_.output / "made" / name
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BuildError, match=f"{name}:1:1: "):
        verify(request_.output / "made")


def _with_file(request: Request, product: str, file: str, content: bytes) -> Path:
    """Let a pack hold another file, of whose hash its manifest knows."""
    entry = {"file": file, "sha256": hashlib.sha256(content).hexdigest()}
    folder = _forge(request, products={product: entry})
    (folder / file).write_bytes(content)
    return folder


def _nested_forms(levels: int, times: int) -> bytes:
    """Return a PDF of one page, whose drawing is drawn ten times by one that is drawn ten times, and so on."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    content, resources = b"BT /F 10 Tf (x) Tj ET", Dictionary(Font=Dictionary(F=font))
    for _ in range(levels):
        form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        form.Resources = resources
        content, resources = b"/X Do " * times, Dictionary(XObject=Dictionary(X=form))
    pdf.pages[0].obj.Resources = resources
    pdf.pages[0].obj.Contents = pdf.make_stream(content)
    with pdf.open_outline() as outline:
        topic = pikepdf.OutlineItem("Topic", 0)
        topic.children.append(pikepdf.OutlineItem("Q1 What?", 0))
        outline.root.append(topic)
    saved = io.BytesIO()
    pdf.save(saved)
    return saved.getvalue()


def test_a_pdf_that_ends_its_reader_is_refused(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms in forms make a page of 10^15 letters: PDFium aborts, but not the program; the limits end it before."""
    monkeypatch.setattr(verifying, "MOST_MEMORY", 1 << 29)
    folder = _with_file(request_, "handbook", "handbook.pdf", _nested_forms(15, 10))
    with pytest.raises(BuildError, match=r"handbook\.pdf:1:1: cannot be read, "):
        verify(folder)


def test_a_pdf_that_takes_too_long_is_refused(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that computes for longer than it may is ended by the system."""
    monkeypatch.setattr(pool, "start_method", lambda: "fork")  # the worker has what is patched here
    monkeypatch.setattr(verifying, "MOST_SECONDS", 1)
    monkeypatch.setattr(verifying, "prove", _forever)
    with pytest.raises(BuildError, match=r"deck\.apkg:1:1: cannot be read, reading it takes more than"):
        verify(request_.output / "made")


def _forever(*_: object) -> None:
    while True:
        pass


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"\0" * 1000])
@pytest.mark.parametrize("file", ["handbook.pdf", "cheatsheet.pdf", "deck.apkg"])
def test_a_file_that_is_something_else_is_refused(file: str, content: bytes, request_: Request) -> None:
    """With its place, whatever its reader raises."""
    product = file.partition(".")[0]
    with pytest.raises(BuildError, match=rf"{file}:1:1: "):
        verify(_with_file(request_, product, file, content))


def test_a_pipe_in_a_products_place_is_not_waited_for(request_: Request) -> None:
    """It is no file that could be proved."""
    file = request_.output / "made" / "deck.apkg"
    file.unlink()
    os.mkfifo(file)
    done = run_within(SECONDS, "verify", "out/made", cwd=request_.output.parent)
    assert done.errors == ["out/made/deck.apkg:1:1: cannot be read, not a regular file; build the pack again"]


def test_names_in_a_manifest_do_not_drive_a_terminal(request_: Request, tmp_path: Path) -> None:
    """What is printed of a pack that is up to date comes from its manifest."""
    deck = request_.output / "made" / "deck.apkg"
    odd = "a\x1b]0;owned\x07.apkg"
    deck.rename(deck.with_name(odd))
    entry = {"file": odd, "sha256": hashlib.sha256(deck.with_name(odd).read_bytes()).hexdigest()}
    _forge(request_, products={"deck": entry})
    for arguments in ((), ("--json",)):
        done = run("build", "made.yaml", "-p", "deck", *arguments, cwd=tmp_path)
        assert "\x1b" not in done.stdout + done.stderr
