"""What JSON objects of other people hold for our keys, as texts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

NAMES: Final[Mapping[str, Sequence[str]]] = {
    "question": ("question", "front", "prompt", "questiontext", "question_text", "q", "title", "term", "word", "text"),
    "answer": (
        "answer", "back", "correct_answer", "correctanswer", "correct", "response", "a", "definition", "solution",
        "meaning", "answertext", "correct_answers", "correctanswers", "answerindex", "correctindex", "correct_option",
    ),
    "choices": ("choices", "options", "answers", "alternatives", "possible_answers"),
    "wrong": ("incorrect_answers", "incorrectanswers", "distractors", "wrong_answers", "wrong", "incorrect"),
    "topic": ("topic", "category", "subject", "deck", "chapter", "section"),
    "level": ("level", "difficulty"),
    "tags": ("tags", "keywords", "labels"),
    "stimulus": ("stimulus", "passage", "context"),
    "code": ("code", "snippet", "code_snippet"),
    "guidance": ("guidance", "hint", "hints"),
    "explanation": ("explanation", "rationale", "feedback", "comment", "explain", "note", "notes", "reason"),
    "takeaway": ("takeaway", "summary"),
    "key_points": ("key_points", "keypoints"),
    "pitfalls": ("pitfalls",),
    "follow_ups": ("follow_ups", "followups"),
    "sources": ("sources", "source", "reference", "references", "url", "link"),
    "cards": ("cards",),
    "id": ("id", "guid", "uuid", "_id", "key", "number"),
}  # fmt: skip  # the keys that other people use for ours


MAX_COLLECTIONS: Final = 300_000
"""Lists and objects of a file: each takes some hundred bytes of memory, however short it is."""


def parsed(text: str) -> Any:
    """Return what a JSON file holds.

    Raises:
        JSONDecodeError: it is not JSON.
        ValueError: it has too many lists and objects, or they are nested too deeply.
    """
    if (count := text.count("[") + text.count("{")) > MAX_COLLECTIONS:
        raise ValueError(f"it has {count} lists and objects, the limit is {MAX_COLLECTIONS}")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def value_of(item: Mapping[str, Any], key: str, columns: Mapping[str, str]) -> Any:
    """Return what an object has for one of our keys: where the user says, or by the names that others use."""
    if key in columns:
        return at_path(item, columns[key])
    taken = {folded(path) for path in columns.values()}
    lowered = {folded(name): value for name, value in item.items()}
    for name in NAMES.get(key, (key,)):
        if lowered.get(name) is not None and name not in taken:
            return lowered[name]
    return None


def at_path(item: Any, path: str) -> Any:
    """Return what is at a path of keys and numbers, `details.0.text`."""
    if isinstance(item, dict) and path in item:
        return item[path]
    for step in path.split("."):
        if isinstance(item, dict):
            item = item.get(step)
        elif isinstance(item, list) and step.isdecimal() and int(step) < len(item):
            item = item[int(step)]
        else:
            return None
    return item


def text_of(value: Any) -> str:
    """Return a value as Markdown; several are paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, (text_of(one) for one in value)))
    if isinstance(value, dict):
        named = next((value[key] for key in ("text", "value", "content", "html") if key in value), "")
        return text_of(named) if not isinstance(named, dict) else ""
    return value.strip() if isinstance(value, str) else plain_of(value)


def fenced(code: Any) -> str:
    """Return source code as a block of Markdown."""
    if not isinstance(code, str) or not code.strip():
        return ""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code)), 0)
    return code.strip() if code.lstrip().startswith("```") else f"{fence}\n{code.strip(chr(10))}\n{fence}"


_CODE_LINE: Final = re.compile(
    r".*[;{}]\s*|\s*(?:def|class|for|if|elif|while|with|except)\b.*:\s*|\s*(?:from \S+ )?import \S+\s*"
    r"|\s*(?:return|yield|raise) (?:['\"].*|\S+(?: [-+*/<>=]+ \S+)*\s*)"
    r"|\s*(?:break|continue|pass|return|yield|else:|try:|finally:)\s*|\s*@\w+.*|\s*[\w.\[\]'\"]+\s*[-+*/]?=\s*\S.*|.*\w\([^?!]*\):?\s*"
)
"""A line that is rather code than a sentence."""


def with_code(text: str) -> str:
    """Return a question whose bare code, below its first paragraph, is a block; its lines would be joined otherwise."""
    asked, _, rest = text.partition("\n\n")
    lines = [line for line in rest.split("\n") if line.strip()]
    if "```" in text or not lines or not all(map(_CODE_LINE.fullmatch, lines)):
        return text
    return f"{asked}\n\n{fenced(rest)}"


def plain_of(value: Any) -> str:
    """Return a value as plain text; nothing for lists and objects."""
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return html.unescape(str(value)).strip() if "&" in str(value) else str(value).strip()


def listed_of(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as the one item of a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def folded(key: object) -> str:
    """Return a key as keys are compared: in lower case, with underscores."""
    return str(key).strip().lower().replace(" ", "_").replace("-", "_")
