"""Digests of what each page of a PDF draws, and of its outline: what is equal looks the same, and is read the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from studypack.pdf.own_files import OwnFile
from studypack.pdf.writing import ObjectId, with_references
from studypack.shelf import Content

_NOT_DRAWN: Final = re.compile(rb"/(?:Parent \d+ 0 R|StructParents \d+|Annots (?:\d+ 0 R|\[[^\]]*\])) ?")
"""Entries of pages that lead to the rest of the file."""


_BOX: Final = re.compile(rb"/(?:MediaBox|CropBox) ?\[[^\]]*\]|/(?:Rotate|UserUnit) [-\d.]+")
"""What the size of a page depends on."""
_ELSEWHERE: Final = re.compile(rb"/A |/A<<|/Dest ?[(</]|/Dest \d+ 0 R")
"""Outline entries that do not name their page themselves (12.3.2.4)."""


class Digests(NamedTuple):
    """The digests of a file.

    Attributes:
        pages: of each page: its size, what it draws, and the fonts that it draws with.
        outline: of the outline, with the places that it leads to, and of the size of all pages.
    """

    pages: list[str]
    outline: str


def digests_of(pdf: Content) -> Digests:
    """Return the digests of a file.

    Links and tags do not count. The numbers of objects do not either. Pages must have all their entries themselves, as
    those of our files do (none is inherited, 7.7.3.4 of ISO 32000-2).

    Raises:
        ValueError: the file is not one of ours, or it is damaged.
    """
    file = OwnFile(pdf)
    digest_of, pages = _digests(file), file.pages()
    drawn = [_digest(_NOT_DRAWN.sub(b"", page), digest_of).hex() for page in pages]
    return Digests(drawn, _outline(file, pages))


def _outline(file: OwnFile, pages: Sequence[bytes]) -> str:
    whole = hashlib.sha256()
    for page in pages:
        whole.update(b"%b\n" % b" ".join(_BOX.findall(page)))
    numbers = {number: b"page %d" % place for place, number in enumerate(file.page_numbers())}
    waiting = file.outline()

    def each(identity: ObjectId) -> bytes:
        if identity not in numbers:
            numbers[identity] = b"entry %d" % len(numbers)
            waiting.append(identity)
        return numbers[identity]

    for identity in waiting:  # grows during the loop
        source, _ = file.object(identity)
        if _ELSEWHERE.search(source):
            raise ValueError("an entry of the outline leads elsewhere")
        whole.update(with_references(source, each) + b"\n")
    return whole.hexdigest()


def _digests(file: OwnFile) -> Callable[[ObjectId], bytes]:
    """Return a function that returns the digest of an object by its number; each is computed once."""
    known: dict[ObjectId, bytes] = {}

    def digest_of(identity: ObjectId) -> bytes:
        if identity not in known:
            known[identity] = b""  # for an object that leads to itself
            source, stream = file.object(identity)
            known[identity] = hashlib.blake2b(_digest(source, digest_of) + stream, digest_size=16).digest()
        return known[identity]

    return digest_of


def _digest(source: bytes, digest_of: Callable[[ObjectId], bytes]) -> bytes:
    """Return the digest of an object in PDF syntax, in which the digests of objects take the place of references."""
    plain = with_references(source, lambda identity: digest_of(identity).hex().encode())
    return hashlib.blake2b(plain, digest_size=16).digest()
