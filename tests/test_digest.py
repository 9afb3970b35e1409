"""The hash: different content has different hashes, even if only the boundaries between parts differ."""

from __future__ import annotations

import hashlib
import re

from studypack.digest import digest


def test_boundaries_count() -> None:
    """Different boundaries, empty parts and a different order each give a different hash."""
    parts: list[tuple[str, ...]] = [(), ("",), ("", ""), ("ab",), ("a", "b"), ("b", "a"), ("ab", ""), ("", "ab")]
    hashes = [digest(*each) for each in parts]
    assert len(set(hashes)) == len(parts)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes)


def test_a_length_cannot_be_imitated() -> None:
    """A part that contains the bytes written between two parts is not mistaken for two parts."""
    assert digest(b"a", b"b") != digest(b"a" + (1).to_bytes(8, "big") + b"b")


def test_text_is_its_utf8() -> None:
    """Text hashes like its UTF-8 bytes; text without a UTF-8 encoding, such as a lone surrogate, has a hash too."""
    assert digest("é", "x") == digest("é".encode(), b"x")
    assert digest("\ud800") != digest("\ud801")


def test_what_is_hashed() -> None:
    """The hash is SHA-256 over each part's length (8 bytes, big-endian) followed by the part."""
    assert digest() == hashlib.sha256(b"").hexdigest()
    assert (
        digest("abc", bytes(256))
        == hashlib.sha256(bytes(7) + b"\x03abc" + bytes(6) + b"\x01\x00" + bytes(256)).hexdigest()
    )
