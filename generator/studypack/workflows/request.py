"""The request for a build. Imports little, so that a build of a pack that is up to date stays fast."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from studypack.products import DEFAULT, PRODUCTS
from studypack.products.interface import Product
from studypack.products.options import NONE, Options
from studypack.questions.selection import Criteria

LATEST: Final = 7_258_118_400
"""The start of the year 2200 in seconds since 1970, the latest time of a build."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to build, and how.

    Attributes:
        path: the question set: a folder or a single file.
        criteria: the questions to select.
        options: the products to build and their options.
        output: the folder in which the pack's folder is created.
        now: the time of the build in seconds since 1970.
        workers: the number of processes to use; 0 means one per core.
        cached: whether parts may come from the cache and a pack that is up to date may be kept.
        strict: whether to treat warnings as errors.
        cluster: the address of the scheduler of a cluster that runs the jobs; empty for this machine.
        folder: the name of the pack's folder; empty for one that is named after the set and the selection.
    """

    path: Path
    criteria: Criteria = field(default_factory=Criteria)
    options: Options = NONE
    output: Path = Path("out")
    now: int = 0
    workers: int = 0
    cached: bool = True
    strict: bool = False
    cluster: str = ""
    folder: str = ""

    @property
    def products(self) -> list[Product]:
        """Return the products to make, in the registry's order."""
        return [product for name, product in PRODUCTS.items() if name in (self.options.products or DEFAULT)]


def source_date() -> int | None:
    """Return SOURCE_DATE_EPOCH in seconds since 1970; None if it is not set or not a time before the year 2200."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if re.fullmatch(r"[0-9]{1,10}", epoch) and int(epoch) < LATEST else None


def current_time() -> int:
    """Return SOURCE_DATE_EPOCH, or else the current time, in seconds since 1970, limited to the year 2200."""
    given = source_date()
    return given if given is not None else min(max(int(time.time()), 0), LATEST)
