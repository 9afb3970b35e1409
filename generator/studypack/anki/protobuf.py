"""Fields of a protobuf message, as Anki 2.1.50 and later writes some of its data.

The wire format is described in "Encoding" of the Protocol Buffers documentation: a key (field number and wire type) as
a variable-length integer, then the value. Only what Anki writes is read: integers and runs of bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_LONGEST_VARINT: Final = 10
_FIXED: Final = {1: 8, 5: 4}
"""Bytes of the wire types of fixed length."""


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field.

    Raises:
        ValueError: it is no message.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire_type == 2:
            size, at = _varint(message, at)
        elif wire_type in _FIXED:
            size = _FIXED[wire_type]
        else:
            raise ValueError("a field of an unknown kind")
        if at + size > len(message):
            raise ValueError("a field ends behind its message")
        yield number, message[at : at + size]
        at += size


def text_field(message: bytes, number: int) -> str:
    """Return the last text with this number; empty without one."""
    found = [value for key, value in fields(message) if key == number and isinstance(value, bytes)]
    return found[-1].decode("utf-8", "replace") if found else ""


def int_field(message: bytes, number: int) -> int:
    """Return the last integer with this number; 0 without one."""
    found = [value for key, value in fields(message) if key == number and isinstance(value, int)]
    return found[-1] if found else 0


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_LONGEST_VARINT):
        if at >= len(message):
            raise ValueError("an integer ends behind its message")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at
    raise ValueError("an integer of too many bytes")
