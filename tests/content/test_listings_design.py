"""The listing of the topic `design` does what its caption says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.content.listings import load_python

KEY = b"a secret of the service"


@pytest.fixture
def base62() -> dict[str, Any]:
    """Return the globals of the listing on codes."""
    return load_python("design-url-shortener-base62.py")


def test_encoding_is_positional_base62_of_fixed_length(base62: dict[str, Any]) -> None:
    """0, 61, 62 and the last number are written as in any base, padded to seven."""
    encode = base62["encode"]
    assert [encode(n) for n in (0, 61, 62, 62**7 - 1)] == ["0000000", "000000z", "0000010", "zzzzzzz"]


def test_encoding_can_be_read_back(base62: dict[str, Any]) -> None:
    """A code holds its whole number: nothing is truncated."""
    for number in (7, 12_345_678, 62**6, base62["SPACE"] - 2):
        code = base62["encode"](number)
        assert sum(base62["ALPHABET"].index(c) * 62**i for i, c in enumerate(reversed(code))) == number


def test_space_is_what_the_comment_says(base62: dict[str, Any]) -> None:
    """62 characters, seven places, and two halves that just hold every number."""
    assert len(set(base62["ALPHABET"])) == 62
    assert base62["SPACE"] == 3_521_614_606_208
    assert base62["SPACE"] <= 4 ** base62["HALF"] < 1.25 * base62["SPACE"]


def test_codes_of_a_counter_never_collide(base62: dict[str, Any]) -> None:
    """20,000 numbers in a row have 20,000 codes, all of seven letters and digits."""
    codes = {base62["code_for"](n, KEY) for n in range(20_000)}
    assert len(codes) == 20_000
    assert all(re.fullmatch("[0-9A-Za-z]{7}", c) for c in codes)


def test_permutation_is_one_to_one_on_its_whole_range(base62: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a space small enough to try them all, each number is met exactly once."""
    permute = base62["permute"]
    monkeypatch.setitem(permute.__globals__, "SPACE", 62**2)
    monkeypatch.setitem(permute.__globals__, "HALF", 6)
    assert sorted(permute(n, KEY) for n in range(62**2)) == list(range(62**2))


def test_neighbours_get_codes_that_do_not_resemble(base62: dict[str, Any]) -> None:
    """The first hundred links do not share first characters, as plain base62 would."""
    assert len({base62["code_for"](n, KEY)[:2] for n in range(100)}) > 80
    assert len({base62["encode"](n)[:2] for n in range(100)}) == 1


def test_another_key_gives_other_codes(base62: dict[str, Any]) -> None:
    """Knowing the algorithm without the key is not enough to compute the codes."""
    assert not any(base62["code_for"](n, KEY) == base62["code_for"](n, b"guess") for n in range(100))


def test_two_keys_share_codes(base62: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of key a new number can get the code of an old one."""
    permute = base62["permute"]
    monkeypatch.setitem(permute.__globals__, "SPACE", 62**2)
    monkeypatch.setitem(permute.__globals__, "HALF", 6)
    half = 62**2 // 2
    before, after = {permute(n, KEY) for n in range(half)}, {permute(n, b"new") for n in range(half, 62**2)}
    assert before & after


@pytest.mark.parametrize("number", [-1, 62**7])
def test_an_exhausted_counter_is_refused(base62: dict[str, Any], number: int) -> None:
    """A number without a code is an error, not another link's code."""
    with pytest.raises(ValueError, match="counter"):
        base62["code_for"](number, KEY)
