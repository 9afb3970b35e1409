"""Write a PDF object by object, taking objects from other PDFs with new numbers.

QPDF keeps every object of a document in memory, 1.3 kB each, and a book of 1,000 questions has 180,000. So the parts of
a book are opened one after the other, and their objects are written at once. Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import pikepdf
from pikepdf import Dictionary, Name, Stream

from studypack.shelf import Content, Scroll

PER_STREAM: Final = 400
"""The number of objects in an object stream: more compress better, fewer are faster to reach."""

ObjectId = tuple[int, int]
"""The number and the generation of an object in its own PDF."""

_REFERENCE: Final = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]*>|(?<![\d.])(\d+) (\d+) R\b", re.DOTALL)
"""A string, which is passed over, or a reference (7.3.4, 7.3.10) as QPDF writes them."""


ENTRY: Final = struct.Struct(">BIH")
"""An entry of the cross-reference stream (table 18)."""
_PLACED: Final = struct.Struct(">IBIH")
"""The number of an object, and its entry."""
_FREE: Final = ENTRY.pack(0, 0, 65535)
"""The entry of a number without an object; 0 is the first (7.5.4)."""
_FAST: Final = 1
"""zlib's level for the table of objects: its usual one takes 15 times as long, and makes a book 0.3% smaller."""


class Fragment(NamedTuple):
    """Objects of a PDF that were written apart from it, with the numbers that they have in it.

    Attributes:
        first: the first number that was given to its objects.
        end: the number behind those that were given to them.
        table: the entries of these numbers that are in object streams, one after the other; others are free.
        places: the numbers and entries of all other objects, packed; places are counted from the fragment's beginning.
        content: the objects, one after the other.
    """

    first: int
    end: int
    table: bytes
    places: bytes
    content: bytes

    def dumps(self) -> bytes:
        """Serialize the fragment: a line with numbers, its table, its places, and its objects."""
        head = b"[%d, %d, %d, %d]\n" % (self.first, self.end, len(self.table), len(self.places))
        return head + self.table + self.places + self.content

    @classmethod
    def loads(cls, content: bytes) -> Fragment:
        """Return the fragment that `dumps` serialized. Raises ValueError if it is none."""
        head, _, rest = content.partition(b"\n")
        first, end, table, places = map(int, json.loads(head))
        if len(rest) < table + places or table % ENTRY.size or places % _PLACED.size:
            raise ValueError("not a fragment")
        return cls(first, end, rest[:table], rest[table : table + places], rest[table + places :])


