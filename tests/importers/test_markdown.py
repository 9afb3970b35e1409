"""Markdown as question lists are written in it."""

from __future__ import annotations

import pytest
from studypack.errors import ContentError
from studypack.importers.draft import Wishes

from tests.importers.reading import only, pairs, read


def test_headings_that_ask_are_questions_and_those_above_topics() -> None:
    """The text below a heading, deeper headings included, is its answer; its place is the heading's line."""
    reading = read(
        "a.md", "# Law\n\n## Torts\n\n### What is a tort?\n\nA wrong.\n\n#### More\n\n- `a`\n\n### Who sues?\n\nB.\n"
    )
    assert pairs(reading) == [("What is a tort?", "A wrong.\n\n#### More\n\n- `a`"), ("Who sues?", "B.")]
    assert reading.drafts[0].topic == ("Law", "Torts")
    assert reading.drafts[0].where.line == 5
    assert reading.title == "Law"


@pytest.mark.parametrize("heading", ["Table of Contents", "📑 Contents", "Inhaltsverzeichnis", "**TOC**"])
def test_a_table_of_contents_is_no_topic(heading: str) -> None:
    """Questions below the heading of a table of contents have no topic of that name, nor has the set."""
    text = f"## {heading}\n\n1. [Pods](#a)\n\n### What is a pod?\n\nA unit.\n\n### What is a node?\n\nA machine.\n"
    reading = read("a.md", text)
    assert [draft.topic for draft in reading.drafts] == [(), ()]
    assert reading.title == ""


def test_details_hold_a_question_each() -> None:
    """Bold type around a whole answer goes, `#` within code is no heading, and an empty body is no answer."""
    text = (
        "## Perl\n\n<details>\n<summary>What is `@a`?</summary><br><b>\n\nAn array:\n\n```\n# my\n@a = 1;\n```\n"
        "</b></details>\n\n<details>\n<summary>And `%h`?</summary><br><b>\n</b></details>\n"
    )
    assert pairs(read("a.md", text)) == [("What is `@a`?", "An array:\n\n```\n# my\n@a = 1;\n```"), ("And `%h`?", "")]


def test_bullets_are_questions_and_nested_ones_follow_ups() -> None:
    """Front matter gives the title; code behind an item belongs to it."""
    text = "---\ntitle: Web\n---\n\n* Explain scope.\n  * Why does it matter?\n* What does this print?\n```js\n1\n```\n"
    reading = read("a.md", text)
    assert reading.title == "Web"
    assert reading.drafts[0].follow_ups == (("Why does it matter?", ""),)
    assert reading.drafts[1].question == "What does this print?\n\n```js\n1\n```"


def test_code_below_an_item_is_its_answer_or_what_it_asks_about() -> None:
    """What points to the code below it asks about that code; other code answers."""
    code = "\n   ```js\n   f()\n   ```\n"
    text = f"1. What does this program print?{code}2. How is a list reversed?{code}"
    first, second = read("a.md", text).drafts
    assert (first.stimulus, first.answer) == ("```js\nf()\n```", "")
    assert (second.stimulus, second.answer) == ("", "```js\nf()\n```")


def test_what_is_between_a_heading_and_its_folded_answer_is_asked_about() -> None:
    """Code in front of choices or of `<details>` is the stimulus; below a heading that does not ask, the question."""
    text = (
        "### What is logged?\n\n```js\nf()\n```\n\n<details><summary>Answer</summary>\n\nOne.\n\n</details>\n\n"
        "### What is thrown?\n\n```js\ng()\n```\n\n- [x] A\n- [ ] B\n\n"
        "### What else?\n\nNothing.\n"
    )
    drafts = read("a.md", text).drafts
    assert [(one.stimulus, one.answer, len(one.choices)) for one in drafts] == [
        ("```js\nf()\n```", "One.", 0), ("```js\ng()\n```", "", 2), ("", "Nothing.", 0),
    ]  # fmt: skip  # one row each


def test_numbered_headings_in_lists_keep_indented_answers() -> None:
    """The table of contents and the links back to it are no questions, and local links become words."""
    text = (
        "# Q\n\n1. [What is A?](#a)\n2. [What is B?](#b)\n\n1. ### What is A?\n\n    See [B](#b).\n\n"
        "    ```js\n    a();\n    ```\n\n    **[⬆ Back to Top](#q)**\n\n2. ### What is B?\n\n    It.\n"
    )
    assert pairs(read("a.md", text)) == [("What is A?", "See B.\n\n```js\na();\n```"), ("What is B?", "It.")]


