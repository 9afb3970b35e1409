"""YAML is read into plain data: texts stay texts, every value has a position, and harmful input is refused."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studypack.errors import Location
from studypack.questions import yaml_guards
from studypack.questions.yaml_guards import MAX_DEPTH
from studypack.questions.yaml_reading import read_yaml
from studypack.questions.yaml_source import YamlSource


def _read(text: str | bytes) -> YamlSource:
    return read_yaml(text.encode() if isinstance(text, str) else text, "set.yaml")


def _said(text: str | bytes) -> list[str]:
    """Return the problems of a refused file."""
    source = _read(text)
    assert source.problems
    return [str(problem) for problem in source.problems]


@pytest.mark.parametrize(
    "scalar",
    ["no", "Yes", "true", "12:30:00", "1e3", "0o17", "0x1F", "~", "null", "2024-01-01", "1_000", ".inf", "3.10", "007"],
)
def test_scalars_stay_the_text_that_was_written(scalar: str) -> None:
    """No value or key is converted to a boolean, number, date or null."""
    assert _read(f"{scalar}: {scalar}\nlist: [{scalar}]").data == {scalar: scalar, "list": [scalar]}


def test_an_empty_value_counts_as_absent() -> None:
    """`key:` without a value counts as absent; an empty quoted text does not; an empty list item keeps its place."""
    assert _read('a:\nb: ""\nc:\n- x\n-\n- y').data == {"b": "", "c": ["x", "", "y"]}


def test_values_and_keys_have_their_place() -> None:
    """Lines and columns count from 1 in characters, and keys and values have separate positions."""
    source = _read("title: Ä\nquestions:\n  - id: a\n    tags: [é, bc]\n")
    assert source.value(("title",)) == ("set.yaml", 1, 8)
    assert source.key(("title",)) == ("set.yaml", 1, 1)
    assert source.value(("questions", 0)) == ("set.yaml", 3, 5)
    assert source.value(("questions", 0, "tags", 1)) == ("set.yaml", 4, 15)
    assert source.key(("questions", 0, "tags")) == ("set.yaml", 4, 5)


def test_what_is_absent_has_the_place_of_its_parent() -> None:
    """A missing key has the position of its mapping, and an empty one that of the key."""
    source = _read("title: x\nquestions:\n  - id:\n")
    assert source.value(("questions", 0, "answer", 3)) == ("set.yaml", 3, 5)
    assert source.value(("questions", 0, "id")) == ("set.yaml", 3, 5)
    assert source.key(("questions", 0)) == ("set.yaml", 3, 5)


def test_a_duplicate_key_names_both_places() -> None:
    """The second of two equal keys is refused, with the line of the first."""
    assert _said("title: a\nedition: b\ntitle: c\n") == [
        'set.yaml:3:1: duplicate key "title", it is already used on line 1; keep one of them'
    ]


def test_equal_keys_of_two_mappings_are_no_duplicates() -> None:
    """Two questions may have the same keys."""
    assert _read("q:\n- {id: a}\n- {id: b}\n").problems == []


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!int", "!mine", "!!binary", "!!null"])
def test_tags_are_refused(tag: str) -> None:
    """Values are only ever text, so any tag is an error at its position."""
    source = _read(f"title: ok\nanswer: {tag} 'x'\n")
    assert source.data is None
    assert [(p.where, p.why) for p in source.problems] == [
        (Location("set.yaml", 2, 9), "nothing in a question set is executed")
    ]


def test_every_tag_is_reported() -> None:
    """Two tags are two problems, reported together."""
    assert len(_said("a: !x 1\nb: !y 2\n")) == 2


def test_an_alias_repeats_its_anchor() -> None:
    """Aliases work, and a repeated value has the position where it was written."""
    source = _read("a: &x [1, 2]\nb: *x\n")
    assert source.data == {"a": ["1", "2"], "b": ["1", "2"]}
    assert source.value(("b", 1)) == ("set.yaml", 1, 11)


def test_an_alias_repeats_what_is_repeated_within_its_anchor() -> None:
    """An anchor within a value with an anchor can be used by itself, and a value with an alias can be repeated."""
    source = _read("a: &outer {x: &inner [1, 2], y: *inner}\nb: *outer\nc: *inner")
    inner = ["1", "2"]
    assert source.data == {"a": {"x": inner, "y": inner}, "b": {"x": inner, "y": inner}, "c": inner}
    assert source.value(("b", "y", 1)) == ("set.yaml", 1, 26)


def test_an_alias_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested aliases are refused with a message when they exceed the limit."""
    monkeypatch.setattr(yaml_guards, "MAX_NODES", 1000)
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    source = _read("\n".join(["a0: &a0 [x]", *levels]))
    assert source.data is None
    (problem,) = source.problems
    assert problem.why == "aliases repeat each other"


