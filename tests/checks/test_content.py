"""What YAML or Markdown would change or drop without a word is a warning with its line, or an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from studypack.checks.content import set_warnings
from studypack.cli.messages import show
from studypack.errors import ContentError
from studypack.questions.loader import load

from tests.making import authored, question, write_set

HEAD = """\
title: Made
topics: [{id: t, title: T}]
questions:
- id: q # what follows an id is a comment
  topic: t # likewise
  question: Why?
  takeaway: Because.
  answer: So.
"""  # what follows stands at line 9
Warned = Callable[..., list[str]]


@pytest.fixture
def warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warned:
    """Return the warnings of a set, as `line:column: …`."""
    monkeypatch.chdir(tmp_path)

    def warn(body: str, head: str = HEAD) -> list[str]:
        Path("made.yaml").write_text(head + body, "utf-8")
        return [str(warning).removeprefix("made.yaml:") for warning in set_warnings(load(Path("made.yaml")))]

    return warn


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("  guidance: Is #1 first # of two?\n", '9:16: the text after ` #` is a comment, the text is "Is"'),
        ("  pitfalls:\n  - One # two\n", '10:9: the text after ` #` is a comment, the text is "One"'),
        ("  guidance: a\n    b # c\n", '10:7: the text after ` #` is a comment, the text is "a b"'),
        ("  key_points: [a #b\n    ]\n", '9:18: the text after ` #` is a comment, the text is "a"'),
    ],
)
def test_a_text_that_a_comment_cuts_off_is_named(warned: Warned, body: str, words: str) -> None:
    """Only texts that readers see, at any depth: comments behind ids and levels are what they look like."""
    assert warned(body) == [f"{words}; put the whole text in quotes"]


@pytest.mark.parametrize(
    "body",
    ['  guidance: "Is #1 first # of two?"\n', "  guidance: |\n    A # b\n", "  guidance: C#\n", "  # a comment\n",
     "  level: core # easy\n"],
)  # fmt: skip  # one case, one glance
def test_a_hash_in_a_text_that_is_whole_is_not_named(warned: Warned, body: str) -> None:
    """Quotes, blocks, a hash without a space before it, and lines of their own."""
    assert warned(body) == []


def test_a_sentence_that_a_comma_divides_is_named(warned: Warned) -> None:
    """Square brackets make two texts of one sentence; words in a list stay words."""
    assert warned("  key_points: [First right, then left.]\n") == [
        '9:29: a comma divides this sentence into two texts, they are "First right" and "then left."; '
        "put the sentence in quotes, or write the list with hyphens"
    ]
    assert warned("  key_points: [First right., Then left.]\n  pitfalls: ['First, then', then]\n  tags: [A, b]\n") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2*3*4 is 24", 'the marks of "2*3*4" make emphasis'),
        ("un*believ*able", 'the marks of "n*believ*a" make emphasis'),
        ("a**b**c", 'the marks of "a**b**c" make emphasis'),
        ("What does __init__ do?", 'the underscores of "__init__" make bold type'),
        (r"\d+\.\d*", r'backslashes of "\d+\.\d*" are not shown'),
        (r"$x$ and C:\new\_x", r'backslashes of "C:\new\_x" are not shown'),
        ("a <foo>b</foo>", '"<foo>" is shown as text'),
    ],
)
def test_marks_that_markdown_takes_are_named(warned: Warned, text: str, what: str) -> None:
    """Markdown's rules stand, and its reader learns what they do to numbers, identifiers and patterns."""
    assert warned(f"  guidance: |\n    First line.\n    {text}\n")[0].startswith(f'11:1: {what} in "guidance", ')


@pytest.mark.parametrize(
    "text",
    ["**A**tomicity", "*emphasis*", "(*a*)", "__Note well__", r"`\d+\.\d*` and `__init__`", r"1\. a \* b", "2 * 3 * 4",
     "snake_case_name", r"$\alpha\,\beta$ and $2*3*4$"],
)  # fmt: skip  # one case, one glance
def test_ordinary_marks_are_not_named(warned: Warned, text: str) -> None:
    """Emphasis of words and initials, code, formulas, quoted marks, and marks that mean nothing."""
    assert warned(f"  guidance: |\n    {text}\n") == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("  guidance: >\n    Say:\n    - one\n    - two\n", '11:5: "- one"'),
        ("  guidance: Say\n    1. one\n", '10:5: "1. one"'),
        ('  guidance: "Say\n    * one"\n', '10:5: "* one"'),
        ("  guidance: >\n    - one\n\n    ```\n    x\n    ```\n", '12:5: "```"'),
    ],
)
def test_an_item_that_goes_on_the_line_above_is_named(warned: Warned, body: str, words: str) -> None:
    """Folded texts have no lists, fences and rows: their lines are joined, and only empty ones break them."""
    why = "without a `|` the lines of a text are joined"
    assert warned(body) == [f"{words} goes on the line above, {why}; write `|` behind the colon, and the text below it"]


