"""The pictures of docs/importing.md: each shows a file that comes in whole, and has an alternative text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from studypack.questions.loader import load
from studypack.workflows.importing import Request, import_files

from scripts.import_samples import Sample, samples
from tests.running import ROOT

COUNTS = {"markdown": 2, "plain-text": 2, "quizlet": 8, "table": 3, "anki": 3, "gift": 3, "word": 3}
LARGEST = 60_000


@pytest.mark.parametrize(("name", "sample"), list(samples()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_sample_comes_in_whole(tmp_path: Path, name: str, sample: Sample) -> None:
    """Every question is answered, and nothing is skipped or lost."""
    (tmp_path / sample.name).write_bytes(sample.content)
    done = import_files(Request((tmp_path / sample.name,), tmp_path / "set"))
    assert (done.questions, done.answered) == (COUNTS[name], COUNTS[name])
    assert not done.skipped
    assert not done.warnings
    assert done.media == len(sample.files)
    assert len(load(tmp_path / "set").question_set.questions) == COUNTS[name]


def test_each_picture_is_in_the_documentation() -> None:
    """Small, and with an alternative text."""
    shown = dict(re.findall(r"^!\[([^\]]+)\]\((pictures/[^)]+)\)$", (ROOT / "docs/importing.md").read_text(), re.M))
    pictures = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs/pictures").glob("import-*.png")}
    assert set(shown.values()) == pictures == {f"pictures/import-{name}.png" for name in COUNTS}
    assert max((ROOT / "docs" / name).stat().st_size for name in pictures) < LARGEST
