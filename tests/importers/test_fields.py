"""What a draft becomes: the keys of a question, each with what it can hold."""

from __future__ import annotations

import pytest
from studypack.errors import Location
from studypack.importers.draft import Draft
from studypack.importers.fields import prepare
from studypack.importers.headings import LONGEST, divided
from studypack.importers.levels import Levels

CODE = "```js\na\n\nb\n```"
LONG = "word " * (LONGEST // 4)
QUESTIONS = {
    "What is a lock?": ("What is a lock?", ""),
    "Is it true?\n\nGive\\\nreasons.": ("Is it true? Give reasons.", ""),
    f"What is printed?\n{CODE}": ("What is printed?", CODE),
    f"Is it printed?\n\nGive reasons.\n\n{CODE}": ("Is it printed?", f"Give reasons.\n\n{CODE}"),
    f"Look at this.\n\n{CODE}\nWhat is printed?": ("What is printed?", f"Look at this.\n\n{CODE}"),
    f"{CODE}\n\nExplain it.": ("Explain it.", CODE),
    "![a](a.png)\n\nWhich is it?\n\nName it.": ("Which is it?", "![a](a.png)\n\nName it."),
    "Explain:\n  * one\n  * two": ("Explain:", "* one\n* two"),
    "Rates\n\nA | B\n--|--\n1 | 2": ("Rates", "A | B\n--|--\n1 | 2"),
    "Solve\n\n$$x^2 = 4$$": ("Solve", "$$x^2 = 4$$"),
    "- one\n- two": ("one; two", ""),
    "> quoted": ("quoted", ""),
    f"Read.\n\n{LONG}\n\nWhat now?": ("What now?", f"Read.\n\n{LONG}"),
    f"What now?\n\n{LONG}": ("What now?", LONG),
    CODE: ("?", CODE),
    "Text\n    continued": ("Text continued", ""),
}


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_text_is_divided_into_what_asks_and_what_it_asks_about(text: str) -> None:
    """Code, tables, lists, formulas, pictures and long passages are the stimulus; every word is in one of the two."""
    assert divided(text) == QUESTIONS[text]


def test_a_draft_becomes_keys() -> None:
    """The stimulus of the file follows that of the question's text; follow-ups without an answer are follow-ups."""
    draft = Draft(
        f"What?\n\n{CODE}",
        Location("a", 1),
        stimulus="More.",
        guidance="Hint.",
        follow_ups=(("Why?", ""), ("So?", "So.")),
    )
    made = prepare(draft, Levels())
    assert made.fields == {
        "question": "What?",
        "stimulus": f"{CODE}\n\nMore.",
        "guidance": "Hint.",
        "follow_ups": [{"question": "Why?"}, {"question": "So?", "answer": "So."}],
    }
    assert made.remarks == ()
