"""Markdown: headings, lists, `<details>`, `**Q:** … **A:** …` and tables that hold questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import yaml

from studypack.errors import Diagnostic, Location
from studypack.importers import markdown_headings, markdown_lists, markdown_loose, own_markdown
from studypack.importers import markdown_shapes as shapes
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Draft, Reading, Skipped, Wishes
from studypack.importers.markdown_blocks import Block, blocks
from studypack.importers.markdown_source import Found, Source, words
from studypack.importers.markdown_text import references
from studypack.importers.question_words import asks, lists_contents
from studypack.importers.refusals import NoQuestionsError

_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


class _Markdown:
    name = "markdown"
    suffixes = (".md", ".markdown", ".mdown", ".mkd")
    summary = "Markdown: headings, lists, <details>, Q and A, tables"
    mapped = ()

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the name, else by headings and lists."""
        if name.lower().endswith(self.suffixes):
            return 0.6
        start = content[:4000]
        return 0.25 if re.search(rb"^#{1,6} \S", start, re.MULTILINE) and b"\0" not in start else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the questions of a Markdown file.

        Raises:
            ContentError: nothing in it reads like a list of questions.
        """
        text, encoding = decoded(name, content)
        return read_text(name, text, wishes, damage(name, text, encoding))


def read_text(
    name: str, text: str, wishes: Wishes, warned: tuple[Skipped, ...] = (), *, loose: bool = False
) -> Reading:
    """Return the questions of a Markdown text.

    Args:
        name: of the file.
        text: with plain ends of lines.
        wishes: what the user asked.
        warned: what is uncertain about the file as a whole.
        loose: whether each line may be a question.

    Raises:
        ContentError: nothing in it reads like a list of questions.
    """
    head = _FRONT.match(text)
    lines = text.split("\n")
    if head:
        count = head[0].count("\n")
        lines[:count] = [""] * count
    if own_markdown.is_ours(lines) and not wishes.level:
        own = tuple(own_markdown.drafts_of(name, lines))
        title = next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "")
        return Reading(IMPORTER.name, own, warnings=warned, title=title)
    source = Source(name, lines, references(lines))
    parts = blocks(lines)
    found = _best(source, parts, wishes.level, loose=loose)
    if not found.drafts:
        raise NoQuestionsError(_none(name, parts))
    meta = _front(head[1]) if head else {}
    drafts = tuple(replace(d, key=d.key or " > ".join((*d.topic, d.question))) for d in found.drafts)
    return Reading(
        IMPORTER.name, drafts, {}, tuple(_left_out(source, parts, found)), warned,
        title=str(meta.get("title") or "") or _title(parts, drafts), language=str(meta.get("lang") or ""),
    )  # fmt: skip  # one value


def _best(source: Source, parts: list[Block], level: int, *, loose: bool) -> Found:
    """Return the questions of a file by the shape that finds most of them.

    Args:
        source: the file.
        parts: its blocks.
        level: of the headings that are questions; 0 to find out.
        loose: whether each line may be a question, as in Word documents.
    """
    if level:
        return markdown_headings.headings(source, parts, level)
    lists = markdown_loose.lines if loose else markdown_lists.lists
    named = (shapes.details, shapes.labelled, shapes.tables, lists, shapes.choices, markdown_loose.bold)
    found = [shape(source, parts) for shape in named]
    found += [markdown_headings.headings(source, parts, each) for each in markdown_headings.asking_levels(parts)]
    return max(found, key=lambda each: each.weight)


def _front(text: str) -> dict[str, object]:
    try:
        meta = yaml.safe_load(text) if len(text) < 10_000 else None  # nobody's front matter
    except (yaml.YAMLError, ValueError, RecursionError):
        meta = None
    return meta if isinstance(meta, dict) else {}


def _title(parts: list[Block], drafts: tuple[Draft, ...]) -> str:
    """Return the first heading, where it is not a question and all questions are below it.

    Others of its level may follow, unless that is a deeper one: then they are its equals.
    """
    heads = [part for part in parts if part.kind == "heading" and not lists_contents(part.text)]
    if not heads or asks(heads[0].text) or any(draft.where.line <= heads[0].start for draft in drafts):
        return ""
    last = max((draft.where.line for draft in drafts), default=0)
    equals = [head for head in heads[1:] if head.level <= heads[0].level and head.start < last]
    return "" if equals and heads[0].level > 1 else words(heads[0].text)


def _left_out(source: Source, parts: list[Block], found: Found) -> list[Skipped]:
    """Return what became no part of a question: each block once, headings that became topics excepted."""
    taken = [False] * (len(source.lines) + 1)
    for start, end in found.taken:
        taken[start:end] = [True] * (end - start)
    skipped = list(found.skipped)
    topics = {name for draft in found.drafts for name in draft.topic}
    for part in parts:
        if any(taken[part.start : part.end]) or (part.kind == "heading" and words(part.text) in topics):
            continue
        said = words(part.text or source.lines[part.start])
        if said:
            why = f'{_KINDS[part.kind]} outside the questions: "{said[:60]}{"…" if len(said) > 60 else ""}"'  # a line
            skipped.append(Skipped(Location(source.name, part.start + 1), why))
    return sorted(skipped, key=lambda each: each.where)


_KINDS: Final = {"heading": "a heading", "list": "a list", "table": "a table", "details": "details", "prose": "text"}


def _none(name: str, parts: list[Block]) -> Diagnostic:
    headings = [part for part in parts if part.kind == "heading"]
    asking = sum(asks(part.text) for part in headings)
    said = "none reads" if not asking else f"only {asking} read{'s' if asking == 1 else ''}"
    what = (
        f"{len(headings)} headings, {said} like a question"
        if headings
        else "nothing here reads like a list of questions"
    )
    remedy = (
        "choose the headings that are questions with --level"
        if headings
        else "write questions as headings or as a list"
    )
    return Diagnostic(
        Location(name), what, "this seems to be a guide, not a list of questions" if headings else "", remedy
    )


IMPORTER: Final = _Markdown()
