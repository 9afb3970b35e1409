"""A digest of what each page of a PDF draws: pages whose digests are equal look the same and have the same text."""

from __future__ import annotations

import hashlib
import io
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Stream

from studypack.pdf.writing import ObjectId

_NOT_DRAWN: Final = {"/Parent", "/StructParents", "/StructParent", "/Annots"}
"""Entries of pages and forms that lead to the rest of the file."""


def page_digests(pdf: bytes) -> list[str]:
    """Return the digest of each page: of its size, what it draws, and the fonts that it draws with.

    Links and tags do not count. The numbers of objects do not either.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        known: dict[ObjectId, bytes] = {}
        return [_digest(page.obj, known).hex() for page in document.pages]


def _digest(thing: Any, known: dict[ObjectId, bytes]) -> bytes:
    """Return the digest of an object and of all that it refers to; `known` has those of indirect objects."""
    identity = getattr(thing, "objgen", (0, 0))
    if identity in known:
        return known[identity]
    whole = hashlib.blake2b(digest_size=16)
    if isinstance(thing, Dictionary | Stream):
        for key, value in sorted(thing.items()):
            if key not in _NOT_DRAWN:
                whole.update(key.encode() + b" " + _digest(value, known))
        if isinstance(thing, Stream):
            whole.update(b"stream " + thing.read_raw_bytes())
    elif isinstance(thing, Array):
        if any(isinstance(each, pikepdf.Object) for each in thing):
            whole.update(b"array " + b"".join(_digest(each, known) for each in thing))
        else:
            whole.update(thing.unparse())
    else:
        whole.update(thing.unparse() if isinstance(thing, pikepdf.Object) else repr(thing).encode())
    if identity != (0, 0):
        known[identity] = whole.digest()
    return whole.digest()
