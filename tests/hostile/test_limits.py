"""The limits that are documented are those of the program."""

from __future__ import annotations

import importlib
import re

from tests.running import ROOT


def test_each_limit_is_the_one_in_the_source() -> None:
    """Every row of docs/limits.md names a constant, and gives its value."""
    rows = re.findall(
        r"^\| [^|]+ \| ([\d,]+) \| `([\w.]+)\.([A-Z_]+)` \|$", (ROOT / "docs/limits.md").read_text(), re.M
    )
    assert len(rows) >= 18
    for said, module, name in rows:
        assert getattr(importlib.import_module(f"studypack.{module}"), name) == int(said.replace(",", "")), name
