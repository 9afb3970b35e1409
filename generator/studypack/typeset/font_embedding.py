"""Fonts on their way through WeasyPrint: in a folder that is removed with the process, and without the clock's time.

fontTools stamps every font that it writes with the present. WeasyPrint has it write three kinds, none of which is ours:
WOFF files, unpacked before the layout; variable fonts, of which the PDF gets static ones; fonts with pictures for
glyphs, which are taken out. All others HarfBuzz subsets, which leaves their times alone.
"""

from __future__ import annotations

import io
import tempfile
import weakref
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pydyf

from studypack.temporary import temporary_folder


def new_configuration() -> Any:
    """Return a font configuration of WeasyPrint's whose folder is removed with it, and when the process ends.

    Raises:
        OSError: there is no place for temporary files.
    """
    from weasyprint.text.fonts import FontConfiguration

    class Configuration(FontConfiguration):  # type: ignore[misc]
        """Keeps its fonts in a folder of ours."""

        def __init__(self) -> None:
            super().__init__()
            resources = ExitStack()
            parent = Path(tempfile.gettempdir())
            self._folder = resources.enter_context(temporary_folder(parent, "studypack-"))
            weakref.finalize(self, resources.close)

        def __del__(self) -> None:
            """Leave the folder to the finalizer: a forked copy of this object must not remove it."""

    return Configuration()


def unpacked(font: bytes) -> bytes:
    """Return a WOFF file as the font that it holds, with the times that it has; any other file as it is.

    Raises:
        Exception: whatever fontTools raises on a damaged file.
    """
    if font[:4] != b"wOFF":
        return font
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font), recalcBBoxes=False, recalcTimestamp=False) as read:
        read.flavor = read.flavorData = None
        return _saved(read)


def undate(document: Any, pdf: pydyf.PDF) -> None:
    """Let the fonts of a PDF that fontTools wrote say that they were modified when they were created.

    Args:
        document: WeasyPrint's.
        pdf: as WeasyPrint's `finisher` gets it.
    """
    dated = {
        id(font.file_content)
        for font in document.fonts.values()
        if "fvar" in font.tables or font.png or font.svg or font.colr
    }
    for stream in pdf.objects if dated else ():
        if isinstance(stream, pydyf.Stream) and len(stream.stream) == 1 and id(stream.stream[0]) in dated:
            stream.stream = [_undated(stream.stream[0])]


def _undated(font: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font), recalcBBoxes=False, recalcTimestamp=False) as read:
        read["head"].modified = read["head"].created
        return _saved(read)


def _saved(font: Any) -> bytes:
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
