"""Products as jobs: what rebuilds them, what their bytes preserve, and that every way gives the same file."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from studypack.errors import BuildError, Diagnostic, Location
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.products.cheatsheet import CheatSheet
from studypack.products.interface import PackContext, Rendered, StoredState, run_here
from studypack.products.job import ClaimsJob, Made, ProductJob, ProofJob, read_claims
from studypack.products.options import Options
from studypack.questions.model import Card
from studypack.text.runs import Held, squeezed
from studypack.typeset.geometry import Paper
from studypack.typeset.themes import Theme
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, make_set, only, write_set

# pytest-xdist's workers have a thread, of which Python 3.12 and later warn where they fork.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def pack(tmp_path: Path) -> PackContext:
    whole = make_set(tmp_path, authored(2))
    return PackContext(whole, whole)


def _changed(pack: PackContext, **changes: Any) -> PackContext:
    """Return the pack with another first question."""
    first, *rest = pack.question_set.questions
    questions = (first.model_copy(update=changes), *rest)
    return dataclasses.replace(pack, question_set=dataclasses.replace(pack.question_set, questions=questions))


def _inputs(name: str, pack: PackContext) -> tuple[bytes | str, ...]:
    return tuple(ProductJob(name, pack).inputs() or ())


def test_whatever_a_sheet_depends_on_makes_another(pack: PackContext) -> None:
    """Product, content, paper, date and looks count."""
    others = [
        _inputs("handbook", pack),
        _inputs("cheatsheet", _changed(pack, takeaway="Another.")),
        _inputs("cheatsheet", dataclasses.replace(pack, options=only(paper=Paper.LETTER))),
        _inputs("cheatsheet", dataclasses.replace(pack, date="2026-01-01T00:00:00+00:00")),
        _inputs("cheatsheet", dataclasses.replace(pack, theme=Theme("x", {"theme.css": ""}))),
    ]
    assert len({*others, _inputs("cheatsheet", pack)}) == len(others) + 1


def test_what_a_sheet_does_not_show_leaves_it_as_it_is(pack: PackContext) -> None:
    """The clock, a deck's memory, cards, places in files, others' options and the executor do not change the sheet."""
    same = [
        dataclasses.replace(pack, now=99),
        dataclasses.replace(pack, state=StoredState("deck-state.json", b"{}")),
        dataclasses.replace(pack, options=only(simplex=True, order="level")),
        dataclasses.replace(pack, submit=JobExecutor(1).submit),
        _changed(pack, where=Location("made.yaml", 99)),
        _changed(pack, cards=(Card(id="more", front="F", back="B"),)),
    ]
    assert {_inputs("cheatsheet", other) for other in same} == {_inputs("cheatsheet", pack)}


def test_a_deck_is_never_kept(pack: PackContext) -> None:
    """It depends on its earlier notes, which a cached file would ignore."""
    assert ProductJob("deck", pack).inputs() is None


@pytest.mark.parametrize("name", ["cheatsheet", "deck"])
def test_a_product_is_the_same_after_its_bytes(pack: PackContext, name: str) -> None:
    """File, counts, remarks, what was left out and the deck's state come through; the job itself can be sent, too."""
    job: ProductJob = pickle.loads(pickle.dumps(ProductJob(name, pack)))
    made = job.run()
    assert job.loads(job.dumps(made)) == made
    assert (made.name, made.rendered.content[:2]) == (name, {"cheatsheet": b"%P", "deck": b"PK"}[name])
    assert made.seconds > 0


def test_warnings_and_what_was_left_out_come_through(pack: PackContext) -> None:
    """Diagnostics with and without a place, and texts in any script."""
    told = (Diagnostic(Location("a.yaml", 3, 7), "what", "why", "remedy"), Diagnostic(None, "“だ”"))
    held = {"q": Held("word", ("figures/x.svg",))}
    rendered = Rendered(b"%PDF\n\n", 1, "pages", told, ("é",), ("new",), {"q": "key point 3"}, held, b"\xc3\xa9")
    made = Made("cheatsheet", rendered, 1.5)
    assert ProductJob("cheatsheet", pack).loads(ProductJob("cheatsheet", pack).dumps(made)) == made