class ObjectWriter:
    """Writes objects from front to back: streams at once, other objects in object streams (7.5.7).

    Args:
        first: the first number that it gives to an object.

    Attributes:
        next: the number of the next object.
    """

    def __init__(self, first: int = 1) -> None:
        self.next = self._first = first
        self._out = Scroll()
        self._table = bytearray()
        """The entries of objects in object streams, from the first number on."""
        self._places = bytearray()
        """The numbers and entries of all other objects, packed."""
        self._waiting: dict[bool, list[tuple[int, bytes]]] = {False: [], True: []}
        """Objects for the next object streams: readers that want pages need not read the elements of the structure."""

    def number(self) -> int:
        """Return the number of an object that is still to be written."""
        return self.numbers(1)

    def numbers(self, count: int) -> int:
        """Return the first of so many numbers; those that are never written are free."""
        self.next += count
        return self.next - count

    def write(self, number: int, content: bytes) -> None:
        """Write an object that is not a stream."""
        waiting = self._waiting[b"/StructElem" in content]
        waiting.append((number, content))
        if len(waiting) >= PER_STREAM:
            self._write_waiting(waiting)

    def write_stream(self, number: int, head: bytes, data: bytes) -> None:
        """Write a stream whose dictionary has the length of the data."""
        self._enter(number, 1, self._out.tell(), 0)
        self._out.write(b"%d 0 obj\n%b\nstream\n" % (number, head))
        self._out.write(data)
        self._out.write(b"\nendstream\nendobj\n")

    def copy(
        self, source: pikepdf.Pdf, roots: Iterable[Any], known: Mapping[ObjectId, int], given: Mapping[ObjectId, int]
    ) -> dict[ObjectId, int]:
        """Write these objects and all that they refer to.

        Args:
            source: the PDF of the objects.
            roots: indirect objects.
            known: objects that are not written, with the numbers to refer to instead.
            given: objects whose numbers have been referred to; they are written if they are reached.

        Returns:
            the number of each object that was written or referred to.
        """
        numbers, waiting = dict(known), []

        def reached(identity: ObjectId) -> bytes:
            if identity not in numbers:
                numbers[identity] = given.get(identity) or self.number()
                waiting.append(identity)
            return b"%d 0 R" % numbers[identity]

        for root in roots:
            reached(root.objgen)
        while waiting:
            identity = waiting.pop()
            each = source.get_object(identity)
            if isinstance(each, Stream):
                head, data = _packed(each)
                self.write_stream(numbers[identity], with_references(head, reached), data)
            else:
                self.write(numbers[identity], with_references(each.unparse(resolved=True), reached))
        return numbers

    def fragment(self) -> Fragment:
        """Return what was written as a fragment of a PDF."""
        self._flush()
        return Fragment(self._first, self.next, bytes(self._table), bytes(self._places), bytes(self._out.content()))

    def _enter(self, number: int, kind: int, place: int, index: int) -> None:
        if kind == 1 or number < self._first:
            self._places += _PLACED.pack(number, kind, place, index)
        else:
            self._fill(number + 1)
            ENTRY.pack_into(self._table, (number - self._first) * ENTRY.size, kind, place, index)

    def _fill(self, end: int) -> None:
        """Give each number before `end` an entry; those that have none yet are free."""
        self._table += _FREE * (end - self._first - len(self._table) // ENTRY.size)

    def _flush(self) -> None:
        for waiting in self._waiting.values():
            if waiting:
                self._write_waiting(waiting)

    def _write_waiting(self, waiting: list[tuple[int, bytes]]) -> None:
        """Write an object stream, and empty the list."""
        me, heads, bodies, place = self.number(), [], [], 0
        for index, (number, content) in enumerate(waiting):
            self._enter(number, 2, me, index)
            heads.append(b"%d %d" % (number, place))
            bodies.append(content)
            place += len(content) + 1
        first = b" ".join(heads) + b"\n"
        data = zlib.compress(first + b"\n".join(bodies))
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>"
        self.write_stream(me, head % (len(bodies), len(first), len(data)), data)
        waiting.clear()


class PdfWriter(ObjectWriter):
    """A PDF that is written from front to back."""

    def __init__(self) -> None:
        super().__init__()
        self._out.write(b"%PDF-2.0\n%\xbf\xf7\xa2\xfe\n")

    def append(self, fragment: Fragment) -> None:
        """Write a fragment, whose first number is not yet given."""
        start = self._out.tell()
        self._out.write(fragment.content)
        for number, kind, place, index in _PLACED.iter_unpack(fragment.places):
            self._enter(number, kind, place + start if kind == 1 else place, index)
        self._fill(fragment.first)
        self._table += fragment.table
        self.next = max(self.next, fragment.end)

    def finish(self, root: int, info: int) -> Content:
        """Write the cross-reference stream (7.5.8), and return the file. Its identifier depends on all of it."""
        self._flush()
        me, start = self.number(), self._out.tell()
        self._enter(me, 1, start, 0)
        self._fill(self.next)
        entries = bytearray(_FREE) + self._table  # 0 is free
        for number, *entry in _PLACED.iter_unpack(self._places):
            ENTRY.pack_into(entries, number * ENTRY.size, *entry)
        data = zlib.compress(entries, _FAST)
        identifier = self._out.digest()[:32].encode()
        head = b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]/Filter/FlateDecode/Length %d>>"
        self.write_stream(me, head % (self.next, root, info, identifier, identifier, len(data)), data)
        self._out.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._out.content()


def with_references(source: bytes, replaced: Callable[[ObjectId], bytes]) -> bytes:
    """Return an object in PDF syntax with other references, which `replaced` returns for the objects referred to."""

    def each(found: re.Match[bytes]) -> bytes:
        return found[0] if found[1] is None else replaced((int(found[1]), int(found[2])))

    return _REFERENCE.sub(each, source)


def references(numbers: Iterable[int]) -> bytes:
    """Return references to objects as the content of an array."""
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _packed(stream: Any) -> tuple[bytes, bytes]:
    """Return a stream's dictionary, with its length, and its data, compressed if they were not."""
    data = stream.read_raw_bytes()
    head = Dictionary(dict(stream.stream_dict.items()))
    if "/Filter" not in head:
        data, head.Filter = zlib.compress(data), Name.FlateDecode
    head.Length = len(data)
    return head.unparse(), data
