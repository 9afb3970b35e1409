"""The undocumented parts of dependencies that we use exist, and the pins exclude versions that may remove them.

A test that fails here after an update names the part, so that nothing is switched off quietly. Then look at the module
that uses the part, adapt it, and raise the upper bound in `pyproject.toml`.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import pkgutil
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT: Final = Path(__file__).parents[1]
PARTS: Final = {
    "weasyprint": (
        "weasyprint.document:Page",
        "weasyprint.draw.text:draw_first_line",
        "weasyprint.formatting_structure.boxes:Box.content_box_y",
        "weasyprint.formatting_structure.boxes:Box.margin_height",
        "weasyprint.formatting_structure.boxes:LineBox",
        "weasyprint.formatting_structure.boxes:MarginBox",
        "weasyprint.formatting_structure.boxes:TableCellBox",
        "weasyprint.images:SVGImage.draw",
        "weasyprint.layout.absolute:AbsolutePlaceholder",
        "weasyprint.layout.inline:split_first_line",
        "weasyprint.layout.percent:resolve_percentages",
        "weasyprint.pdf.stream:Stream.add_font",
        "weasyprint.pdf.tags:_get_pdf_tag",
        "weasyprint.text.ffi:pango.pango_layout_set_single_paragraph_mode",
        "weasyprint.text.line_break:Layout.deactivate",
        "weasyprint.text.line_break:Layout.reactivate",
        "weasyprint.text.line_break:Layout.set_text",
        "weasyprint.text.line_break:Layout.setup",
        "weasyprint.text.fonts:FontConfiguration",
        "weasyprint:tinyhtml5.inputstream.characters_until_regex",
        "weasyprint.urls:URLFetcher.fetch",
        "weasyprint.urls:URLFetcherResponse",
    ),
    "pydyf": (
        "pydyf:Array",
        "pydyf:Object.reference",
        "pydyf:Object.data",
        "pydyf:PDF.add_object",
        "pydyf:zlib.compressobj",
    ),
    "genanki": (
        "genanki:Note._cloze_cards",
        "genanki:Note._check_invalid_html_tags_in_fields",
        "genanki:Note.sort_field",
        "genanki.apkg_col:APKG_COL",
        "genanki.apkg_schema:APKG_SCHEMA",
    ),
    "latex2mathml": ("latex2mathml.converter:convert_to_element",),
    "ziamath": (
        "ziamath:Math.getsize",
        "ziamath:Math.getyofst",
        "ziamath:Math.svg",
        "ziamath.config:config.precision",
        "ziamath.config:config.svg2",
        "ziamath.mathfont:MathFont.glyphindex",
    ),
    "pypdfium2": (
        "pypdfium2.raw:FPDFText_GetCharOrigin",
        "pypdfium2.raw:FPDFText_GetLooseCharBox",
        "pypdfium2.raw:FPDFText_GetUnicode",
        "pypdfium2.raw:FPDFText_IsGenerated",
        "pypdfium2.raw:FS_RECTF",
    ),
    "uharfbuzz": (
        "uharfbuzz:Font.get_glyph_extents",
        "uharfbuzz:Font.get_glyph_h_advance",
        "uharfbuzz:SubsetInput.drop_table_tag_set",
        "uharfbuzz:SubsetInput.glyph_set",
        "uharfbuzz:SubsetFlags.DEFAULT",
        "uharfbuzz:SubsetFlags.DESUBROUTINIZE",
        "uharfbuzz:SubsetFlags.NOTDEF_OUTLINE",
        "uharfbuzz:SubsetFlags.NO_HINTING",
        "uharfbuzz:SubsetFlags.PASSTHROUGH_UNRECOGNIZED",
        "uharfbuzz:SubsetFlags.RETAIN_GIDS",
        "uharfbuzz:subset",
    ),
}
"""By dependency: the parts, as `pkgutil.resolve_name` takes them."""
HTML: Final = "<!doctype html><html lang=en><title>T</title><p>A line</p><table><tr><td>Cell</td></tr></table>"


@pytest.mark.parametrize("part", [part for parts in PARTS.values() for part in parts])
def test_the_part_is_there(part: str) -> None:
    """Each class, method, function and constant is found by its name."""
    assert pkgutil.resolve_name(part) is not None


@pytest.mark.parametrize("name", PARTS)
def test_the_pin_ends_before_the_next_release(name: str) -> None:
    """`pyproject.toml` takes the installed version and not the next minor one; WeasyPrint counts in whole numbers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (pin,) = (r.specifier for r in map(Requirement, project["dependencies"]) if r.name == name)
    installed = Version(importlib.metadata.version(name))
    following = f"{installed.major + 1}" if name == "weasyprint" else f"{installed.major}.{installed.minor + 1}"
    assert installed in pin
    assert Version(following) not in pin


def test_weasyprint_shows_the_boxes_of_a_page() -> None:
    """A page has its box, whose children are lines and cells with their heights (typeset/layout.py, `filled`)."""
    import weasyprint

    (page,) = weasyprint.HTML(string=HTML).render().pages
    assert page._page_box.height > 0
    kinds = {type(box).__name__ for box in page._page_box.descendants()}
    assert kinds >= {"LineBox", "TableCellBox"}
    assert all(box.margin_height() >= 0 for box in page._page_box.descendants() if type(box).__name__ == "LineBox")


def test_weasyprint_lets_a_finisher_at_the_tags() -> None:
    """Before it writes, the structure tree is dictionaries of pydyf with these keys (typeset/tag_pruning.py)."""
    import pydyf
    import weasyprint

    seen: list[Any] = []

    def finisher(_: Any, pdf: Any) -> None:
        elements = [o for o in pdf.objects if isinstance(o, pydyf.Dictionary) and o.get("Type") == "/StructElem"]
        seen.extend(e for e in elements if e["S"] == "/Span")
        assert "StructTreeRoot" in pdf.catalog
        assert all(pdf.objects[e.number] is e and e.reference == b"%d 0 R" % e.number for e in elements)

    weasyprint.HTML(string=HTML).write_pdf(pdf_tags=True, finisher=finisher)
    assert [set(span) for span in seen] == [{"Type", "S", "K", "Pg", "P"}] * 2


@pytest.mark.parametrize(
    ("part", "parameters"),
    [
        ("genanki:Note.write_to_db", ["self", "cursor", "timestamp", "deck_id", "id_gen"]),
        ("genanki:Deck.write_to_db", ["self", "cursor", "timestamp", "id_gen"]),
        ("genanki:Model.to_json", ["self", "timestamp", "deck_id"]),
    ],
)
def test_genanki_calls_what_we_override(part: str, parameters: list[str]) -> None:
    """Notes and note types carry times of their own because these methods get the package's (anki/package.py)."""
    assert list(inspect.signature(pkgutil.resolve_name(part)).parameters) == parameters
