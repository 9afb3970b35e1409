"""Word documents: mammoth makes HTML of them, and the reader of Markdown finds the questions in it."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import mammoth

from studypack.errors import Location
from studypack.importers import archives
from studypack.importers.draft import Reading, Skipped, Wishes
from studypack.importers.gift import ANSWERED
from studypack.importers.html_markdown import markdown_of
from studypack.importers.markdown import read_text
from studypack.importers.media import Media
from studypack.importers.refusals import refusal
from studypack.importers.xml_source import BrokenXmlError, UnsafeXmlError, parse

MAX_ELEMENTS: Final = 300_000
"""Elements of each part of a document: mammoth reads some 20,000 in a second. A page of text has a few hundred."""


_GIFT: Final = "its answers are in braces, as in GIFT: save it as plain text, and import that with --from gift"


class Word:
    """Reads lists of questions in Word documents."""

    name = "docx"
    suffixes = (".docx",)
    summary = "Word documents (.docx) with headings, lists or tables of questions"
    mapped = ()
    largest = 64 << 20

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the document that the archive holds."""
        with contextlib.suppress(ValueError):
            return 1.0 if "word/document.xml" in archives.opened(content).namelist() else 0.0
        return 0.5 if name.lower().endswith(".docx") else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the questions as drafts; the line of a place counts in the document's Markdown."""
        media = Media(_no_media)
        try:
            _look_through(content)
            html, said = _html(content, media)
        except (ValueError, KeyError) as error:
            why = str(error).strip("'")
            raise refusal(name, "cannot read this Word document", why, "save it as .docx again") from error
        text = markdown_of(html, lambda address: address)
        reading = read_text(name, text, wishes, loose=True)
        braces = len(ANSWERED.findall(re.sub("<[^>]*>", " ", html))) > len(reading.drafts) / 2
        warnings = (Skipped(Location(name), why) for why in (*said, *media.doubts, *([_GIFT] if braces else [])))
        return replace(
            reading,
            format=self.name,
            media={**reading.media, **media.taken},
            warnings=(*reading.warnings, *warnings),
        )


def _no_media(name: str) -> bytes:
    raise KeyError(name)


def _look_through(content: bytes) -> None:
    """Raise ValueError for an archive or XML that is not safe to read: mammoth's own reader has no limits."""
    archive = archives.opened(content)
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            xml = archives.read(archive, name)
            if (count := xml.count(b"<") - xml.count(b"</")) > MAX_ELEMENTS:
                raise ValueError(f"{name} has {count} elements, the limit is {MAX_ELEMENTS}")
            try:
                parse(xml)
            except (UnsafeXmlError, BrokenXmlError) as error:
                raise ValueError(f"{name}: {error}") from error


def _html(content: bytes, media: Media) -> tuple[str, tuple[str, ...]]:
    """Return the document as HTML, and what mammoth says was lost."""

    def picture(image: Any) -> dict[str, str]:
        with image.open() as opened:
            kind = str(image.content_type).rpartition("/")[2]
            return {"src": media.add(f"picture.{kind}", opened.read())}

    try:
        made = mammoth.convert_to_html(io.BytesIO(content), convert_image=mammoth.images.img_element(picture))
    except MemoryError:
        raise
    except Exception as error:  # mammoth raises whatever its readers meet
        raise ValueError(str(error) or type(error).__name__) from error
    return made.value, tuple(dict.fromkeys(_worth_saying(made.messages)))


def _worth_saying(messages: list[Any]) -> Iterator[str]:
    """Yield mammoth's messages but those on styles: they say that a paragraph is an ordinary one."""
    for message in messages:
        if "Unrecognised paragraph style" not in message.message and "Unrecognised run style" not in message.message:
            yield str(message.message)


IMPORTER = Word()
