"""Jobs that find the texts which the checks look at: whatever has a fault is among them."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from studypack.checks.content import content_warnings
from studypack.checks.doubts import DoubtsJob, find_doubts
from studypack.checks.texts import texts_of
from studypack.questions.loader import LoadedSet, load
from studypack.questions.positions import Positions
from studypack.typeset.code_room import OURS
from studypack.typeset.themes import OWN

from tests.making import authored, write_set

FAULTS: dict[str, dict[str, Any]] = {
    "wide code": {"answer": f"```\n{'x' * 130}\n```"},
    "a link to nowhere": {"answer": "See [that](#nothing)."},
    "a link to a question": {"answer": "See [that](#q1)."},
    "a letter of no font": {"answer": "A \U00013000 sign."},
    "an open fence": {"answer": "```\nx = 1"},
    "a formula": {"answer": "A $\\nothing{x}$ here."},
    "in a line": {"key_points": ["one `code` and \U00013000"]},
    "in a follow-up": {"follow_ups": [{"question": "And?", "answer": "[x]()"}]},
}


class Submitted:
    """Runs jobs at once, and remembers them."""

    def __init__(self) -> None:
        self.jobs: list[DoubtsJob] = []

    def __call__(self, job: DoubtsJob) -> Future[list[str]]:
        self.jobs.append(job)
        made: Future[list[str]] = Future()
        made.set_result(job.loads(job.dumps(job.run())))
        return made


def _loaded(folder: Path, **changes: Any) -> LoadedSet:
    content = authored(25)
    content["questions"][12] |= changes
    return load(write_set(folder / "made.yaml", content))


@pytest.mark.parametrize("fault", FAULTS)
def test_warnings_are_those_of_all_texts(fault: str, tmp_path: Path) -> None:
    """With what jobs found, the checks say the same as without, while they look at one text or two."""
    loaded = _loaded(tmp_path, **FAULTS[fault])
    doubts = find_doubts(loaded.question_set, OWN, OURS, Submitted())()
    found = content_warnings(loaded, loaded.question_set, doubts=doubts)
    assert found == content_warnings(loaded, loaded.question_set)
    looked = {text.content for text in texts_of(loaded.question_set, Positions(), doubts)}
    assert len(looked) == 1


def test_an_edit_changes_one_job(tmp_path: Path) -> None:
    """Lines that move and other questions do not matter: one of four jobs depends on the question."""
    before, after = Submitted(), Submitted()
    find_doubts(_loaded(tmp_path).question_set, OWN, OURS, before)
    find_doubts(_loaded(tmp_path, answer="Another\n\nanswer.").question_set, OWN, OURS, after)
    changed = [old.inputs() != new.inputs() for old, new in zip(before.jobs, after.jobs, strict=True)]
    assert (sum(changed), len(changed)) == (1, 4)