@pytest.mark.parametrize(
    "body",
    ["  guidance: >\n    - one\n\n    - two\n\n    2 * 3\n", "  guidance: |\n    - one\n    - two\n",
     "  guidance: So it is\n    with a - b and 1. c\n", "  guidance: >\n    One\n      - two\n"],
)  # fmt: skip  # one case, one glance
def test_lines_that_are_joined_as_prose_are_not_named(warned: Warned, body: str) -> None:
    """Blocks after empty lines, further indented ones, and sentences."""
    assert warned(body) == []


def test_latex_whose_backslash_is_an_escape_is_named(warned: Warned) -> None:
    r"""Between double quotation marks YAML makes a tab of `\t`; what gives no character at all is an error anyway."""
    said = warned('  guidance: "So $\\theta$\n    or $\\rho$"\n  pitfalls: ["Not $\\Phi$", "$\\\\theta$"]\n')
    why = "is a character of its own between double quotation marks"
    remedy = "put the text in single quotation marks, or below a `|`"
    assert said == [
        rf'9:18: "\theta" loses its beginning, "\t" {why}; {remedy}',
        rf'11:20: "\Phi" loses its beginning, "\P" {why}; {remedy}',
    ]
    assert warned('  guidance: "if:\\n\\treturn\\n\\tan"\n') == []
    assert warned('  guidance: "One\u2028\u2028two \\\\a $x$"\n') == []  # YAML counts more lines than there are


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ("[Note]: important", 10, "[Note]"),
        ("> [w]: <a b>", 10, "[w]"),
        ("So[^1].\n\n    [^1]: b\n    [^2]: c", 13, "[^2]"),
    ],
)
def test_a_definition_that_nothing_refers_to_is_named(warned: Warned, text: str, line: int, name: str) -> None:
    """What looks like a remark is one of a link's address, and Markdown shows nothing of it."""
    (said,) = [each for each in warned(f"  guidance: |\n    {text}\n    Text.\n") if "not shown" in each]
    why = "it defines a link or a footnote that nothing refers to"
    assert said == f'{line}:1: "{name}:" is not shown in "guidance", {why}; fix it, or mark it as code'


def test_definitions_that_are_used_are_not_named(warned: Warned) -> None:
    """Whatever the case and the spaces of a name; what code shows is no definition."""
    used = "See [the paper][p], [Q  r], [*s*][] and a[^1]."
    text = f"{used}\n\n    [P]: x.org\n    [q r]: y.org\n    [*s*]: z.org\n    [^1]: b"
    assert warned(f"  guidance: |\n    {text}\n\n    ```\n    [a]: b\n    [^c]: d\n    ```\n") == []


@pytest.mark.parametrize("text", ["<!-- later -->", "[x]: y.org", "<b></b>"])
def test_a_text_of_which_nothing_can_be_seen_is_named(warned: Warned, text: str) -> None:
    """It is an empty box, like a text of white space."""
    said = 'nothing can be seen in "guidance", comments, definitions and empty tags are not shown; '
    assert f"9:13: {said}fix it, or mark it as code" in warned(f'  guidance: "{text}"\n')


@pytest.mark.parametrize("table", ["a,b\\n1,2", "| a | b |\\n| 1 | 2 |", "|a|b|\\n|-|\\n|1|2|"])
def test_a_table_that_is_not_one_is_an_error(warned: Warned, table: str) -> None:
    """Commas, or rows without the row of hyphens: it would be printed as it was typed."""
    with pytest.raises(ContentError, match='10:12: "table" is not a table, a table in Markdown has a header, then'):
        warned(f'  exhibits:\n  - table: "{table}"\n    caption: C.\n')


def test_the_caret_is_under_the_words_that_are_meant(warned: Warned, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the line of a text in a block is known: the quoted words are looked for in it."""
    warned("  guidance: |\n    What does __init__ do?\n")
    show(set_warnings(load(Path("made.yaml"))), "warning")
    shown = capsys.readouterr().err.splitlines()
    line = next(n for n, text in enumerate(shown) if "__init__ do?" in text)
    assert shown[line + 1].index("^") == shown[line].index("__init__")
    assert shown[line + 1].count("^") == len("__init__")


def test_titles_may_have_marks(warned: Warned) -> None:
    """Cover, contents and PDF show the words of a title, whatever marks it has."""
    assert warned("", HEAD.replace("title: Made", "title: A *quick* `look`")) == []


def test_many_questions_without_a_takeaway_are_one_warning(tmp_path: Path) -> None:
    """Imported sets have none at all; a few are named one by one."""
    questions = [question(number, "topic-0") for number in range(6)]
    bare = [{key: value for key, value in each.items() if key != "takeaway"} for each in questions]
    said = [
        w.what for w in set_warnings(load(write_set(tmp_path / "a.yaml", authored(6, per_topic=6, questions=bare))))
    ]
    named = ", ".join(f'"question-{n}"' for n in range(5))
    assert said == [f"6 questions have no takeaway: {named} and 1 more"]
    few = [*bare[:2], *questions[2:]]
    said = [w.what for w in set_warnings(load(write_set(tmp_path / "b.yaml", authored(6, per_topic=6, questions=few))))]
    assert said == ['"question-0" has no takeaway', '"question-1" has no takeaway']
