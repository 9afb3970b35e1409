"""The command line: the only module that prints or exits."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from studypack import __version__
from studypack.cli.options import RETIRE, SET, building, criteria_of, request_of, selecting
from studypack.cli.shutdown import orderly
from studypack.errors import EXIT_FAILED, EXIT_INTERRUPTED, Diagnostic, StudypackError
from studypack.questions.model import Level
from studypack.workflows.request import MANIFEST, up_to_date


class Program(click.Group):
    """Turns what a user can mend into one line each on stderr and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; report diagnostics all in one go."""
        try:
            return super().invoke(ctx)
        except StudypackError as error:
            for diagnostic in error.diagnostics:
                click.echo(f"{click.style('error', fg='red')}: {diagnostic}", err=True)
            count = len(error.diagnostics)
            click.echo(f"{count} problem{'s' if count > 1 else ''}; nothing was written", err=True)
            ctx.exit(EXIT_FAILED)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("STUDYPACK_TRACEBACK"):
                raise
            click.echo(f"{click.style('error', fg='red')}: {_fault(error)}", err=True)
            ctx.exit(EXIT_FAILED)


def _fault(error: Exception) -> Diagnostic:
    """Return what to say of an exception that nobody expected."""
    if isinstance(error, MemoryError):
        return Diagnostic(None, "there is not enough memory", "", "use fewer jobs (-j 1), or narrow the selection")
    words = " ".join(str(error).split())[:200]
    remedy = "this is a fault of studypack: please report it, with what STUDYPACK_TRACEBACK=1 shows"
    return Diagnostic(None, f"{type(error).__name__}: {words}", "nobody expected it", remedy)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="studypack")
def cli() -> None:
    """Turn one question set into a handbook, a one-page cheat sheet and an Anki deck.

    SET is a folder or a single YAML file; without it the bundled set amazon-backend is taken.
    """


@cli.command()
@SET
@selecting
@building
@RETIRE
@click.option("--strict", is_flag=True, help="Warnings are errors too; then nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest instead of the paths.")
def build(set_path: Path, as_json: bool, **options: Any) -> None:
    r"""Build a pack of SET, or of a selection of it.

    \b
    studypack build
    studypack build --topic databases --topic concurrency
    studypack build -n 5 --seed 7 -p cheatsheet --paper letter
    studypack build my-questions.yaml
    """
    request = request_of(set_path, options)
    if fresh := up_to_date(request):
        folder, manifest = fresh
        names = [entry["file"] for entry in manifest["products"].values()]
        _tell(folder, [folder / name for name in [*names, MANIFEST]], manifest, as_json=as_json)
        click.echo(f"{folder}: up to date", err=True)
        return
    from studypack.workflows.build import build as make

    with _Progress() as progress:
        pack = make(request, progress)
    _warn(pack.warnings)
    _tell(pack.folder, pack.files, pack.manifest, as_json=as_json)
    _summary(pack)


def _tell(folder: Path, files: Iterable[Path], manifest: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was written to stdout."""
    if as_json:
        click.echo(json.dumps({"folder": str(folder), **manifest}, indent=1, ensure_ascii=False))
    else:
        for path in files:
            click.echo(path)


