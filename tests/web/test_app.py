"""What the page asks for: choosing, building, previewing, saving, importing; and what is refused."""

from __future__ import annotations

import io
import json
import shlex
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from studypack.jobs.executor import JobExecutor
from studypack.questions.loader import load
from studypack.web.app import Server, app_of

from tests.making import authored, question, write_set
from tests.running import run
from tests.web.client import Answer, request

HOSTILE = "<script>alert(1)</script>"


def _shown(diagnostics: Any, kind: str) -> str:
    return "\n".join(f"{kind}: {each}" for each in diagnostics)


class Page:
    """A page of one set, without the guard."""

    def __init__(self, server: Server, path: Path) -> None:
        self.app = app_of(server)
        self.key = server.add(path)
        self.desk = server.desks[self.key]

    def get(self, path: str) -> Answer:
        """Return the answer to an address of this set."""
        return request(self.app, "GET", f"/api/{self.key}/{path}")

    def post(self, path: str, body: Any) -> Answer:
        """Return the answer to a request with JSON."""
        return request(self.app, "POST", f"/api/{self.key}/{path}", json.dumps(body).encode())

    def built(self, **choice: Any) -> Any:
        """Build a choice and return the state at its end."""
        return self.made("build", choice)

    def made(self, path: str, choice: Any) -> Any:
        """Make what is asked for at an address, and return the state at its end."""
        before = self.desk.result
        assert self.post(path, choice).status == 200
        until = time.monotonic() + 120
        while self.desk.result is before and time.monotonic() < until:
            time.sleep(0.05)
        return self.get("state").json


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[dict[str, Any]], Page]]:
    """Return a function that serves a set of its own."""
    folder = tmp_path_factory.mktemp("served")
    with JobExecutor(1) as executor:
        server = Server(folder / "out", executor, _shown)
        count = iter(range(1000))

        def page(content: dict[str, Any]) -> Page:
            own = folder / str(next(count))
            own.mkdir()
            return Page(server, write_set(own / "made.yaml", content))

        yield page
        server.close()


@pytest.fixture(scope="module")
def page(opened: Callable[[dict[str, Any]], Page]) -> Page:
    """Return a page of a set with ten questions in two topics, whose texts are hostile."""
    content = authored(10, title=HOSTILE)
    content["questions"][0] = question(0, "topic-0", question=HOSTILE, cards=[{"id": "c", "cloze": "A {{c1::gap}}."}])
    return opened(content)


@pytest.fixture(scope="module")
def built(page: Page) -> Any:
    """Return the state after a build of two questions."""
    return page.built(criteria={"ids": ["Q1", "Q2"]}, products=["cheatsheet", "deck", "html"])


def test_the_offer_names_everything_that_can_be_chosen(page: Page) -> None:
    """Topics, levels and tags with their counts, products with their options; texts are plain."""
    offer = page.get("offer").json
    assert offer["title"] == HOSTILE
    assert [(t["id"], t["count"]) for t in offer["topics"]] == [("topic-0", 5), ("topic-1", 5)]
    assert {p["name"] for p in offer["products"]} >= {"handbook", "cheatsheet", "deck", "html"}
    controls = {control["name"]: control for control in offer["options"]}
    assert controls["paper"]["values"] == ["a4", "letter"]
    assert controls["large_print"]["shape"] == "flag"
    assert "retire" not in controls


def test_choosing_counts_and_gives_the_command(page: Page, tmp_path: Path) -> None:
    """A choice is counted, and the command that is shown selects the same questions."""
    choice = {"criteria": {"topics": ["topic-1"], "levels": ["core"], "limit": 1}, "products": ["deck"], "options": {}}
    found = page.post("choose", choice).json
    assert len(found["questions"]) == 1
    assert found["topics"] == {"topic-1": 1}
    words = shlex.split(found["command"])
    assert words[:2] == ["studypack", "build"]
    listed = run(
        "list", "--questions", "--json", words[2], "--topic", "topic-1", "--level", "core", "-n", "1", cwd=tmp_path
    )
    assert found["questions"][0] in listed.stdout
    assert words[3:-2] == ["--topic", "topic-1", "--level", "core", "-n", "1", "-p", "deck"]
    assert words[-2:] == ["-o", str(page.desk.output)]


