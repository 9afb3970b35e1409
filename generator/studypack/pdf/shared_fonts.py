"""Write the fonts of all parts of a book, merged; as a job, because an edit seldom needs another letter of a face."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import ClassVar, Final

import pikepdf

from studypack.pdf.font_merging import merge_fonts
from studypack.pdf.writing import Fragment, ObjectWriter
from studypack.shelf import Content, digest_of, opened

AT_ONCE: Final = 16
"""The parts whose fonts are merged at a time: those of 160 parts at once take 100 MB."""


@dataclass(frozen=True)
class FontsJob:
    """Writes tables of fonts.

    Attributes:
        first: the number of the first object in the book.
        fonts: PDFs whose pages have tables of fonts, and the number of each page's table in the book; 0 if another one
            has it.
    """

    here: ClassVar = True
    first: int
    fonts: tuple[tuple[Content, tuple[int, ...]], ...]

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the result depends, except the program."""
        tables = [numbers for _, numbers in self.fonts]
        return ["fonts", json.dumps([self.first, tables]), *(digest_of(pdf) for pdf, _ in self.fonts)]

    def run(self) -> Fragment:
        """Return the tables and all that belongs to them."""
        writer, given, together = ObjectWriter(self.first), [], pikepdf.new()
        for done, (pdf, numbers) in enumerate(self.fonts, 1):
            with pikepdf.open(opened(pdf)) as part:
                for page, number in zip(part.pages, numbers, strict=True):
                    if number:
                        together.pages.append(page)
                        given.append(number)
            if done % AT_ONCE == 0:
                together = _merged(together)
        with together:
            merge_fonts(together)
            tables = [page.obj.Resources.Font for page in together.pages]
            writer.copy(together, tables, {}, dict(zip((table.objgen for table in tables), given, strict=True)))
            return writer.fragment()

    def dumps(self, result: Fragment) -> bytes:
        """Serialize the objects."""
        return result.dumps()

    def loads(self, content: bytes) -> Fragment:
        """Return the objects that `dumps` serialized. Raises any exception if the content is invalid."""
        return Fragment.loads(content)


def _merged(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """Return a PDF with merged fonts, without the objects that they replace."""
    merge_fonts(pdf)
    saved = io.BytesIO()
    with pdf:
        pdf.save(saved, static_id=True)
    return pikepdf.open(saved)
