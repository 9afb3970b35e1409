"""What would print badly, named with file and line before anything is typeset: code, glyphs, figures, links, sources.

A figure without alternative text is the loader's to tell (`studypack.questions.loader`).
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from studypack.checks.svg_text_size import MEASURE, printed_types
from studypack.errors import Diagnostic, Location, suggestion
from studypack.questions.model import Question, QuestionSet
from studypack.typeset.fonts import FACES, font_bytes
from studypack.typeset.templating import stylesheet

Path = tuple[str | int, ...]
Coverage = Callable[[str], frozenset[int]]

CODE_PADDING: Final = 7.0
"""Points on either side of a code block (`pre` in handbook.css)."""
CODE_ADVANCE: Final = 7.8 * 0.6
"""Points of a column: JetBrains Mono at 7.8 pt, whose glyphs are all 0.6 em wide."""
SMALLEST_TYPE: Final = 6.0
"""Points of the smallest type that a figure may have in print."""
LEAST_RESOLUTION: Final = 150
"""Dots per inch of the coarsest raster figure in print."""

_SERIF, _SANS, _MONO = ("serif",), ("sans",), ("mono",)
_FONTS: Final = {"serif": "the text's font", "sans": "the font of headings and tables", "mono": "the font of code"}
_INSETS: Final = {"bullet_list": 14.0, "ordered_list": 14.0, "blockquote": 60.0}
"""Points that a block takes from the measure of what is in it (handbook.css; a quote's are WeasyPrint's own)."""


class _Form(NamedTuple):
    """How a key's text is printed: the fonts it meets, its Markdown, and the points it loses of the measure."""

    fonts: tuple[str, ...] = _SERIF
    markdown: str = "inline"
    inset: float = 0.0


# Contents and cheat sheet set some texts in another font than the question's own pages.
_QUESTION_KEYS: Final = {
    "question": _Form(_SANS + _SERIF), "takeaway": _Form(_SANS + _SERIF), "guidance": _Form(_SERIF, "block"),
    "answer": _Form(_SERIF, "block", 12.5), "key_points": _Form(), "pitfalls": _Form(),
    "exhibits.caption": _Form(_SANS), "exhibits.table": _Form(_SANS, "block"),
    "follow_ups.question": _Form(), "follow_ups.answer": _Form(_SERIF, "block", 16.0),
    "sources.title": _Form(), "sources.where": _Form(_SERIF, "none"), "sources.url": _Form(_SERIF, "none"),
    "cards.front": _Form((), "block"), "cards.back": _Form((), "block"), "cards.cloze": _Form((), "block"),
}  # fmt: skip  # a table to read; cards are set in the fonts of the device
_HEADER_KEYS: Final = {
    "title": _Form(_SANS, "none"), "edition": _Form(_SANS, "none"), "author": _Form(_SANS, "none"),
    "license": _Form(_SANS, "none"), "subtitle": _Form(),
    "introduction": _Form(_SERIF, "block"), "closing": _Form(_SERIF, "block"),
    "topics.title": _Form(_SANS + _SERIF, "none"), "topics.summary": _Form(_SERIF, "block"),
    "glossary.term": _Form(_SANS), "glossary.definition": _Form(),
}  # fmt: skip  # likewise


class _Text(NamedTuple):
    """A text of the set: whose it is (a question's id, or none), where, what messages call it, form and Markdown."""

    owner: str
    where: Location
    name: str
    content: str
    form: _Form
    tokens: list[Token]


@cache
def bundled_coverage(font: str) -> frozenset[int]:
    """Return the code points that print in a font of ours.

    Families that print.css does not name for this use are left out: WeasyPrint 70 sets what the named ones lack in a
    font of the machine, and in another family of ours only where the machine has none.

    Args:
        font: `serif`, `sans` or `mono`: the custom property of print.css that names the families.
    """
    import uharfbuzz

    stack = re.search(rf"--{font}:([^;]+);", stylesheet("themes/print.css"))
    families = re.findall(r"'([^']+)'", stack[1]) if stack else []
    regular = {face.family: address for address, face in reversed(FACES.items())}  # a family's first face
    used = (uharfbuzz.Face(font_bytes(regular[family])) for family in families if family in regular)
    return frozenset(point for face in used for point in face.unicodes)