def test_figures_are_estimates_until_a_pack_is_there(opened: Any) -> None:
    """Cards are counted, pages reckoned; a pack that is up to date has the true figures, for no other choice."""
    served = opened(authored(3))
    choice = {"products": ["cheatsheet", "deck"]}
    about = served.post("choose", choice).json["figures"]
    assert about["deck"] == {"text": "3 cards", "exact": True}
    assert about["handbook"]["text"].startswith("about ")
    assert about["cheatsheet"]["text"].startswith("1 page, about ")
    (sheet, _) = served.built(**choice)["files"]
    true = served.post("choose", choice).json["figures"]
    assert true["cheatsheet"]["text"] == "; ".join(sheet["facts"])
    assert true["handbook"] == about["handbook"]
    other = served.post("choose", {**choice, "options": {"paper": "letter"}}).json["figures"]
    assert other["cheatsheet"]["text"].startswith("1 page, about ")


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"criteria": {"topics": ["nowhere"]}}, "nowhere"),
        ({"criteria": {"match": "xyzzy"}}, "no question"),
        ({"criteria": {"colour": 1}}, "unknown key"),
        ({"criteria": {"topics": "topic-0"}}, "topics"),
        ({"criteria": {"limit": "1"}}, "limit"),
        ({"criteria": 1}, "selection"),
        ({"products": ["film"]}, "film"),
        ({"products": "deck"}, "products"),
        ({"options": {"paper": "a7"}}, "paper"),
        ({"options": {"theme": "/etc"}}, "options"),
    ],
)
def test_a_choice_that_cannot_be_is_explained(page: Page, choice: Any, said: str) -> None:
    """What a page cannot have sent, and what selects nothing, are problems like those of the terminal."""
    answer = page.post("choose", choice)
    assert answer.status == 422
    assert said in answer.json["problems"]


def test_the_files_are_shown_as_they_were_written(page: Page, built: Any) -> None:
    """Pages are pictures of the finished PDF, cards come from the finished deck, the page is the finished file."""
    products = {each["name"]: each for each in built["files"]}
    assert list(products) == ["cheatsheet", "deck", "html"]
    number = built["built"]["number"]
    with Image.open(io.BytesIO(page.get(f"{number}/page/cheatsheet/0?width=300").body)) as picture:
        assert picture.size[0] == 300
    assert len(products["deck"]["cards"]) == 3
    assert page.get(f"{number}/html/html").body == (Path(products["html"]["folder"]) / "page.html").read_bytes()
    assert page.get("file/deck").body == (Path(products["deck"]["folder"]) / "deck.apkg").read_bytes()
    with zipfile.ZipFile(io.BytesIO(page.get("pack.zip").body)) as archive:
        assert archive.namelist() == ["cheatsheet.pdf", "deck.apkg", "page.html"]


def test_a_card_has_two_sides_and_runs_nothing(page: Page, built: Any) -> None:
    """The gap is hidden in front and shown behind; a script of the set is text, and the policy forbids any."""
    number = built["built"]["number"]
    kinds = next(each["cards"] for each in built["files"] if each["kind"] == "apkg")
    place = next(n for n, label in enumerate(kinds) if label.endswith("cloze"))
    front, back = (page.get(f"{number}/card/{place}/{side}?night=1") for side in ("front", "back"))
    assert b"[\xe2\x80\xa6]" in front.body
    assert b">gap<" in back.body
    assert b"nightMode" in front.body
    assert b"url('data:font/ttf;base64," in front.body
    assert "sandbox" in front.headers["content-security-policy"]
    assert "script-src" not in front.headers["content-security-policy"]
    shown = page.get(f"{number}/card/0/front").body
    assert HOSTILE.encode() not in shown
    assert b"&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "path",
    [
        "1/page/cheatsheet/99",
        "1/page/cheatsheet/0?width=x",
        "1/page/deck/../../secret",
        "1/page/nothing/0",
        "1/card/99/front",
        "file/../../made.yaml",
        "file/%2e%2e%2fmade.yaml",
        "file/handbook",
        "source/nothing",
        "source/..%2F..%2Fetc%2Fpasswd",
    ],
)
def test_no_address_reaches_another_file(page: Page, built: Any, path: str) -> None:
    """An address names products, numbers and ids, never paths; any other is not found."""
    assert page.get(path).status == 404


