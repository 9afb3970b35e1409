"""A line that is full but for the space at its end, and a word that needs a line of its own."""

from __future__ import annotations

from typing import Any

import pytest
from studypack.typeset.layout import lay_out

TEXT = "östlich, nach Süden westlich gezählt."


PAGE = "@page { size: 500px 300px; margin: 0 } body, p { margin: 0 }"


def _lines(width: float, tail: str, css: str = "") -> list[str]:
    """Return the text of each line of a paragraph of this width in pixels."""
    (page,) = lay_out(f"<p>{TEXT}{tail}</p>", f"{PAGE} p {{ width: {width}px; {css} }}").document.pages
    return _texts(page)


def _texts(page: Any) -> list[str]:
    """Return the text of each line of a page."""

    def boxes(box: Any) -> Any:
        yield box
        for child in getattr(box, "children", ()):
            yield from boxes(child)

    lines = [box for box in boxes(page._page_box) if type(box).__name__ == "LineBox"]
    return ["".join(box.text for box in boxes(line) if hasattr(box, "text")).strip() for line in lines]


@pytest.fixture(scope="module")
def full() -> float:
    """Return the smallest width in pixels at which the text alone is one line."""
    low, high = 100.0, 450.0
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_lines(middle, "")) == 1 else (middle, high)
    return high


@pytest.mark.parametrize("tail", [" <code>x</code>", " <a href='#'>Q1</a>", "\n"])
@pytest.mark.parametrize("more", [0.0, 1.0, 2.0])
def test_a_full_line_stays_whole_before_an_element(full: float, more: float, tail: str) -> None:
    """The space behind the text hangs beyond the line; the text is not broken after its first word."""
    lines = _lines(full + more, tail)
    assert lines[0] in (TEXT, TEXT.removesuffix(" gezählt."))
    assert len(lines) == 1 + bool(tail.strip())


def test_spaces_that_are_kept_take_their_room(full: float) -> None:
    """`white-space: pre-wrap` is left as WeasyPrint has it."""
    assert "".join(_lines(full + 1, " <code>x</code>", "white-space: pre-wrap")).replace(" ", "").endswith("x")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("call(one, <b>2345678</b>);", ["call(one,", "2345678);"]),
        ("call(one,<b>2345678</b>);", ["call(one,234", "5678);"]),
        ("    call(<b>23456789012345678</b>);", ["call(234", "567890123456", "78);"]),
        ("a <b>23456789012345678</b>;", ["a", "234567890123", "45678;"]),
    ],
)
def test_a_word_of_code_is_broken_only_where_no_space_is_in_front_of_it(words: str, lines: list[str]) -> None:
    """The text of `pre` is in an element, which WeasyPrint takes for the beginning of each line."""
    css = "b { font-weight: inherit } pre { margin: 0; font: 10px 'JetBrains Mono'; width: 73px; white-space: pre-wrap;"
    (page,) = lay_out(f"<pre><code>{words}</code></pre>", PAGE + css + " overflow-wrap: anywhere }").document.pages
    assert _texts(page) == lines
