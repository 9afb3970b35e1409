"""Mistakes in YAML in their author's words: the place, the kind, the remedy of that very mistake, and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from studypack.questions.yaml_reading import read_yaml

from tests.running import run

SET = """title: Roman law
topics:
  - id: gaius
    title: Gaius
questions:
  - id: one
    topic: gaius
    question: QUESTION
    answer: |
      Because it was
      written down.
  - id: two
    topic: gaius
    question: Who?
    answer: Nobody
"""


def _said(text: str) -> list[str]:
    return [str(problem).removeprefix("law.yaml:") for problem in read_yaml(text.encode(), "law.yaml").problems]


@pytest.mark.parametrize(
    ("value", "column", "what", "remedy"),
    [
        ("*Actio* is what?", 15, "a text that begins with * needs quotes", "write '*Actio* is what?'"),
        ("*Actio", 15, "a text that begins with * needs quotes", "write '*Actio'"),
        ("`sum` is?", 15, "a text that begins with ` needs quotes", "write '`sum` is?'"),
        ("%d means?", 15, "a text that begins with % needs quotes", "write '%d means?'"),
        ("@Gaius said?", 15, "a text that begins with @ needs quotes", "write '@Gaius said?'"),
        ("&c. is", 15, "a text that begins with & needs quotes", "write '&c. is'"),
        ("&c is", 15, 'the text loses its first word, "&c"', "put the text in quotes"),
        ("!heir of", 15, 'the tag "!heir"', "delete it; a text that begins with ! needs quotes"),
        ("{a} or b", 15, "a text that begins with { needs quotes", "write '{a} or b'"),
        ("[sic] why?", 15, "a text that begins with [ needs quotes", "write '[sic] why?'"),
        ("[sic why?", 15, "a text that begins with [ needs quotes", "write '[sic why?'"),
        ("> 5 heirs", 15, "a text that begins with > needs quotes", "write '> 5 heirs'"),
        ("- or +", 15, "a text that begins with - needs quotes", "write '- or +'"),
        ("In short: who?", 23, "a text that contains `: ` needs quotes", "write 'In short: who?'"),
        ("“In short: who?”", 24, "curly quotes do not quote in YAML", "use straight quotes around the text"),
        ('"Gaius" is who?', 22, 'the text continues after its closing "', "put the whole text in '…'"),
        ("'Gaius's son' is?", 22, "the text continues after its closing '", 'put the whole text in "…"'),
        ('"Gaius is who?', 15, "the quotation mark is never closed", "write another one at the end of the text"),
        ("'Tis who?", 15, "the quotation mark is never closed", 'put the text in double quotes: "…"'),
        (r'"\d means?"', 16, r'the escape "\d" does not exist', "use single quotes, or write two backslashes"),
        ("who\n      else: and why?", 11, "a text that contains `: ` needs quotes", "put the text in quotes"),
    ],
)
def test_a_text_that_needs_quotes_is_told_how(value: str, column: int, what: str, remedy: str) -> None:
    """One problem, at the character that YAML takes for something else, with the text as it should be written."""
    (said,) = _said(SET.replace("QUESTION", value))
    assert said.startswith(f"{9 if chr(10) in value else 8}:{column}: {what}")
    assert f"; {remedy}" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    answer: Nobody",
            "\tanswer: Nobody",
            "15:1: this line is indented with a tab, YAML allows only spaces for indentation; ",
        ),
        ("  - id: two", "\t- id: two", "12:1: this line is indented with a tab, "),
        (
            "    answer: Nobody",
            "   answer: Nobody",
            "15:4: the indentation does not match, it is indented by 3 spaces; ",
        ),
        ("    answer: Nobody", "      answer: Nobody", "15:7: the indentation does not match, "),
        ("  - id: two", " - id: two", "12:2: the indentation does not match, it is indented by 1 space; "),
        ("      written", "   written", "11:4: this line belongs to nothing, "),
        ("      written", "    written", "11:5: this line belongs to nothing, "),
        ("answer: Nobody", "answer Nobody", '15:5: a colon is missing after "answer", '),
        ("questions:\n", "questions\n", '5:1: a colon is missing after "questions", '),
        ("topic: gaius\n    question: W", "topic:gaius\n    question: W", '7:5: a space is missing after "topic:", '),
        ("answer: Nobody", "answer：Nobody", "15:11: a full-width colon, "),
        ("- id: two", "-id: two", "12:3: a space is missing after the dash, "),
        ("answer: Nobody", "answer: x\n    tags: [a, b", '16:11: the bracket "[" is never closed, '),
        ("answer: Nobody", 'answer: x\n    tags: [a, "b" c]', "16:11: this list cannot be read, "),
        ("answer: Nobody", "answer: x\n<<<<<<< HEAD", "16:1: a merge conflict marker, "),
        ("answer: Nobody", "answer: x\n---\na: b", '16:1: "---" begins another document, '),
    ],
)
def test_a_line_in_the_wrong_form_is_told_which(old: str, new: str, said: str) -> None:
    """Tabs, indentation, colons, spaces and brackets each have their own message."""
    text = SET.replace("QUESTION", "Who?")
    assert old in text
    problems = _said(text.replace(old, new, 1))
    assert problems[0].startswith(said), problems
    assert len(problems) == 1


def test_several_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """After each fault the file is read as it was meant: further ones, and what the model refuses, come with it."""
    text = SET.replace("QUESTION", "*Actio* is what?").replace("Roman law", "`Roman`: law").replace("Who?", "[a] who?")
    (tmp_path / "law.yaml").write_text(text.replace("answer: Nobody", "answer Nobody\n    levl: core"), "utf-8")
    done = run("check", "law.yaml", cwd=tmp_path)
    places = [line.split(":")[1:3] for line in done.errors]
    assert places == [["1", "8"], ["8", "15"], ["14", "15"], ["15", "5"], ["16", "5"]]
    assert 'unknown key "levl"' in done.errors[-1]
    assert done.stderr.endswith("5 problems; nothing was written\n")


def test_every_tab_is_told_at_once() -> None:
    """Who indents with tabs does so on many lines."""
    text = SET.replace("    question: QUESTION", "\tquestion: a").replace("    answer: N", "\tanswer: N")
    assert [said.split(":")[0] for said in _said(text)] == ["8", "15"]


def test_each_file_of_a_folder_is_read_whatever_the_others_hold(tmp_path: Path) -> None:
    """A fault in one file does not hide those of the next."""
    (tmp_path / "questions").mkdir()
    (tmp_path / "set.yaml").write_text("title: @law\ntopics: [{id: t, title: T}]\n", "utf-8")
    for name in "ab":
        text = f"questions:\n  - {{id: {name}, topic: t, question: Q, answer: x}}\n  - id: `x`\n"
        (tmp_path / "questions" / f"{name}.yaml").write_text(text, "utf-8")
    done = run("check", ".", cwd=tmp_path)
    assert {line.split(":")[0] for line in done.errors} == {"set.yaml", "questions/a.yaml", "questions/b.yaml"}


def test_an_anchor_that_is_used_is_no_lost_word() -> None:
    """Aliases of texts are YAML's own means, and stay."""
    assert _said("a: &name text\nb: *name\n") == []


def test_a_dash_without_a_space_is_named_on_its_own_line() -> None:
    """The keys below it are right where they are: the dash is what to mend, and nothing else is reported."""
    assert _said(SET.replace("- id: two", "-id: two")) == [
        "12:3: a space is missing after the dash, without it, the line is read as text; write `- …`"
    ]


def test_a_block_that_is_not_indented_is_one_fault() -> None:
    """All lines of a text after `|` that begin below its key are one fault, with the column where they belong."""
    (said,) = _said(SET.replace("      Because", "    Because").replace("      written", "    written"))
    assert said.startswith("10:5: the block of text is not indented, ")
    assert said.endswith("; begin each of its lines after 6 spaces")
