"""The patterns by which HTML is read: made once, and the same tree."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from studypack.typeset.html_patterns import Patterns
from studypack.typeset.layout import lay_out
from weasyprint import tinyhtml5

HTML = (
    "<!doctype html><title>t</title><p class='a b' data-x=1>Text &amp; <b>more</b> &lt; — é<!-- - --><pre>\n  x\t</pre>"
    * 5
)
HTML += "<script>if (a < b) {}</script><svg viewBox='0 0 1 1'><![CDATA[x]]></svg>"


def test_patterns_are_kept_where_pages_are_laid_out() -> None:
    """The module of tinyhtml5 has them after a document was read, and a second one needs no others."""
    lay_out(HTML, "")
    kept = tinyhtml5.inputstream.characters_until_regex
    assert isinstance(kept, Patterns)
    number = len(kept)
    assert number
    lay_out(HTML, "")
    assert len(kept) == number


def _tree() -> bytes:
    return bytes(ElementTree.tostring(tinyhtml5.parse(HTML)))


def test_the_tree_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags, attributes, text, comments and scripts are read as before, with a few patterns."""
    monkeypatch.setattr(tinyhtml5.inputstream, "characters_until_regex", {})
    before = _tree()
    kept = Patterns()
    monkeypatch.setattr(tinyhtml5.inputstream, "characters_until_regex", kept)
    assert _tree() == before
    assert 0 < len(kept) < 20