def test_an_alias_inside_itself_is_refused() -> None:
    """A list that contains itself is refused as too deep."""
    assert _said("a: &a [*a]\n") == [f"set.yaml:1:4: nested deeper than {MAX_DEPTH} levels; flatten it"]


def test_deep_nesting_is_refused() -> None:
    """Nesting one level above the limit is reported where that level begins."""
    (said,) = _said("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert said == f"set.yaml:1:{MAX_DEPTH + 1}: nested deeper than {MAX_DEPTH} levels; flatten it"


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_bottomless_nesting_is_a_message_too(bracket: str) -> None:
    """No depth overflows the stack, whether the parser or this program detects it first."""
    source = _read(bracket * 50_000)
    assert source.data is None
    assert len(source.problems) == 1


def test_nesting_up_to_the_limit_is_read() -> None:
    """Nesting of exactly the maximum depth is allowed."""
    assert _read("[" * MAX_DEPTH + "]" * MAX_DEPTH).problems == []


def test_a_file_above_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one byte above the limit is refused; a file of exactly the maximum size is parsed."""
    monkeypatch.setattr(yaml_guards, "MAX_BYTES", 10)
    assert _read("a: 2345678").problems == []
    assert _said("a: 23456789") == [
        "set.yaml:1:1: the file has more than 10 bytes; split the set into a folder of files"
    ]


@pytest.mark.parametrize("change", ["bom", "crlf", "cr", "all"])
def test_bom_and_line_ends_make_no_difference(change: str) -> None:
    """A byte order mark and other line ends do not change data, positions or problems."""
    text = "title: Ä\nanswer: |\n  one\n\n  two\nfolded: >\n  a\n  b\ntitle: again\n"
    ends = {"crlf": "\r\n", "cr": "\r", "all": "\r\n"}.get(change, "\n")
    changed = text.replace("\n", ends).encode()
    assert _read((b"\xef\xbb\xbf" if change in ("bom", "all") else b"") + changed) == _read(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(encoding: str) -> None:
    """A file in UTF-16 is reported as such, not as invalid UTF-8."""
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert _said((mark + "title: x").encode(encoding)) == [
        "set.yaml:1:1: the file is UTF-16, question sets are UTF-8; save it as UTF-8"
    ]


def test_invalid_utf_8_has_line_column_and_offset() -> None:
    """The first invalid byte is shown with its value and position."""
    assert _said(b"title: x\nanswer: caf\xe9\n") == [
        "set.yaml:2:12: invalid UTF-8 (byte 0xe9 at offset 20), question sets are UTF-8; save the file as UTF-8"
    ]


def test_a_byte_order_mark_does_not_shift_the_invalid_byte() -> None:
    """The mark changes neither the byte nor the column in the message; the offset counts all bytes of the file."""
    assert _said(b"\xef\xbb\xbftitle: caf\xe9\n") == [
        "set.yaml:1:11: invalid UTF-8 (byte 0xe9 at offset 13), question sets are UTF-8; save the file as UTF-8"
    ]


def test_invalid_utf_8_is_counted_in_characters() -> None:
    """The column counts characters as editors do: a two-byte letter is one column, as in every other message."""
    assert _said("é: é".encode() + b"\xe9")[0].startswith("set.yaml:1:5: ")


def test_control_characters_have_their_place() -> None:
    """Each line with an unprintable character is reported; tabs are allowed."""
    assert _said("a: x\x1fy\nb: 'x\ty'\nc: \x00\n") == [
        "set.yaml:1:5: control character U+001F, it cannot be printed; delete it",
        "set.yaml:3:4: control character U+0000, it cannot be printed; delete it",
    ]


@pytest.mark.parametrize("escape", [r"\x1f", r"\0", r"\e", r"\u0007"])
def test_escaped_control_characters_are_refused_as_well(escape: str) -> None:
    """Escapes in double quotes are refused as well, because U+001F would split the fields of an Anki note."""
    (said,) = _said(f'a: "x{escape}y"\n')
    assert said.startswith("set.yaml:1:4: control character U+00")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_told_what_it_lacks(text: str) -> None:
    """An empty file is an error with a remedy."""
    assert _said(text) == [
        "set.yaml:1:1: the file is empty, a question set needs a title, topics and questions; "
        "`studypack new my-set` writes one to start from"
    ]


@pytest.mark.parametrize(("text", "place"), [("a: !!x!y b\n", "set.yaml:1:4"), ("a: b\n- c\n", "set.yaml:2:1")])
def test_a_syntax_error_of_no_known_kind_has_its_place(text: str, place: str) -> None:
    """What is no YAML, and no mistake that authors usually make, is one problem with its place."""
    (said,) = _said(text)
    assert said.startswith(f"{place}: ")


def test_a_key_must_be_a_word() -> None:
    """A list as a key is refused at its position."""
    assert _said("? [a]\n: b\n") == [
        "set.yaml:1:3: a key that is not text, a list or a mapping cannot be a key; quote it",
    ]


@pytest.mark.parametrize("mapping", ["? [a, {b: c}]\n: {d: [e]}\n", "x: [y]\nx: {d: [e]}\n"])
def test_what_a_refused_key_leads_to_is_passed_over(mapping: str) -> None:
    """What follows a key that is no word, or is there twice, is read as if the key and its value were not there."""
    source = _read(f"{mapping}last: [z]")
    assert len(source.problems) == 1
    assert isinstance(source.data, dict)
    assert source.data["last"] == ["z"]
    assert not [path for path, _ in source.positions() if "d" in path]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: *b", "set.yaml:1:4: a text that begins with * needs quotes, "),
        ("a: &b 1\nc: &b 2", "set.yaml:2:4: a text that begins with & needs quotes, "),
    ],
)
def test_an_alias_needs_exactly_one_anchor(text: str, problem: str) -> None:
    """An alias that repeats nothing, and a second anchor of one name, are texts without quotes."""
    assert _said(text)[0].startswith(problem)


def test_reading_takes_little_more_memory_than_what_was_read() -> None:
    """Reading a file takes half as much again as its data and positions, and no tree of all its values."""
    one = "  - id: q{0}\n    question: What is {0}?\n    tags: [a, b]\n    answer: |\n      " + "words " * 40 + "\n"
    raw = ("questions:\n" + "".join(one.format(n) for n in range(500))).encode()
    _read(raw)  # what is imported and cached on first use does not count
    tracemalloc.start()
    try:
        source = _read(raw)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert source.data
    assert peak < 1.75 * kept


PLAIN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufeff")
DATA = st.recursive(
    st.text(PLAIN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(PLAIN, min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(DATA)
@settings(max_examples=60, deadline=None)
def test_texts_lists_and_mappings_come_through_unchanged(data: object) -> None:
    """Any plain data that is written as YAML (here as JSON) is read back unchanged."""
    source = _read(json.dumps(data, ensure_ascii=False))
    assert source.problems == []
    assert source.data == data


@given(st.binary(max_size=80) | st.text("ab:-[]{}&*!|>#'\"\n\t ?,%@`\\x0", max_size=60).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_no_bytes_end_in_an_exception(raw: bytes) -> None:
    """Any bytes give data or problems, and the position of each problem is inside the file."""
    source = _read(raw)
    assert (source.data is None) <= bool(source.problems)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 2
    assert all(p.where is not None and 1 <= p.where.line <= lines for p in source.problems)


def test_words_behind_a_comma_in_braces_are_named() -> None:
    """YAML takes them for a key without a value: they are named, and keys that are left empty are not."""
    assert _said("{question: Is it one, or two?, answer: a}") == [
        'set.yaml:1:23: "or two?" belongs to no key, '
        "in braces a comma ends a text, and these words are taken for a key; put the whole text in quotes"
    ]
    assert _read('{question: "Is it one, or two?", answer: , "level":, tags :\n }').problems == []
    assert _read("a: &x\nb: {c: *x}").problems == []
