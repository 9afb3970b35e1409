"""YAML to plain data: texts stay texts, everything has a place, nothing harmful gets through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studypack.errors import Location
from studypack.questions import yaml_source
from studypack.questions.yaml_source import MAX_DEPTH, YamlSource, read_yaml


def _read(text: str | bytes) -> YamlSource:
    return read_yaml(text.encode() if isinstance(text, str) else text, "set.yaml")


def _said(text: str | bytes) -> list[str]:
    """Return what a refused file is answered with."""
    source = _read(text)
    assert source.problems
    return [str(problem) for problem in source.problems]


@pytest.mark.parametrize(
    "scalar",
    ["no", "Yes", "true", "12:30:00", "1e3", "0o17", "0x1F", "~", "null", "2024-01-01", "1_000", ".inf", "3.10", "007"],
)
def test_scalars_stay_the_text_that_was_written(scalar: str) -> None:
    """No word is converted to a truth value, number, date or null, neither as a value nor as a key."""
    assert _read(f"{scalar}: {scalar}\nlist: [{scalar}]").data == {scalar: scalar, "list": [scalar]}


def test_an_empty_value_counts_as_absent() -> None:
    """`key:` alone is as good as no key; a quoted nothing is a text; in a list it keeps its place."""
    assert _read('a:\nb: ""\nc:\n- x\n-\n- y').data == {"b": "", "c": ["x", "", "y"]}


def test_values_and_keys_have_their_place() -> None:
    """Lines and columns count from 1, in characters, and keys are told apart from their values."""
    source = _read("title: Ä\nquestions:\n  - id: a\n    tags: [é, bc]\n")
    assert source.value(("title",)) == ("set.yaml", 1, 8)
    assert source.key(("title",)) == ("set.yaml", 1, 1)
    assert source.value(("questions", 0)) == ("set.yaml", 3, 5)
    assert source.value(("questions", 0, "tags", 1)) == ("set.yaml", 4, 15)
    assert source.key(("questions", 0, "tags")) == ("set.yaml", 4, 5)


def test_what_is_absent_has_the_place_of_its_parent() -> None:
    """A missing key is pointed at where its mapping begins, an empty one at the key."""
    source = _read("title: x\nquestions:\n  - id:\n")
    assert source.value(("questions", 0, "answer", 3)) == ("set.yaml", 3, 5)
    assert source.value(("questions", 0, "id")) == ("set.yaml", 3, 5)
    assert source.key(("questions", 0)) == ("set.yaml", 3, 5)


def test_a_duplicate_key_names_both_places() -> None:
    """The second of two equal keys is refused, and the first one's line is told."""
    assert _said("title: a\nedition: b\ntitle: c\n") == [
        'set.yaml:3:1: duplicate key "title", it stands at line 1 already; keep one of them'
    ]


def test_equal_keys_of_two_mappings_are_no_duplicates() -> None:
    """Each question may have the same keys as the next."""
    assert _read("q:\n- {id: a}\n- {id: b}\n").problems == []


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!int", "!mine", "!!binary", "!!null"])
def test_tags_are_refused(tag: str) -> None:
    """Nothing is made of a value but text: any tag is an error at its place."""
    source = _read(f"title: ok\nanswer: {tag} 'x'\n")
    assert source.data is None
    assert [(p.where, p.why) for p in source.problems] == [
        (Location("set.yaml", 2, 9), "nothing in a question set is executed")
    ]


def test_every_tag_is_reported() -> None:
    """Two tags are two problems in one go."""
    assert len(_said("a: !x 1\nb: !y 2\n")) == 2


def test_an_alias_repeats_its_anchor() -> None:
    """Aliases work, and a repeated value has the place where it was written."""
    source = _read("a: &x [1, 2]\nb: *x\n")
    assert source.data == {"a": ["1", "2"], "b": ["1", "2"]}
    assert source.value(("b", 1)) == ("set.yaml", 1, 11)


def test_an_alias_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aliases of aliases stop growing at the limit, with a message."""
    monkeypatch.setattr(yaml_source, "MAX_NODES", 1000)
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    source = _read("\n".join(["a0: &a0 [x]", *levels]))
    assert source.data is None
    (problem,) = source.problems
    assert problem.why == "aliases repeat each other"


def test_an_alias_inside_itself_is_refused() -> None:
    """A list that contains itself ends at the depth limit."""
    assert _said("a: &a [*a]\n") == [f"set.yaml:1:4: nested deeper than {MAX_DEPTH} levels; flatten it"]


def test_deep_nesting_is_refused() -> None:
    """One level more than the limit is answered with the place where it begins."""
    (said,) = _said("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert said == f"set.yaml:1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH} levels; flatten it"


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_bottomless_nesting_is_a_message_too(bracket: str) -> None:
    """No depth exhausts the stack, whoever notices it first: the parser or this program."""
    source = _read(bracket * 50_000)
    assert source.data is None
    assert len(source.problems) == 1


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit itself is allowed."""
    assert _read("[" * MAX_DEPTH + "]" * MAX_DEPTH).problems == []