@cli.command(name="list")
@SET
@selecting
@click.option("-q", "--questions", is_flag=True, help="Show each question.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(set_path: Path, questions: bool, as_json: bool, **options: Any) -> None:
    r"""Show the topics, levels, tags and saved packs of SET with their counts.

    \b
    studypack list
    studypack list --questions --topic databases
    """
    from studypack.questions.loader import load
    from studypack.questions.selection import counts, select
    from studypack.text.markdown import plain

    selected = select(load(set_path).question_set, criteria_of(options))
    topics, levels, tags = counts(selected)
    packs = {name: plain(pack.title or name) for name, pack in sorted(selected.header.packs.items())}
    rows = [
        {"number": q.number, "id": q.id, "topic": q.topic, "level": q.level, "tags": list(q.tags),
         "question": plain(q.question)}
        for q in selected.questions
    ]  # fmt: skip
    if as_json:
        groups: dict[str, Any] = {
            "topics": dict(topics),
            "levels": dict(levels),
            "tags": dict(tags),
            "packs": packs,
        }
        head = {"set": selected.id, "title": plain(selected.header.title)}
        listed = {"questions": rows} if questions else {}
        click.echo(json.dumps({**head, **groups, **listed}, indent=1, ensure_ascii=False))
        return
    click.echo(f"{plain(selected.header.title)} ({selected.id}): {len(rows)} questions")
    titles = {topic.id: plain(topic.title) for topic in selected.topics}
    _listing("topics", [(t, str(topics[t]), titles[t]) for t in titles])
    _listing("levels", [(v.value, str(levels[v]), "") for v in Level if levels[v]])
    _listing("tags", [(tag, str(tags[tag]), "") for tag in sorted(tags)])
    _listing("packs", [(name, "", title) for name, title in packs.items()])
    if questions:
        _listing("questions", [(f"Q{row['number']}", str(row["id"]), str(row["question"])) for row in rows])


def _listing(title: str, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    click.echo(f"\n{title}")
    for name, count, text in rows:
        pad = count.rjust(widths[1]) if count.isdigit() else count.ljust(widths[1])
        click.echo(f"  {name.ljust(widths[0])}  {pad}  {text}".rstrip())


@cli.command()
@SET
@RETIRE
@click.option("--strict", is_flag=True, help="Warnings are errors too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(set_path: Path, retire: tuple[str, ...], strict: bool, as_json: bool) -> None:
    r"""Check SET and report every problem with its place; build nothing.

    \b
    studypack check
    studypack check my-questions.yaml --strict
    studypack check --retire deadlock
    """
    from studypack.workflows.build import checked

    whole, warnings = checked(set_path, retire)
    count = len(whole.questions)
    if as_json:
        said = [str(w) for w in warnings]
        click.echo(json.dumps({"set": whole.id, "questions": count, "warnings": said}, indent=1))
    if strict and warnings:
        raise StudypackError(*warnings)
    _warn(warnings)
    if not as_json:
        click.echo(f"{whole.id}: {count} questions, {len(warnings)} warnings")


@cli.command()
@click.argument("folder", metavar="PACK_DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(folder: Path, as_json: bool) -> None:
    r"""Read the products in PACK_DIR back and prove that each selected question is in each of them.

    \b
    studypack verify out/amazon-backend
    """
    from studypack.workflows.packs import verify_pack

    results = verify_pack(folder)
    if as_json:
        click.echo(json.dumps(results, indent=1))
        return
    for name, (found, count) in results.items():
        click.echo(f"{name}: {found}/{count} questions")


@cli.command()
@click.argument("old", metavar="OLD.apkg", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.apkg", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    r"""Tell what importing NEW.apkg does in an Anki that has OLD.apkg.

    \b
    studypack diff last-week/deck.apkg out/amazon-backend/deck.apkg
    """
    from studypack.anki.diff import diff as compare
    from studypack.workflows.deck_state import diff_lines

    found = compare(old, new)
    lines = [json.dumps(found.as_json(), indent=1, ensure_ascii=False)] if as_json else diff_lines(found)
    for line in lines:
        click.echo(line)


@cli.command(name="deck-state")
@SET
@click.option("--from", "decks", multiple=True, metavar="DECK.apkg", type=click.Path(path_type=Path),
              help="A deck of SET that was built before; several may be given.")  # fmt: skip
def deck_state(set_path: Path, decks: tuple[Path, ...]) -> None:
    r"""Show what earlier decks of SET held; with --from write that file anew where it was lost.

    \b
    studypack deck-state
    studypack deck-state my-questions.yaml --from out/my-questions/deck.apkg
    """
    from studypack.workflows.deck_state import rebuild_state, state_lines

    if not decks:
        for line in state_lines(set_path):
            click.echo(line)
        return
    file, said = rebuild_state(set_path, decks)
    click.echo(file)
    for line in said:
        click.echo(line, err=True)


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    r"""Write NAME.yaml, a commented question set to start from.

    \b
    studypack new my-questions
    """
    from studypack.workflows.packs import new_set

    path = new_set(Path(name))
    click.echo(path)
    click.echo(f"build it with: studypack build {path}", err=True)


@cli.command()
@SET
@selecting
@building
def watch(set_path: Path, **options: Any) -> None:
    r"""Build a pack of SET, and build it again whenever one of its files is saved; Ctrl-C ends it.

    \b
    studypack watch my-questions.yaml
    studypack watch --topic databases -p handbook
    """
    from studypack.workflows.watch import watching

    request = request_of(set_path, options)
    for outcome in watching(request):
        _warn(outcome.warnings)
        for diagnostic in outcome.problems:
            click.echo(f"{click.style('error', fg='red')}: {diagnostic}", err=True)
        if outcome.folder is not None:
            click.echo(f"{outcome.folder}: built in {outcome.seconds:.1f} s", err=True)
        click.echo("waiting for changes; Ctrl-C ends", err=True)


@cli.command()
@click.option("--clear", is_flag=True, help="Empty it.")
def cache(clear: bool) -> None:
    r"""Show where typeset parts are kept, and how much that is.

    \b
    studypack cache
    studypack cache --clear
    """
    from studypack.jobs.cache import Cache, default_folder

    kept = Cache(default_folder())
    if clear:
        files, size = kept.clear()
        click.echo(f"{default_folder()}: removed {files} files, {size / 1e6:.1f} MB")
    else:
        click.echo(f"{default_folder()}: {kept.size() / 1e6:.1f} MB of at most {kept.limit / 1e6:.0f} MB")


@cli.command()
def doctor() -> None:
    r"""Tell what this machine lacks, and what installs it.

    \b
    studypack doctor
    """
    from studypack.workflows.doctor import findings

    lacking = []
    for finding in findings():
        click.echo(f"{finding.what}: {finding.state}")
        lacking += [finding.problem] if finding.problem else []
    if lacking:
        raise StudypackError(*lacking)


class _Progress:
    """Tells the step at hand on a terminal, and nothing elsewhere."""

    def __enter__(self) -> Callable[[str], None]:
        self._shown = sys.stderr.isatty()
        return self._step

    def _step(self, name: str) -> None:
        _said["writing"] = name == "writing"
        if self._shown:
            click.echo(f"\r\x1b[K{name} …", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _warn(warnings: tuple[Diagnostic, ...]) -> None:
    for warning in warnings:
        click.echo(f"{click.style('warning', fg='yellow')}: {warning}", err=True)


def _summary(pack: Any) -> None:
    """Print the table of what was made to stderr."""
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, width=None if sys.stderr.isatty() else 100)
    table = Table("product", "file", "size", "time", "questions", title=str(pack.folder), title_justify="left")
    count = len(pack.manifest["questions"])
    for made in pack.made:
        rendered = made.rendered
        unit = rendered.unit if rendered.amount != 1 else rendered.unit.removesuffix("s")
        table.add_row(
            made.name,
            f"{rendered.amount} {unit}",
            f"{len(rendered.content) / 1000:.0f} kB",
            f"{made.seconds:.1f} s",
            f"{count}/{count} questions",
        )
    table.columns[1].header = "contents"
    console.print(table)
    for made in pack.made:
        for remark in made.rendered.remarks:
            click.echo(f"{made.name}: {remark}", err=True)


_said = {"writing": False}
"""Whether a build has come to the step in which the new pack takes the old one's place."""


def _ended(code: int) -> NoReturn:
    """Say that the program was told to end, and end it at once: everything else is done."""
    whole = "the pack is the old one or the new one" if _said["writing"] else "nothing was written"
    os.write(2, f"interrupted; {whole}\n".encode())
    os._exit(code)


def main() -> None:
    """Run the program; an interrupt ends it with exit code 130, other signals likewise with 128 and their number."""
    try:
        with orderly(_ended):
            # Without its standalone mode, Click returns the code that a command ended with.
            sys.exit(cli.main(standalone_mode=False, prog_name="studypack") or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _ended(EXIT_INTERRUPTED)
