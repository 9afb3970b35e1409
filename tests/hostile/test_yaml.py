"""YAML that is made to harm, or has been through the wrong editor."""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path

import pytest
from studypack.errors import ContentError
from studypack.questions.loader import load
from studypack.questions.yaml_guards import MAX_BYTES, MAX_NODES
from studypack.questions.yaml_reading import read_yaml
from studypack.questions.yaml_source import MAX_PROBLEMS

from tests.making import authored, write_set
from tests.running import Done, Measured, measure, run


def check(folder: Path, content: str) -> Done:
    """Write a file and have it checked."""
    (folder / "made.yaml").write_text(content, "utf-8")
    return run("check", "made.yaml", cwd=folder)


def measured(folder: Path, content: str) -> Measured:
    """Write a file, have it checked, and measure that."""
    (folder / "made.yaml").write_text(content, "utf-8")
    return measure("check", "made.yaml", cwd=folder)


def calls(content: str) -> int:
    """Return how many calls of Python functions it takes to read a text: work that is the same on every machine."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"
        assert made <= MOST_CALLS, "the reader does not stop"

    sys.setprofile(count)
    try:
        read_yaml(content.encode(), "made.yaml")
    finally:
        sys.setprofile(None)
    return made


MOST_CALLS = 8 * MAX_NODES
"""It takes 6 for each node that is looked at before a file is refused."""
BOMB = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))])
TEXT_BOMB = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 2000)}]\n"
MANY = f"more than {MAX_NODES} values or {MAX_BYTES} characters"
SPLIT = "write the text out, or split the file"
REFUSED = {
    "alias bomb": (BOMB, f"made.yaml:7:5: {MANY}, aliases repeat each other; {SPLIT}"),
    "alias bomb of text": (TEXT_BOMB, f"made.yaml:2:4: {MANY}, aliases repeat each other; {SPLIT}"),
    "circle": ("a: &a [*a]", "made.yaml:1:4: nested deeper than 40 levels; flatten it"),
    "200 levels": ("[" * 200 + "]" * 200, "made.yaml:1:41: nested deeper than 40 levels; flatten it"),
    "200 levels of aliases": (
        "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 200))]),
        "made.yaml:41:6: nested deeper than 40 levels; flatten it",
    ),
    "50 MB": (
        "a" * 50_000_000,
        f"made.yaml:1:1: the file has more than {MAX_BYTES} bytes; split the set into a folder of files",
    ),
    "objects": (
        "a: !!python/object/apply:os.system ['touch tripped']",
        'made.yaml:1:4: the tag "tag:yaml.org,2002:python/object/apply:os.system" is not allowed, nothing in a '
        "question set is executed; delete it; a text that begins with ! needs quotes",
    ),
    "3 million lists": ("[" + "[]," * 3_300_000 + "]", f"made.yaml:1:899999: {MANY}; {SPLIT}"),
    "2 million equal keys": ("a: 1\n" * 1_900_000, f"made.yaml:150000:4: {MANY}; {SPLIT}"),
}  # fmt: skip  # a table to read


def test_anchors_that_nothing_repeats_take_no_memory() -> None:
    """A value within many anchors takes hardly more memory than without them."""
    inside = f"k: [{'x,' * 5_000}]"
    peaks = []
    for mark in ("", "&a{n} "):
        levels = "".join(f"k{n}: {mark.format(n=n)}{{" for n in range(36))
        tracemalloc.start()
        read_yaml(f"{{{levels}{inside}{'}' * 37}".encode(), "made.yaml")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    flat, nested = peaks
    assert nested < flat * 1.1


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused_at_once(name: str, tmp_path: Path) -> None:
    """Position and limit come before much is read and within 200 MB, whatever grows: nodes, levels, bytes or text."""
    content, said = REFUSED[name]
    assert calls(content) <= MOST_CALLS
    done, *_, peak = measured(tmp_path, content)
    assert done.errors == [said]
    assert done.returncode == 1
    assert peak < 220e6
    assert not (tmp_path / "tripped").exists()


def test_problems_without_end_are_not_all_told(tmp_path: Path) -> None:
    """A file of mistakes gives a hundred of them, and says that there are more: memory and patience are kept."""
    for content in ("\x01\n" * 4_000_000, json.dumps({"questions": [{"id": "A"}] * 30_000})):
        done, *_, peak = measured(tmp_path, content)
        assert len(done.errors) == MAX_PROBLEMS + 1
        assert done.errors[-1].endswith(f"more than {MAX_PROBLEMS} problems in this file; fix these first")
        assert peak < 400e6


def test_a_word_as_long_as_a_book_is_not_repeated(tmp_path: Path) -> None:
    """The message about a key of a thousand letters is a line to read."""
    done = check(tmp_path, f"title: x\n{'k' * 1000}: y\ntopics: [{{id: a, title: b}}]\n")
    assert done.returncode == 1
    assert 300 < max(map(len, done.errors)) < 700


MARKS = {
    "plain": lambda text: text.encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "both": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
}
TEXT = """\
title: no
edition: 12:30:00
author: 1e3
license: 0o17
topics:
- {id: a, title: "~"}
questions:
- id: one
  question: yes
  topic: a
  takeaway: 'null'
  answer: |
    0x1F

    2026-11-25
  key_points: [true, .inf, "~", -0, 1_000]
