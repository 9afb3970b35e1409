"""Whether a theme's font is one that can be used: small enough once it is unpacked, and not damaged.

A compressed font says how large it is, and how large its tables are; what reads it takes its word. So all of it is
unpacked here first, within bounds.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from typing import Final

LARGEST_FONT: Final = 64 << 20
"""Bytes of a font, unpacked: those of Chinese and Japanese have up to 30 MB."""
_TABLES: Final = ("head", "maxp", "hhea", "hmtx", "cmap", "name", "post")
"""Tables that every font must have to be laid out and embedded (OpenType, "Required Tables")."""
_WOFF_ENTRY: Final = struct.Struct(">4sLLLL")
"""Tag, offset, compressed length, length and checksum of a table (WOFF 1.0, 5)."""

_WOFF2_HEADER: Final = 48
"""Bytes before the table directory (WOFF 2.0, 4)."""

logging.getLogger("fontTools").addHandler(logging.NullHandler())  # what it has to say of odd tables is not for authors


def font_fault(content: bytes) -> str | None:
    """Return why a font cannot be used; None if it can."""
    try:
        if content[:4] in (b"wOFF", b"wOF2") and _is_too_large(content):
            return f"it is larger than {LARGEST_FONT >> 20} MB once it is unpacked"
        _read(content)
    except MemoryError:
        raise
    except Exception as error:  # fontTools raises whatever a damaged table leads to
        return f"it is damaged ({type(error).__name__}: {' '.join(str(error).split())[:100]})"
    return None


def _is_too_large(content: bytes) -> bool:
    """Return whether a WOFF or WOFF2 file claims too much, or unpacks to too much."""
    if int.from_bytes(content[16:20], "big") > LARGEST_FONT:  # totalSfntSize
        return True
    return _woff2_is_too_large(content) if content[:4] == b"wOF2" else _woff_is_too_large(content)


def _woff_is_too_large(content: bytes) -> bool:
    room = LARGEST_FONT
    for number in range(int.from_bytes(content[12:14], "big")):
        _, start, packed, length, _ = _WOFF_ENTRY.unpack_from(content, 44 + number * _WOFF_ENTRY.size)
        room -= length
        if room < 0:
            return True
        if packed < length:
            unpacked = zlib.decompressobj().decompress(content[start : start + packed], length + 1)
            if len(unpacked) != length:
                raise ValueError("a table is not as long as the font says")
    return False


def _woff2_is_too_large(content: bytes) -> bool:
    """Unpack all tables, which are one stream at the end of the directory; where that begins, fontTools knows."""
    import brotli
    from fontTools.ttLib import woff2

    file = io.BytesIO(content)
    file.seek(_WOFF2_HEADER)
    for _ in range(int.from_bytes(content[12:14], "big")):
        woff2.WOFF2DirectoryEntry().fromFile(file)
    packed = int.from_bytes(content[20:24], "big")
    stream, unpacker, size = file.read(packed), brotli.Decompressor(), 0
    while not unpacker.is_finished():
        piece = unpacker.process(stream, output_buffer_limit=1 << 20)
        size, stream = size + len(piece), b""
        if size > LARGEST_FONT:
            return True
        if not piece:
            break  # cut off: who reads it will say so
    return False


def _read(content: bytes) -> None:
    """Read what layout and embedding need of a font; raise any exception if that is damaged."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(content), fontNumber=0) as font:
        for table in _TABLES:
            font[table]
        font.getBestCmap()
        outlines = [table for table in ("glyf", "CFF ", "CFF2", "CBDT", "sbix") if table in font]
        if not outlines:
            raise ValueError("it has no glyphs")
        for table in outlines[:1]:
            font[table]
