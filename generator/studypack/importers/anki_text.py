"""Notes that Anki exported as plain text, with `#` lines in front that say what the columns are.

The lines are described in the manual of Anki, "Importing Text Files", "File Headers".
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from studypack.anki.foreign import ForeignNote, ForeignType
from studypack.errors import Location
from studypack.importers.anki_notes import MAPPED, NoteReader, topics_and_title
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Reading, Skipped, Wishes
from studypack.importers.media import Media
from studypack.importers.refusals import no_questions, refusal

_HEAD: Final = re.compile(
    r"^#(separator|html|tags column|notetype column|deck column|guid column|columns|notetype|deck|tags):\s*(.*)$",
    re.IGNORECASE,
)
_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_LARGEST_FIELD: Final = 1 << 20


class AnkiText:
    """Reads notes in plain text."""

    name = "anki-text"
    suffixes = (".txt", ".tsv", ".csv")
    summary = "notes that Anki exported as plain text (lines such as #separator:tab in front)"
    mapped = MAPPED

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the lines in front."""
        head = content[:2000].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines()
        found = [line for line in head if _HEAD.match(line)]
        return 1.0 if found and head[0].startswith("#") and _HEAD.match(head[0]) else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the notes as drafts."""
        text, encoding = decoded(name, content)
        head, first_line, body = _parted(text)
        notes, lines, skipped = _notes(name, head, body, first_line)
        media = Media(_no_media)
        reader = NoteReader(name, media, wishes)
        drafts, unread = reader.read(notes)
        if not drafts:
            raise no_questions(name, "file of Anki notes")
        drafts, title = topics_and_title(drafts)
        drafts = tuple(replace(draft, where=Location(name, lines[draft.where.line - 1])) for draft in drafts)
        unread = tuple(Skipped(Location(name, lines[one.where.line - 1]), one.why) for one in unread)
        warned = (*reader.warnings, *damage(name, text, encoding))
        return Reading(self.name, drafts, media.taken, (*skipped, *unread), warned, title or head.get("deck", ""))


def _no_media(name: str) -> bytes:
    """Raise KeyError: a text file holds no media, they stay in Anki's own folder."""
    raise KeyError(name)


def _parted(text: str) -> tuple[dict[str, str], int, str]:
    """Return what the lines in front say, the number of the first line behind them, and the rest."""
    head: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines) and lines[at].startswith("#"):
        if match := _HEAD.match(lines[at].rstrip("\r\n")):
            head[match[1].lower()] = match[2]
        at += 1
    return head, at + 1, "".join(lines[at:])


def _notes(
    name: str, head: Mapping[str, str], body: str, first_line: int
) -> tuple[list[ForeignNote], list[int], tuple[Skipped, ...]]:
    """Return the notes, the line of each, and lines that are none."""
    word = head.get("separator", "tab").strip()
    separator = _SEPARATORS.get(word.lower(), word[:1] or "\t")
    is_html = head.get("html", "true").strip().lower() == "true"
    special = {
        int(head[f"{kind} column"]) - 1: kind
        for kind in ("tags", "notetype", "deck", "guid")
        if re.fullmatch("[0-9]{1,4}", head.get(f"{kind} column", ""))
    }
    columns = next(csv.reader([head["columns"]], delimiter=separator)) if head.get("columns") else []
    rows = csv.reader(io.StringIO(body), delimiter=separator)
    notes, lines, skipped = [], [], []
    line = first_line
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        for row in rows:
            if row and not row[0].startswith("#"):
                notes.append(_note(row, head, special, columns, is_html=is_html))
                lines.append(line)
            elif row:
                skipped.append(Skipped(Location(name, line), "a comment"))
            line = first_line + rows.line_num
    except csv.Error as error:
        raise refusal(name, "cannot read this line", str(error), "export the notes again", line) from error
    return notes, lines, tuple(skipped)


def _note(
    row: list[str], head: Mapping[str, str], special: Mapping[int, str], columns: list[str], *, is_html: bool
) -> ForeignNote:
    said = {kind: row[at] for at, kind in special.items() if at < len(row)}
    values = [cell if is_html else html.escape(cell, quote=False) for at, cell in enumerate(row) if at not in special]
    names = [name for at, name in enumerate(columns) if at not in special and name]
    if len(names) != len(values):
        names = [f"Field {number}" for number in range(1, len(values) + 1)]
    is_cloze = "{{c1::" in "".join(values)
    kind = ForeignType(said.get("notetype", head.get("notetype", "")), tuple(names), (), is_cloze)
    deck = tuple(part.strip() for part in said.get("deck", head.get("deck", "")).split("::") if part.strip())
    tags = (*said.get("tags", "").split(), *head.get("tags", "").split())
    return ForeignNote(said.get("guid", ""), kind, tuple(values), tuple(dict.fromkeys(tags)), deck)


IMPORTER = AnkiText()
