"""The hash by which content is compared."""

from __future__ import annotations

import hashlib


def digest(*parts: bytes | str) -> str:
    """Return the SHA-256 of the parts in hexadecimal; moving a boundary between two parts changes it.

    Args:
        parts: bytes, or text, which is encoded as UTF-8; lone surrogates are allowed.
    """
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8, "big"))
        whole.update(content)
    return whole.hexdigest()
