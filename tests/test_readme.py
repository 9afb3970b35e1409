"""Every command in the README and the help texts runs and does what it promises."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from studypack.cli.main import cli

from tests.running import ROOT, environment, run
from tests.thorough import THOROUGH

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = [re.findall(r"^\$ (.+)$", block, re.MULTILINE) for block in re.findall(r"```console\n(.*?)```", README, re.S)]
COMMANDS = [command for block in BLOCKS for command in block]


def _studypack(block: list[str]) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in block if line.startswith("studypack ")]


INDEPENDENT = [
    words for block in BLOCKS for words in _studypack(block) if not {"my-questions", "verify", "serve"} & set(words)
]


LONG = ("databases --topic", "Q7-Q9", "core -p cheatsheet", "-p cheatsheet -p deck", "letter", "phone-screen")
"""What tells the commands that take long; others of their kind are run, and `make soak` runs all."""


@pytest.mark.parametrize("words", INDEPENDENT, ids=" ".join)
def test_each_command_is_understood(words: list[str]) -> None:
    """A command from the README has the options that the program has."""
    parsed = cli.commands[words[0]].make_context(words[0], words[1:], resilient_parsing="--help" in words)
    assert not parsed.args, "arguments that it does not take"


@pytest.mark.parametrize(
    "words",
    [w for w in INDEPENDENT if not any(part in " ".join(w) for part in ("my-questions", *(() if THOROUGH else LONG)))],
    ids=" ".join,
)
def test_each_command_works(words: list[str], tmp_path: Path) -> None:
    """A command from the README succeeds; a build leaves every file whose path it prints."""
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    if words[0] == "build" and "--help" not in words:
        paths = done.stdout.splitlines()
        assert paths[-1].endswith("pack.json")
        assert all((tmp_path / path).stat().st_size > 0 for path in paths)
        assert "Traceback" not in done.stderr
        assert "warning" not in done.stderr


def test_own_questions_from_new_to_pack(tmp_path: Path) -> None:
    """The README's three commands for one's own questions work one after the other."""
    block = next(block for block in BLOCKS if "studypack new my-questions" in block)
    for words in _studypack(block):
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "out" / "my-questions").iterdir()) == [
        "cheatsheet.pdf",
        "deck.apkg",
        "handbook.pdf",
        "pack.json",
    ]


def test_make_commands_are_what_ci_runs() -> None:
    """The two commands of the README, and a proof of what they make, are what the continuous integration calls."""
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [c for c in COMMANDS if c.startswith("make")] == ["make pack", "make test"]
    assert {"make pack", "make test", ".venv/bin/studypack verify out/amazon-backend"} <= set(script)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on this machine")
def test_completion_line_prints_a_script(tmp_path: Path) -> None:
    """The README's line for completion makes a shell complete the program's words."""
    line = next(c for c in COMMANDS if "_STUDYPACK_COMPLETE" in c)
    variable = re.search(r"(_STUDYPACK_COMPLETE)=(\w+)", line)
    assert variable is not None
    script = run(cwd=tmp_path, **{variable[1]: variable[2]}).stdout
    words = f"{script}\ncomplete -p studypack"
    shell = subprocess.run(["bash"], input=words, capture_output=True, text=True, check=False)
    assert shell.stderr == ""
    assert re.fullmatch(r"complete .*-F _studypack_completion studypack\n", shell.stdout)


def test_every_command_is_documented() -> None:
    """Each command has a row in the README's table, a help text and examples in it, a line each."""
    for name, command in cli.commands.items():
        assert f"`studypack {name}" in README
        help_text = command.get_help(click.Context(command))
        examples = help_text.partition("Examples:\n")[2].splitlines()
        assert examples
        assert all(line.startswith(f"  studypack {name}") for line in examples)
        assert "\\b" not in help_text
        assert "\b" not in help_text


def test_every_option_is_explained() -> None:
    """Every option has a help text."""
    silent = [
        (name, option.name)
        for name, command in cli.commands.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_files_that_the_readme_links_exist() -> None:
    """Links and pictures of the README and of docs/ go to files of the repository."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    targets = [(page, to) for page in pages for to in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))]
    ours = [(page, to) for page, to in targets if "://" not in to]
    assert {page.name for page, _ in ours} > {"README.md"}
    assert [f"{page.name}: {to}" for page, to in ours if not (page.parent / to).is_file()] == []


def test_help_needs_no_typesetter(tmp_path: Path) -> None:
    """`--help` answers without loading WeasyPrint: it works, and quickly, on a machine without Pango."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('no Pango')", "utf-8")
    path = f"{tmp_path}{os.pathsep}{environment()['PYTHONPATH']}"
    for words in (("--help",), ("build", "--help")):
        done = run(*words, cwd=tmp_path, PYTHONPATH=path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Usage: ")
