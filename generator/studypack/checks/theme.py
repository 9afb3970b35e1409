"""Checks for parts of a theme without effect: unused style sheets and custom properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from studypack.errors import Diagnostic, Location, suggestion
from studypack.resources import resource
from studypack.typeset.themes import Theme

_SET: Final = re.compile(r"(?:^|[{;/\s])(--[\w-]+)\s*:")
_READ: Final = re.compile(r"var\(\s*(--[\w-]+)")


def theme_warnings(theme: Theme) -> Iterator[Diagnostic]:
    """Yield a warning for each style sheet and custom property of a theme that has no effect."""
    own = "\n".join(theme.texts.values())
    known = _sheets()
    templates = any(name.endswith(".j2") for name in theme.texts)  # these may include sheets of any name
    read = {*_properties(), *_READ.findall(own)}
    for name, css in theme.texts.items():
        if not name.endswith(".css"):
            continue
        file = f"{theme.name}/{name}"
        if name not in known and not templates:
            why = "a theme contains theme.css, and files with the paths of the style sheets that they replace"
            yield Diagnostic(Location(file), "the style sheet has no effect", why, "rename it to theme.css")
        for found in _SET.finditer(css):
            if found[1] not in read:
                line = css.count("\n", 0, found.start(1)) + 1
                where = Location(file, line, found.start(1) - css.rfind("\n", 0, found.start(1)))
                what, remedy = f'the property "{found[1]}" is not used', suggestion(found[1], read) or "delete it"
                yield Diagnostic(where, what, "it has no effect", remedy)


@cache
def _sheets() -> frozenset[str]:
    root = resource("templates")
    return frozenset({"theme.css", *(path.relative_to(root).as_posix() for path in root.rglob("*.css"))})


@cache
def _properties() -> frozenset[str]:
    """Return the custom properties that the program's own templates and style sheets read."""
    files = [path for path in resource("templates").rglob("*") if path.suffix in (".css", ".j2")]
    return frozenset(name for path in files for name in _READ.findall(path.read_text("utf-8")))
