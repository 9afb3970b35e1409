"""A product is one package, one folder of templates and one line in the registry: no other module contains its name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studypack.products import PRODUCTS

from tests.making import authored, write_set
from tests.run_server import RunServer
from tests.running import Done

ROOT = Path(__file__).parents[2]

PRODUCT = '''
"""Every takeaway, one below the other."""

import os
from pathlib import Path

from studypack.pdf.binding import Entry, Leaves, bind
from studypack.pdf.text_extraction import sections
from studypack.products.documents import document_info
from studypack.products.interface import Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import OptionModel, PrintOptions, option
from studypack.text.html_text import held_by
from studypack.text.markdown import plain
from studypack.typeset.layout import lay_out, write
from studypack.typeset.templating import render, stylesheet


class ToyOptions(OptionModel):
    shout: bool = option(False, "Print a toy in bold letters.")


class Toy(Product):
    name, title, filename = "toy", "toy", "toy.pdf"
    default = False  # is not made by a server to warm up
    summary = "every takeaway, one below the other"
    options = (PrintOptions, ToyOptions)
    shows = frozenset({"takeaway"})
    guarantees = frozenset({"question", "takeaway"})

    def render(self, pack):
        with Path(os.environ["TOY_LOG"]).open("a") as log:
            log.write("rendered\\n")
        shout = pack.options[ToyOptions].shout
        html = render("toy/toy.html.j2", pack.theme, set=pack.question_set, shout=shout)
        part = write(lay_out(html, stylesheet("themes/print.css")))
        entries = [Entry(f"{q.label} {plain(q.question)}", q.id) for q in pack.question_set.questions]
        ids = {q.id for q in pack.question_set.questions}
        held = held_by(html, lambda key: key if key in ids else None)
        pdf = bind([Leaves(part)], document_info(pack), entries)
        return Rendered(pdf, part.count, "pages", held=held)

    def read_back(self, content):
        return ReadBack(tuple(ReadQuestion(title.split()[0], text) for title, text, *_ in sections(content)))


PRODUCT = Toy()
'''

TEMPLATE = """<!doctype html><html lang="en"><title>Toy</title>
{% for question in set.questions %}
<h1 id="{{ question.id }}">{{ question.label }} {{ question.question | inline }}</h1>
<p>{% if shout %}<b>{{ question.takeaway | inline }}</b>{% else %}{{ question.takeaway | inline }}{% endif %}</p>
{% endfor %}
"""


class Copy:
    """A copy of the program, to which a test may add something, and a set to build with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "generator", folder / "generator", ignore=shutil.ignore_patterns("_data"))
        shutil.copytree(ROOT / "templates", folder / "templates")
        self.program = folder / "generator" / "studypack"
        self.log = folder / "log"
        self.content: dict[str, Any] = {}
        self._server: RunServer | None = None

    def begin(self) -> None:
        """Have nothing but the program with its additions, and the set."""
        for name in ("out", "elsewhere", "cache"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "made.deck-state.json").unlink(missing_ok=True)
        self.log.write_text("")
        (self.folder / "templates" / "toy" / "toy.html.j2").write_text(TEMPLATE)
        self.content = authored(3, edition="2026.11")
        self.write()

    def write(self, **changes: Any) -> None:
        """Write the set, with changes of its first question."""
        self.content["questions"][0] |= changes
        write_set(self.folder / "made.yaml", self.content)

    def run(self, *arguments: str) -> Done:
        """Run the copied program in its folder; it is as it was when it ran first, and templates are as they are."""
        self._server = self._server or RunServer(self.folder / "generator")
        own = {
            "STUDYPACK_CACHE": str(self.folder / "cache"),
            "TOY_LOG": str(self.log),
            "NO_COLOR": "1",
            "COLUMNS": "200",
        }
        out, err = self.folder / "stdout", self.folder / "stderr"
        code = self._server.run(arguments, self.folder, {**os.environ, **own}, (out, err), 300)
        return Done(code, out.read_text("utf-8"), err.read_text("utf-8"))

    def end(self) -> None:
        """End what has been started."""
        if self._server:
            self._server.end()

    def build(self, *arguments: str) -> dict[str, Any]:
        """Build a pack of the set, which must succeed, and return its manifest."""
        done = self.run("build", "made.yaml", "-j", "1", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        manifest: dict[str, Any] = json.loads(done.stdout)
        return manifest

    @property
    def renderings(self) -> int:
        """How often the toy was rendered."""
        return len(self.log.read_text().splitlines())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Yield a copy of the program with a toy product (package, template, registry line) and an option of the sheet."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    (copy.program / "products" / "toy").mkdir()
    (copy.program / "products" / "toy" / "__init__.py").write_text(PRODUCT)
    (copy.folder / "templates" / "toy").mkdir()
    registry = copy.program / "products" / "__init__.py"
    line = "_PACKAGES: Final = " + json.dumps(list(PRODUCTS)).replace("[", "(").replace("]", ")")
    assert line in registry.read_text()
    registry.write_text(registry.read_text().replace(line, line[:-1] + ', "toy")'))
    sheet = copy.program / "products" / "cheatsheet" / "__init__.py"
    text = sheet.read_text()
    assert text.count("class CheatSheet(Product):") == text.count(OPTIONS) == 1
    text = text.replace("class CheatSheet(Product):", DECLARED + "\n\nclass CheatSheet(Product):")
    sheet.write_text(text.replace(OPTIONS, OPTIONS[:-1] + ", InkOptions)"))
    yield copy
    copy.end()


@pytest.fixture
def toy(copy: Copy) -> Copy:
    copy.begin()
    return copy


def test_a_toy_is_offered_and_documented(toy: Copy) -> None:
    """The command line offers the product with its summary and its own option."""
    shown = " ".join(toy.run("build", "--help").stdout.split())
    assert f"[{'|'.join(PRODUCTS)}|toy]" in shown
    assert "toy: every takeaway, one below the other" in shown
    assert "--shout Print a toy in bold letters." in shown


def test_a_toy_is_written_listed_and_verified(toy: Copy) -> None:
    """It is a file of the pack, an entry of the manifest, and can be proved again."""
    manifest = toy.build("-p", "toy", "-p", "deck")
    assert list(manifest["products"]) == ["deck", "toy"]
    assert (toy.folder / manifest["folder"] / "toy.pdf").read_bytes().startswith(b"%PDF")
    assert toy.run("verify", manifest["folder"]).stdout.splitlines()[-1] == "toy: 3/3 questions"


def test_a_toy_is_cached_until_what_it_shows_changes(toy: Copy) -> None:
    """An edit of what it shows renders it again, and so does its own option; an edit of anything else does not."""
    toy.build("-p", "toy")
    assert toy.renderings == 1
    toy.build("-p", "toy", "-o", "elsewhere")
    assert toy.renderings == 1
    toy.write(answer="Another answer.", key_points=["Another point."])
    toy.build("-p", "toy")
    toy.build("-p", "toy", "--simplex")
    assert toy.renderings == 1
    toy.write(takeaway="Another takeaway.")
    toy.build("-p", "toy")
    assert toy.renderings == 2
    toy.build("-p", "toy", "--shout")
    assert toy.renderings == 3


def test_a_toy_that_drops_something_is_refused(toy: Copy) -> None:
    """The proof finds a takeaway that the template leaves out, and nothing is written."""
    template = toy.folder / "templates" / "toy" / "toy.html.j2"
    template.write_text(TEMPLATE.replace("<p>", "{% if not loop.last %}<p>").replace("</p>", "</p>{% endif %}"))
    done = toy.run("build", "made.yaml", "-j", "1", "-p", "toy")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Takeaway 2:" in done.stderr
    assert "it belongs to Q3 (question-2)" in done.stderr
    assert not list((toy.folder / "out").glob("*/pack.json"))


def test_an_option_is_one_declaration(toy: Copy) -> None:
    """A field of a product's model appears in the help, in the manifest and in what makes a pack out of date."""
    toy.content = authored(1)
    toy.write()
    assert "--ink [black|blue]" in toy.run("build", "--help").stdout
    options = toy.build("-p", "cheatsheet")["options"]
    assert (options["ink"], options["paper"]) == ("black", "a4")
    assert "up to date" in toy.run("build", "made.yaml", "-p", "cheatsheet").stderr
    assert "up to date" not in toy.run("build", "made.yaml", "-p", "cheatsheet", "--ink", "blue").stderr
    assert toy.build("-p", "cheatsheet", "--ink", "blue")["options"]["ink"] == "blue"


DECLARED = """
class InkOptions(OptionModel):
    ink: Literal["black", "blue"] = option("black", "The colour of the ink.")
"""
OPTIONS = "    options = (PrintOptions, SheetOptions)"