@pytest.mark.parametrize("nonsense", [b"", b"{}\nx", b"[]\nx", b"\xff", b'{"seconds": 1}\n'])
def test_nonsense_is_refused(pack: PackContext, nonsense: bytes) -> None:
    """Bytes that are not a serialized product raise an exception, so that the product is made again."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - any will do, the workshop catches all
        ProductJob("cheatsheet", pack).loads(nonsense)


def test_an_incomplete_product_is_none(pack: PackContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rendered product is read back, and anything missing from it ends the build."""
    rendered = PRODUCTS["cheatsheet"].render(_changed(pack, takeaway="Another."))

    class Dropping(CheatSheet):
        def render(self, pack: PackContext) -> Rendered:
            return rendered

    monkeypatch.setitem(PRODUCTS, "cheatsheet", Dropping())
    with pytest.raises(BuildError, match="Q1"):
        ProductJob("cheatsheet", pack).run()


WAYS: Mapping[str, dict[str, Any]] = {
    "parallel": {"workers": 2},
    "parallel, warm": {"workers": 2},
    "serial, warm": {"workers": 1},
    "without a cache": {"workers": 3, "cached": False},
}


def test_every_way_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serial and parallel, cold and warm, here and elsewhere: each file of the pack is the same, pack.json too."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "serial"))
    content = authored(2, per_topic=1, edition="2026.11", introduction="Read.", closing="Done.")
    content["glossary"] = [{"id": "lock", "term": "lock", "definition": "A guard.", "question": "question-0"}]
    first = _files(tmp_path / "first", content, workers=1)
    assert sorted(first) == ["cheatsheet.pdf", "deck.apkg", "handbook.pdf", "pack.json"]
    for way, options in WAYS.items():
        if way == "parallel":
            monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / way))
        made = _files(tmp_path / "elsewhere" / way, content, **options)
        assert {name: made[name] == first[name] for name in first} == dict.fromkeys(first, True), way


def _files(folder: Path, content: dict[str, Any], **options: Any) -> dict[str, bytes]:
    folder.mkdir(parents=True)
    path = write_set(folder / "made.yaml", content)
    pack = build(Request(path, output=folder / "out", now=1_800_000_000, **options))
    return {file.name: file.read_bytes() for file in pack.files}


def test_a_proof_depends_on_all_that_it_compares(tmp_path: Path) -> None:
    """What is claimed, the HTML and the file; what is missing from either is found, also by an earlier result."""
    (asked,) = (whole := make_set(tmp_path, authored(1))).questions
    job = ClaimsJob("handbook", whole, Options())
    claims = run_here(job)
    text = "".join(run.content for claim in read_claims(claims.result()) for group in claim.groups for run in group)
    held, texts = {asked.id: Held(squeezed(text))}, {asked.id: text}

    def proof(held: dict[str, Held], texts: dict[str, str]) -> ProofJob:
        return ProofJob(job, claims, held, texts)

    (found,) = proof(held, texts).run()
    assert (found.id, found.missing, found.doubtful) == (asked.id, None, False)
    torn = text.replace(asked.takeaway or "", "")
    worse = [({}, texts), (held, {}), ({asked.id: Held(squeezed(torn))}, texts), (held, {asked.id: torn})]
    for job_of in [proof(*each) for each in worse]:
        (found,) = job_of.loads(job_of.dumps(job_of.run()))
        assert found.missing is not None
    inputs = {tuple(proof(*each).inputs()) for each in [(held, texts), *worse]}
    other = ClaimsJob(
        "handbook", dataclasses.replace(whole, questions=(asked.model_copy(update={"takeaway": "Else."}),)), Options()
    )
    inputs.add(tuple(ProofJob(other, claims, held, texts).inputs()))
    assert len(inputs) == 2 + len(worse)
