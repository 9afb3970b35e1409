"""The one hash that content is compared by."""

from __future__ import annotations

import hashlib


def digest(*parts: bytes | str) -> str:
    """Return the hexadecimal SHA-256 of the parts, each preceded by its length, so that their boundaries count.

    Args:
        parts: bytes, or text, which counts as its UTF-8; half a surrogate pair is allowed.
    """
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8, "big"))
        whole.update(content)
    return whole.hexdigest()
