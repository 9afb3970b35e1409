"""HTML, as card fields and quiz banks hold it, to Markdown of our dialect.

The conversion is markdownify's; here is what it leaves open: which characters Markdown would misread, formulas,
pictures of the file at hand, and limits on what other people's HTML may cost.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Set
from typing import Any, Final
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Tag
from lxml import etree
from lxml import html as lxml_html
from markdownify import MarkdownConverter

from studypack.importers.latex_text import is_formula, markdown_of_latex

DEEPEST: Final = 60
"""Elements within each other; of what is nested more deeply only the text is kept."""
LONGEST: Final = 1_000_000
"""Characters of one field; of a longer one only the text is kept."""

Picture = Callable[[str], str]
"""Gives for an address in the HTML the address in the Markdown; empty for a picture that the file does not hold."""

_INLINE_MARKS: Final = re.compile(r"[\\`*]|~(?=~)|(?<=~)~|<(?=[a-zA-Z/!?])|&(?=#|[a-zA-Z])|(?<![^\W_])_|_(?![^\W_])")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>\[\]\\`|]*[\w/])")
_LINK: Final = re.compile(r"\[[\^!]|\][(:\[]")
"""What makes brackets more than characters."""
_BLOCK_MARK: Final = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|(?:=+|-[-\s]*)$)", re.MULTILINE)
_NUMBER_MARK: Final = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)

_MATHS: Final = re.compile(
    r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]"
    r"|\[\$\](?P<dollar>.+?)\[/\$\]|\[\$\$\](?P<dollars>.+?)\[/\$\$\]|\[latex\](?P<latex>.+?)\[/latex\]",
    re.DOTALL,
)
_HELD: Final = re.compile("\ue000(\\d+)\ue001")
"""A formula's place while its surroundings are converted: characters for private use, which fields never hold."""
_INSTRUCTION: Final = re.compile(r"<\?[^>]*>")
_TAGS: Final = re.compile(r"<[^<>]*>")
_BREAKS: Final = re.compile(r"<br\s*/?>|</(?:div|p)>", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:lang(?:uage)?|brush|highlight|src)[-: ]+([a-z0-9+#]+)", re.IGNORECASE)


def markdown_of(source: str, picture: Picture | None = None) -> str:
    """Return the HTML as Markdown.

    Args:
        source: HTML of any quality; text without tags is HTML as well.
        picture: gives the address of a picture in the Markdown; without it addresses stay as they are.
    """
    source = source.replace("\ue000", "").replace("\ue001", "").replace("\x00", "")
    formulas: list[str] = []

    def hold(match: re.Match[str]) -> str:
        formulas.append(_formula(match))
        return f"\ue000{len(formulas) - 1}\ue001"

    held = _MATHS.sub(hold, source) if "\\(" in source or "\\[" in source or "[" in source else source
    if "<" not in held and "&" not in held:
        text = escaped(" ".join(held.split()) if "\n" in held else held.strip())
    else:
        text = _converted(held, picture)
    whole = _HELD.sub(lambda match: formulas[int(match[1])] if int(match[1]) < len(formulas) else "", text)
    return whole.strip("\n") if formulas else whole


def text_of(source: str) -> str:
    """Return the words of HTML on one line."""
    return " ".join(html.unescape(_TAGS.sub(" ", source)).split())


def escaped(text: str, *, in_table: bool = False) -> str:
    """Return plain text as Markdown that reads as that text: its marks are characters, and start nothing."""
    parts = _ADDRESS.split(text)  # addresses, at odd places, are links as they are
    parts[::2] = (_INLINE_MARKS.sub(r"\\\g<0>", part) for part in parts[::2])
    is_link = _LINK.search(text) is not None
    text = "".join(parts)
    text = text.replace("[", "\\[") if is_link else text
    text = _BLOCK_MARK.sub(r"\1\\\2", text)
    text = _NUMBER_MARK.sub(r"\1\\\2", text)
    if text.count("$") > 1:
        text = text.replace("$", "\\$")
    return text.replace("|", "\\|") if in_table else text


def _formula(match: re.Match[str]) -> str:
    """Return a formula with our delimiters: what Anki wrote of it as HTML is LaTeX again."""
    kind = match.lastgroup or ""
    latex = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", match[kind]))).replace("\xa0", " ").strip()
    if kind == "latex":
        if not is_formula(latex):
            text = markdown_of_latex(latex, escaped)
            return f"\n\n{text}\n\n" if "\n" in text else text
        kind = "inline"
    latex = re.sub(r"\n\s*\n+", "\n", latex)
    return f"\\({latex}\\)" if kind in ("inline", "dollar") else f"\\[{latex}\\]"


def _converted(source: str, picture: Picture | None) -> str:
    if len(source) > LONGEST or _too_deep(source):
        return escaped(text_of(source))
    soup = BeautifulSoup(f"<body>{_INSTRUCTION.sub('', source)}</body>", "lxml")
    for code in soup.find_all("code"):
        if code.find("br") and not code.find_parent("pre"):
            code.name = "pre"
    for pre in soup.find_all("pre"):
        for line in pre.find_all("br"):
            line.replace_with("\n")
        for line in pre.find_all("div"):
            line.insert_after("\n")
            line.unwrap()
    text: str = _Converter(picture).convert_soup(soup)
    text = re.sub(r"(?:[ \t]*\\\n[ \t]*){2,}", "\n\n", text)  # an empty line made of breaks
    text = re.sub(r"\\(?=\n\s*(?:\n|$))|\\$(?=\n?\Z)", _lone_break, text)
    text = re.sub(r"(?<=\n\n)\\\n", "", text)
    text = text.replace("</mark><mark>", "").replace("</u><u>", "")  # each letter apart
    text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"^(?:\s*\\\n)+", "", text).strip(" \t\n").replace("\xa0", " ")


def _lone_break(match: re.Match[str]) -> str:
    """Drop a line break that ends a paragraph, but not the second half of an escaped backslash."""
    before = match.string[: match.start()]
    return match[0] if (len(before) - len(before.rstrip("\\"))) % 2 else ""


def _too_deep(source: str) -> bool:
    """Return whether elements are nested too deeply for readers that work recursively."""
    if source.count("<") <= DEEPEST:
        return False
    try:
        root = lxml_html.fragment_fromstring(source, create_parent=True)
    except (etree.LxmlError, ValueError, AssertionError):
        return True
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > DEEPEST


class _Converter(MarkdownConverter):
    """markdownify with the tags and characters of our dialect."""

    def __init__(self, picture: Picture | None) -> None:
        super().__init__(
            heading_style="atx",
            bullets="-",
            newline_style="backslash",
            sub_symbol="<sub>",
            sup_symbol="<sup>",
            table_infer_header=True,
            autolinks=False,
            code_language_callback=_language,
        )
        self._picture = picture

    def escape(self, text: str, parent_tags: Set[str]) -> str:
        words = re.sub(r" {2,}", " ", text.replace("\xa0", " "))
        return escaped(words, in_table="td" in parent_tags or "th" in parent_tags)

    def convert_img(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        source = str(el.get("src") or "").strip()
        if source.startswith("data:") and self._picture is None:
            source = ""
        elif self._picture is not None:
            source = self._picture(unquote(source) if "://" not in source else source)
        alt = escaped(" ".join(str(el.get("alt") or "").split())).replace("]", "\\]")
        return f"![{alt}]({quote(source, safe=_URL_CHARACTERS)})" if source else alt

    def convert_a(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        address = str(el.get("href") or "").strip()
        if not re.match(r"https?://|mailto:", address) or not text.strip() or "_noformat" in parent_tags:
            return text
        return f"[{text.strip()}]({quote(address, safe=_URL_CHARACTERS)})"

    def convert_kbd(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"<kbd>{escaped(text)}</kbd>" if text.strip() and "pre" not in parent_tags else text

    def convert_u(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"<u>{text}</u>" if text.strip() and "\n\n" not in text and "_noformat" not in parent_tags else text

    def convert_mark(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"<mark>{text}</mark>" if text.strip() and "\n\n" not in text else text

    def convert_rt(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"({text})" if text.strip() else ""

    def convert_rp(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return ""

    def convert_dt(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"


_URL_CHARACTERS: Final = ":/?#[]@!$&'*+,;=%~-._"


def _language(pre: Any) -> str:
    """Return the language that a code block's classes name; empty where they name none."""
    for element in (pre, pre.find("code")):
        names = " ".join(element.get("class") or ()) if isinstance(element, Tag) else ""
        if match := _LANGUAGE.search(names):
            return match[1].lower()
    return ""
