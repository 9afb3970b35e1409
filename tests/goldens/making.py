"""The goldens as they are made now: the HTML of each product before it is typeset or packed, and messages."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import patch

from click.testing import CliRunner
from jinja2 import Template
from studypack.cli.main import cli

from tests import anki_reading
from tests.running import ROOT, run

FOLDER: Final = Path(__file__).parent
FOLDERS: Final = ("handbook", "cheatsheet", "deck", "messages")
"""What is generated; the rest of the folder is its input and its makers."""
SETS: Final = ROOT / "tests" / "sets"


class Rendered(NamedTuple):
    """A template, the values that it was given, and the HTML that came of it."""

    template: str
    values: Mapping[str, Any]
    html: str

    @property
    def document(self) -> str:
        """What tells documents of one template apart: not what only the attempts to fill its pages differ in."""
        told = {key: value for key, value in self.values.items() if key not in ("set", "files", "late", "loose")}
        return repr((self.template, [topic.id for topic in self.values["set"].topics], told))


def made() -> dict[str, str]:
    """Return the text of each golden by its path below the folder."""
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(FOLDER / "set", folder / "set")  # a build writes the deck's state beside its set
        for product in ("handbook", "cheatsheet"):
            files |= _documents(product, _built(folder, product)[0])
        files |= _cards(folder, _built(folder, "deck")[1])
        files |= {f"messages/{path.stem}.txt": _message(path.name, folder) for path in sorted(SETS.glob("broken_*"))}
    return {path: _lines(text) for path, text in files.items()}


def _built(folder: Path, product: str) -> tuple[list[Rendered], Path]:
    """Build one product in this process; return what was rendered meanwhile, and the pack's folder."""
    seen: list[Rendered] = []
    original = Template.render

    def recording(template: Template, values: dict[str, Any]) -> str:
        html = original(template, values)
        seen.append(Rendered(str(template.name), values, html))
        return html

    with patch.object(Template, "render", recording):
        words = ["build", str(folder / "set"), "-p", product, "-o", str(folder / product), "-j", "1", "--no-cache"]
        done = CliRunner().invoke(cli, words, env={"SOURCE_DATE_EPOCH": "1790000000"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    (pack,) = (folder / product).iterdir()
    return seen, pack


def _documents(product: str, rendered: list[Rendered]) -> dict[str, str]:
    """Return the last rendering of each document, which is the one that was accepted, by its template.

    A galley is where the cheat sheet measures its pieces: no document of the product.
    """
    own = [r for r in rendered if r.template.startswith(f"{product}/") and "galley" not in r.template]
    last = {r.document: r for r in own if r.html.startswith("<!doctype html>")}
    files: dict[str, str] = {}
    for template, html in ((r.template.removesuffix(".html.j2"), r.html) for r in last.values()):
        number = sum(path.startswith(f"{template}-") for path in files) + 1
        files[f"{template}-{number}.html"] = html
    return files


def _cards(folder: Path, pack: Path) -> dict[str, str]:
    """Return front and back of the first card of each kind as Anki's own engine shows them."""
    found: dict[str, str] = {}
    with anki_reading.profile(folder / "anki") as collection:
        anki_reading.import_deck(collection, (pack / "deck.apkg").read_bytes())
        for number in sorted(collection.find_cards("")):
            card = collection.get_card(number)
            kind = card.note_type()["name"].removeprefix("studypack ")
            output = card.render_output()
            sides = f"<!-- front -->\n{output.question_text}\n<!-- back -->\n{output.answer_text}"
            # The name of a medium ends in the hash of its bytes.
            found.setdefault(f"deck/{kind}-{card.ord + 1}.html", re.sub(r"-[0-9a-f]{16}(?=\.svg)", "-HASH", sides))
    return found


def _message(name: str, folder: Path) -> str:
    """Return what `check` says of a broken set."""
    shutil.copytree(SETS / name, folder / name) if (SETS / name).is_dir() else shutil.copy(SETS / name, folder)
    done = run("check", name, cwd=folder)
    assert (done.returncode, done.stdout) == (1, ""), done
    return done.stderr


def _lines(text: str) -> str:
    """Return the text without blank lines and spaces at line ends, which nobody can see in a review."""
    return "".join(f"{line}\n" for line in map(str.rstrip, text.splitlines()) if line)


def committed() -> Iterator[Path]:
    """Yield each golden's file."""
    for name in FOLDERS:
        yield from sorted((FOLDER / name).glob("*"))