def preflight(
    question_set: QuestionSet,
    coverage: Coverage = bundled_coverage,
    *,
    places: Mapping[Path, Location] | None = None,
    set_file: str | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what would print badly, in file order; nothing is read from disk but our own fonts and style sheet.

    Args:
        question_set: a set, or a selection of one: links to questions outside of a selection lead nowhere in print.
        coverage: the code points that can be set as `serif`, `sans` and `mono`, a theme's fonts included.
        places: `Loaded.places`, to name the line of each key instead of its question's.
        set_file: the file with the set's title, as messages show it; guessed from the questions' files if absent.
    """
    set_file = set_file or _set_file(question_set)
    texts = [*_header_texts(question_set, set_file), *_question_texts(question_set, places or {})]
    folder = PurePosixPath(set_file).parent
    ids = [q.id for q in question_set.questions] + [e.id for e in question_set.glossary]
    owner = "selection" if question_set.subset else "set"
    found = [d for text in texts for d in (*_wide_blocks(text), *_dead_links(text, ids, owner))]
    found += _missing_glyphs(
        [*(run for text in texts for run in _runs(text)), *_file_runs(question_set, folder)], coverage
    )
    for question in question_set.questions:
        found += [*_files(question, question_set, folder, places or {}), *_placeless(question, places or {})]
    return tuple(sorted(dict.fromkeys(found), key=lambda d: d.where or Location("")))


def _set_file(question_set: QuestionSet) -> str:
    file = PurePosixPath(question_set.questions[0].where.file)
    return str(file.parent.parent / "set.yaml" if file.parent.name == "questions" else file)


def _at(question: Question, places: Mapping[Path, Location], path: Path) -> Location:
    return places.get((question.id, *path), question.where)


class _Parser(MarkdownIt):
    """Reads links too that `studypack.text.markdown` refuses and prints as they stand."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


@cache
def _parser() -> MarkdownIt:
    """Return a reader of the Markdown that `studypack.text.markdown` knows."""
    parser = _Parser("commonmark", {"html": False}).enable("table")
    return parser.disable(["image", "html_block", "html_inline"])


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list | tuple):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, step))


def _name(path: Path) -> str:
    """Return `"answer" of follow_ups number 2`."""
    *_, last = path
    if isinstance(last, int):
        return f"{path[-2]} number {last + 1}"
    return f'"{last}"' + (f" of {_name(path[:-1])}" if len(path) > 1 else "")


def _texts(owner: str, data: Any, keys: Mapping[str, _Form], where: Callable[[Path], Location]) -> Iterator[_Text]:
    for path, content in _leaves(data):
        form = keys.get(".".join(step for step in path if isinstance(step, str)))
        if form is not None:
            read = {"block": _parser().parse, "inline": _parser().parseInline}.get(form.markdown)
            yield _Text(owner, where(path), _name(path), content, form, read(content) if read else [])


def _header_texts(question_set: QuestionSet, set_file: str) -> Iterator[_Text]:
    header = question_set.header
    data = header.model_dump(exclude={"packs", "topics", "glossary"})
    for key, printed in (("topics", question_set.topics), ("glossary", question_set.glossary)):
        data[key] = {n: e.model_dump() for n, e in enumerate(getattr(header, key)) if e in printed}
    yield from _texts("", data, _HEADER_KEYS, lambda _: Location(set_file))


def _question_texts(question_set: QuestionSet, places: Mapping[Path, Location]) -> Iterator[_Text]:
    for q in question_set.questions:
        yield from _texts(q.id, q.model_dump(exclude={"where"}), _QUESTION_KEYS, partial(_at, q, places))


def _columns(line: str) -> int:
    """Return the width of a line of code: East Asian wide characters take two columns, combining marks none.

    A blank at the end hangs into the margin; WeasyPrint 70 gives further ones a line of their own.
    """
    line = line.expandtabs(8).removesuffix(" ")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.combining(c) == 0 for c in line)


def _wide_lines(code: str, inset: float = 0.0) -> Iterator[tuple[int, str, str, str]]:
    """Yield number, what, why and remedy of each line that is wider than the measure less `inset` points."""
    fit = int((MEASURE - 2 * CODE_PADDING - inset) / CODE_ADVANCE)
    for number, line in enumerate(code.split("\n"), 1):
        if (columns := _columns(line)) > fit:
            blanks = _columns(line.rstrip()) <= fit
            remedy = "delete the blanks at its end" if blanks else "break it where it reads well"
            yield number, f"{columns} columns wide", f"{fit} fit the handbook's measure", remedy


def _wide_blocks(text: _Text) -> Iterator[Diagnostic]:
    inset = text.form.inset
    for token in text.tokens:
        inset += token.nesting * _INSETS.get(token.type.removesuffix("_open").removesuffix("_close"), 0.0)
        if token.type in ("fence", "code_block"):
            for number, what, *why in _wide_lines(token.content, inset):
                yield Diagnostic(text.where, f"line {number} of the code in {text.name} is {what}", *why)


def _dead_links(text: _Text, ids: list[str], owner: str) -> Iterator[Diagnostic]:
    for token in text.tokens:
        children = token.children or []
        for place, child in enumerate(children):
            if child.type != "link_open":
                continue
            end = next(n for n in range(place, len(children)) if children[n].type == "link_close")
            label = "".join(c.content for c in children[place:end])
            fault = _link_fault(str(child.attrs.get("href", "")), ids, owner)
            if fault is not None:
                what, why, remedy = fault
                yield Diagnostic(text.where, f'the link "{label}" in {text.name} {what}', why, remedy)


