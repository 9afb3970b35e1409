"""The commands around question sets and the program: new, cache and doctor."""

from __future__ import annotations

from pathlib import Path

import click

from studypack.cli.program import cli
from studypack.errors import StudypackError


@cli.command(examples=["studypack new my-questions"])
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a commented question set to start from."""
    from studypack.workflows.new import new_set

    path = new_set(Path(name))
    click.echo(path)
    click.echo(f"build it with: studypack build {path}", err=True)


@cli.command(examples=["studypack cache", "studypack cache --clear"])
@click.option("--clear", is_flag=True, help="Empty it.")
def cache(clear: bool) -> None:
    """Show where typeset parts are kept, and how much that is."""
    from studypack.jobs.cache import Cache, default_folder

    kept = Cache(default_folder())
    if clear:
        files, size = kept.clear()
        click.echo(f"{default_folder()}: removed {files} files, {size / 1e6:.1f} MB")
    else:
        click.echo(f"{default_folder()}: {kept.size() / 1e6:.1f} MB of at most {kept.limit / 1e6:.0f} MB")


@cli.command(examples=["studypack doctor"])
def doctor() -> None:
    """Check what this machine needs to build packs, and name the command that installs what is missing."""
    from studypack.workflows.doctor import findings

    missing = []
    for finding in findings():
        click.echo(f"{finding.what}: {finding.state}")
        missing += [finding.problem] if finding.problem else []
    if missing:
        raise StudypackError(*missing)
