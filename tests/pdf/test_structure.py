"""Structure trees can be read in every form that the specification allows."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name
from studypack.pdf.structure import elements, kids, parents


def test_a_single_kid_needs_no_array() -> None:
    """`K` can be an array, a single kid, or absent (table 355 of ISO 32000-2)."""
    assert kids(Dictionary(K=Array([1, 2]))) == [1, 2]
    assert kids(Dictionary(K=7)) == [7]
    assert kids(Dictionary()) == []


def test_elements_are_those_that_have_a_role() -> None:
    """Numbers of marked contents and references to annotations are skipped at any depth."""
    reference = Dictionary(Type=Name.OBJR)
    link = Dictionary(S=Name.Link, K=Array([4, reference]))
    root = Dictionary(S=Name.P, K=Array([0, link, Dictionary(S=Name.Span, K=1)]))
    assert sorted(str(element.S) for element in elements([root, 9])) == ["/Link", "/P", "/Span"]


def test_parents_are_found_by_their_numbers() -> None:
    """The flat list of the parent tree contains numbers and entries alternately."""
    tree = pikepdf.Dictionary(ParentTree=Dictionary(Nums=Array([0, Array([1]), 3, Name.X])))
    assert {number: str(entry) for number, entry in parents(tree).items()}.keys() == {0, 3}
    assert parents(tree)[3] == Name.X
