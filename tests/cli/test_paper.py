"""Flash cards, booklets and imposition from a user's point of view."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from studypack.cli.main import cli

from tests.making import authored, write_set
from tests.messages import on_one_line
from tests.pdf.making import numbered


def _run(*arguments: str) -> Result:
    """Run `studypack` in this process."""
    done = CliRunner().invoke(cli, arguments)
    done.stderr_bytes = on_one_line(done.stderr).encode()
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a PDF of ten A4 pages and a set of one question."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "ten.pdf").write_bytes(numbered(10))
    write_set(tmp_path / "made.yaml", authored(1))
    return tmp_path


def test_impose_writes_a_booklet_beside_the_file(folder: Path) -> None:
    """The path goes to stdout, what to do with it to stderr; the PDF itself is not changed."""
    before = (folder / "ten.pdf").read_bytes()
    done = _run("impose", "ten.pdf")
    assert (done.exit_code, done.stdout) == (0, "ten-booklet.pdf\n")
    assert done.stderr.splitlines() == [
        "10 pages at 71 % on 3 sheets of 297 × 210 mm",
        "print on both sides, flipped on the short edge; fold, and staple in the fold",
    ]
    assert (folder / "ten.pdf").read_bytes() == before
    with pikepdf.open(folder / "ten-booklet.pdf") as made:
        assert len(made.pages) == 6


def test_impose_puts_several_pages_on_a_side(folder: Path) -> None:
    """Layouts other than booklets count sides, and write where -o says."""
    done = _run("impose", "ten.pdf", "--layout", "4-up", "--paper", "a3", "-o", "four.pdf")
    assert (done.exit_code, done.stdout) == (0, "four.pdf\n")
    assert done.stderr == "10 pages at 71 % on 3 sides of 297 × 420 mm\n"


def test_impose_replaces_nothing_unasked(folder: Path) -> None:
    """An existing file is kept unless --force is given, and the PDF that is read is never overwritten."""
    (folder / "ten-booklet.pdf").write_bytes(b"mine")
    done = _run("impose", "ten.pdf")
    wanted = "error: ten-booklet.pdf:1:1: already exists; choose another file with -o, or replace this one with --force"
    assert (done.exit_code, done.stderr.splitlines()[0]) == (1, wanted)
    assert (folder / "ten-booklet.pdf").read_bytes() == b"mine"
    assert _run("impose", "ten.pdf", "--force").exit_code == 0
    done = _run("impose", "ten.pdf", "-o", "ten.pdf", "--force")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1, "error: ten.pdf:1:1: would be overwritten; choose another file with -o",
    )  # fmt: skip  # what is expected, on one line
    with pikepdf.open(folder / "ten.pdf") as kept:
        assert len(kept.pages) == 10


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothing.pdf",), "nothing.pdf:1:1: cannot be read, No such file or directory"),
        ((".",), ".:1:1: cannot be read, Is a directory"),
        (("made.yaml",), "made.yaml:1:1: is not a PDF, it does not begin like one; print or export it as PDF first"),
        (("ten.pdf", "-o", "no/such/place.pdf"), "no/such/place.pdf:1:1: cannot be written, No such file or directory"),
    ],
)
def test_impose_refuses_what_it_cannot_read_or_write(folder: Path, words: tuple[str, ...], message: str) -> None:
    """One error that names the file; nothing is written."""
    done = _run("impose", *words)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0].startswith(f"error: {message}")
    assert done.stdout == ""


@pytest.mark.parametrize("words", [("--signature", "6"), ("--creep", "-1"), ("--layout", "8-up"), ("--paper", "b4")])
def test_impose_explains_wrong_options(folder: Path, words: tuple[str, ...]) -> None:
    """A value that an option does not have is a usage error."""
    done = _run("impose", "ten.pdf", *words)
    assert done.exit_code == 2
    assert words[0] in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--cards", "question,facts"), "the option \"cards\" cannot be 'facts', input should be 'question', 'fact'"),
        (("--shift", "1"), "the option \"shift\" cannot be '1', it is two numbers of millimetres from -10 to 10"),
        (("--shift", "0,11"), "the option \"shift\" cannot be '0,11', it is two numbers"),
        (("--card-points", "-1"), 'the option "card_points" cannot be -1'),
        (("--cards", "cloze"), "there are no cards of these kinds: cloze, the selection has none; leave out --cards"),
    ],
)
def test_flash_cards_explain_wrong_options(folder: Path, words: tuple[str, ...], message: str) -> None:
    """Options of flash cards that mean nothing are refused, and nothing is written."""
    done = _run("build", "made.yaml", "-p", "flashcards", "-j", "1", *words)
    assert done.exit_code == 1
    assert message in done.stderr
    assert not (folder / "out").exists()


def test_a_pack_has_flash_cards_only_on_request(folder: Path) -> None:
    """A build without -p makes the default products; the help says which these are."""
    told = json.loads(_run("build", "made.yaml", "-p", "flashcards", "-j", "1", "--json").stdout)
    assert list(told["products"]) == ["flashcards"]
    assert told["products"]["flashcards"]["cards"] == 1
    shown = " ".join(_run("build", "--help").stdout.split())
    assert "By default: handbook, cheatsheet, deck." in shown
    assert _run("verify", str(told["folder"])).stdout == "flashcards: 1/1 question\n"


def test_a_booklet_is_part_of_the_pack(folder: Path) -> None:
    """With --booklet a pack has the handbook twice; it is verified, kept up to date, and removed when not asked for."""
    words = ("build", "made.yaml", "-p", "handbook", "-j", "1")
    done = _run(*words, "--booklet")
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == ["handbook.pdf", "handbook-booklet.pdf", "pack.json"]
    with pikepdf.open(paths[0]) as book, pikepdf.open(paths[1]) as booklet:
        assert len(booklet.pages) == -(-len(book.pages) // 4) * 2
    again = _run(*words, "--booklet")
    assert again.stderr.endswith("up to date\n")
    assert again.stdout == done.stdout
    paths[1].write_bytes(paths[1].read_bytes() + b"%")
    refused = _run("verify", str(paths[0].parent))
    assert refused.exit_code == 1
    assert "handbook-booklet.pdf:1:1: differs from what was built" in refused.stderr
    assert "up to date" not in _run(*words, "--booklet").stderr
    assert "handbook-booklet.pdf" in _run(*words).stderr
    assert not paths[1].exists()
