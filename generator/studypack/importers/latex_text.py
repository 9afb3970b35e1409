"""Text that is written in LaTeX, as Anki's `[latex]` holds it, to Markdown; formulas stay LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from unicodedata import normalize

_DISPLAY: Final = "equation|align|gather|multline|eqnarray|displaymath|flalign|alignat"
_MATHS: Final = re.compile(
    r"(?P<break>\\\\\*?(?:\[[^\]]*\])?|\\newline\b)|(?P<sign>\\[#%&_${}])"
    rf"|(?P<display>\$\$(?P<dollars>.+?)\$\$|\\\[(?P<brackets>.+?)\\\]|\\begin\{{(?P<name>{_DISPLAY})(?P<star>\*?)\}}"
    r"(?P<lines>.+?)\\end\{(?P=name)(?P=star)\})"
    r"|\\begin\{math\}(?P<math>.+?)\\end\{math\}|\\\((?P<parens>.+?)\\\)|\$(?P<inline>(?:[^$\\]|\\.)+)\$",
    re.DOTALL,
)
_FORMULA: Final = re.compile(
    r"[\^_]|\\(?:frac|sqrt|sum|int|alpha|beta|gamma|delta|lambda|mu|pi|omega|cdot|times|vec)\b"
)
_WORDS: Final = re.compile(r"(?<![\\{A-Za-z])[^\W\d_]{3,}\s+[^\W\d_]{2,}")
_STYLES: Final = {"textbf": "**", "textit": "*", "emph": "*", "textsl": "*", "texttt": "`"}
_STYLE: Final = re.compile(r"\\(textbf|textit|emph|textsl|texttt)(?:\s*\{([^{}]*)\}|\s+(\w))")
_NAMED: Final = re.compile(
    r"\\(?:section|subsection|subsubsection|paragraph|underline|text|mbox|textrm|textsf)\*?\s*\{([^{}]*)\}"
)
_LIST: Final = re.compile(
    r"\\(begin|end)\{(itemize|enumerate|description)\}(?:\[[^\]]*\])?|\\item(?:\s*\[([^\]]*)\])?\s*"
)
_SPACING: Final = re.compile(
    r"\\(?:begin|end)\{(?:document|center|flushleft|flushright|quote|figure|minipage)\}(?:\[[^\]]*\]|\{[^{}]*\})*"
    r"|\\(?:noindent|centering|small|large|Large|footnotesize|medskip|bigskip|smallskip|par|hfill|newpage)\b"
    r"|\\(?:v|h)space\*?\{[^{}]*\}|\\label\{[^{}]*\}"
)
_SIGNS: Final = {"\\ldots": "…", "\\dots": "…", "\\LaTeX": "LaTeX", "\\TeX": "TeX", "\\ss": "ß", "\\euro": "€",
                 "\\textdegree": "°", "``": "“", "''": "”", "---": "—", "--": "–", "~": "\u00a0", "\\,": " ",
                 "\\ ": " ", "\\-": "", "{}": ""}  # fmt: skip  # one list
_SIGN: Final = re.compile("|".join(f"{re.escape(s)}(?![A-Za-z])" if s[-1].isalpha() else re.escape(s) for s in _SIGNS))
_ACCENT: Final = re.compile(r"\\(?:(?P<sign>['`^\"~=.])\{?(?P<on>[A-Za-z])\}?|(?P<word>[cuvH])\{(?P<under>[A-Za-z])\})")
_ACCENTS: Final = dict(
    zip("'`^\"~=.cuvH", "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0327\u0306\u030c\u030b", strict=True)
)
_COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*\n?")


def is_formula(source: str) -> bool:
    """Return whether LaTeX without delimiters of formulas is one nevertheless, and no text."""
    bare = _MATHS.sub("", source)
    return bare == source and bool(_FORMULA.search(source)) and not _WORDS.search(source)


def markdown_of_latex(source: str, escaped: Callable[[str], str]) -> str:
    """Return text in LaTeX as Markdown: its lists, styles and signs; what is unknown stays as it is written.

    Args:
        source: LaTeX in its text mode.
        escaped: returns text with its Markdown marks escaped.
    """
    held: list[str] = []

    def hold(text: str) -> str:
        held.append(text)
        return f"\ue004{len(held) - 1}\ue005"

    def taken(match: re.Match[str]) -> str:
        if match["sign"]:
            return hold("\\$" if match["sign"] == "\\$" else escaped(match["sign"][1]))
        return "\n\n" if match["break"] else hold(_formula(match))

    text = _SPACING.sub("", _COMMENT.sub("", _MATHS.sub(taken, source)))
    text = _ACCENT.sub(_accented, text)
    for _ in range(3):  # styles within each other
        text = _NAMED.sub(
            r"\1", _STYLE.sub(lambda m: f"{hold(_STYLES[m[1]])}{m[2] or m[3]}{hold(_STYLES[m[1]])}", text)
        )
    text = _SIGN.sub(lambda match: _SIGNS[match[0]], text)
    text = _listed(text, hold)
    lines = (escaped(line.strip()) if "\ue004" not in line else _escaped(line, escaped) for line in text.split("\n"))
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    for _ in range(2):  # a formula within a list's mark
        whole = re.sub("\ue004(\\d+)\ue005", lambda match: held[int(match[1])], whole)
    return whole


def _escaped(line: str, escaped: Callable[[str], str]) -> str:
    parts = re.split("(\ue004\\d+\ue005)", line.strip(" \t"))
    parts[::2] = (escaped(part) if part.strip() else part for part in parts[::2])
    return "".join(parts)


def _accented(match: re.Match[str]) -> str:
    return normalize("NFC", (match["on"] or match["under"]) + _ACCENTS[match["sign"] or match["word"]])


def _formula(match: re.Match[str]) -> str:
    """Return a formula with our delimiters."""
    if match["display"]:
        body = (match["dollars"] or match["brackets"] or "").strip()
        if match["name"]:
            lines = match["lines"].strip()
            body = f"\\begin{{aligned}}{lines}\\end{{aligned}}" if "&" in lines or "\\\\" in lines else lines
        return f"\n\n\\[{body}\\]\n\n"
    return f"\\({(match['math'] or match['parens'] or match['inline']).strip()}\\)"


def _listed(text: str, hold: Callable[[str], str]) -> str:
    """Return text whose lists are those of Markdown, within each other by their indentation."""
    made: list[str] = []
    marks: list[str] = []
    at = 0
    for match in _LIST.finditer(text):
        made.append(" ".join(text[at : match.start()].split()) if marks else text[at : match.start()])
        at = match.end()
        if match[1] == "begin":
            made.append("\n\n" if not marks else "")
            marks.append("1." if match[2] == "enumerate" else "-")
        elif match[1] == "end":
            del marks[-1:]
            made.append("\n\n" if not marks else "")
        elif marks:
            indent = "".join(" " * (len(mark) + 1) for mark in marks[:-1])
            label = f"{hold('**')}{match[3]}{hold('**')} " if match[3] else ""
            made.append(f"\n{hold(f'{indent}{marks[-1]} ')}{label}")
    return "".join([*made, text[at:]])
