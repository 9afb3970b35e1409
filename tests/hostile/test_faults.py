"""Places that cannot be written, clocks that are wrong, names that are none, and machines that lack something."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from studypack.errors import BuildError, ContentError, SelectionError
from studypack.jobs.cache import Cache
from studypack.questions.loader import load, set_id
from studypack.questions.selection import Criteria, select
from studypack.storage.manifest import pack_name
from studypack.workflows.build import build
from studypack.workflows.doctor import _install_command
from studypack.workflows.request import Request, current_time

from tests.hostile.ending import leftovers, pack_of
from tests.making import authored, one, only, write_set
from tests.running import environment, python, run, run_within
from tests.thorough import few

PACKS = ("deck", "cheatsheet")


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """Return the request of a pack that is there; its set has changed since."""
    path = one(tmp_path)
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1, workers=1, cached=False)
    build(request)
    one(tmp_path, answer="Another answer.")
    return request


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _fails(request: Request) -> str:
    """Return the one line of a build that cannot write; the old pack is as it was, with nothing beside it."""
    before = _files(request.output) if request.output.is_dir() else {}
    with pytest.raises(BuildError) as caught:
        build(request)
    (diagnostic,) = caught.value.diagnostics
    assert before == (_files(request.output) if request.output.is_dir() else {})
    assert leftovers(request.output if request.output.is_dir() else request.path.parent) == []
    return str(diagnostic).replace(str(request.path.parent), "")


FREE = "move or delete what is there, or choose another folder with -o"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 512 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_costs_nothing(mounted: Path, tmp_path: Path) -> None:
    """On a file system that has room for one pack and not for two: one line, and the old pack is whole."""
    request = Request(one(tmp_path), options=only("deck"), output=mounted, now=1, workers=1, cached=False)
    build(request)
    (mounted / "filler").write_bytes(b"x" * max(0, os.statvfs(mounted).f_bavail - 2) * 4096)
    one(tmp_path, answer="Another answer.")
    assert _fails(request).endswith(f": cannot be written, No space left on device; {FREE}")
    assert pack_of_folder(mounted) is not None


def pack_of_folder(output: Path) -> object:
    """Return the manifest of the pack in an output folder of any name."""
    link = output.parent / "out"
    if not link.exists():
        link.symlink_to(output)
    return pack_of(output.parent)


def test_a_read_only_file_system_costs_nothing(mounted: Path, tmp_path: Path) -> None:
    """As root too, whom permissions do not stop: one line, and the old pack is whole."""
    request = Request(one(tmp_path), options=only("deck"), output=mounted, now=1, workers=1, cached=False)
    build(request)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    one(tmp_path, answer="Another answer.")
    said = _fails(request)
    assert said in [
        f"/small/made:1:1: cannot be written, {w}; {FREE}" for w in ("Read-only file system", "Permission denied")
    ]


def test_a_folder_without_permission_costs_nothing(request_: Request) -> None:
    """A user who may not write into the output folder is told so."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom studypack.errors import BuildError\n"
        "from studypack.storage.atomic import write_pack\nos.setuid(65534) if os.getuid() == 0 else None\n"
        "try:\n    write_pack(Path(sys.argv[1]), {'pack.json': b'x'}, 'pack.json', set())\n"
        "except BuildError as error:\n    sys.exit(str(error))"
    )
    output = request_.output
    for folder in (output, *(p for p in output.parents if Path(tempfile.gettempdir()) in p.parents)):
        folder.chmod(folder.stat().st_mode | 0o055)
    for folder, mode in ((output, 0o755), (output / "made", 0o755)):
        folder.chmod(mode)
    before = _files(output)
    mode = output.stat().st_mode
    if os.getuid():
        output.chmod(0o555)
    done = python("-c", code, output / "made", cwd=request_.path.parent)
    output.chmod(mode)
    assert done.stderr.strip() == f"{output / 'made'}:1:1: cannot be written, Permission denied; {FREE}"
    assert _files(output) == before


def test_a_file_where_a_folder_is_due_costs_nothing(request_: Request) -> None:
    """In place of the output folder, and of the pack's own."""
    (request_.path.parent / "file").write_bytes(b"mine")
    said = _fails(replace(request_, output=request_.path.parent / "file"))
    assert said in [f"/file/made:1:1: cannot be written, {why}; {FREE}" for why in ("File exists", "Not a directory")]
    other = request_.path.parent / "other"
    other.mkdir()
    (other / "made").write_bytes(b"mine")
    assert _fails(replace(request_, output=other)) == f"/other/made:1:1: cannot be written, Not a directory; {FREE}"