def test_an_unknown_set_is_not_found(page: Page) -> None:
    """Keys of sets are those that the server has given."""
    assert request(page.app, "GET", "/api/..%2F/offer").status == 404
    assert request(page.app, "GET", "/api/999/offer").status == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"1"])
def test_a_body_that_is_no_choice_is_refused(page: Page, body: bytes) -> None:
    """A damaged request is an answer, not a fault."""
    assert request(page.app, "POST", f"/api/{page.key}/choose", body).status == 400


def test_the_source_of_a_question_is_shown(page: Page) -> None:
    """The place in the author's file, and the lines of this question alone."""
    found = page.get("source/question-3").json
    assert found["file"].endswith("made.yaml")
    assert "question-3" in found["text"]
    assert "question-4" not in found["text"]
    assert Path(found["file"]).read_text("utf-8").splitlines()[found["line"] - 1].strip() in found["text"]


def test_a_choice_is_saved_without_touching_the_rest(opened: Any, tmp_path: Path) -> None:
    """The pack is added to the set's file; comments, quotes and every other line stay as they were."""
    assert run("new", "own", cwd=tmp_path).returncode == 0
    path = tmp_path / "own.yaml"
    served = opened(authored(1))
    server_desk = served.desk
    served.key = next(iter([served.key]))
    server_desk.path, old = path, path.read_text("utf-8")
    server_desk.read()
    topic = server_desk.loaded.question_set.topics[0].id
    saved = served.post("save", {"name": "night-before", "title": "The night before", "criteria": {"topics": [topic]}})
    assert saved.status == 200, saved.body
    new = path.read_text("utf-8")
    added = [line for line in new.splitlines() if line not in old.splitlines()]
    assert [line for line in old.splitlines() if line not in new.splitlines()] == []
    assert any("night-before:" in line for line in added)
    assert len(added) <= 5
    assert load(path).question_set.header.packs["night-before"].topics == (topic,)
    again = served.post("save", {"name": "night-before", "criteria": {"topics": [topic]}})
    assert 'the set has a pack "night-before"' in again.json["problems"]
    wrong = served.post("save", {"name": "Not a name!", "criteria": {"topics": [topic]}})
    assert wrong.status == 422
    assert path.read_text("utf-8") == new


def test_a_dropped_file_becomes_a_set(page: Page) -> None:
    """Its questions can be chosen at once, and what was skipped is named with its line."""
    table = b"question,answer\nWhat is a lock?,It guards.\nWhat is a lease?,It ends.\n,lost\n"
    done = request(page.app, "POST", "/api/import?name=C:%5Cfiles%5CMy%20list.csv", table).json
    assert done["questions"] == 2
    assert [each["where"] for each in done["skipped"]] == ["My list.csv:4"]
    assert Path(done["folder"]).parts[-2:] == ("imported", "my-list")
    assert len(request(page.app, "GET", f"/api/{done['key']}/offer").json["questions"]) == 2


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/evil.csv", "..", "", "a/b/evil.csv", "%00evil.csv", "x" * 500 + ".csv"]
)
def test_an_upload_stays_in_its_folder(page: Page, name: str, tmp_path: Path) -> None:
    """Whatever the name of a file, its set is a folder within `imported`, or it is refused."""
    answer = request(page.app, "POST", f"/api/import?name={name}", b"question,answer\nA?,b\n")
    if answer.status == 200:
        assert Path(answer.json["folder"]).resolve().parent == (page.desk.output / "imported").resolve()
    else:
        assert answer.status == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.apkg", b"PK\x03\x04 no zip"),
        ("a.csv", b""),
        ("a.xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><quiz>&y;</quiz>"),
    ],
)
def test_a_hostile_upload_is_explained(page: Page, name: str, content: bytes) -> None:
    """A damaged package, an empty file and an external entity are problems with a reason."""
    answer = request(page.app, "POST", f"/api/import?name={name}", content)
    assert answer.status == 422
    assert answer.json["problems"].startswith("error: ")
    assert "/tmp" not in answer.json["problems"]