def test_code_in_an_indented_answer_keeps_its_own_indentation() -> None:
    """Only the indentation that the whole answer has is removed; a line that has less of it loses no more."""
    code = "    ```js\n    if (a) {\n      b();\n    }\n    ```\n"
    text = f"# Q\n\n1. ### What is A?\n\n{code}\n2. ### What is B?\n\n    It is:\n\n{code}\nOf course.\n"
    made = "```js\nif (a) {\n  b();\n}\n```"
    assert [d.answer for d in read("a.md", text).drafts] == [made, f"It is:\n\n{made}\n\nOf course."]


def test_an_indented_heading_belongs_to_its_item() -> None:
    """However high its level is, it is a part of the answer of a numbered question."""
    text = "# Q\n\n1. ### What is A?\n\n   One.\n\n   ## Key Points\n\n   - Two.\n\n2. ### What is B?\n\n   It.\n"
    first, second = read("a.md", text).drafts
    assert first.answer == "One.\n\n## Key Points\n\n- Two."
    assert first.topic == second.topic == ("Q",)


def test_a_heading_above_questions_of_its_own_is_their_topic() -> None:
    """Exercises below a heading among the questions are questions too."""
    exercises = "### Exercises\n\n#### 1. What is C?\n\nSea.\n\n#### 2. What is D?\n\nDee.\n"
    drafts = read(
        "a.md", f"### 1. What is A?\n\nOne.\n\n#### Note\n\nTwo.\n\n### 2. What is B?\n\nIt.\n\n{exercises}"
    ).drafts
    assert [(draft.question, draft.topic) for draft in drafts] == [
        ("What is A?", ()), ("What is B?", ()), ("What is C?", ("Exercises",)), ("What is D?", ("Exercises",)),
    ]  # fmt: skip  # one row each


def test_headings_between_questions_of_their_level_are_their_topics() -> None:
    """They do not ask and have no text; where one of such headings asks, they are questions without an answer."""
    text = "## 1. Basics\n\n<br/>\n\n## Q. What is A?\n\nOne.\n\n## 2. More\n\n## Q. What is B?\n\nIt.\n"
    drafts = read("a.md", text).drafts
    assert [(draft.question, draft.topic) for draft in drafts] == [
        ("What is A?", ("Basics",)), ("What is B?", ("More",)),
    ]  # fmt: skip  # one row each
    assert len(read("a.md", text + "\n## Q. What is C?\n").drafts) == 5


def test_marked_questions_and_answers() -> None:
    """`**Q:**` and `**A:**` mark them, over several lines."""
    text = "**Q: What is a cell?**\n\n**A:** A room.\n\nOr a unit.\n\n**Q: What is a wall?**\n\n**A:** A side.\n"
    assert pairs(read("a.md", text)) == [("What is a cell?", "A room.\n\nOr a unit."), ("What is a wall?", "A side.")]


@pytest.mark.parametrize(
    "text",
    [
        "### 1. What is 1 + 1?\n\n- A: `1`\n- B: `2`\n\n<details><summary><b>Answer</b></summary>\n<p>"
        "\n\n#### Answer: B\n\nSums.\n\n</p>\n</details>\n\n### 2. What is 2 + 2?\n\nFour.\n",
        "### 1. What is 1 + 1?\n\n- 1: `1`\n- 2: `2`\n\n<details><summary>Answer</summary>\n\n##### Answer: 2\n\n"
        "Sums.\n\n</details>\n\n### 2. What is 2 + 2?\n\nFour.\n",
        "### Q1. What is 1 + 1?\n\n- [ ] `1`\n- [x] `2`\n\n### Q2. What is 2 + 2?\n\nFour.\n",
    ],
)
def test_choices_are_found(text: str) -> None:
    """Lettered ones with an answer that names the letter, and ticked ones."""
    draft = read("a.md", text).drafts[0]
    assert draft.question == "What is 1 + 1?"
    assert [(choice.text, choice.correct) for choice in draft.choices] == [("`1`", False), ("`2`", True)]
    assert draft.answer in ("", "Sums.")


