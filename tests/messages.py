"""Messages of the program, read back from the form that a terminal shows (studypack/cli/messages.py)."""

from __future__ import annotations

import re

HEAD = re.compile(r"^(error|warning): (.*)")
PLACE = re.compile(r"^ *--> (.*)")
CARETS = re.compile(r"^ *\| +\^+ ?(.*)")
NOTE = re.compile(r"^ *= (note|help): (.*)")
SOURCE = re.compile(r"^ *\d* \|")


def on_one_line(stderr: str) -> str:
    """Return what was printed with each message on one line: `error: place: what, why; remedy`."""
    said: list[str] = []
    for line in stderr.splitlines():
        if PLACE.match(line) and said:
            kind, what = HEAD.match(said[-1]).groups()  # type: ignore[union-attr]  # it follows a head
            said[-1] = f"{kind}: {PLACE.match(line)[1]}: {what}"  # type: ignore[index]  # it matched
        elif found := CARETS.match(line):
            said[-1] += f", {found[1]}" if found[1] else ""
        elif found := NOTE.match(line):
            said[-1] += f"{', ' if found[1] == 'note' else '; '}{found[2]}"
        elif not SOURCE.match(line):
            said.append(line)
    return "\n".join(said) + "\n" * stderr.endswith("\n")
