"""Whether a PNG or JPEG picture is whole.

Pillow's own check depends on a flag of the whole process, `ImageFile.LOAD_TRUNCATED_IMAGES`, which WeasyPrint sets when
it is imported. So a PNG's chunks are read here (sections are those of the PNG specification, third edition), and the
pixels of both formats are unpacked by `Image.frombytes`, which does not look at the flag.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_NEEDED: Final = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
"""The chunks that pixels depend on (11.2 and 11.3.1)."""
_SIZES: Final = {b"IHDR": 13, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"acTL": 8, b"fcTL": 26}
"""Bytes that a chunk of a fixed size has (11.2 and 11.3)."""
_LARGEST_TEXT: Final = 1 << 20
"""Bytes of a compressed text or colour profile, unpacked."""


def size(content: bytes) -> tuple[str, int, int]:
    """Return the format of a picture, `PNG` or `JPEG`, its width and height in pixels.

    Raises:
        Exception: it is neither, or damaged; of any type.
    """
    if content.startswith(_PNG):
        kind, header = next(_chunks(content))
        if kind != b"IHDR":
            raise ValueError("no header")
        return "PNG", *struct.unpack(">II", header[:8])
    return "JPEG", *_opened(content).size


def check(content: bytes) -> None:
    """Unpack all pixels of a picture, in memory.

    Raises:
        Exception: it is cut off or otherwise damaged; of any type.
    """
    from PIL import Image

    if content.startswith(_PNG):
        chunks = list(_chunks(content))
        needed = [_chunk(kind, data) for kind, data in chunks if kind in _NEEDED]
        picture = _opened(_PNG + b"".join(needed))
        pixels = b"".join(data for kind, data in chunks if kind == b"IDAT")
    else:
        picture, pixels = _opened(content), content
    decoder, _, _, arguments = picture.tile[0]
    given = arguments if isinstance(arguments, tuple) else (arguments,)
    interlaced = (1,) if picture.info.get("interlace") else ()
    Image.frombytes(picture.mode, picture.size, pixels, decoder, (*given, *interlaced))


def _opened(content: bytes) -> ImageFile:
    """Return Pillow's reader of a picture; `Image.open` would warn of large ones, which we refuse anyway."""
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    return (PngImageFile if content.startswith(_PNG) else JpegImageFile)(io.BytesIO(content))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and data of each chunk of a PNG up to its end (5.3).

    Raises:
        Exception: a chunk is cut off, of an impossible type or size, or its checksum is another one.
    """
    place, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        if content[place : place + 12 + length] != _chunk(kind, data):
            raise ValueError("a damaged chunk")
        if not kind.isalpha() or len(data) < _SIZES.get(kind, 0) or _is_bomb(kind, data):
            raise ValueError("an impossible chunk")
        yield kind, data
        place += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_bomb(kind: bytes, data: bytes) -> bool:
    """Return whether a compressed text or colour profile unpacks to too much (11.3.2.3, 11.3.3)."""
    rest = data.partition(b"\0")[2]
    if kind == b"iTXt" and rest[:1] == b"\1":
        rest = b"\0" + rest.split(b"\0", 3)[-1]
    elif kind not in {b"zTXt", b"iCCP"}:
        return False
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(rest[1:], _LARGEST_TEXT)
    except zlib.error:
        return False  # readers pass over it
    return bool(unpacker.unconsumed_tail)
