"""The runs of a text, which a document must contain, and the content of each owner in a document."""

from __future__ import annotations

import pytest
from studypack.text.html_text import held_by
from studypack.text.markdown import tokens
from studypack.text.runs import Held, Run, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One *two* `three`\nfour.\n\nFive [six](https://x.example).", ["One two three four.", "Five six."]),
        ("- a\n- b\n\n  c\n", ["a", "b", "c"]),
        ("|a|*b*|\n|-|-|\n|c|`d`|", ["a", "b", "c", "d"]),
        ("See [it][x].\n\n[x]: https://x.example\n", ["See it."]),
        ("```js\na\n\n1. b\n```\n", ["a", "1. b"]),
        ("- a\n\n    ```sh\n    curl\n    ```\n", ["a", "curl"]),
        ("a  \nb &amp; \\*c\\*", ["a b & *c*"]),
    ],
)
def test_each_piece_is_a_run(text: str, expected: list[str]) -> None:
    """Each paragraph, item, cell and line of code is a run; marks, addresses and blank lines are not."""
    assert [run.content for run in runs(tokens(text))] == expected


def test_code_is_told_from_text() -> None:
    """A line of code is a run of its own kind."""
    assert list(runs(tokens("a\n\n    b"))) == [Run("text", "a"), Run("code", "b")]


def test_a_document_is_told_apart_by_owner() -> None:
    """An owner's part lasts until the next owner's id; heads, styles and white space do not count."""
    document = (
        "<html><head><title>T</title><style>p {}</style></head><body>before"
        "<div id=one>a <b>b</b> c<img src='set:figures/x.svg'></div> d<p id=other>e</p>"
        "<div id=two>f</div><div id=none>g</div></body></html>"
    )
    owners = {"one": "one", "two": "two", "none": ""}
    assert held_by(document, owners.get) == {"one": Held("abcde", ("figures/x.svg",)), "two": Held("f")}
