"""Packs as a whole: the same bytes each time, one manifest, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from studypack.errors import BuildError, ContentError, Diagnostic, Location, StateError
from studypack.jobs.cache import Cache
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.products.handbook import Handbook
from studypack.products.interface import PackContext, Rendered
from studypack.questions.loader import LoadedSet, load
from studypack.questions.selection import Criteria, select
from studypack.typeset.geometry import Paper
from studypack.web.running import _Counting
from studypack.workflows.build import build
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import up_to_date

from tests.making import authored, only, write_set


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_set(tmp_path / "made.yaml", authored(2, per_topic=1))


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
    assert [q["number"] for q in manifest["questions"]] == [1, 2]
    assert manifest["selection"] is None


def test_a_selection_has_its_own_folder_and_the_sets_numbers(path: Path, tmp_path: Path) -> None:
    """A selection does not touch the whole set's pack, and keeps the questions' numbers."""
    criteria = Criteria(topics=("topic-1",))
    pack = build(Request(path, criteria, only("cheatsheet"), output=tmp_path / "out", now=1))
    assert pack.folder == tmp_path / "out" / "made-topic-1"
    assert [q["number"] for q in pack.manifest["questions"]] == [2]
    assert sorted(p.name for p in pack.folder.iterdir()) == ["cheatsheet.pdf", "pack.json"]


def test_a_failed_build_leaves_the_old_pack(path: Path, tmp_path: Path) -> None:
    """A mistake in the set, found in the next build, costs nothing that was there."""
    request = Request(path, output=tmp_path / "out", now=1)
    before = _hashes(build(request).folder)
    write_set(path, authored(2, per_topic=1) | {"titel": "typo"})
    with pytest.raises(ContentError):
        build(request)
    assert _hashes(tmp_path / "out" / "made") == before


def test_a_product_that_lacks_a_question_is_refused(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product that cannot be read back is not written: the build fails and names the question."""

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
    assert pack.removed == ("cheatsheet.pdf", "handbook.pdf")


def test_a_refused_pack_leaves_the_decks_state(path: Path, tmp_path: Path) -> None:
    """If the pack cannot be written, the state is not updated."""
    (tmp_path / "out").write_text("a file in the folder's place", "utf-8")
    with pytest.raises(BuildError, match="cannot be written"):
        build(Request(path, options=only("deck"), output=tmp_path / "out", now=1))
    assert not list(tmp_path.glob("*deck-state.json"))


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


def test_a_lost_state_is_a_warning(path: Path, tmp_path: Path) -> None:
    """If a deck was built before and its state is lost, the build restores it from the deck, and warns once."""
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    assert not build(request).warnings
    state = next(tmp_path.glob("*deck-state.json"))
    before = json.loads(state.read_bytes())["notes"]
    state.unlink()
    pack = build(replace(request, now=1_700_000_000))
    (warning,) = pack.warnings
    assert warning.what == "the deck's state is lost"
    assert warning.remedy == "restore the file from version control, if it is there"
    assert pack.made[0].rendered.news == ("0 added, 0 changed, 0 retired",)
    assert json.loads(state.read_bytes())["notes"] == before
    assert not build(request).warnings


