"""A small file of each group of formats that `import` reads: its bytes, and HTML of how its own program shows it."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final

import genanki


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to import.

    Attributes:
        name: the file's name.
        content: its bytes.
        html: how it looks where it comes from.
        words: what each page to show contains.
        share: the upper share of a page that is shown, at most.
        files: pictures that its HTML shows, by their names.
        product: what is made of it.
        options: of the build.
    """

    name: str
    content: bytes
    html: str
    words: tuple[str, ...]
    share: float = 0.9
    files: Mapping[str, bytes] = field(default_factory=dict)
    product: str = "handbook"
    options: Mapping[str, Any] = field(default_factory=dict)


MARKDOWN: Final = """\
# Databases

## Transactions

### What does isolation guarantee?

That transactions running **at the same
time** leave the data as if they had run
one after another. Weaker levels allow:

- *dirty reads*: data that is rolled back
- *lost updates*: the last write wins
- *phantoms*: rows that appear meanwhile

### What does this statement lock?

```sql
SELECT stock FROM items
 WHERE id = 7 FOR UPDATE;
```

The row, until the transaction ends.
"""

ARTICLE: Final = """\
1. Why did you leave your last job?
Stay positive. Do not blame anyone.
Sample Answer:
“I had learned what I could there. Here I would look after a whole product.”

2. What is your greatest weakness?
Name a real one, and what you do about it.
Sample Answer:
“I used to plan without reserve. Now I write down what may go wrong, and how much time that would take.”
"""

QUIZLET: Final = """\
die Brücke\tbridge
der Bahnsteig\tplatform
umsteigen\tto change trains
die Fahrkarte\tticket
verpassen\tto miss
der Schaffner\tconductor
die Verspätung\tdelay
abfahren\tto depart
"""

ROWS: Final = (
    ("question", "A", "B", "C", "correct", "explanation"),
    ("How many sides does a hexagon have?", "five", "six", "eight", "B", "Greek *hex* means six."),
    ("Which triangle has three equal sides?", "equilateral", "isosceles", "scalene", "A", ""),
    ("Which numbers are prime?", "2", "9", "11", "A, C", "9 = 3 × 3"),
)

GIFT: Final = """\
$CATEGORY: Locks

::Q1:: What protects shared data? {
  =a mutex#Only one thread owns it.
  ~a queue#It passes data on.
  ~a timer
}

A semaphore counts {=permits}.

Match each with its number of owners. {
  =mutex -> one
  =semaphore -> many
}
"""

_DIAGRAM: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="112" viewBox="0 0 200 112" font-family="sans-serif" '
    'font-size="14" text-anchor="middle"><path d="M100 22 54 60M100 22l46 38M54 60 31 96M54 60l23 36" stroke="#444" '
    'stroke-width="2"/>{}</svg>'
).format(
    "".join(
        f'<circle cx="{x}" cy="{y}" r="14" fill="#dde6f2" stroke="#444" stroke-width="1.5"/>'
        f'<text x="{x}" y="{y + 5}">{number}</text>'
        for number, x, y in ((2, 100, 20), (5, 54, 58), (3, 146, 58), (9, 31, 94), (7, 77, 94))
    )
)
NOTES: Final = (
    ("basic", ("What is a <b>heap</b>?", 'A tree whose parents are never larger than their children.'
               '<br><img src="heap.svg">')),
    ("basic", ("What does <code>pop</code> cost?", r"\(O(\log n)\): the last leaf sinks from the root.")),
    ("cloze", ("The children of node \\(i\\) are {{c1::\\(2i+1\\)}} and {{c2::\\(2i+2\\)}}.", "Counted from 0.")),
)  # fmt: skip  # one note a line

WORD: Final = (
    ("Heading1", "Contracts"),
    ("Heading2", "What makes a contract?"),
    ("", "It takes three things:"),
    ("item", "an **offer**,"),
    ("item", "its **acceptance**, without changes,"),
    ("item", "**consideration**: each side gives something of value."),
    ("Heading2", "When can it be set aside?"),
    ("", "If one side was deceived or threatened, or was *mistaken* about what both had in mind."),
    ("Heading2", "Who may sue on it?"),
    ("", "As a rule, only those who made it."),
)


