"""The commands that start question sets and maintain the program: new, cache and doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from studypack.cli.program import cli
from studypack.cli.streams import say
from studypack.errors import StudypackError, counted

TEMPLATES: Final = ("interview", "exam", "vocabulary")
"""The kinds of sets to start from; each one has a file in `templates/new/`."""


@cli.command(examples=["studypack new my-questions", "studypack new biology --template exam"])
@click.argument("name")
@click.option("--template", type=click.Choice(TEMPLATES), default=TEMPLATES[0], show_default=True,
              help="The kind of set to start from.")  # fmt: skip  # one option, one glance
def new(name: str, template: str) -> None:
    """Create NAME.yaml, a commented question set to start from."""
    from studypack.workflows.new import new_set

    path = new_set(Path(name), template)
    say(path)
    click.echo(f"build it with: studypack build {path}", err=True)


@cli.command(examples=["studypack cache", "studypack cache --clear"])
@click.option("--clear", is_flag=True, help="Delete everything in the cache.")
def cache(clear: bool) -> None:
    """Show the location and size of the cache of typeset parts."""
    from studypack.jobs.cache import Cache, default_folder

    kept = Cache(default_folder())
    if clear:
        files, size = kept.clear()
        say(f"{default_folder()}: removed {counted(files, 'file')}, {size / 1e6:.1f} MB")
    else:
        say(f"{default_folder()}: {kept.size() / 1e6:.1f} MB of at most {kept.limit / 1e6:.0f} MB")


@cli.command(examples=["studypack doctor"])
def doctor() -> None:
    """Check that this machine has everything needed to build packs, and show how to install what is missing."""
    from studypack.workflows.doctor import findings

    missing = []
    for finding in findings():
        say(f"{finding.what}: {finding.state}")
        missing += [finding.problem] if finding.problem else []
    if missing:
        raise StudypackError(*missing)
