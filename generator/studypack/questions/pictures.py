"""Check that raster pictures are complete and undamaged, and reduce them to what print can show.

Pillow's own check depends on the process-wide flag `ImageFile.LOAD_TRUNCATED_IMAGES`, which WeasyPrint sets when it is
imported. Therefore this module reads the chunks of a PNG itself, and decodes the pixels of PNG and JPEG files with
`Image.frombytes`, which ignores the flag. Section numbers refer to the PNG specification, third edition.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

PRINTED: Final = (1_800, 2_700)
"""The width and height in pixels up to which a picture is kept unchanged: 300 dots per inch on 152 by 228 mm."""
LARGEST_KEPT: Final = 2_000_000
"""The size in bytes up to which a file is kept unchanged."""
MAX_PIXELS: Final = {"JPEG": 60_000_000, "PNG": 40_000_000, "GIF": 40_000_000, "WEBP": 40_000_000}
MAX_SCANS: Final = 100
"""The maximum number of scans in a progressive JPEG, each a pass over all pixels; ten are usual."""

_SHOWN_EVERYWHERE: Final = ("PNG", "JPEG")
"""The formats that WeasyPrint and all programs for Anki cards can show."""
_QUALITY: Final = 88
"""The quality of reduced JPEG files, at which no artefacts are visible at 300 dots per inch."""
_ORIENTATION: Final = 0x0112
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_NEEDED: Final = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
"""The chunks on which the pixels depend (11.2 and 11.3.1)."""
_SIZES: Final = {b"IHDR": 13, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"acTL": 8, b"fcTL": 26}
"""The sizes in bytes of chunks that have a fixed size (11.2 and 11.3)."""
_LARGEST_TEXT: Final = 1 << 20
"""The maximum size in bytes of a compressed text or colour profile after decompression."""


def kind(content: bytes) -> str:
    """Return a picture's format, from its first bytes: `PNG`, `GIF`, `WEBP`, `SVG`, or `JPEG` for anything else."""
    if content.startswith(_PNG):
        return "PNG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return "SVG" if content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<") else "JPEG"


def size(content: bytes) -> tuple[str, int, int]:
    """Return the format of a picture, its width and its height in pixels.

    Raises:
        Exception: it is not a raster picture, or it is damaged; the exception can be of any type.
    """
    if content.startswith(_PNG):
        first, header = next(_chunks(content))
        if first != b"IHDR":
            raise ValueError("no header")
        return "PNG", *struct.unpack(">II", header[:8])
    return kind(content), *_opened(content).size


def upright_width(content: bytes) -> int:
    """Return the width in pixels of a picture as displayed, after the rotation that the camera recorded."""
    picture = _opened(content)
    turned = picture.getexif().get(_ORIENTATION, 1)
    return picture.height if isinstance(turned, int) and 5 <= turned <= 8 else picture.width


def check(content: bytes) -> None:
    """Decode all pixels of a picture in memory.

    Raises:
        Exception: the picture is truncated or otherwise damaged; the exception can be of any type.
    """
    from PIL import Image

    if content.startswith(_PNG):
        chunks = list(_chunks(content))
        needed = [_chunk(name, data) for name, data in chunks if name in _NEEDED]
        picture = _opened(_PNG + b"".join(needed))
        pixels = b"".join(data for name, data in chunks if name == b"IDAT")
    elif kind(content) == "JPEG":
        if content.count(b"\xff\xda") > MAX_SCANS:  # never occurs in data, and rarely in other segments
            raise ValueError("too many scans")
        picture, pixels = _opened(content), content
    else:
        _opened(content).load()
        return
    decoder, _, _, arguments = picture.tile[0]
    given = arguments if isinstance(arguments, tuple) else (arguments,)
    interlaced = (1,) if picture.info.get("interlace") else ()
    Image.frombytes(picture.mode, picture.size, pixels, decoder, (*given, *interlaced))


def for_print(content: bytes) -> bytes:
    """Return a checked picture as a PNG or JPEG file with no more pixels than print can show.

    A picture that already meets this is returned unchanged. A reduced picture is upright and does not contain the
    camera's metadata, such as the place.
    """
    picture = _opened(content)
    sideways = tuple(reversed(PRINTED)) if upright_width(content) != picture.width else PRINTED
    fits = all(side <= limit for side, limit in zip(picture.size, sideways, strict=True))
    if (
        fits
        and len(content) <= LARGEST_KEPT
        and kind(content) in _SHOWN_EVERYWHERE
        and not picture.mode.startswith("I")
    ):
        return content
    return _written(_reduced(picture), kind(content), picture.info.get("icc_profile"))


def _reduced(picture: ImageFile) -> Image:
    """Return the first frame of a picture, upright, with 8 bits per channel, and reduced if it is too large."""
    from PIL import ImageOps

    picture.draft("RGB", (2 * max(PRINTED), 2 * max(PRINTED)))  # decodes a large JPEG at half or a quarter of its size
    whole: Image = picture
    if picture.mode.startswith("I"):  # 16-bit greyscale
        whole = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif picture.mode not in ("L", "RGB", "RGBA"):
        seen_through = picture.mode in ("LA", "PA", "RGBa", "La") or "transparency" in picture.info
        whole = picture.convert("RGBA" if seen_through else "RGB")
    with contextlib.suppress(Exception):  # damaged metadata does not affect the pixels
        whole = ImageOps.exif_transpose(whole) or whole
    whole.thumbnail(PRINTED, reducing_gap=3.0)
    return whole


def _written(picture: Image, origin: str, profile: bytes | None) -> bytes:
    """Return a picture as PNG if it is transparent or has few colours, otherwise as JPEG."""
    clear = picture.mode == "RGBA"
    if origin in ("PNG", "GIF") or clear:
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", optimize=False)
        if clear or buffer.tell() <= LARGEST_KEPT:
            return buffer.getvalue()
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, icc_profile=profile if picture.mode == "RGB" else None)
    return buffer.getvalue()


def _opened(content: bytes) -> ImageFile:
    """Return Pillow's reader of a picture; `Image.open` would warn about large ones, which we refuse anyway."""
    from PIL import GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    readers: dict[str, type[ImageFile]] = {
        "PNG": PngImagePlugin.PngImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
    }
    return readers.get(kind(content), JpegImagePlugin.JpegImageFile)(io.BytesIO(content))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the type and the data of each chunk of a PNG up to its end (5.3).

    Raises:
        Exception: a chunk is truncated, has an impossible type or size, or its checksum does not match.
    """
    place, name = len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        if content[place : place + 12 + length] != _chunk(name, data):
            raise ValueError("a damaged chunk")
        if not name.isalpha() or len(data) < _SIZES.get(name, 0) or _is_bomb(name, data):
            raise ValueError("an impossible chunk")
        yield name, data
        place += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _is_bomb(name: bytes, data: bytes) -> bool:
    """Return whether a text or colour profile is too large after decompression (11.3.2.3, 11.3.3)."""
    rest = data.partition(b"\0")[2]
    if name == b"iTXt" and rest[:1] == b"\1":
        rest = b"\0" + rest.split(b"\0", 3)[-1]
    elif name not in {b"zTXt", b"iCCP"}:
        return False
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(rest[1:], _LARGEST_TEXT)
    except zlib.error:
        return False  # decoders ignore it
    return bool(unpacker.unconsumed_tail)
