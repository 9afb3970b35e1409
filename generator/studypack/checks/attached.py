"""Checks of figures and listings: lines that are too wide, type that is too small, pictures that are too coarse."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from studypack.checks.code_width import wide_lines
from studypack.checks.glyphs import Piece
from studypack.checks.texts import place, set_file
from studypack.errors import Diagnostic, Location
from studypack.questions import pictures
from studypack.questions.model import Question, QuestionSet
from studypack.questions.positions import Positions
from studypack.typeset.code_room import OURS, CodeRoom
from studypack.typeset.geometry import MEASURE
from studypack.typeset.svg_text_size import printed_types

SMALLEST_TYPE: Final = 6.0
"""The size in points of the smallest type that a figure may have in print."""
LEAST_RESOLUTION: Final = 150
"""The lowest resolution of a raster figure in print, in dots per inch."""


def file_faults(
    question: Question, question_set: QuestionSet, positions: Positions, room: CodeRoom = OURS
) -> Iterator[Diagnostic]:
    """Yield a warning for each fault that a question's figures and listings would have in print."""
    folder = PurePosixPath(set_file(question_set)).parent
    for number, exhibit in enumerate(question.exhibits):
        name = exhibit.file or ""
        content = question_set.files.get(name, b"")
        if exhibit.listing:
            for line, what, *why in wide_lines("\n".join(_lines(content)), room, -room.listing):
                yield Diagnostic(Location(str(folder / name), line), f"the line is {what}", *why)
        elif name.endswith(".svg"):
            yield from _small_type(content, str(folder / name))
        elif exhibit.figure and content:
            yield from _coarse(content, name, place(question, positions, ("exhibits", number, "figure")))


def file_pieces(question_set: QuestionSet) -> Iterator[Piece]:
    """Yield what listings and figures show with the fonts in which it is set, unless all fonts have it: ASCII alone."""
    folder = PurePosixPath(set_file(question_set)).parent
    for question in question_set.questions:
        for exhibit in question.exhibits:
            file = str(folder / (exhibit.file or ""))
            content = question_set.files.get(exhibit.file or "", b"")
            if exhibit.listing:
                for number, line in enumerate(() if content.isascii() else _lines(content), 1):
                    yield Piece(question.id, Location(file, number), "the listing", "mono", line)
            elif file.endswith(".svg"):
                for t in (t for t in printed_types(content) if not t.content.isascii()):
                    yield Piece(question.id, Location(file, t.line, t.column), "the figure", t.font, t.content)


def _lines(listing: bytes) -> list[str]:
    return listing.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _small_type(svg: bytes, file: str) -> Iterator[Diagnostic]:
    smallest = min(printed_types(svg), key=lambda t: t.size, default=None)
    if smallest is not None and round(smallest.size, 2) < SMALLEST_TYPE:
        what = f"the figure's smallest type is {smallest.size:.1f} pt in print"
        remedy = "enlarge it, or draw the figure narrower"
        yield Diagnostic(Location(file, smallest.line, smallest.column), what, "6 pt is the smallest legible", remedy)


def _coarse(raster: bytes, name: str, where: Location) -> Iterator[Diagnostic]:
    pixels = pictures.upright_width(raster)
    dots = pixels / (min(pixels * 0.75, MEASURE) / 72)
    if dots < LEAST_RESOLUTION:
        least = math.ceil(MEASURE / 72 * LEAST_RESOLUTION)
        what = f'the figure "{name}" has {dots:.0f} dpi in print'
        why = f"at least {LEAST_RESOLUTION} dpi look sharp"
        yield Diagnostic(where, what, why, f"export it at least {least} pixels wide, or as SVG")