def test_a_file_above_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one byte too long is not parsed; one of exactly the limit is."""
    monkeypatch.setattr(yaml_source, "MAX_BYTES", 10)
    assert _read("a: 2345678").problems == []
    assert _said("a: 23456789") == [
        "set.yaml:1:1: the file has more than 10 bytes; split the set into a folder of files"
    ]


@pytest.mark.parametrize("change", ["bom", "crlf", "cr", "all"])
def test_bom_and_line_ends_make_no_difference(change: str) -> None:
    """Data, places and problems are those of the file with plain line ends and no byte order mark."""
    text = "title: Ä\nanswer: |\n  one\n\n  two\nfolded: >\n  a\n  b\ntitle: again\n"
    ends = {"crlf": "\r\n", "cr": "\r", "all": "\r\n"}.get(change, "\n")
    changed = text.replace("\n", ends).encode()
    assert _read((b"\xef\xbb\xbf" if change in ("bom", "all") else b"") + changed) == _read(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    """A file saved as UTF-16 is told so, not called a mess of bytes."""
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert _said((mark + "title: x").encode(encoding)) == [
        "set.yaml:1:1: the file is UTF-16, question sets are UTF-8; save it as UTF-8"
    ]


def test_invalid_utf_8_has_line_column_and_offset() -> None:
    """The first wrong byte is shown with its value and its place."""
    assert _said(b"title: x\nanswer: caf\xe9\n") == [
        "set.yaml:2:12: invalid UTF-8 (byte 0xe9 at offset 20), question sets are UTF-8; save the file as UTF-8"
    ]


def test_a_byte_order_mark_does_not_shift_the_invalid_byte() -> None:
    """The mark shifts neither the byte that is shown, nor its column; the offset counts the file's bytes."""
    assert _said(b"\xef\xbb\xbftitle: caf\xe9\n") == [
        "set.yaml:1:11: invalid UTF-8 (byte 0xe9 at offset 13), question sets are UTF-8; save the file as UTF-8"
    ]


def test_invalid_utf_8_is_counted_in_characters() -> None:
    """The column is that of an editor: a letter of two bytes is one column, as in every other message."""
    assert _said("é: é".encode() + b"\xe9")[0].startswith("set.yaml:1:5: ")


def test_control_characters_have_their_place() -> None:
    """Each line with a character that cannot be printed is named; tabs are text."""
    assert _said("a: x\x1fy\nb: 'x\ty'\nc: \x00\n") == [
        "set.yaml:1:5: control character U+001F, it cannot be printed; delete it",
        "set.yaml:3:4: control character U+0000, it cannot be printed; delete it",
    ]


@pytest.mark.parametrize("escape", [r"\x1f", r"\0", r"\e", r"\u0007"])
def test_escaped_control_characters_are_refused_as_well(escape: str) -> None:
    """A double-quoted escape is no way around: U+001F would split the fields of an Anki note."""
    (said,) = _said(f'a: "x{escape}y"\n')
    assert said.startswith("set.yaml:1:4: control character U+00")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_told_what_it_lacks(text: str) -> None:
    """A file without content is an error with a remedy."""
    assert _said(text) == [
        "set.yaml:1:1: the file is empty, a question set needs a title, topics and questions; "
        "`studypack new my-set` writes one to start from"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: a\nanswer: b: c\n", "set.yaml:2:10"),
        ("title: 'a\n", "set.yaml:2:1"),
        ("a:\n\t- b\n", "set.yaml:2:1"),
        ("a: [1, 2\nb: 3\n", "set.yaml:2:2"),
        ("a: *missing\n", "set.yaml:1:4"),
        ("a: 1\n---\nb: 2\n", "set.yaml:2:1"),
        ("a: 1\n  b: 2\n", "set.yaml:2:4"),
    ],
)
def test_a_syntax_error_has_its_place(text: str, place: str) -> None:
    """What is no YAML is one problem with the place where the parser stopped."""
    (said,) = _said(text)
    assert said.startswith(f"{place}: not YAML: ")
    assert said.endswith("; quote texts that hold `: ` or ` #`, and check the indentation")


def test_a_key_must_be_a_word() -> None:
    """A list as a key is refused at its place."""
    assert _said("? [a]\n: b\n") == [
        "set.yaml:1:3: a key that is not a word, keys are plain text; quote it",
    ]


PLAIN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufeff")
DATA = st.recursive(
    st.text(PLAIN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(PLAIN, min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(DATA)
@settings(max_examples=60, deadline=None)
def test_texts_lists_and_mappings_come_through_unchanged(data: object) -> None:
    """Any plain data that is written as YAML (JSON is YAML) is read as it was."""
    source = _read(json.dumps(data, ensure_ascii=False))
    assert source.problems == []
    assert source.data == data


@given(st.binary(max_size=80) | st.text("ab:-[]{}&*!|>#'\"\n\t ?,%@`\\x0", max_size=60).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_no_bytes_end_in_an_exception(raw: bytes) -> None:
    """Whatever a file holds, the answer is data or problems, and each problem's place is in the file."""
    source = _read(raw)
    assert (source.data is None) <= bool(source.problems)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 2
    assert all(p.where is not None and 1 <= p.where.line <= lines for p in source.problems)
