r"""Random documents of the Markdown that the program reads, in any script, and sets made of them.

A document comes from a seed: hypothesis draws the seeds, and a set that fails can be written again from its own. Drawn
piece by piece, a set of 30 documents has more choices than hypothesis allows an example, and only tiny sets are tried.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import only, write_set

SCRIPTS: Final = (
    "lock lease queue reader writer index cache retry quorum shard",
    "Schloss Größe Straße naïve façade œuvre Žižek İstanbul ĳs ﬁnd ½ ⅔ № ℃ Ⅷ",
    "замок очередь κλειδί ουρά",
    "قفل صف انتظار قَفْلٌ מנעול תור שָׁלוֹם",
    "鎖 待ち行列 キャッシュ 잠금 ताला कतार คิว ล็อก பூட்டு կողպեք საკეტი ﷺ",
    "✅ ❌ ☐ 👩\u200d🚀 🔒 🇩🇪 → ≠ ∞ … — “q” 'r' \"s\" it's",
    "__init__ snake_case 2*3*4 \\d+\\.\\d* a&b <T> {{x}} {{c1::y}} }} {% z %} {# c #} ${HOME}"
    " $5 a|b 100% #1 C++ C# [x] [[y]]",
    "a\u0301\u0302 x\u0338 a\u00adb zero\u200bwidth \u202ebidi\u202c \U00010330 \U0001d49c \ufeffx",
)
"""Words of one kind each; a piece of text mixes two of them."""

FORMULAS: Final = (
    "x^2", r"\frac{a}{b}", r"\hat{\theta}_{MAP}", r"\sum_{i=1}^{n} i", r"\sqrt[3]{x+1}", r"a < b \land c > d",
    r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}", r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
    r"\ce{2H2 + O2 -> 2H2O}", r"{{x}_1}_2", r"\text{cost in \$}", r"\unknown{x}", r"\frac{a}", "n!",
    r"\vec{v}\cdot\vec{w}",
)  # fmt: skip  # drawn, with an unknown command, and not to be drawn
_INLINES: Final = (
    "H<sub>2</sub>O", "x<sup>2</sup>", "a<br>b", "<kbd>C</kbd>", "<mark>m</mark>", "<u>u</u>", "<sub>open",
    "<div>x</div>", "<!-- c -->", "<T>", "&amp; &lt; &eacute; &#8364; &#x1F600; &nbsp;", "&unknown;", "<https://x.example>",
    "<m@x.example>",
    "https://example.org/path?a=b", "note[^n]", "![remote](https://example.org/x.png)", "![a picture](p.png)",
    '<img src="p.png" alt="inline">', "\\*", "\\\\", "two  \nlines", "back\\\nslash", "a\nb", "[to a question](#q0)",
    "<details>d</details>", "[ ] box", "1. not a list", "- not a list", "# not a heading", "a *b **c** d* e", "***x***",
    "``a ` b``", "` `", "*", "_", "**", "[", "](", "![",
)  # fmt: skip
_LINES: Final = (
    "x = 1", "", "    if a < b:", "handlers[kind](event).run(1)", "# c", "|a|b|", "1. b", "```", "$x$ \\(y\\)",
    "\tt\tt",
    "// → ✅ 鎖 قفل", "<b>&amp;</b>", "{{ x }} {% y %}", "\\begin{x}", "a" * 120,
)  # fmt: skip


@cache
def _letters() -> str:
    """Return letters, digits and signs of all scripts, without those that no text may contain."""
    every = map(chr, range(0xA0, sys.maxunicode))
    return "".join(c for c in every if unicodedata.category(c)[0] in "LNSPM" and c.isprintable())


class Writer:
    """Writes random Markdown.

    Args:
        chance: the source of randomness.
        blocks: how many blocks a document may have.
    """

    def __init__(self, chance: random.Random, blocks: int) -> None:
        self._chance, self._blocks = chance, blocks

    def words(self, least: int, most: int) -> str:
        """Return words of two scripts, and now and then of letters from anywhere in Unicode."""
        vocabulary = " ".join(self._chance.choices(SCRIPTS, k=2)).split()
        if self._chance.random() < 0.1:
            vocabulary += ["".join(self._chance.choices(_letters(), k=4)) for _ in range(3)]
        return " ".join(self._chance.choices(vocabulary, k=self._chance.randint(least, most)))

    def line(self) -> str:
        """Return one line: words, marked words, links, pictures, formulas, entities and tags."""
        made = " ".join(self._inline() for _ in range(self._chance.choice((1, 2, 2, 3))))
        return made.replace("\n", " ").strip()

    def seen(self) -> str:
        """Return a line in which something can be seen, as questions and the sides of cards must have it."""
        return f"{self._chance.choice('aβжع鎖')} {self.line()}"

    def document(self) -> str:
        """Return a text of a few blocks, nested at most four levels deep."""
        blocks = [
            self._block(self._chance.choice((0, 0, 1, 2, 4))) for _ in range(self._chance.randint(1, self._blocks))
        ]
        return "\n\n".join([*blocks, "[ref]: https://example.org/ref", "[^n]: A note."])

    def _inline(self) -> str:
        word, formula = self.words(1, 3), self._chance.choice(FORMULAS)
        return self._chance.choice(
            (
                self.words(1, 6), f"*{word}*", f"**{word}**", f"`{word}`", f"~~{word}~~", f"_{word}_", f"[{word}][ref]",
                f"[{word}](https://example.org/a_b?c=d&e)", f'[{word}](https://example.org "{word}")', f"${formula}$",
                rf"\({formula}\)", f"$${formula}$$", *self._chance.choices(_INLINES, k=8),
            )
        )  # fmt: skip

    def _block(self, depth: int) -> str:
        kinds = (self._prose, self._prose, self._fence, self._table, self._formula, self._small)
        nested = (self._list, self._list, self._quote) if depth else ()
        kind: Callable[[int], str] = self._chance.choice((*kinds, *nested, *nested))
        return kind(depth - 1)

    def _prose(self, _: int) -> str:
        return "\n".join(self.line() for _ in range(self._chance.randint(1, 3)))

    def _small(self, _: int) -> str:
        text = self.line()
        return self._chance.choice(
            (f"#### {text}", f"# {text}", f"{self.words(1, 3)}\n---", "---", f"> [!TIP]\n> {text}",
             _indented(self._code(), "    "),
             f"<details>\n<summary>{text}</summary>\n\n{text}\n\n</details>", f"{text}\n\n![alone](p.png)")
        )  # fmt: skip

    def _code(self) -> str:
        return "\n".join(self._chance.choices(_LINES, k=self._chance.choice((1, 2, 4, 4, 8))))

    def _fence(self, _: int) -> str:
        mark = self._chance.choice(("````", "~~~"))
        return f"{mark}{self._chance.choice(('py', 'js', 'sh', '', 'nonsense', 'c++'))}\n{self._code()}\n{mark}"

    def _formula(self, _: int) -> str:
        latex = self._chance.choice(FORMULAS)
        return self._chance.choice(
            (f"$$\n{latex}\n$$", f"\\[ {latex} \\]", f"```math\n{latex}\n```",
             f"\\begin{{align}}\na &= {latex}\n\\end{{align}}")
        )  # fmt: skip

    def _table(self, _: int) -> str:
        columns, rows = self._chance.choice(((1, 20), (2, 2), (2, 6), (3, 3), (8, 1)))
        cells = [
            [self.line().replace("|", "\\|") for _ in range(columns)] for _ in range(self._chance.randint(1, rows))
        ]
        rule = [self._chance.choice(("---", ":--", "--:", ":-:")) for _ in range(columns)]
        return "\n".join(
            f"| {' | '.join(row)} |" for row in [[self.words(1, 1).replace("|", "\\|")] * columns, rule, *cells]
        )

    def _list(self, depth: int) -> str:
        mark = self._chance.choice(("- ", "1. ", "7) ", "* [ ] ", "- [x] "))
        items = [self._block(depth) for _ in range(self._chance.choice((1, 1, 2, 3)))]
        loose = self._chance.choice(("\n", "\n\n"))
        return loose.join(mark + _indented(item, " " * len(mark.split("[")[0])).lstrip() for item in items)

    def _quote(self, depth: int) -> str:
        return "\n".join(f"> {line}" for line in self._block(depth).split("\n"))


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def random_set(seed: int, size: int, blocks: int = 3, longest: int = 4_000) -> dict[str, Any]:
    """Return a set with a text for each of `size` questions, and one of their other fields now and then.

    Args:
        seed: the same one gives the same set.
        size: the number of questions.
        blocks: how many blocks a text may have.
        longest: how many words a paragraph may have, of which a set has one.
    """
    chance = random.Random(seed)
    writer = Writer(chance, blocks)
    topics = chance.choice((1, 1, 3))
    questions = [_question(chance, writer, number, topics) for number in range(size)]
    questions[-1]["answer"] = writer.words(1, int(longest ** chance.uniform(0.5, 1)))
    return {
        "id": "random",
        "title": writer.words(1, 4),
        "language": chance.choice(("en", "en", "de", "fr", "ja", "ar", "he", "tr")),
        "introduction": writer.line(),
        "topics": [{"id": f"t{n}", "title": "The same title", "summary": writer.line()} for n in range(topics)],
        "glossary": [{"id": "term", "term": writer.seen(), "definition": writer.seen()}][chance.randint(0, 1) :],
        "questions": questions,
    }


def _question(chance: random.Random, writer: Writer, number: int, topics: int) -> dict[str, Any]:
    made = {"id": f"q{number}", "topic": f"t{number % topics}", "question": writer.seen(), "answer": writer.document()}
    others: dict[str, Callable[[], Any]] = {
        "takeaway": lambda: writer.words(1, 12)[:110].strip(),
        "guidance": writer.line,
        "key_points": lambda: [writer.line() for _ in range(2)],
        "pitfalls": lambda: [writer.line()],
        "follow_ups": lambda: [{"question": writer.line(), "answer": writer.line()}],
        "choices": lambda: [{"text": writer.line(), "correct": True}, {"text": "b", "feedback": writer.line()}],
        "exhibits": lambda: [
            {"table": f"| a |\n|---|\n| {writer.words(1, 6).replace('|', ' ')} |", "caption": writer.line()}
        ],
        "sources": lambda: [{"title": writer.line(), "where": writer.words(1, 3)}],
        "cards": lambda: [
            {"id": "c", "front": writer.seen(), "back": writer.seen()},
            {"id": "d", "cloze": f"{writer.words(1, 4)} and\n\n{{{{c1::$x_1$ {number}}}}} $y$"},
        ],
    }
    chosen = chance.sample(list(others), k=chance.choice((0, 1)))
    return made | {name: others[name]() for name in chosen}


def build_random(folder: Path, seed: int, size: int, **limits: int) -> int:
    """Build handbook and deck of a random set, in one of the editions, and return how many questions the pack has.

    Its picture is `p.png`.
    """
    chance = random.Random(seed)
    Image.new("L", (90, 60), 128).save(folder / "p.png")
    answers = chance.choice(("inline", "inline", "end", "none"))
    looks = {"large_print": chance.random() < 0.2, "simplex": chance.random() < 0.6, "answers": answers}
    options = only("handbook", "deck", paper=chance.choice(("a4", "letter")), **looks)
    path = write_set(folder / "random.yaml", random_set(seed, size, **limits))
    pack = build(Request(path, options=options, output=folder / "out", now=1, cached=False, workers=1))
    return len(pack.manifest["questions"])