def test_a_pack_that_is_open_elsewhere_is_replaced(request_: Request) -> None:
    """Who reads the old deck reads on in the old one; the new one has its place."""
    with (request_.output / "made" / "deck.apkg").open("rb") as reader:
        old = reader.read(100)
        build(request_)
        rest = reader.read()
    assert old + rest != (request_.output / "made" / "deck.apkg").read_bytes()
    assert (old + rest).startswith(b"PK")
    assert pack_of(request_.path.parent) is not None


@pytest.mark.parametrize("epoch", ["0", "4102444800", "99999999999", "-1", "²", "x", ""])
def test_a_wrong_clock_gives_right_products(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 1970, in 2100 and without sense: a pack that can be read, verified and built again."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    path = one(tmp_path)
    for _ in range(2):
        build(Request(path, options=only(*PACKS), output=tmp_path / "out", now=current_time(), workers=1))
        assert pack_of(tmp_path) is not None


@pytest.mark.parametrize("clock", [-1e9, 0, 4_102_444_800, 1e12])
def test_a_clock_far_off_is_no_reason_to_stop(clock: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine takes the time for, the build's time is one that Anki and PDF can hold."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr("time.time", lambda: clock)
    assert 0 <= current_time() <= 7_258_118_400


def test_a_corrupted_cache_gives_the_same_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes changed at random places of every entry, entries cut and swapped: the pack is what it would be without."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    request = Request(one(tmp_path), options=only("cheatsheet", "handbook"), output=tmp_path / "out", now=1, workers=1)
    build(request)
    right = _files(tmp_path / "out")
    chance = random.Random(6)
    entries = sorted((tmp_path / "cache").iterdir())
    assert len(entries) > 3
    contents = [entry.read_bytes() for entry in entries]
    for number, (entry, content) in enumerate(zip(entries, contents, strict=True)):
        at = chance.randrange(len(content))
        changed = content[:at] + bytes([content[at] ^ (1 + chance.randrange(255))]) + content[at + 1 :]
        entry.write_bytes((changed, content[:at], contents[number - 1][:-1], b"")[number % 4])
    shutil.rmtree(tmp_path / "out")
    build(request)
    assert _files(tmp_path / "out") == right


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the cache folder's place, or no permission: the pack is built all the same."""
    (tmp_path / "cache").write_bytes(b"mine")
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    build(Request(one(tmp_path), options=only("cheatsheet"), output=tmp_path / "out", now=1, workers=1))
    assert pack_of(tmp_path) is not None
    assert Cache(tmp_path / "cache").size() == 0


NAMES = {
    "con": "con-set",
    "nul": "nul-set",
    "com1": "com1-set",
    "console": "console",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_windows_keeps_are_given_another(name: str, tmp_path: Path) -> None:
    """A set called CON has a folder that can be copied to any machine, and is found there."""
    path = write_set(tmp_path / "made.yaml", authored(1, id=name))
    assert build(Request(path, options=only("deck"), output=tmp_path / "out", now=1)).folder.name == NAMES[name]
    assert pack_name("amazon", "con") == "amazon-con"


NO_ID = "ids are lower-case words joined by hyphens"


@pytest.mark.parametrize("name", ["../x", "a/b", "-rf", "CON", "x" * 300, ".", "..", "a\\b", "a:b", "", "ä"])
def test_a_name_that_is_no_id_is_refused(name: str, tmp_path: Path) -> None:
    """As a set's id and as a saved pack's: with the place, and nothing is written."""
    for change in ({"id": name}, {"packs": {name: {"topics": ["topic-0"]}}}):
        if change == {"id": ""}:
            continue  # an empty value is one that is not there
        path = write_set(tmp_path / "made.yaml", authored(1, **change))
        with pytest.raises(ContentError) as caught:
            load(path)
        (problem,) = caught.value.diagnostics
        assert problem.where is not None
        assert problem.why == ("the limit is 80" if len(name) > 80 else NO_ID)


@pytest.mark.parametrize("name", ["-rf", "CON", "x" * 250, "..x", "ä ö", "a\nb"])
def test_a_files_name_gives_a_safe_folder(name: str, tmp_path: Path) -> None:
    """A set without an id is called after its file: whatever that is called, the folder is a plain word."""
    content = authored(1)
    del content["id"]
    path = write_set(tmp_path / f"{name}.yaml", content)
    folder = build(Request(path, options=only("cheatsheet"), output=tmp_path / "out", now=1, workers=1)).folder
    assert folder.parent == tmp_path / "out"
    assert len(folder.name) <= 80
    assert folder.name.replace("-", "a").isalnum()
    assert set_id(tmp_path / f"{'x' * 200}1.yaml") != set_id(tmp_path / f"{'x' * 200}2.yaml")


def test_long_names_of_options_are_answered(tmp_path: Path) -> None:
    """A folder's name beyond what the system holds is one line, exit code 1; so is a selection of nothing."""
    one(tmp_path)
    done = run("build", "made.yaml", "-p", "deck", "-o", "x" * 300, cwd=tmp_path)
    assert (done.returncode, len(done.errors)) == (1, 1)
    assert "cannot be written, File name too long" in done.errors[0]
    done = run("build", "made.yaml", "--match", "y" * 3000, cwd=tmp_path)
    assert (done.returncode, len(done.errors)) == (1, 1)
    assert "no question meets all of the criteria" in done.errors[0]
    assert not (tmp_path / "out").exists()


def test_two_packs_of_one_name_are_refused(tmp_path: Path) -> None:
    """The whole set `a-b`, and the topic `b` of the set `a`: the second does not cost the first."""
    first = authored(1, id="a-b")
    build(Request(write_set(tmp_path / "one.yaml", first), options=only("deck"), output=tmp_path / "out", now=1))
    before = _files(tmp_path / "out")
    second = authored(1, id="a", topics=[{"id": "b", "title": "B"}])
    second["questions"][0]["topic"] = "b"
    path = write_set(tmp_path / "two.yaml", second)
    request = Request(path, Criteria(topics=("b",)), options=only("deck"), output=tmp_path / "out", now=1)
    with pytest.raises(BuildError) as caught:
        build(request)
    assert str(caught.value) == (
        f'{tmp_path / "out" / "a-b"}:1:1: holds the pack of the set "a-b", both have this name; '
        "choose another folder with -o"
    )
    assert _files(tmp_path / "out") == before


def test_selections_of_one_set_never_share_a_name(tmp_path: Path) -> None:
    """Topics `a-b` and `c`, and topics `a` and `b-c`, are two selections and have two folders."""
    topics = ["a", "a-b", "b-c", "c"]
    content = authored(4, per_topic=1, topics=[{"id": topic, "title": topic} for topic in topics])
    for question, topic in zip(content["questions"], topics, strict=True):
        question["topic"] = topic
    whole = load(write_set(tmp_path / "made.yaml", content)).question_set
    slugs = [
        subset.slug
        for chosen in (("a-b", "c"), ("a", "b-c"), ("a",), ("a", "c"))
        if (subset := select(whole, Criteria(topics=chosen)).subset)
    ]
    assert len(set(slugs)) == 4
    assert slugs[2:] == ["a", "a-c"]  # names stay plain where they are clear


def test_topics_and_questions_that_miss_each_other_are_answered(tmp_path: Path) -> None:
    """A topic without questions cannot be selected; a question in no topic is an error; nothing selected is one too."""
    content = authored(1)
    content["topics"].append({"id": "empty", "title": "Empty"})
    path = write_set(tmp_path / "made.yaml", content)
    whole = load(path).question_set
    with pytest.raises(SelectionError, match='no topic "empty" in the set "made"'):
        select(whole, Criteria(topics=("empty",)))
    with pytest.raises(SelectionError, match="no question meets all of the criteria"):
        select(whole, Criteria(match="no such words"))
    content["questions"][0]["topic"] = "nowhere"
    with pytest.raises(ContentError, match='unknown topic "nowhere"'):
        load(write_set(path, content))
    del content["questions"][0]["topic"]
    with pytest.raises(ContentError, match='"topic" is missing'):
        load(write_set(path, content))


def test_an_old_python_is_told_in_one_line(tmp_path: Path) -> None:
    """Before anything is imported that it could not read."""
    code = "import sys\nsys.version_info = (3, 10, 0)\nfrom studypack.__main__ import main\nmain()"
    done = python("-c", code, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "error: studypack needs Python 3.11 or newer; install it (Debian 12 or newer: apt-get install python3)\n"
    )


@pytest.mark.parametrize(
    ("lacking", "error", "remedies"),
    [
        (
            "weasyprint",
            "OSError('cannot load library libpango-1.0-0')",
            {"build": "install Pango and HarfBuzz", "doctor": _install_command()},
        ),
        (
            "fontpkg",
            "ImportError('no fontpkg')",
            {"build": "install studypack again", "doctor": "install studypack again"},
        ),
    ],
)
def test_what_a_machine_lacks_is_told_in_one_line(
    lacking: str, error: str, remedies: dict[str, str], tmp_path: Path
) -> None:
    """Without Pango, and without the fonts: what to install, exit code 1; what needs neither goes on working."""
    broken = tmp_path / "broken"
    (broken / lacking).mkdir(parents=True)
    (broken / lacking / "__init__.py").write_text(f"raise {error}\n")
    one(tmp_path)
    path = {"PYTHONPATH": f"{broken}:{environment()['PYTHONPATH']}", "STUDYPACK_CACHE": str(tmp_path / "cache")}
    for words in ("build made.yaml -p handbook -j2", "doctor"):
        done = run(*words.split(), cwd=tmp_path, **path)
        assert done.returncode == 1
        (said,) = done.errors
        assert f"; {remedies[words.split()[0]]}" in said
    assert run("list", "made.yaml", cwd=tmp_path, **path).returncode == 0
    assert not (tmp_path / "out").exists()


FORGED = {
    "elsewhere": lambda m: m["products"]["deck"].update(file="../../secret"),
    "absolute": lambda m: m["products"]["deck"].update(file="/etc/passwd"),
    "no file": lambda m: m["products"].update(deck=3),
    "no list": lambda m: m.update(products=[]),
    "no questions": lambda m: m.update(questions=None),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_manifest_is_no_pack(name: str, request_: Request) -> None:
    """`verify` of a stranger's pack reads nothing beside it, and ends with a line."""
    from studypack.workflows.verify import verify as verify_pack

    path = request_.output / "made" / "pack.json"
    manifest = json.loads(path.read_bytes())
    FORGED[name](manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises(BuildError, match="not a pack"):
        verify_pack(path.parent)
    path.write_bytes(b"[" * 100_000)
    with pytest.raises(BuildError, match="not a pack"):
        verify_pack(path.parent)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_folder_for_temporary_files_is_one_line(jobs: str, mounted: Path, tmp_path: Path) -> None:
    """With its name, and what to do: there is room for the first file and not for the fonts."""
    one(tmp_path)
    (mounted / "filler").write_bytes(b"x" * max(0, os.statvfs(mounted).f_bavail - 1) * 4096)
    done = run("build", "made.yaml", "-p", "handbook", "-j", jobs, "--no-cache", cwd=tmp_path, TMPDIR=str(mounted))
    assert done.errors == [
        f"{mounted}:1:1: the system cannot open or write a file, No space left on device; "
        "free some space there, or set TMPDIR to another folder for temporary files"
    ]


@pytest.mark.parametrize("files", few(range(12, 21), 12, 16, 20))
def test_too_few_open_files_end_a_build(files: int, tmp_path: Path) -> None:
    """Whichever of its files is the one too many (soak: each): one error or a pack, and no worker is waited for."""
    one(tmp_path)
    command = f'ulimit -n {files} && exec "{sys.executable}" -m studypack build made.yaml -p cheatsheet -j 3 --no-cache'
    env = environment(XDG_DATA_HOME=str(tmp_path / ".data"))
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert "fault in studypack" not in done.stderr
    assert (done.returncode, done.stderr.count("error: ")) in ((0, 0), (1, 1)), done.stderr


def test_a_pipe_in_the_states_place_is_one_line(tmp_path: Path) -> None:
    """It is not waited for; neither is a device."""
    one(tmp_path)
    (tmp_path / "made.deck-state.json").symlink_to("/dev/zero")
    done = run_within(60, "build", "made.yaml", "-p", "deck", cwd=tmp_path)
    assert "fault in studypack" not in done.stderr
    (tmp_path / "made.deck-state.json").unlink()
    os.mkfifo(tmp_path / "made.deck-state.json")
    done = run_within(60, "build", "made.yaml", "-p", "deck", cwd=tmp_path)
    assert "fault in studypack" not in done.stderr


def test_two_sets_of_one_name_at_once_lose_none(tmp_path: Path) -> None:
    """Of two builds that begin before either has written, one is refused, and the other's pack stays whole."""
    out = tmp_path / "out"
    requests = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        content = authored(1, id="same", title=name.title())
        content["questions"][0]["id"] = name
        path = write_set(tmp_path / name / "made.yaml", content)
        requests.append(Request(path, options=only("cheatsheet"), output=out, now=1, workers=1, cached=False))
    ready, results = threading.Barrier(2), []

    def both(request: Request) -> None:
        def meet(step: str) -> None:
            if step == "writing":
                ready.wait(60)

        try:
            results.append(build(request, meet).manifest["set"]["title"])
        except BuildError as error:
            results.append(str(error))

    threads = [threading.Thread(target=both, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (refused,) = [result for result in results if "both have this name" in result]
    (kept,) = [result for result in results if result != refused]
    assert json.loads((out / "same" / "pack.json").read_bytes())["set"]["title"] == kept