"""


@pytest.mark.parametrize("name", MARKS)
def test_values_are_texts_and_line_ends_make_no_difference(name: str, tmp_path: Path) -> None:
    """What YAML 1.1 takes for numbers, times and truths is the author's text, whatever the editor put around it."""
    (tmp_path / "made.yaml").write_bytes(MARKS[name](TEXT))
    loaded = load(tmp_path / "made.yaml").question_set
    header, (question,) = loaded.header, loaded.questions
    assert (header.title, header.edition, header.author, header.license) == ("no", "12:30:00", "1e3", "0o17")
    assert (header.topics[0].title, question.question, question.takeaway) == ("~", "yes", "null")
    assert question.answer == "0x1F\n\n2026-11-25\n"
    assert question.key_points == ("true", ".inf", "~", "-0", "1_000")
    assert question.where.line == 8


BYTES = {
    "NUL": (b"title: a\0b\n", "made.yaml:1:9: control character U+0000, it cannot be printed; delete it"),
    "escape": (b"title: a\nid: \x1b[31m\n", "made.yaml:2:5: control character U+001B, it cannot be printed; delete it"),
    "C1": ("title: \x9b31m\n".encode(), "made.yaml:1:8: control character U+009B, it cannot be printed; delete it"),
    "quoted": (
        b'title: "\\0"\n',
        r"made.yaml:1:8: control character U+0000, it cannot be printed; delete it; where `\` is meant, write `\\`",
    ),
    "invalid UTF-8": (
        b"title: x\nid: \xff\n",
        "made.yaml:2:5: invalid UTF-8 (byte 0xff at offset 13), question sets are UTF-8; save the file as UTF-8",
    ),
    "a surrogate": (
        b"title: \xed\xa0\x80\n",
        "made.yaml:1:8: invalid UTF-8 (byte 0xed at offset 7), question sets are UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (
        "title: x\n".encode("utf-16"),
        "made.yaml:1:1: the file is UTF-16, question sets are UTF-8; save it as UTF-8",
    ),
    "UTF-16 unmarked": (
        "title".encode("utf-16-be"),
        "made.yaml:1:1: control character U+0000, it cannot be printed; delete it",
    ),
}  # fmt: skip  # a table to read


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_text_is_named_with_its_place(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control character has line and column, an invalid byte its offset as well, another encoding its name."""
    content, said = BYTES[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "made.yaml").write_bytes(content)
    with pytest.raises(ContentError) as caught:
        load(tmp_path / "made.yaml")
    assert said in map(str, caught.value.diagnostics)


def test_ids_that_look_alike_are_duplicates(tmp_path: Path) -> None:
    """Case and Unicode form make no second id: both places are named, and what an id is made of."""
    content = authored(2)
    content["questions"][1]["id"] = "QUESTION-\uff10"  # a full-width zero
    done = run("check", str(write_set(tmp_path / "made.yaml", content)), cwd=tmp_path)
    assert (
        'made.yaml:32:10: duplicate question id "QUESTION-\uff10", it is already used at made.yaml:14 as "question-0"; '
        "give one of them another id"
    ) in done.errors
    assert any("is not a valid id, ids are lower-case words joined by hyphens" in e for e in done.errors)


def test_keys_by_another_case_are_answered(tmp_path: Path) -> None:
    """A key in capitals is unknown, and the right one is suggested; one that stands twice names both places."""
    done = check(tmp_path, "title: a\nTitle: b\ntitle: c\ntopics: [{id: a, title: b}]\nquestions: []\n")
    assert any('duplicate key "title", it is already used on line 1' in e for e in done.errors)
    assert any('unknown key "Title"' in e and 'did you mean "title"?' in e for e in done.errors)
