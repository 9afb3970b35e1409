"""Lines of text that WeasyPrint 70 finds by trying, found by what Pango has measured: its pages are the same.

For each line WeasyPrint has Pango shape the text of about two lines; then the line with its next word, in case only the
space behind that did not fit; the line with each beginning of that word that may have a hyphen; and the line alone, to
be drawn. Here the text of a line and a word is shaped, the positions of its letters tell what need not be tried, and
the line is drawn from it. What may fit is tried as before, and texts whose letters have no simple order are left to
WeasyPrint.

For each line it also looks three times for floats that are beside it; where there are none, the line has all the room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property, wraps
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; others break lines as they do."""

_OTHER: Final = re.compile("[^ -~\xa0-\xac\xae-\u0589\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u22ff]")
"""What is not a letter or sign that has its place behind the one before it; and soft hyphens."""

_RATIO: Final = 4
"""The characters that WeasyPrint expects at most in an em of a line."""

_USUAL: Final = 2.2
"""The characters in an em of a line that are expected of a style at first."""

_WORD: Final = 18
"""The characters that are shaped in addition: those of a word, and some more."""

_AHEAD: Final = 3
"""The characters behind a break on which it may depend."""

_HANGING: Final = "\N{NO-BREAK SPACE}"
"""What Pango lets hang beyond the line, if a text ends with it, as it does spaces."""

_SLACK: Final = 0.2
"""In em: how much nearer to each other letters may be than where they were measured."""


def fit(inline: Any, line_break: Any, version: str) -> None:
    """Let WeasyPrint's module `layout.inline` find lines so. Calling it again changes nothing.

    Args:
        inline: the module.
        line_break: the module `text.line_break`.
        version: that of WeasyPrint.
    """
    if not version.startswith(KNOWN) or inline.split_first_line is not line_break.split_first_line:
        return
    line_break.ffi.cdef(
        "void pango_layout_line_index_to_x (PangoLayoutLine *line, int index, gboolean trailing, int *x_pos);"
    )
    inline.split_first_line = _fitted(line_break)
    inline.avoid_collisions = _alone(inline.avoid_collisions, inline.boxes.LineBox)


def _fitted(line_break: Any) -> Callable[..., Any]:
    """Return `split_first_line` of the module, with fewer attempts."""
    split = line_break.split_first_line

    @wraps(split)
    def split_first_line(
        text: str, style: Any, context: Any, width: float | None, spacing: float, *args: Any, **more: Any
    ) -> Any:
        """Return the first line of a text."""
        if not spacing and width is not None and _is_simple(text, style, width):
            if not hasattr(style, "fitting"):
                style.fitting = _Fitting(line_break, style)
            found = style.fitting.first_line(text, context, width)
            if found is not None:
                return found
        return split(text, style, context, width, spacing, *args, **more)

    return split_first_line


def _alone(avoid: Callable[..., Any], line_box: Any) -> Callable[..., Any]:
    """Return a function that gives a line without floats beside it all the room."""

    @wraps(avoid)
    def avoid_collisions(context: Any, box: Any, block: Any, outer: bool = True) -> tuple[float, float, float]:
        """Return the position of a box, and the width that it may have."""
        if outer or context.excluded_shapes or not isinstance(box, line_box):
            return avoid(context, box, block, outer=outer)  # type: ignore[no-any-return]
        left = block.content_box_x()
        right = left + block.width
        return left if block.style["direction"] == "ltr" else right, box.position_y, right - left

    return avoid_collisions


def _is_simple(text: str, style: Any, width: float) -> bool:
    """Return whether each letter of a text is behind the one before it, and its lines are broken as usual."""
    if style["white_space"] != "normal" or style["direction"] != "ltr" or not style["font_size"]:
        return False
    if style["letter_spacing"] != "normal" or style["word_spacing"] or not style["font_size"] * _RATIO <= width < 2**21:
        return False
    return not _OTHER.search(text)


@cache
def _hyphenation(pyphen: Any, lang: str, left: int, right: int) -> tuple[str, Any]:
    """Return the name of a language's patterns, empty if there are none, and the patterns."""
    known = pyphen.language_fallback(lang)
    return (known, pyphen.Pyphen(lang=known, left=left, right=right)) if known else ("", None)


