"""The level at which WeasyPrint's pages are compressed."""

from __future__ import annotations

import io
import types
import zlib

import pikepdf
import pydyf
import pytest
from studypack.typeset.layout import lay_out, write
from studypack.typeset.stream_compression import KNOWN, compress_faster


def _streams() -> tuple[int, list[bytes]]:
    """Return the size of a PDF, and the content of its streams, except the positions of its objects."""
    pdf = write(lay_out(f"<html lang=en><title>t</title>{'<p>Some words in a line.</p>' * 99}", "")).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        return len(pdf), [each.read_bytes() for each in streams if each.get("/Type") != "/XRef"]


def test_pages_hold_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the compression differs, and hardly: by 5% at most."""
    size, streams = _streams()
    assert pydyf.zlib is not zlib
    monkeypatch.setattr(pydyf, "zlib", zlib)
    usual, same = _streams()
    assert streams == same
    assert size != usual
    assert usual * 0.95 < size < usual * 1.05


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.SimpleNamespace(__version__="0.14.0")
    compress_faster(other)
    assert not hasattr(other, "zlib")
    assert pydyf.__version__.startswith(KNOWN)
