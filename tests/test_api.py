"""The public Python API does what docs/api.md says."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import studypack
from studypack.products import PRODUCTS, option_models
from studypack.products.options import declared

from tests.making import authored, question, write_set

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PRINTED = [
    "The law 4\n['Q1', 'Q2']\nout/law-contracts-core-intermediate ",
    'no topic "contrcts" in the set "law" - did you mean "contracts"?\n',
    "for-contracts/law-contracts for-torts/law-torts\n",
]


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the set of the examples, which is the working folder."""
    topics = [{"id": "contracts", "title": "Contracts"}, {"id": "torts", "title": "Torts"}]
    questions = [question(n, topics[n // 2]["id"], level="core") for n in range(4)]
    write_set(tmp_path / "law.yaml", authored(1, id="law", title="The law", topics=topics, questions=questions))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", range(len(PRINTED)))
def test_an_example_of_the_page_runs(law: Path, number: int) -> None:
    """Each example of the page runs as it is written, and prints what the page leads one to expect."""
    assert len(EXAMPLES) == len(PRINTED)
    with redirect_stdout(io.StringIO()) as printed:
        exec(EXAMPLES[number], {})
    assert printed.getvalue().startswith(PRINTED[number])


def test_everything_that_is_exported_exists_and_is_documented() -> None:
    """Each name of `__all__` can be imported, and is on the page."""
    for name in studypack.__all__:
        assert getattr(studypack, name) is not None
        assert name in PAGE or name == "__version__", name
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = studypack.nonsense


OPTIONS = [name for name, _ in declared(option_models())]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"papr": "a4"},
            f'unknown option "papr", there are {", ".join(OPTIONS)}; did you mean "paper"?',
        ),
        ({"paper": "a5"}, "the option \"paper\" cannot be 'a5'"),
        ({"products": ["handbok"]}, f'unknown product "handbok", there are {", ".join(PRODUCTS)}; did you mean'),
    ],
)
def test_an_option_that_cannot_be_is_explained(values: dict[str, Any], problem: str) -> None:
    """A misspelt option, a value of another type and an unknown product are reported, with the valid values."""
    with pytest.raises(studypack.OptionError) as caught:
        studypack.Options.of(**values)
    assert str(caught.value).startswith(problem)


def test_a_failed_build_raises_every_problem(law: Path) -> None:
    """A set with two mistakes gives one error with two diagnostics, and nothing is written."""
    (law / "law.yaml").write_text(
        (law / "law.yaml").read_text().replace('"topic": "torts"', '"topic": "tort"').replace("The law", "")
    )
    with pytest.raises(studypack.ContentError) as caught:
        studypack.build("law.yaml")
    assert len(caught.value.diagnostics) > 1
    assert all(problem.where is not None and problem.where.file == "law.yaml" for problem in caught.value.diagnostics)
    assert not (law / "out").exists()
