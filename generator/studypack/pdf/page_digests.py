"""A digest of what each page of a PDF draws: pages whose digests are equal look the same and have the same text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from studypack.pdf.own_files import OwnFile
from studypack.pdf.writing import ObjectId, with_references
from studypack.shelf import Content

_NOT_DRAWN: Final = re.compile(rb"/(?:Parent \d+ 0 R|StructParents \d+|Annots (?:\d+ 0 R|\[[^\]]*\])) ?")
"""Entries of pages that lead to the rest of the file."""


def page_digests(pdf: Content) -> list[str]:
    """Return the digest of each page: of its size, what it draws, and the fonts that it draws with.

    Links and tags do not count. The numbers of objects do not either. Pages must have all their entries themselves, as
    those of our files do (none is inherited, 7.7.3.4 of ISO 32000-2).

    Raises:
        ValueError: the file is not one of ours, or it is damaged.
    """
    file = OwnFile(pdf)
    digest_of = _digests(file)
    return [_digest(_NOT_DRAWN.sub(b"", page), digest_of).hex() for page in file.pages()]


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