def test_tables_of_questions() -> None:
    """A column called Question makes a table a list of questions."""
    text = "| No | Question | Answer |\n|--|--|--|\n| 1 | What is a? | **b** |\n| 2 | What is c? | d |\n"
    assert pairs(read("a.md", text)) == [("What is a?", "**b**"), ("What is c?", "d")]


def test_reference_links_come_along() -> None:
    """A link's address is put where the answer needs it."""
    text = "## What is RFC 1?\n\nSee [the text][rfc].\n\n## What is two?\n\n2\n\n[rfc]: https://example.org/1\n"
    assert read("a.md", text).drafts[0].answer == "See [the text](https://example.org/1)."


def test_a_guide_is_refused_with_the_remedy() -> None:
    """Nothing is made of headings that do not ask, unless the user names their level."""
    text = "# Guide\n\n## Cells\n\nText.\n\n## Walls\n\nText.\n"
    with pytest.raises(ContentError, match=r"3 headings, none reads like a question.*--level"):
        read("a.md", text)
    assert pairs(read("a.md", text, Wishes(level=2))) == [("Cells", "Text."), ("Walls", "Text.")]


def test_what_is_left_out_is_named_with_its_line() -> None:
    """Text outside the questions is reported."""
    reading = read("a.md", "# T\n\nWelcome all.\n\n## What is a?\n\nB.\n\n## License\n\nMIT\n\n## What is c?\n\nD.\n")
    assert [(piece.where.line, "Welcome" in piece.why or "License" in piece.why) for piece in reading.skipped] == [
        (3, True),
        (9, True),
    ]


def test_a_lone_question_is_enough() -> None:
    """A list of one question is a list."""
    assert only(read("a.md", "* What is a heap?\n")).question == "What is a heap?"


def test_a_link_to_the_top_is_no_part_of_a_heading() -> None:
    """The sign that leads back to the contents does not become a topic's name."""
    reading = read("a.md", "# Law\n\n## [[↑]](#toc) Torts\n\n### What is a tort?\n\nA wrong.\n\n### Who sues?\n\nB.\n")
    assert reading.drafts[0].topic == ("Law", "Torts")


def test_a_sign_at_the_beginning_of_a_choice_is_no_mark() -> None:
    """`- A: > 10` is no quotation."""
    text = "### Q1. How long?\n\n- A: > 10\n- B: # 5\n- C: -2\n\nAnswer: A\n\n### Q2. What is 2 + 2?\n\nFour.\n"
    assert [choice.text for choice in read("a.md", text).drafts[0].choices] == ["\\> 10", "\\# 5", "-2"]


def test_code_in_one_line_opens_no_block() -> None:
    """What follows is not taken for code, and `~~~` opens a block whatever follows it."""
    text = "### What is A?\n\n```ls -l```\n\n### What is B?\n\n~~~`x`\n### What is C?\n~~~\n"
    assert pairs(read("a.md", text)) == [
        ("What is A?", "```ls -l```"),
        ("What is B?", "~~~`x`\n### What is C?\n~~~"),
    ]


def test_pictures_in_html_become_markdown() -> None:
    """One on a line of its own is a paragraph, so that the line above it is the question."""
    text = (
        '<details>\n<summary>What is it?<br>\n<img src="a b.png" width="3" alt="A [b]"/>\n</summary>\n'
        "It <img alt='' src='c.png'>.\n</details>\n"
    )
    draft = only(read("a.md", text))
    assert (draft.question, draft.answer) == ("What is it?\n\n![A b](<a b.png>)", "It ![](<c.png>).")


@pytest.mark.parametrize("said", ["<br><br>", "<br>\n<br/>\n", "It.<br>\n", "<br>\nIt.", "\\\nIt.\\\n<br>"])
def test_breaks_of_lines_around_an_answer_are_no_part_of_it(said: str) -> None:
    """Nothing else is no answer."""
    text = f"<details><summary>What is A?</summary>\n{said}\n</details>\n"
    assert only(read("a.md", text)).answer.rstrip("\\") == ("It." if "It" in said else "")


@pytest.mark.parametrize(
    ("heads", "title"),
    [("# Law\n\n# Torts", "Law"), ("## Law\n\n### Torts", "Law"), ("## Apps\n\n## Torts", "")],
)
def test_the_title_is_the_heading_above_all_questions(heads: str, title: str) -> None:
    """A deeper heading with others of its level is none of them."""
    assert read("a.md", f"{heads}\n\n#### What is A?\n\nIt.\n\n#### What is B?\n\nIt.\n").title == title
