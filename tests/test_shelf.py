"""Large contents on a shelf take no memory, and come back unchanged until nobody needs them any more."""

from __future__ import annotations

import gc
import hashlib
import io
import os
import pickle
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from studypack.shelf import LARGE, LONG, Scroll, Shelf, Shelved, digest_of, mapped, opened

CONTENTS = [bytes([number]) * (LARGE + number) for number in range(20)]


def test_contents_come_back_unchanged() -> None:
    """Each content is what was put, however many lie on the shelf, in any order, and in several threads."""
    shelf = Shelf()
    put = [shelf.put(content) for content in CONTENTS]
    assert all(isinstance(each, Shelved) for each in put)
    assert [len(each) for each in put] == [len(content) for content in CONTENTS]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(bytes, reversed(put * 5))) == [*reversed(CONTENTS * 5)]


def test_a_small_content_stays_as_it_is() -> None:
    """What is smaller than the least size is not written anywhere."""
    small = bytes(LARGE - 1)
    assert Shelf().put(small) is small


def test_pickled_it_is_the_content() -> None:
    """A job that goes to another process or machine takes the bytes with it."""
    assert pickle.loads(pickle.dumps(Shelf().put(CONTENTS[1]))) == CONTENTS[1]


def test_a_content_stays_in_memory_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder for temporary files, a large content is returned as it is."""
    monkeypatch.setattr(tempfile, "tempdir", "/does/not/exist")
    shelf = Shelf()
    assert shelf.put(CONTENTS[0]) is CONTENTS[0]
    monkeypatch.undo()
    assert bytes(shelf.put(CONTENTS[1])) == CONTENTS[1]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux lists a process's open files in /proc")
def test_its_file_goes_with_its_last_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no name, and is closed when the last content on it is gone."""

    def is_open() -> bool:
        return any(os.path.realpath(link).startswith(str(tmp_path)) for link in Path("/proc/self/fd").iterdir())

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shelf = Shelf()
    put = [shelf.put(content) for content in CONTENTS]
    del shelf
    assert list(tmp_path.iterdir()) == []
    assert is_open()
    del put[1:]
    assert bytes(put[0]) == CONTENTS[0]
    put.clear()
    gc.collect()
    assert not is_open()


def test_a_content_can_be_read_as_a_file() -> None:
    """Wherever it is, a content is read from any place of it on, and no further than to its end."""
    shelf = Shelf()
    for content in [shelf.put(each) for each in CONTENTS] + [b"small"]:
        with opened(content) as file:
            assert file.read(3) == bytes(content)[:3]
            assert file.seek(-2, io.SEEK_END) == len(content) - 2
            assert file.read() == bytes(content)[-2:]
            assert file.seek(1) == 1
            assert file.read() == bytes(content)[1:]


@pytest.mark.parametrize(
    "pieces", [[b""], [b"a", b"bc"], [bytes(LONG)], [b"a" * 1000] * 20_000, [b"x" * LONG, b"", b"y"]]
)
@pytest.mark.parametrize("room", [True, False])
def test_a_scroll_is_what_was_written(pieces: list[bytes], room: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A content that is written in pieces is all of them in order; a long one is in a file if the disk has room."""
    if not room:
        monkeypatch.setattr(tempfile, "tempdir", "/does/not/exist")
    scroll, whole = Scroll(), b"".join(pieces)
    for piece in pieces:
        scroll.write(piece)
    assert scroll.tell() == len(whole)
    assert scroll.digest() == hashlib.sha256(whole).hexdigest()
    assert isinstance(scroll.content(), Shelved) is (room and len(whole) >= LONG)
    assert bytes(scroll.content()) == whole


def test_what_is_made_of_a_result_fails_as_the_result_does() -> None:
    """The future of it has its value, the error of the first future, or that of the function."""
    first: Future[str] = Future()
    made, failed = mapped(first, len), mapped(first, int)
    assert not made.done()
    first.set_result("four")
    assert made.result() == 4
    with pytest.raises(ValueError, match="four"):
        failed.result()
    cancelled: Future[str] = Future()
    cancelled.set_exception(KeyError("gone"))
    with pytest.raises(KeyError, match="gone"):
        mapped(cancelled, len).result()


def test_contents_that_are_equal_have_one_digest() -> None:
    """Wherever they are."""
    content = bytes(range(256)) * LARGE
    assert isinstance(shelved := Shelf().put(content), Shelved)
    assert digest_of(shelved) == digest_of(content) != digest_of(content[1:])
