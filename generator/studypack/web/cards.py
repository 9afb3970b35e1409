"""The cards of a finished deck, with the note types and media that the package itself contains.

Only the part of Anki's template language that our own note types use is understood (Anki manual, "Card Templates").
A card is a document of its own in a sandbox, with a policy under which nothing of it can run.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from studypack.anki.card_style import card_css
from studypack.anki.package import gaps
from studypack.anki.reading import ReadNote, parse_deck

CARD_POLICY: Final = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
)
"""The content security policy of a card: what the deck's styles need, and no scripts."""

_SECTION: Final = re.compile(r"\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^]\2\}\}).)*?)\{\{/\2\}\}", re.DOTALL)
_FIELD: Final = re.compile(r"\{\{([^{}#^/]+)\}\}")
_GAP: Final = re.compile(r"\{\{c(\d+(?:,\d+)*)::((?:(?!\{\{c\d).)*?)(?:::((?:(?!\}\}).)*?))?\}\}", re.DOTALL)
_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
_MEDIA: Final = re.compile(r"""(?<=src=["'])(?![a-z]+:|/)([^"']+)|(?<=url\(["'])(?![a-z]+:|/)([^"']+)""")


class Card(NamedTuple):
    """One card of a deck.

    Attributes:
        note: its note.
        ordinal: the template of its note type, or the number of its gap.
    """

    note: ReadNote
    ordinal: int

    @property
    def label(self) -> str:
        """The number of its question, and its kind."""
        return f"{self.note.number} {self.note.type.key}".strip()


@lru_cache(maxsize=4)
def cards_of(apkg: bytes) -> tuple[Card, ...]:
    """Return the cards of a deck in the order of its notes."""
    made: list[Card] = []
    for note in parse_deck(apkg).notes.values():
        text = dict(zip(note.type.fields, note.values, strict=True))[note.type.sort_field]
        numbers = sorted(gaps(text)) if note.type.cloze else range(1, len(note.type.templates) + 1)
        made += [Card(note, number) for number in numbers]
    return tuple(made)


def side(card: Card, media: Mapping[str, bytes], *, back: bool, night: bool) -> str:
    """Return a side of a card as an HTML document.

    Args:
        card: the card.
        media: the deck's media by name; what a side shows is put into it, because a sandbox may not load anything.
        back: whether to show the answer.
        night: whether Anki's night mode is on.
    """
    sides = card.note.type.sides()[0 if card.note.type.cloze else card.ordinal - 1]
    fields = dict(zip(card.note.type.fields, card.note.values, strict=True))
    front = _filled(sides["qfmt"], fields, card.ordinal, back=False)
    body = _filled(sides["afmt"], {**fields, "FrontSide": front}, card.ordinal, back=True) if back else front
    mode = " nightMode night_mode" if night else ""
    document = (
        f'<!doctype html><html class="{mode.strip()}"><head><meta charset="utf-8">'
        f"<title>{html.escape(card.label)}</title>"
        f"<style>{card_css()}\nbody {{ margin: 20px; }}</style></head>"
        f'<body class="card card{card.ordinal}{mode}">{body}</body></html>'
    )
    return _MEDIA.sub(lambda found: _inside(found[1] or found[2], media), document)


def _inside(name: str, media: Mapping[str, bytes]) -> str:
    """Return a media file as an address that contains it; its name if there is no such file."""
    kind = _TYPES.get(PurePosixPath(name).suffix)
    if kind is None or name not in media:
        return name
    return f"data:{kind};base64,{base64.b64encode(media[name]).decode()}"


def _filled(template: str, fields: Mapping[str, str], number: int, *, back: bool) -> str:
    """Return a template with the fields of a note; a section is shown if its field is not empty, or if it is."""
    while found := _SECTION.search(template):
        shown = bool(fields.get(found[2], "").strip()) == (found[1] == "#")
        template = template[: found.start()] + (found[3] if shown else "") + template[found.end() :]

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("cloze:"):
            return _with_gaps(fields.get(name.removeprefix("cloze:"), ""), number, back=back)
        return fields.get(name, "")

    return _FIELD.sub(value, template)


def _with_gaps(text: str, number: int, *, back: bool) -> str:
    """Return a cloze text with the gaps of one number marked or hidden, and those of the others as text."""

    def gap(found: re.Match[str]) -> str:
        if str(number) not in found[1].split(","):
            return found[2]
        shown = found[2] if back else f"[{found[3] or '…'}]"
        return f'<span class="cloze">{shown}</span>'

    while _GAP.search(text):
        text = _GAP.sub(gap, text)
    return text


@lru_cache(maxsize=4)
def media_of(apkg: bytes) -> Mapping[str, bytes]:
    """Return the media files of a deck by name."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        names: Mapping[str, str] = json.loads(archive.read("media"))
        return {name: archive.read(number) for number, name in names.items()}
