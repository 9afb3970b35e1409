"""Random documents of the Markdown that the program reads, in any script, and sets made of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

SCRIPTS = (
    "lock lease queue reader writer index cache retry quorum shard",
    "Schloss Größe Straße naïve façade œuvre Žižek İstanbul ĳs ﬁnd ½ ⅔ № ℃ Ⅷ",
    "замок очередь κλειδί ουρά",
    "قفل صف انتظار قَفْلٌ מנעול תור שָׁלוֹם",
    "鎖 待ち行列 キャッシュ 잠금 ताला คิว ﷺ",
    "✅ ❌ ☐ 👩\u200d🚀 🔒 → ≠ ∞ … — “q” 'r'",
    "__init__ snake_case 2*3*4 \\d+\\.\\d* a&b <T> {{x}} {{c1::y}} {% z %} ${HOME} $5 a|b 100% #1 C++ C#",
    "a\u0301\u0302 x\u0338 a\u00adb zero\u200bwidth \u202ebidi\u202c \U00010330 \U0001d49c",
)
"""Words of one kind each; a document mixes two of them."""

WORD = st.sampled_from([word for script in SCRIPTS for word in script.split()])


def _words(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(WORD, min_size=least, max_size=most).map(" ".join)


_MARKED = st.one_of(
    _words(1, 6),
    _words(1, 3).map(lambda w: f"*{w}*"),
    _words(1, 3).map(lambda w: f"**{w}**"),
    _words(1, 2).map(lambda w: f"`{w}`"),
    _words(1, 2).map(lambda w: f"~~{w}~~"),
    _words(1, 2).map(lambda w: f"[{w}](https://example.org/a_b?c=d&e)"),
    _words(1, 2).map(lambda w: f"[{w}][ref]"),
    st.sampled_from(
        ["H<sub>2</sub>O", "a<br>b", "<kbd>C</kbd>", "<div>x</div>", "&amp; &lt; &eacute;", "<https://x.example>",
         "https://example.org/path", "note[^n]", "![remote](https://example.org/x.png)", "\\*", "<sub>open"]
    ),
)  # fmt: skip  # one kind a line
LINE = st.lists(_MARKED, min_size=1, max_size=6).map(" ".join)
_CODE_LINES = ["x = 1", "", "1. b", "    if a < b:", "handlers[kind](event).run(1)", "# c", "|a|b|"]
_CODE = st.lists(st.sampled_from(_CODE_LINES), min_size=1, max_size=6)


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def _table(cells: list[str]) -> str:
    rows = [cell.replace("|", "\\|").replace("\n", " ") for cell in cells]
    body = "\n".join(f"| {cell} | 1 |" for cell in rows[1:])
    return f"| {rows[0]} | n |\n|---|--:|\n{body}"


_BLOCK = st.one_of(
    LINE,
    _words(200, 900),
    st.tuples(st.sampled_from(["py", "js", "sh", "", "nonsense"]), _CODE).map(
        lambda f: "```" + f[0] + "\n" + "\n".join(f[1]) + "\n```"
    ),
    st.lists(LINE, min_size=2, max_size=8).map(_table),
    LINE.map(lambda text: f"#### {text}"),
    st.just("---"),
    LINE.map(lambda text: f"> [!TIP]\n> {text}"),
)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        items.map(lambda texts: "\n".join("- " + _indented(text, "  ").lstrip() for text in texts)),
        items.map(lambda texts: "\n\n".join("1. " + _indented(text, "   ").lstrip() for text in texts)),
        items.map(lambda texts: "\n".join("- [ ] " + text.split("\n")[0] for text in texts)),
        inner.map(lambda text: _indented(text, "> ")),
    )


DOCUMENT = st.lists(st.recursive(_BLOCK, _nested, max_leaves=4), min_size=1, max_size=4).map(
    lambda blocks: "\n\n".join([*blocks, "[ref]: https://example.org/ref", "[^n]: A note."])
)
"""A text of one to four blocks, nested at most a few levels deep."""


def random_set(texts: list[str], lines: list[str]) -> dict[str, Any]:
    """Return a set with a question for each text, which is its answer, and a line for all that is one."""
    questions = [
        {
            "id": f"q{number}",
            "topic": f"t{number % 3}",
            "question": line,
            "answer": text,
            "takeaway": line[:100].strip() or "x",
            "key_points": [line, line],
            "guidance": texts[number - 1],
            "choices": [{"text": texts[number - 2], "feedback": line}, {"text": line, "correct": True}]
            if number % 3 == 0
            else [],
        }
        for number, (text, line) in enumerate(zip(texts, lines, strict=True))
    ]
    topics = [{"id": f"t{n}", "title": "The same title"} for n in range(3)]
    return {"id": "random", "title": "Random", "topics": topics, "questions": questions}