def samples() -> Iterator[tuple[str, Sample]]:
    """Yield each sample with the name of its picture."""
    yield "markdown", _text("databases.md", MARKDOWN, "dirty reads")
    yield "plain-text", _text("interview.txt", ARTICLE, "whole product")
    yield "quizlet", _pairs("railway.txt", QUIZLET)
    yield "table", Sample("geometry.csv", _csv(ROWS), _grid(ROWS), ("means six",))
    yield "anki", _anki()
    yield "gift", _text("locks.gift", GIFT, "Only one thread")
    yield "word", Sample("contracts.docx", _docx(WORD), _document(WORD), ("acceptance",))


def _text(name: str, text: str, words: str) -> Sample:
    return Sample(name, text.encode(), f"<pre>{escape(text)}</pre>", (words,))


def _pairs(name: str, text: str) -> Sample:
    """Return terms and definitions with tabs between them, which become flash cards."""
    shown = "".join(
        f'<span class="term">{escape(term)}<i>→</i></span>{escape(definition)}\n'
        for term, definition in (line.split("\t") for line in text.splitlines())
    )
    cards = {"card_size": "a8", "flip": "short"}  # both sides have their cards at the top
    return Sample(
        name, text.encode(), f"<pre>{shown}</pre>", ("Bahnsteig", "platform"), 0.52, product="flashcards", options=cards
    )


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a spreadsheet shows them."""
    letters = "".join(f"<th>{chr(65 + column)}</th>" for column in range(len(rows[0])))
    body = "".join(
        f"<tr><th>{number}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for number, row in enumerate(rows, 1)
    )
    return f'<table class="grid"><tr><th></th>{letters}</tr>{body}</table>'


def _anki() -> Sample:
    """Return a package that genanki writes, and its notes as Anki's editor shows them."""
    kinds = {"basic": genanki.BASIC_MODEL, "cloze": genanki.CLOZE_MODEL}
    deck = genanki.Deck(1, "Heaps")
    for kind, fields in NOTES:
        deck.add_note(genanki.Note(model=kinds[kind], fields=list(fields)))
    made = []
    for kind, fields in NOTES:
        named = zip((each["name"] for each in kinds[kind].fields), fields, strict=True)
        made.append("".join(f"<dl><dt>{name}</dt><dd>{value}</dd></dl>" for name, value in named))
    with tempfile.TemporaryDirectory() as folder:
        picture, package = Path(folder, "heap.svg"), Path(folder, "heaps.apkg")
        picture.write_text(_DIAGRAM, "utf-8")
        genanki.Package(deck, [str(picture)]).write_to_file(str(package))
        content = package.read_bytes()
    html = "<hr>".join(made).replace('src="', 'src="set:')
    return Sample("heaps.apkg", content, html, ("never larger",), files={"heap.svg": _DIAGRAM.encode()})


def _docx(paragraphs: Sequence[tuple[str, str]]) -> bytes:
    """Return a Word document of paragraphs: a heading's style, `item`, or nothing, and a text with emphasis."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    body = "".join(f"<w:p><w:pPr>{_style(style)}</w:pPr>{''.join(_runs(text))}</w:p>" for style, text in paragraphs)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in (1, 2)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType='
        '"application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/numbering" Target="numbering.xml"/><Relationship Id="r2" Type="{office}/styles" '
        'Target="styles.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{word}">{styles}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{word}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        "</w:numbering>",
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def _style(style: str) -> str:
    if style == "item":
        return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return f'<w:pStyle w:val="{style}"/>' if style else ""


def _runs(text: str) -> Iterator[str]:
    """Yield the runs of a text: every second part is bold between `**` and slanted between `*`."""
    for number, part in enumerate(text.split("**")):
        for place, piece in enumerate(part.split("*")):
            marks = ("<w:b/>" if number % 2 else "") + ("<w:i/>" if place % 2 else "")
            yield f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'


def _document(paragraphs: Sequence[tuple[str, str]]) -> str:
    """Return the paragraphs as Word shows them."""
    tags = {"Heading1": "h1", "Heading2": "h2", "item": "li"}
    made = "".join(f"<{tags.get(style, 'p')}>{_marked(text)}</{tags.get(style, 'p')}>" for style, text in paragraphs)
    return f'<div class="word">{made}</div>'


def _marked(text: str) -> str:
    parts = text.split("**")
    marked = (f"<b>{part}</b>" if number % 2 else part for number, part in enumerate(parts))
    slanted = "".join(marked).split("*")
    return "".join(f"<i>{part}</i>" if number % 2 else part for number, part in enumerate(slanted))