class _Fitting:
    """Finds lines of a style.

    Args:
        line_break: WeasyPrint's module `text.line_break`.
        style: the style.
    """

    def __init__(self, line_break: Any, style: Any) -> None:
        self._of, self._style = line_break, style
        self._size = style["font_size"]
        self._reach = _USUAL
        self._nearer: dict[str, bool] = {}

    def first_line(self, text: str, context: Any, width: float) -> Any:
        """Return the first line of a text as WeasyPrint's `split_first_line` does, or None if that has to try.

        Args:
            text: the text.
            context: WeasyPrint's context of the layout.
            width: the width of the line in pixels.
        """
        ems = width / self._size
        short = text[: int(ems * min(self._reach, _RATIO)) + _WORD]
        layout = self._of.create_layout(short, self._style, context, width, 0)
        line, resume = layout.get_first_line()
        taken, height = self._of.line_size(line, self._style)
        begin = short.encode()[:resume].decode()
        self._reach = max(self._reach, len(begin) / ems)
        if taken > width or (resume is None and short != text):
            return None
        if resume is None:
            return self._of.first_line_metrics(line, text, layout, None, True, self._style)
        ends = self._word_ends(layout, len(begin) + 1, len(short) if short == text else len(short) - _AHEAD)
        if ends is None and short != text:
            return None
        second = short[len(begin) :]
        word = second[:ends].rstrip(" ")
        if word:
            behind = _Measured(self._of, layout, resume)
            room = width - taken - (self._space if begin.endswith(" ") else 0) + _SLACK * self._size
            if second[ends or -1] == " " and behind.reach(word.rstrip(_HANGING)) <= room:
                return None
            for part in self._divided(second, width, width - taken):
                if behind.reach(part) + self._hyphen <= room:
                    divided = self._with_hyphen(begin + part, context, width)
                    if divided:
                        return divided
        shown = begin.rstrip(" ")
        if shown != begin and self._is_nearer(shown[-1:]):
            return self._of.first_line_metrics(line, short, layout, resume, True, self._style)
        layout.text, layout.surplus = shown, len(begin) - len(shown)
        baseline = self._of.pango.pango_layout_get_baseline(layout.layout) * self._of.FROM_UNITS
        layout.deactivate()
        return layout, len(shown.encode()), resume, taken, height, baseline

    def _word_ends(self, layout: Any, start: int, end: int) -> int | None:
        """Return how many characters behind `start` a text may be broken for the first time, or None before `end`."""
        attributes = self._of.pango.pango_layout_get_log_attrs_readonly(layout.layout, self._of.ffi.NULL)
        return next((n for n in range(end - start) if attributes[start + n].is_line_break), None)

    def _divided(self, second: str, width: float, space: float) -> Iterator[str]:
        """Yield the beginnings of a second line that may be on the first, with a hyphen, the longest one first."""
        style = self._style
        if style["hyphens"] != "auto" or not style["lang"]:
            return
        from weasyprint.layout.percent import percentage

        least, left, right = style["hyphenate_limit_chars"]
        lang, patterns = _hyphenation(self._of.pyphen, style["lang"], left, right)
        if not lang or space <= percentage(style["hyphenate_limit_zone"], style, width):
            return
        rest = second[: self._of.get_next_break_point_from_text(second, lang) or None]
        before = 0
        while rest and (bounds := self._of.get_next_word_boundaries(rest, lang)):
            start, stop = bounds
            if stop - start >= least:
                yield from (second[: before + start] + part for part, _ in patterns.iterate(rest[start:stop]))
                return
            rest, before = rest[stop:], before + stop

    def _with_hyphen(self, text: str, context: Any, width: float) -> Any:
        """Return the line that ends with this text and a hyphen, or None if it does not fit."""
        hyphen = self._style["hyphenate_character"]
        layout = self._of.create_layout(text + hyphen, self._style, context, width, 0)
        line, index = layout.get_first_line()
        if index is not None:
            return None
        return self._of.first_line_metrics(
            line, text, layout, len(text.encode()), True, self._style, hyphenated=True, hyphenation_character=hyphen
        )

    def _is_nearer(self, letter: str) -> bool:
        """Return whether the space behind a letter changes the room that the letter takes."""
        if letter not in self._nearer:
            change = self._width(f"{letter} ") - self._width(letter) - self._space
            self._nearer[letter] = abs(change) > self._of.FROM_UNITS / 2
        return self._nearer[letter]

    @cached_property
    def _space(self) -> float:
        return self._width(" ")

    @cached_property
    def _hyphen(self) -> float:
        return self._width(self._style["hyphenate_character"])

    def _width(self, text: str) -> float:
        """Return the width of a text in pixels."""
        layout = self._of.Layout(self._style)
        layout.set_text(text)
        return float(self._of.line_size(layout.get_first_line()[0], self._style)[0])


class _Measured:
    """The second line of a text.

    Args:
        line_break: WeasyPrint's module `text.line_break`.
        layout: Pango's object for the text.
        start: the byte with which the line begins.
    """

    def __init__(self, line_break: Any, layout: Any, start: int) -> None:
        self._of, self._start = line_break, start
        self._line = line_break.pango.pango_layout_get_line_readonly(layout.layout, 1)
        self._place = line_break.ffi.new("int *")

    def reach(self, beginning: str) -> float:
        """Return the width of a beginning of the line in pixels."""
        end = self._start + len(beginning.encode())
        self._of.pango.pango_layout_line_index_to_x(self._line, end, False, self._place)
        return float(self._place[0] * self._of.FROM_UNITS)
