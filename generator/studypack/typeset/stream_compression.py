"""The compression of what WeasyPrint writes: a little less, in half the time.

pydyf 0.13 compresses at zlib's highest level. At this one a book of 100 questions is 0.8% larger, and a part is written
in nine tenths of the time; most of what is compressed are fonts, which binding replaces.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

KNOWN: Final = "0.13."
"""The version of pydyf that this was written for; others compress as they do."""

LEVEL: Final = 7
"""zlib's level, 1 to 9."""


class _Zlib:
    """What pydyf uses of the module `zlib`."""

    compress = staticmethod(zlib.compress)

    @staticmethod
    def compressobj(level: int) -> Any:
        """Return what compresses a stream."""
        return zlib.compressobj(min(level, LEVEL))


def compress_faster(pydyf: Any) -> None:
    """Let the module `pydyf` compress faster."""
    if pydyf.__version__.startswith(KNOWN):
        pydyf.zlib = _Zlib
