"""A digest of what each page of a PDF draws: pages whose digests are equal look the same and have the same text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import pikepdf
from pikepdf import Dictionary, Stream

from studypack.pdf.writing import ObjectId, with_references
from studypack.shelf import Content, opened

_NOT_DRAWN: Final = {"/Parent", "/StructParents", "/Annots"}
"""Entries of pages that lead to the rest of the file."""


def page_digests(pdf: Content) -> list[str]:
    """Return the digest of each page: of its size, what it draws, and the fonts that it draws with.

    Links and tags do not count. The numbers of objects do not either. Pages must have all their entries themselves, as
    those of our files do (none is inherited, 7.7.3.4 of ISO 32000-2).
    """
    with pikepdf.open(opened(pdf), attempt_recovery=False) as document:  # what is repaired may be lost for others
        digest_of = _digests(document)
        drawn = (Dictionary({k: v for k, v in page.obj.items() if k not in _NOT_DRAWN}) for page in document.pages)
        return [_digest(page.unparse(), digest_of).hex() for page in drawn]


def _digests(document: pikepdf.Pdf) -> Callable[[ObjectId], bytes]:
    """Return a function that returns the digest of an object by its number; each is computed once."""
    known: dict[ObjectId, bytes] = {}

    def digest_of(identity: ObjectId) -> bytes:
        if identity not in known:
            known[identity] = b""  # for an object that leads to itself
            thing = document.get_object(identity)
            if isinstance(thing, Stream):
                head = _digest(thing.stream_dict.unparse(), digest_of)
                known[identity] = hashlib.blake2b(head + thing.read_raw_bytes(), digest_size=16).digest()
            else:
                known[identity] = _digest(thing.unparse(resolved=True), digest_of)
        return known[identity]

    return digest_of


def _digest(source: bytes, digest_of: Callable[[ObjectId], bytes]) -> bytes:
    """Return the digest of an object in PDF syntax, in which the digests of objects take the place of references."""
    plain = with_references(source, lambda identity: digest_of(identity).hex().encode())
    return hashlib.blake2b(plain, digest_size=16).digest()
