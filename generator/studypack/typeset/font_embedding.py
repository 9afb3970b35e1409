"""Keep WeasyPrint's fonts in a folder that is removed with the process, and free of timestamps.

fontTools stamps every font that it writes with the current time. WeasyPrint uses it for three kinds of fonts, none of
which are ours: WOFF files, which are unpacked before the layout; variable fonts, which become static in the PDF; and
fonts with pictures as glyphs, which are removed. It subsets all others with HarfBuzz, which keeps their times.
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
    """Return a WeasyPrint font configuration whose folder is removed with it or when the process ends.

    Raises:
        OSError: no temporary folder can be created.
    """
    from weasyprint.text.fonts import FontConfiguration

    class Configuration(FontConfiguration):  # type: ignore[misc]
        """Keeps its fonts in a temporary folder of our own."""

        def __init__(self) -> None:
            super().__init__()
            resources = ExitStack()
            parent = Path(tempfile.gettempdir())
            self._folder = resources.enter_context(temporary_folder(parent, "studypack-"))
            weakref.finalize(self, resources.close)

        def __del__(self) -> None:
            """Leave the removal of the folder to the finalizer, because forked copies of this object must not do it."""

    return Configuration()


def unpacked(font: bytes) -> bytes:
    """Return the font in a WOFF file with its original times; return any other file unchanged.

    Raises:
        Exception: the file is damaged; fontTools can raise any exception.
    """
    if font[:4] != b"wOFF":
        return font
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font), recalcBBoxes=False, recalcTimestamp=False) as read:
        read.flavor = read.flavorData = None
        return _saved(read)


def undate(document: Any, pdf: pydyf.PDF) -> None:
    """Set the modification time of the fonts in a PDF that fontTools wrote to their creation time.

    Args:
        document: WeasyPrint's document.
        pdf: the PDF that WeasyPrint passes to its `finisher`.
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