def test_an_edit_while_the_set_is_read_is_not_up_to_date(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is saved after the set was read, and before the pack is made, is built next."""

    def slowly(file: Path) -> LoadedSet:
        loaded = load(file)
        path.write_text(path.read_text("utf-8").replace("matter 1", "matter 9"), "utf-8")
        return loaded

    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    with monkeypatch.context() as patched:
        patched.setattr("studypack.workflows.build.load", slowly)
        build(request)
    assert up_to_date(request) is None


@pytest.mark.parametrize("name", ["code.py", "x.png"])
def test_an_edit_of_a_file_while_the_set_is_read_is_not_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A listing or figure of a single-file set that is saved after it was read is built next."""
    (tmp_path / "code.py").write_bytes(b"a = 1\n")
    Image.new("L", (900, 900)).save(tmp_path / "x.png")
    content = authored(1)
    content["questions"][0]["exhibits"] = [
        {"listing": "code.py", "caption": "C"},
        {"figure": "x.png", "caption": "F", "alt": "A"},
    ]
    request = Request(write_set(tmp_path / "made.yaml", content), options=only("deck"), output=tmp_path / "out", now=1)

    def slowly(file: Path) -> LoadedSet:
        loaded = load(file)
        if name == "code.py":
            (tmp_path / name).write_bytes(b"a = 2\n")
        else:
            Image.new("L", (900, 900), 255).save(tmp_path / name)
        return loaded

    with monkeypatch.context() as patched:
        patched.setattr("studypack.workflows.build.load", slowly)
        build(request)
    assert up_to_date(request) is None
    build(request)
    assert up_to_date(request) is not None


def test_a_build_that_ends_between_pack_and_state_is_mended_by_the_next(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pack is new and the state is old: the next build is not "up to date", and gives the note its own time."""
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1_700_000_000)
    build(request)
    path.write_text(path.read_text("utf-8").replace("matter 1", "matter 9"), "utf-8")
    state = tmp_path / "made.deck-state.json"
    before = state.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    later = replace(request, now=1_700_000_100)
    with monkeypatch.context() as patched:
        patched.setattr("studypack.workflows.packing.write_state", killed)
        with pytest.raises(KeyboardInterrupt):
            build(later)
    assert "matter 9" in (tmp_path / "out" / "made" / "pack.json").read_text("utf-8")
    assert state.read_bytes() == before
    assert up_to_date(later) is None
    again = build(replace(request, now=1_700_000_200))
    assert again.made[0].rendered.news == ("0 added, 1 changed, 0 retired",)
    assert up_to_date(later) is not None
    assert b"1700000200" in state.read_bytes()


def test_a_state_that_cannot_be_written_is_told_with_the_pack(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says that the pack is there; the next build writes the state."""
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    build(request)
    path.write_text(path.read_text("utf-8").replace("matter 1", "matter 9"), "utf-8")

    def full(file: Path, _: bytes) -> None:
        raise BuildError(Diagnostic(Location(str(file)), "cannot be written", "No space left on device"))

    with monkeypatch.context() as patched:
        patched.setattr("studypack.workflows.packing.write_file", full)
        with pytest.raises(StateError, match="build again: the pack is complete"):
            build(request)
    assert "matter 9" in (tmp_path / "out" / "made" / "pack.json").read_text("utf-8")
    assert up_to_date(request) is None
    build(request)
    assert up_to_date(request) is not None


def test_no_place_for_a_state_is_told_before_anything_is_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only set, no writable home: the cheat sheet is built, and the deck only if its state does not change."""
    home = tmp_path / "home"
    home.write_text("a file, in which nothing can be made", "utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    allowed = os.access

    def read_only(place: Path, mode: int) -> bool:
        return allowed(place, mode) and not (mode & os.W_OK and tmp_path in (place, place.parent))

    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", read_only)
        build(replace(request, options=only("cheatsheet")))
        shutil.rmtree(tmp_path / "out")
        with pytest.raises(BuildError, match="what the next build must know cannot be kept here"):
            build(request)
        assert not (tmp_path / "out").exists()
    build(request)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", read_only)
        build(replace(request, cached=False))


def test_a_pack_that_cannot_be_written_leaves_the_states_bytes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk, and in another pack's place, a state of earlier builds is not advanced."""
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    build(request)
    state = tmp_path / "made.deck-state.json"
    before = state.read_bytes()
    path.write_text(path.read_text("utf-8").replace("matter 1", "matter 9"), "utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("studypack.storage.atomic._write", full)
        with pytest.raises(BuildError, match="No space left"):
            build(request)
    manifest = tmp_path / "out" / "made" / "pack.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"id": "made"', '"id": "other"'), "utf-8")
    with pytest.raises(BuildError, match="both have this name"):
        build(request)
    assert state.read_bytes() == before


def test_a_product_whose_parts_all_came_from_the_cache_is_cached(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handbook as well as the cheat sheet; with one chapter made again, the handbook is not."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    request = Request(path, options=only("handbook", "cheatsheet"), output=tmp_path / "out", now=1, workers=1)

    def cached(output: str) -> dict[str, bool]:
        return {made.name: made.cached for made in build(replace(request, output=tmp_path / output)).made}

    assert cached("a") == {"handbook": False, "cheatsheet": False}
    assert cached("b") == {"handbook": True, "cheatsheet": True}
    path.write_text(path.read_text("utf-8").replace("Takeaway 1:", "Takeaway nine:"), "utf-8")
    assert cached("c")["handbook"] is False
    assert {made.cached for made in build(replace(request, cached=False)).made} == {False}


def test_a_product_is_not_cached_because_the_fonts_are(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first job of a process that is not cached takes the fonts from the cache; the product is a new one."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("studypack.workflows.executing.has_faces", lambda: False)
    request = Request(path, output=tmp_path / "out", workers=1)
    for paper in Paper:
        chosen = replace(request, options=only("cheatsheet", paper=paper))
        assert [made.cached for made in build(chosen).made] == [False]
    with JobExecutor(1, Cache(tmp_path / "cache")) as shared:  # as that of the local server
        chosen = replace(request, options=only("cheatsheet", sides="2"))
        for cached in (False, True):
            counting = _Counting(shared, lambda *_: None)
            assert [made.cached for made in build(chosen, executor=counting).made] == [cached]
