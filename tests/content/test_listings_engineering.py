"""The listings of the topic `engineering` do what their captions say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.content.listings import LISTINGS, load_python, run_java

SHARED = "efficient-maintainable-code-shared.py"
PRICING = "abstract-class-vs-interface-pricing.java"

OVERRIDE = """
        @Override public long price(long cents) { // both inherited:
            return Taxed.super.price(Discount.super.price(cents));
        } // without this override the class does not compile
"""


class Key:
    """A key that counts how often it is compared."""

    compared = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return isinstance(other, Key) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


@pytest.fixture
def listing() -> dict[str, Any]:
    """Return the globals of the pair of functions, with the count of comparisons at zero."""
    Key.compared = 0
    return load_python(SHARED)


def overlapping() -> tuple[list[Key], list[Key]]:
    """Return two lists of 200 keys, as far apart as those of the listing: 40 are in both."""
    return [Key(n) for n in range(200)], [Key(n) for n in range(160, 360)]


@pytest.mark.parametrize("seed", range(5))
def test_both_versions_return_the_same(listing: dict[str, Any], seed: int) -> None:
    """Same keys in the same order, repeated keys included."""
    source = random.Random(seed)
    ours, theirs = ([source.randrange(60) for _ in range(50)] for _ in range(2))
    expected = [key for key in ours if theirs.count(key)]
    assert expected
    assert listing["shared"](ours, theirs) == expected
    assert listing["shared_slow"](ours, theirs) == expected


@pytest.mark.parametrize("name", ["shared", "shared_slow"])
def test_empty_lists_share_nothing(listing: dict[str, Any], name: str) -> None:
    """Nothing on either side, nothing in common."""
    assert listing[name]([], [1]) == listing[name]([1], []) == []


def test_the_list_version_compares_each_missing_key_with_all(listing: dict[str, Any]) -> None:
    """160 keys that are not there walk 200 each, the other 40 walk up to their place."""
    ours, theirs = overlapping()
    assert len(listing["shared_slow"](ours, theirs)) == 40
    assert Key.compared == 160 * 200 + sum(range(1, 41))


def test_the_set_version_compares_about_once_per_shared_key(listing: dict[str, Any]) -> None:
    """Fewer comparisons than there are keys, where the list version needs over 32,000."""
    ours, theirs = overlapping()
    assert [key.number for key in listing["shared"](ours, theirs)] == list(range(160, 200))
    assert Key.compared < len(ours) + len(theirs)


def test_the_prices_are_those_of_the_comments() -> None:
    """2,500 less 10%; less 500 and then taxed by 20%; and never below zero."""
    assert run_java(PRICING).split() == ["2250", "2400", "0"]


def test_two_inherited_defaults_do_not_compile_without_an_override(tmp_path: Path) -> None:
    """Without the override of `price` the compiler refuses the class."""
    source = (LISTINGS / PRICING).read_text(encoding="utf-8")
    assert source.count(OVERRIDE) == 1
    file = tmp_path / "Pricing.java"
    file.write_text(source.replace(OVERRIDE, ""), encoding="utf-8")
    with pytest.raises(AssertionError, match="inherits unrelated defaults for price"):
        run_java(str(file))


def test_a_default_cannot_override_a_public_method_of_object(tmp_path: Path) -> None:
    """The compiler refuses a default `equals`, as the key point says."""
    file = tmp_path / "Named.java"
    file.write_text("interface Named { default boolean equals(Object o) { return true; } }\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"overrides a member of java\.lang\.Object"):
        run_java(str(file))
