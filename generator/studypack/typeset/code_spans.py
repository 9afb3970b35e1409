"""Fewer boxes for highlighted code: each span is one, and most of those of a listing look like plain text."""

from __future__ import annotations

import re
from typing import Final

from studypack.text.markdown import CODE_CLASS

_SPAN: Final = re.compile(rf'<span class="({CODE_CLASS}\w+)">([^<]*)</span>')
_EQUAL: Final = re.compile(rf'<span class="({CODE_CLASS}\w+)">[^<]*</span>(?:<span class="\1">[^<]*</span>)+')
_SELECTED: Final = re.compile(rf"\.({CODE_CLASS}\w+)")
_SELECTED_OTHERWISE: Final = re.compile(r"\[\s*class|(?<![\w.#-])span\b|\b(?:pre|code)\s*[\s>~+]\s*[*:]")


def styled_spans(html: str, css: str) -> str:
    """Return a document without the spans of code that no rule of its style sheet selects, and with equal ones joined.

    A theme's style sheet that may select such spans by anything but their classes keeps them all.
    """
    if CODE_CLASS not in html or _SELECTED_OTHERWISE.search(css):
        return html
    styled = set(_SELECTED.findall(css))
    kept = _SPAN.sub(lambda span: span[0] if span[1] in styled else span[2], html)
    return _EQUAL.sub(_joined, kept)


def _joined(run: re.Match[str]) -> str:
    return f'<span class="{run[1]}">{"".join(text for _, text in _SPAN.findall(run[0]))}</span>'
