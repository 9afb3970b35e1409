"""The web page as one file: style, script and pictures are inside, formulas are MathML, and nothing is loaded.

A policy in the page (CSP, https://www.w3.org/TR/CSP3/) allows only what has the hashes of our own style and script.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Final
from xml.etree import ElementTree

from studypack.products.documents import document_title
from studypack.products.interface import PackContext, Rendered
from studypack.questions import pictures
from studypack.resources import VERSION
from studypack.text.formulas import PLACEHOLDER, formula_at
from studypack.text.html_text import OF_SET, held_by
from studypack.text.latex import FormulaError, read
from studypack.text.markdown import CODE, NUMBERED
from studypack.typeset.templating import render, stylesheet

_SHEETS: Final = ("html/page.css", "html/markdown.css", "html/print.css")
_SCRIPT: Final = "html/page.js"
_PICTURE: Final = re.compile(rf'(?<= src="){OF_SET}([^"]*)(?=")')
_ALIGNED: Final = re.compile(r' style="text-align:(left|right|center)"')
_SCROLLS: Final = re.compile(r"<table\b.*?</table>", re.DOTALL)
_NUMBERED: Final = re.compile(rf"(?<=<pre class='{CODE} {NUMBERED}'><code>).*?(?=</code></pre>)", re.DOTALL)
_BEHIND: Final = {"glossary", "closing"}
"""The ids of what follows the questions."""
_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "SVG": "image/svg+xml"}


def render_page(pack: PackContext) -> Rendered:
    """Return the page of the selection."""
    style = stylesheet(*_SHEETS)
    script = stylesheet(_SCRIPT)
    selected = pack.question_set
    values = {
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        "title": document_title(selected),
        "labels": {question.id: question.label for question in selected.questions},
        "version": VERSION,
        "date": pack.date,
    }
    page = render("html/page.html.j2", pack.theme, set=selected, files=selected.files, **values)
    own = {question.id for question in selected.questions}
    held = held_by(page, lambda key: key if key in own else "" if key in _BEHIND else None)
    return Rendered(file=_finished(page, selected.files).encode(), amount=len(own), unit="questions", held=held)


def _policy(style: str, script: str) -> str:
    """Return the page's content security policy."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finished(page: str, files: Mapping[str, bytes]) -> str:
    """Return the page with formulas as MathML, pictures inside, elements for lines, and boxes around what is wide."""
    addresses: dict[str, str] = {}

    def inside(found: re.Match[str]) -> str:
        path = html.unescape(found[1])
        if path not in addresses:
            addresses[path] = _address(files[path])
        return addresses[path]

    page = _NUMBERED.sub(_in_lines, page)
    page = _SCROLLS.sub(_in_a_box, page)
    page = _ALIGNED.sub(r' class="\1"', page)
    return _PICTURE.sub(inside, PLACEHOLDER.sub(_as_mathml, page))


def _in_a_box(table: re.Match[str]) -> str:
    """Return a table in a box that scrolls; the keyboard reaches it, too."""
    return f'<div class="scroll" tabindex="0">{table[0]}</div>'


def _in_lines(code: re.Match[str]) -> str:
    """Return code with an element for each line; the style sheet numbers them. Highlighting has none across lines."""
    return "\n".join(f'<span class="line">{line}</span>' for line in code[0].split("\n"))


def _address(content: bytes) -> str:
    """Return a picture as an address that contains it."""
    return f"data:{_TYPES[pictures.kind(content)]};base64,{base64.b64encode(content).decode()}"


def _as_mathml(picture: re.Match[str]) -> str:
    """Return a formula as MathML; as its source if it cannot be read."""
    latex, display = formula_at(html.unescape(picture[1])) or ("", False)
    try:
        element = deepcopy(read(latex, display=display).mathml)
    except FormulaError:
        return f"<code>{html.escape(latex)}</code>"
    element.attrib = {"display": "block" if display else "inline", "alttext": latex}
    element.tail = None
    return ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)
