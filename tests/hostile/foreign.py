"""Foreign files with a few changes, through the importer that takes them: drafts or diagnostics, nothing else."""

from __future__ import annotations

import random
from typing import Final

from studypack.errors import ContentError
from studypack.importers import guess, importers
from studypack.importers.draft import Wishes

from tests.hostile.fuzzing import PIECES
from tests.importers.foreign_files import FILES

_XML: Final = (
    "<text>",
    "</question>",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#0;",
    "{1:NM:=",
    "{",
    "}",
    "=",
    "~",
    "->",
    "####",
    "::",
)
NAMES: Final = sorted(FILES)


def changed(name: str, seed: int) -> bytes:
    """Return a small file of a format with bytes lost, doubled, swapped and put in; the same for the same seed."""
    chance = random.Random(seed)
    raw = bytearray(FILES[name])
    for _ in range(chance.choice((1, 1, 2, 4, 20))):
        at, size = chance.randrange(len(raw) or 1), chance.choice((1, 1, 3, 40, 400))
        part = bytes(raw[at : at + size])
        piece = chance.choice(PIECES + _XML).encode("utf-8", "surrogatepass")
        raw[at : at + size] = chance.choice(
            (b"", part + part, part[::-1], piece, piece + part, bytes([chance.randrange(256)]), b"\n" + part, part * 5)
        )
    return bytes(raw)


def outcome(name: str, content: bytes, *, every: bool = False) -> str:
    """Read a file as whatever it seems to be, or as every format; anything but a diagnostic is an exception."""
    try:
        readers = list(importers().values()) if every else [guess(name, content)]
    except ContentError:
        return "refused"
    seen = set()
    for reader in readers:
        try:
            reading = reader.read(name, content, Wishes(format=reader.name if every else ""))
        except ContentError as error:
            seen.add(
                "refused" if all(len(str(one).splitlines()) == 1 for one in error.diagnostics) else "several lines"
            )
        else:
            assert all(isinstance(draft.question, str) for draft in reading.drafts)
            seen.add("read")
    assert "several lines" not in seen
    return "read" if "read" in seen else "refused"