def test_a_saved_change_is_built_again(opened: Any) -> None:
    """Saving the file rebuilds the last choice; a mistake shows its message and the last good pages stay."""
    served = opened(authored(2))
    first = served.built(products=["cheatsheet"])
    path = served.desk.path
    text = path.read_text("utf-8")

    def until(condition: Callable[[Any], bool]) -> Any:
        end = time.monotonic() + 60
        while not condition(state := served.get("state").json) and time.monotonic() < end:
            time.sleep(0.1)
        return state

    path.write_text(text.replace('"answer"', '"anser"', 1), "utf-8")
    broken = until(lambda state: bool(state["problems"]))
    assert 'unknown key "anser"' in broken["problems"]
    assert broken["files"] == first["files"]
    path.write_text(text.replace("Takeaway 1", "Another takeaway"), "utf-8")
    mended = until(lambda state: not state["problems"] and state["built"]["number"] > first["built"]["number"])
    assert mended["problems"] == ""
    assert mended["files"]


def test_an_exam_is_shown_beside_the_pack(page: Page, built: Any) -> None:
    """Papers and keys are pages with their questions' places; all files are in the archive."""
    options = {"questions": 2, "variants": 2, "minutes": 30, "title": "A test", "separate": True}
    choice = {"criteria": {"topics": ["topic-1"], "limit": 1}, "exam": options}
    words = shlex.split(page.post("choose", choice).json["exam_command"])
    assert words[:2] == ["studypack", "exam"]
    assert words[3:-2] == shlex.split(
        "--topic topic-1 --questions 2 --variants 2 --minutes 30 --title 'A test' --separate"
    )
    state = page.made("exam", choice)
    assert (state["problems"], state["last"]) == ("", "exam")
    papers, keys = (each for each in state["files"] if each["of"] == "exam")
    assert (papers["facts"][0], papers["title"], keys["title"]) == ("2 papers", "exam papers", "marking keys")
    asked = {key for key, *_ in papers["places"] if key}
    assert asked <= set(page.post("choose", {"criteria": {"topics": ["topic-1"]}}).json["questions"])
    assert len([key for key, *_ in papers["places"] if key]) == 4
    with Image.open(io.BytesIO(page.get(f"{state['built']['number']}/page/keys/0?width=300").body)) as picture:
        assert picture.size[0] == 300
    assert page.get("file/papers").body == (Path(papers["folder"]) / "papers.pdf").read_bytes()
    with zipfile.ZipFile(io.BytesIO(page.get("pack.zip").body)) as archive:
        names = archive.namelist()
        assert archive.read("papers.pdf") == page.get("file/papers").body
    assert {"deck.apkg", "papers.pdf", "keys.pdf", "exam.json"} < set(names)
    assert sum(name.startswith("keys/") for name in names) == 2


def test_an_exam_that_cannot_be_drawn_is_explained(page: Page) -> None:
    """What no page sends is refused at once; a blueprint that cannot be met is explained as in the terminal."""
    assert "variants" in page.post("exam", {"exam": {"variants": 0}}).json["problems"]
    assert "options" in page.post("exam", {"exam": {"theme": "/etc"}}).json["problems"]
    state = page.made("exam", {"criteria": {"topics": ["topic-1"]}, "exam": {"blueprint": "9 core"}})
    assert "core" in state["problems"]


def test_a_build_can_be_cancelled(opened: Any) -> None:
    """A build that is cancelled ends with a word, writes nothing, and the next one works."""
    served = opened(authored(3))
    assert served.post("build", {"products": ["cheatsheet"]}).status == 200
    assert served.post("cancel", {}).status == 200
    assert served.get("state").json["problems"] in ("", "error: cancelled")
    assert served.built(products=["cheatsheet"])["problems"] == ""
