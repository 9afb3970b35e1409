"""Content of unreasonable size and of every script: on the pages, within them, or refused with the limit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from studypack.errors import ContentError
from studypack.questions.loader import load
from studypack.typeset.geometry import FOOT_MM, HEAD_MM, points
from studypack.workflows.build import build
from studypack.workflows.packing import Pack
from studypack.workflows.request import Request

from tests.making import one, only
from tests.pdf_reading import page_texts

HEAD, FOOT = points(HEAD_MM), points(FOOT_MM)


def _outside(pdf: bytes) -> list[str]:
    """Return every piece of text that reaches beyond its page; running heads are cut at their ends, and not seen."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            width, height = page.get_size()
            text = page.get_textpage()
            for index in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(index)
                if top > height - HEAD or bottom < FOOT:
                    continue
                if left < 0 or bottom < 0 or right > width or top > height:
                    found.append(f"page {number + 1}: {text.get_text_bounded(left, bottom, right, top)}")
    return found


def _built(path: Path, *products: str) -> Pack:
    return build(Request(path, options=only(*products), output=path.parent / "out", now=1, workers=1))


def _handbook(path: Path) -> tuple[bytes, str]:
    """Build a handbook; return it and its letters. Nothing is outside of a page: the build has found every text."""
    pdf = (_built(path, "handbook").folder / "handbook.pdf").read_bytes()
    assert _outside(pdf) == []
    return pdf, re.sub(r"[\s\ufffe\u2010]", "", "".join(page_texts(pdf)))


def test_the_search_for_text_outside_finds_it() -> None:
    """A line that does not break reaches beyond the page, and is seen."""
    from studypack.typeset.layout import lay_out, write

    pages = lay_out("<!doctype html><html lang=en><title>x</title><p>word " + "x" * 400, "p { white-space: nowrap }")
    assert _outside(write(pages).pdf) != []


LONG = "x" * 400
CODE = "".join(f"call_{n}(argument)\n" for n in range(300))


def _table(rows: list[list[str]]) -> list[dict[str, str]]:
    """Return an exhibit that is a table of these rows, the first of them its head."""
    lines = [f"|{'|'.join(row)}|" for row in rows]
    lines.insert(1, "|" + "-|" * len(rows[0]))
    return [{"table": "\n".join(lines), "caption": "A caption"}]


LARGE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a word of 400 letters": ({"answer": f"A {LONG} b `{LONG}`.", "key_points": [LONG]}, [LONG]),
    "a cell of 400 letters": ({"exhibits": _table([["a", "b"], [LONG, "c"]])}, [LONG]),
    "a question of 300 letters": ({"question": f"Explain{' this matter' * 24}?"}, ["thismatter" * 24]),
    "20 columns": (
        {"exhibits": _table([["head"] * 20, [f"consistent{n}" for n in range(20)]])},
        ["head", "consistent0"],
    ),
    "150 rows": ({"exhibits": _table([[f"row{n}", "x"] for n in range(150)])}, [f"row{n}" for n in range(150)]),
    "a listing of 300 lines": (
        {"exhibits": [{"listing": "x.py", "caption": "x"}]},
        [f"call_{n}(argument)" for n in range(300)],
    ),
    "a deep list": (
        {"answer": "\n".join(f"{'  ' * n}- level{n} and some words to break" for n in range(8))},
        [f"level{n}" for n in range(8)],
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_too_large_is_broken_not_cut(name: str, tmp_path: Path) -> None:
    """Every piece is on a page, and nothing reaches beyond one (make soak: 5,000 lines, 1,000 rows)."""
    changes, expected = LARGE[name]
    (tmp_path / "x.py").write_text(CODE)
    _, words = _handbook(one(tmp_path, **changes))
    assert [piece for piece in expected if piece not in words] == []


def test_a_table_of_40_columns_is_refused(tmp_path: Path) -> None:
    """There is no room for so many on the page: the limit is told."""
    with pytest.raises(
        ContentError, match='a table in "table" has 40 columns, the limit is 20; transpose it, or split it'
    ):
        load(one(tmp_path, exhibits=_table([["h"] * 40, ["c"] * 40])))


def test_a_listing_above_the_limit_is_refused(tmp_path: Path) -> None:
    """A listing has 200,000 bytes at most, some 5,000 lines."""
    (tmp_path / "x.py").write_text("x = 1\n" * 40_000)
    with pytest.raises(
        ContentError, match=r'the listing "x.py" has 240000 bytes, the limit is 200000; make it smaller'
    ):
        load(one(tmp_path, exhibits=[{"listing": "x.py", "caption": "x"}]))


SCRIPTS = {
    "emoji": "Ship it 🚀 now.",
    "joined emoji": "A team 👩\u200d💻👨\u200d👩\u200d👧\u200d👦 here.",
    "combining": "Cafe\u0301, x\u0338.",
    "Chinese": "分布式系统",
    "Arabic": "قاعدة البيانات",
    "Hebrew": "מסד נתונים",
    "mixed": "The שלום and 世界 and مرحبا 🚀 of it",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_built_and_what_has_no_glyph_is_told(name: str, tmp_path: Path) -> None:
    """The pack is made, and each character that no font has is a warning with its place and name."""
    text = SCRIPTS[name]
    path = one(tmp_path, answer=f"{text}\n\nMore words.", key_points=[text])
    pack = _built(path, "deck")
    lacking = [w for w in pack.warnings if "has no glyph" in w.why]
    assert bool(lacking) == (name not in ("combining", "Arabic", "Hebrew"))
    assert all(w.where is not None and w.where.line > 1 and "U+" in w.what for w in lacking)


def test_a_question_of_every_script_is_on_the_page(tmp_path: Path) -> None:
    """The handbook's own proof finds texts whose glyphs lack, in any direction; nothing is outside."""
    path = one(tmp_path, answer="\n\n".join(SCRIPTS.values()))
    pdf, _ = _handbook(path)
    assert len(pdf) > 1000