def _link_fault(address: str, ids: list[str], owner: str) -> tuple[str, str, str] | None:
    if address in ("", "#", "mailto:"):
        return "has no address", "it leads nowhere", "write its address between the parentheses"
    if address.startswith("#"):
        word = unquote(address[1:])
        remedy = suggestion(word, ids) or "write the id of a question or a term"
        why = f"the {owner} has no such question or term"
        return None if word in ids else (f"leads to {address}", why, remedy)
    if re.match(r"https?://[^/]|mailto:", address, re.IGNORECASE):
        return None
    why = "only web addresses, mailto: and #id-of-a-question can be followed"
    return f"leads to {address}", why, "write the whole address, or delete the link"


def _runs(text: _Text) -> Iterator[tuple[str, Location, str, str, str]]:
    """Yield whose, where, in what, the font and the characters of all pieces of a text."""
    whose = text.owner, text.where, text.name
    if text.form.markdown == "none":
        yield from ((*whose, font, text.content) for font in text.form.fonts)
    inside_sans = 0
    for token in text.tokens if text.form.fonts else ():
        if token.type in ("fence", "code_block"):
            yield *whose, "mono", token.content
        if token.type.startswith(("heading_", "table_")):
            inside_sans += token.nesting
        for child in token.children or ():
            fonts = _MONO if child.type == "code_inline" else _SANS if inside_sans else text.form.fonts
            yield from ((*whose, font, child.content) for font in fonts)


def _file_runs(question_set: QuestionSet, folder: PurePosixPath) -> Iterator[tuple[str, Location, str, str, str]]:
    for question in question_set.questions:
        for exhibit in question.exhibits:
            name = exhibit.file or ""
            content = question_set.files.get(name, b"")
            if exhibit.listing:
                for number, line in enumerate(_lines(content), 1):
                    yield question.id, Location(str(folder / name), number), "the listing", "mono", line
            elif name.endswith(".svg"):
                for t in printed_types(content):
                    yield question.id, Location(str(folder / name), t.line, t.column), "the figure", t.font, t.content


def _lines(listing: bytes) -> list[str]:
    return listing.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _missing_glyphs(runs: list[tuple[str, Location, str, str, str]], coverage: Coverage) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each question and character."""
    said: set[tuple[str, str]] = set()
    for owner, where, name, font, content in runs:
        covered = coverage(font)
        for character in content:
            if ord(character) in covered or (owner, character) in said or _invisible(character):
                continue
            said.add((owner, character))
            unicode_name = unicodedata.name(character, "a character without a name")
            what = f"{name} holds {character} (U+{ord(character):04X} {unicode_name})"
            remedy = "use another character, or name a font that has it in the theme"
            yield Diagnostic(where, what, f"{_FONTS[font]} has no glyph for it", remedy)


def _invisible(character: str) -> bool:
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _files(
    question: Question, question_set: QuestionSet, folder: PurePosixPath, places: Mapping[Path, Location]
) -> Iterator[Diagnostic]:
    for number, exhibit in enumerate(question.exhibits):
        name = exhibit.file or ""
        content = question_set.files.get(name, b"")
        if exhibit.listing:
            for line, what, *why in _wide_lines("\n".join(_lines(content))):
                yield Diagnostic(Location(str(folder / name), line), f"the line is {what}", *why)
        elif name.endswith(".svg"):
            yield from _small_type(content, str(folder / name))
        elif exhibit.figure and content:
            yield from _coarse(content, name, _at(question, places, ("exhibits", number, "figure")))


def _small_type(svg: bytes, file: str) -> Iterator[Diagnostic]:
    smallest = min(printed_types(svg), key=lambda t: t.size, default=None)
    if smallest is not None and round(smallest.size, 2) < SMALLEST_TYPE:
        what = f"the figure's smallest type is {smallest.size:.1f} pt in print"
        remedy = "enlarge it, or draw the figure narrower"
        yield Diagnostic(Location(file, smallest.line, smallest.column), what, "6 pt is the least to be read", remedy)


def _coarse(raster: bytes, name: str, where: Location) -> Iterator[Diagnostic]:
    from PIL import Image

    with Image.open(io.BytesIO(raster), formats=["PNG", "JPEG"]) as image:
        sideways = image.getexif().get(0x0112, 1) >= 5  # orientation: WeasyPrint turns the picture upright
        pixels = image.height if sideways else image.width
    dots = pixels / (min(pixels * 0.75, MEASURE) / 72)
    if dots < LEAST_RESOLUTION:
        least = math.ceil(MEASURE / 72 * LEAST_RESOLUTION)
        what = f'the figure "{name}" has {dots:.0f} dpi in print'
        why = f"{LEAST_RESOLUTION} are the least that look sharp"
        yield Diagnostic(where, what, why, f"export it {least} pixels wide or more, or as SVG")


def _placeless(question: Question, places: Mapping[Path, Location]) -> Iterator[Diagnostic]:
    for number, source in enumerate(question.sources):
        if not (source.url or source.year or source.where):
            where = _at(question, places, ("sources", number))
            what = f'the source "{source.title}" cannot be looked up'
            yield Diagnostic(where, what, "it has neither url nor year nor where", "add one of them")
