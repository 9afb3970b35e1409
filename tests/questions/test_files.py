"""The files of a set: large ones wait on disk, and are what they were when the set was read."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from studypack.questions.content import content_of, reduced
from studypack.questions.files import SetFiles, add_file, files_among, sizes_of
from studypack.questions.model import QuestionSet
from studypack.shelf import LARGE

from tests.making import authored, make_set

SIDE = 260
"""Pixels on each side of a square picture of noise."""
SIZE = SIDE * SIDE * 3
"""The bytes that such a picture has at least."""


def _with_pictures(folder: Path, count: int) -> QuestionSet:
    """Return a set whose questions each show a picture."""
    content: dict[str, Any] = authored(count)
    for number, question in enumerate(content["questions"]):
        noise = Image.frombytes("RGB", (SIDE, SIDE), Random(number).randbytes(SIZE))
        noise.save(folder / f"{number}.png")
        question["exhibits"] = [{"figure": f"{number}.png", "caption": "A picture"}]
    return make_set(folder, content)


def test_a_set_does_not_hold_its_pictures_in_memory(tmp_path: Path) -> None:
    """Twenty pictures of 200 kB take less memory than two of them, and those of a part of the set are not read."""
    _with_pictures(tmp_path, 1)  # what is imported and cached on first use does not count
    tracemalloc.start()
    try:
        made = _with_pictures(tmp_path, 20)
        part = reduced(made, made.questions[:2])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2 * SIZE
    assert list(part.files) == ["0.png", "1.png"]
    assert part.files["1.png"] == (tmp_path / "1.png").read_bytes()


def test_a_picture_that_changes_meanwhile_is_as_it_was_read(tmp_path: Path) -> None:
    """What is made of a set that was read has one version of each of its files, whatever happens to them."""
    made = _with_pictures(tmp_path, 1)
    before = (tmp_path / "0.png").read_bytes()
    (tmp_path / "0.png").write_bytes(b"something else")
    assert made.files["0.png"] == before


def test_pickled_files_are_all_there() -> None:
    """A job takes the bytes of its files with it, large and small."""
    files = SetFiles()
    contents = {"small": b"s", "large": bytes(LARGE)}
    for name, content in contents.items():
        add_file(files, name, content)
    assert files == contents
    assert pickle.loads(pickle.dumps(files)) == contents


def test_files_on_disk_and_in_memory_are_alike(tmp_path: Path) -> None:
    """Which files are chosen, their sizes and the fingerprint of a set do not depend on where they are."""
    made = _with_pictures(tmp_path, 2)
    other = pickle.loads(pickle.dumps(made))
    assert isinstance(other.files, dict)
    assert content_of(made) == content_of(other)
    assert sizes_of(made.files) == sizes_of(other.files) == {n: len(c) for n, c in other.files.items()}
    assert files_among(made.files, {"1.png"}) == files_among(other.files, {"1.png"}) == {"1.png": made.files["1.png"]}
