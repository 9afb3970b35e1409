"""Packs as a whole: the same bytes each time, one manifest, nothing lost."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from studypack.errors import BuildError, ContentError
from studypack.products import PRODUCTS
from studypack.products.handbook import Handbook
from studypack.products.interface import PackContext, Rendered
from studypack.questions.selection import Criteria, select
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, only, write_set


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_set(tmp_path / "made.yaml", authored(6, per_topic=3))


def test_the_same_build_twice_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    """Every file of two builds is the same, although the clock went on; so is the deck's state."""
    first = build(Request(path, output=tmp_path / "a", now=1_700_000_000))
    state = (tmp_path / "made.deck-state.json").read_bytes()
    second = build(Request(path, output=tmp_path / "b", now=1_800_000_000))
    assert _hashes(first.folder) == _hashes(second.folder)
    assert (tmp_path / "made.deck-state.json").read_bytes() == state


def test_manifest_describes_each_file(path: Path, tmp_path: Path) -> None:
    """`pack.json` has hash, size and amount of each product and every question's number."""
    pack = build(Request(path, output=tmp_path / "out", now=1_700_000_000))
    manifest = json.loads((pack.folder / "pack.json").read_bytes())
    for entry in manifest["products"].values():
        content = (pack.folder / entry["file"]).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert [q["number"] for q in manifest["questions"]] == [1, 2, 3, 4, 5, 6]
    assert manifest["selection"] is None


def test_a_selection_has_its_own_folder_and_the_sets_numbers(path: Path, tmp_path: Path) -> None:
    """A selection does not touch the whole set's pack, and keeps the questions' numbers."""
    criteria = Criteria(topics=("topic-1",))
    pack = build(Request(path, criteria, only("cheatsheet"), output=tmp_path / "out", now=1))
    assert pack.folder == tmp_path / "out" / "made-topic-1"
    assert [q["number"] for q in pack.manifest["questions"]] == [4, 5, 6]
    assert sorted(p.name for p in pack.folder.iterdir()) == ["cheatsheet.pdf", "pack.json"]


def test_a_failed_build_leaves_the_old_pack(path: Path, tmp_path: Path) -> None:
    """A mistake in the set, found in the next build, costs nothing that was there."""
    request = Request(path, output=tmp_path / "out", now=1)
    before = _hashes(build(request).folder)
    write_set(path, authored(6, per_topic=3) | {"titel": "typo"})
    with pytest.raises(ContentError):
        build(request)
    assert _hashes(tmp_path / "out" / "made") == before


def test_a_product_that_lacks_a_question_is_refused(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be read back is not written: the build fails and names the question."""

    class Forgetful(Handbook):
        def render(self, pack: PackContext) -> Rendered:
            return super().render(replace(pack, question_set=select(pack.whole, Criteria(not_ids=("Q1",)))))

    monkeypatch.setitem(PRODUCTS, "handbook", Forgetful())
    with pytest.raises(BuildError, match=r'the handbook is missing "Q1 What would you say'):
        build(Request(path, options=only("handbook"), output=tmp_path / "out", now=1))
    assert not (tmp_path / "out").exists()


def test_products_that_are_not_built_are_removed_from_the_pack(path: Path, tmp_path: Path) -> None:
    """A pack never mixes the products of two builds."""
    build(Request(path, output=tmp_path / "out", now=1))
    pack = build(Request(path, options=only("deck"), output=tmp_path / "out", now=1))
    assert sorted(p.name for p in pack.folder.iterdir()) == ["deck.apkg", "pack.json"]


def test_another_set_of_the_same_name_does_not_take_the_packs_place(tmp_path: Path) -> None:
    """Two sets without an id in files of the same name: the second is refused, the first one's pack stays."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    content = authored(2)
    del content["id"]
    first = write_set(tmp_path / "a" / "questions.yaml", content)
    other = {**content, "title": "Another set", "questions": [q | {"id": f"x-{q['id']}"} for q in content["questions"]]}
    second = write_set(tmp_path / "b" / "questions.yaml", other)
    before = _hashes(build(Request(first, options=only("deck"), output=tmp_path / "out", now=1)).folder)
    with pytest.raises(BuildError, match="both have this name; choose another folder with -o"):
        build(Request(second, options=only("deck"), output=tmp_path / "out", now=1))
    assert _hashes(tmp_path / "out" / "questions") == before
    write_set(first, {**content, "title": "A better title"})
    build(Request(first, options=only("deck"), output=tmp_path / "out", now=1))
