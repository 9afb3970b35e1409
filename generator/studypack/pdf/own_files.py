"""Read the objects of a file that `PdfWriter` wrote, one at a time.

QPDF keeps an entry for each of a file's objects, and what it has read of them: 150 MB for a book of 2,000 questions.
Nothing is repaired here: a file that is not as it was written is an error. Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from studypack.pdf.writing import ENTRY, ObjectId
from studypack.shelf import Content, opened

_START: Final = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_STREAM: Final = re.compile(rb"(\d+) 0 obj\n(<<.*?>>)\nstream\n", re.DOTALL)
_LENGTH: Final = re.compile(rb"/Length (\d+)")
_HEAD: Final = 4096
"""The bytes in which a stream's dictionary ends; longer ones are read again."""
_KEPT: Final = 16
"""The object streams that are kept unpacked, of 400 objects each."""


class OwnFile:
    """A file that `PdfWriter` wrote.

    Raises:
        ValueError: it is another file, or damaged; the methods raise this too.
    """

    def __init__(self, content: Content) -> None:
        self._file = opened(content)
        self._file.seek(-min(len(content), 64), 2)
        found = _START.search(self._file.read())
        if found is None:
            raise ValueError("the end of the file is missing")
        self.head, packed = self._stream_at(int(found[1]))
        if b"/W[1 4 2]" not in self.head:
            raise ValueError("the table of objects has other columns")
        self._table = _unpacked(packed)
        self._streams: dict[int, list[bytes]] = {}

    def object(self, identity: ObjectId) -> tuple[bytes, bytes]:
        """Return an object as it is written, and the bytes of its stream, compressed, if it is one."""
        number, _ = identity
        if (number + 1) * ENTRY.size > len(self._table):
            raise ValueError(f"there is no object {number}")
        kind, place, index = ENTRY.unpack_from(self._table, number * ENTRY.size)
        if kind == 1:
            return self._stream_at(place, number)
        if kind != 2 or index >= len(within := self._unpacked(place)):
            raise ValueError(f"object {number} is missing")
        return within[index], b""

    def pages(self) -> list[bytes]:
        """Return the pages as they are written."""
        return [self.object(identity)[0] for identity in self.page_numbers()]

    def page_numbers(self) -> list[ObjectId]:
        """Return the numbers of the pages."""
        tree, _ = self.object(_reference(self._root, b"Pages"))
        kids = re.search(rb"/Kids ?\[([\d R]*)\]", tree)
        if kids is None:
            raise ValueError("there are no pages")
        return [(int(number), 0) for number in re.findall(rb"(\d+) 0 R", kids[1])]

    def outline(self) -> list[ObjectId]:
        """Return the number of the outline, or nothing if there is none."""
        return [_reference(self._root, b"Outlines")] if b"/Outlines " in self._root else []

    @property
    def _root(self) -> bytes:
        return self.object(_reference(self.head, b"Root"))[0]

    def _stream_at(self, place: int, number: int | None = None) -> tuple[bytes, bytes]:
        size, found = _HEAD, None
        while found is None and size <= 1 << 20:
            self._file.seek(place)
            found = _STREAM.match(self._file.read(size))
            size *= 4
        if found is None or (number is not None and int(found[1]) != number):
            raise ValueError(f"there is no stream at byte {place}")
        length = _LENGTH.search(found[2])
        self._file.seek(place + found.end())
        data = self._file.read(int(length[1]) if length else 0)
        if self._file.read(10) != b"\nendstream":
            raise ValueError(f"the stream at byte {place} has another length")
        return found[2], data

    def _unpacked(self, number: int) -> list[bytes]:
        """Return the objects of an object stream (7.5.7)."""
        if number not in self._streams:
            head, data = self.object((number, 0))
            content = _unpacked(data)
            first = re.search(rb"/First (\d+)", head)
            if first is None:
                raise ValueError(f"object {number} is no object stream")
            places = [int(place) for place in content[: int(first[1])].split()[1::2]]
            bodies = content[int(first[1]) :]
            while len(self._streams) >= _KEPT:
                del self._streams[next(iter(self._streams))]
            ends = [*(place - 1 for place in places[1:]), len(bodies)]
            self._streams[number] = [bodies[a:b] for a, b in zip(places, ends, strict=True)]
        return self._streams[number]


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error as error:
        raise ValueError("a stream is damaged") from error


def _reference(source: bytes, key: bytes) -> ObjectId:
    found = re.search(rb"/%b (\d+) 0 R" % key, source)
    if found is None:
        raise ValueError(f"there is no {key.decode()}")
    return int(found[1]), 0
