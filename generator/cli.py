"""The command line: the only module that prints or exits."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from generator import __version__
from generator.errors import EXIT_FAILED, EXIT_INTERRUPTED, Diagnostic, StudypackError
from generator.model import Level, Paper
from generator.resources import BUNDLED_SET, bundled_set
from generator.selection import Criteria

F = TypeVar("F", bound=Callable[..., Any])

PRODUCT_NAMES: Final = ("handbook", "cheatsheet", "deck")
"""The registry's names, here so that `--help` and completion need not load the typesetter; a test compares."""


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


class SetPath(click.ParamType[Path]):
    """A question set: a folder, a single YAML file, or the name of the bundled one."""

    name = "set"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path that was meant."""
        path = Path(value)
        return bundled_set() if value == BUNDLED_SET and not path.exists() else path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the bundled set's name, files and folders."""
        named = [CompletionItem(BUNDLED_SET)] if BUNDLED_SET.startswith(incomplete) else []
        return [*named, CompletionItem(incomplete, type="file")]


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a completion of the set's own topic, tag, question or pack names."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from generator.loader import load

        try:
            given = ctx.args[0] if ctx.args else None  # the option at hand lacks its value: click parsed no argument
            path = SetPath().convert(given, None, ctx) if given else ctx.params.get("set_path") or bundled_set()
            whole = load(path).question_set
        except StudypackError:
            return []
        names = {
            "topic": [topic.id for topic in whole.topics],
            "tag": sorted({tag for question in whole.questions for tag in question.tags}),
            "id": [question.id for question in whole.questions],
            "pack": sorted(whole.header.packs),
        }[kind]
        return [name for name in names if name.startswith(incomplete)]

    return complete


SET: Final = click.argument(
    "set_path", metavar="[SET]", type=SetPath(), default=bundled_set, is_eager=True, required=False
)


def _selecting(command: F) -> F:
    """Add the options that select questions: kinds are combined with and, repetitions with or."""
    options = [
        click.option("-t", "--topic", "topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Only this topic."),
        click.option("-l", "--level", "levels", multiple=True, type=click.Choice([v.value for v in Level]),
                     help="Only this level."),
        click.option("--tag", "tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Only questions with this tag."),
        click.option("--id", "ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Only this question: its id, or its number such as Q7."),
        click.option("--not-topic", "not_topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Leave this topic out."),
        click.option("--not-tag", "not_tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Leave questions with this tag out."),
        click.option("--not-id", "not_ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Leave this question out."),
        click.option("--match", metavar="TEXT", help="Only questions that contain this text."),
        click.option("-n", "limit", type=click.IntRange(min=1), metavar="N",
                     help="At most N questions: the first ones, or with --seed a sample."),
        click.option("--seed", type=int, metavar="S", help="Choose the sample of -n; the same seed, the same sample."),
        click.option("--pack", metavar="NAME", shell_complete=_names("pack"), help="A saved selection of the set."),
    ]  # fmt: skip  # one option, one glance
    for option in reversed(options):
        command = option(command)
    return command


def _criteria(values: Mapping[str, Any]) -> Criteria:
    """Return the selection that the options describe.

    Raises:
        click.UsageError: --seed without -n.
    """
    criteria = Criteria(**values)
    if criteria.seed is not None and criteria.limit is None:
        raise click.UsageError("--seed chooses the sample of -n: give -n N as well.")
    return criteria


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="studypack")
def cli() -> None:
    """Turn one question set into a handbook, a one-page cheat sheet and an Anki deck.

    SET is a folder or a single YAML file; without it the bundled set amazon-backend is taken.
    """


@cli.command()
@SET
@_selecting
@click.option("-p", "--product", "products", multiple=True, type=click.Choice(PRODUCT_NAMES),
              help="Only this product; all of them without.")  # fmt: skip
@click.option("--paper", type=click.Choice([p.value for p in Paper]), default=Paper.A4.value, show_default=True,
              help="The paper to set for.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
              metavar="DIR", help="The folder in which the pack's folder is made.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the manifest instead of the paths.")
def build(set_path: Path, products: tuple[str, ...], paper: str, output: Path, as_json: bool, **options: Any) -> None:
    r"""Build a pack of SET, or of a selection of it.

    \b
    studypack build
    studypack build --topic databases --topic concurrency
    studypack build -n 5 --seed 7 -p cheatsheet --paper letter
    studypack build my-questions.yaml
    """
    criteria = _criteria(options)
    from generator.build import Request, current_time
    from generator.build import build as make

    request = Request(set_path, criteria, products or PRODUCT_NAMES, Paper(paper), output, current_time())
    with _Progress() as progress:
        pack = make(request, progress)
    _warn(pack.warnings)
    if as_json:
        click.echo(json.dumps({"folder": str(pack.folder), **pack.manifest}, indent=1, ensure_ascii=False))
    else:
        for path in pack.files:
            click.echo(path)
    _summary(pack)


@cli.command(name="list")
@SET
@_selecting
@click.option("-q", "--questions", is_flag=True, help="Show each question.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(set_path: Path, questions: bool, as_json: bool, **options: Any) -> None:
    r"""Show the topics, levels, tags and saved packs of SET with their counts.

    \b
    studypack list
    studypack list --questions --topic databases
    """
    from generator.loader import load
    from generator.markup import plain
    from generator.selection import counts, select

    selected = select(load(set_path).question_set, _criteria(options))
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
@click.option("--strict", is_flag=True, help="Warnings are errors too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(set_path: Path, strict: bool, as_json: bool) -> None:
    r"""Check SET and report every problem with its place; build nothing.

    \b
    studypack check
    studypack check my-questions.yaml --strict
    """
    from generator.loader import load

    loaded = load(set_path)
    count = len(loaded.question_set.questions)
    if as_json:
        warnings = [str(w) for w in loaded.warnings]
        click.echo(json.dumps({"set": loaded.question_set.id, "questions": count, "warnings": warnings}, indent=1))
    if strict and loaded.warnings:
        raise StudypackError(*loaded.warnings)
    _warn(loaded.warnings)
    if not as_json:
        click.echo(f"{loaded.question_set.id}: {count} questions, {len(loaded.warnings)} warnings")


@cli.command()
@click.argument("folder", metavar="PACK_DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(folder: Path, as_json: bool) -> None:
    r"""Read the products in PACK_DIR back and prove that each selected question is in each of them.

    \b
    studypack verify out/amazon-backend
    """
    from generator.packs import verify_pack

    results = verify_pack(folder)
    if as_json:
        click.echo(json.dumps(results, indent=1))
        return
    for name, (found, count) in results.items():
        click.echo(f"{name}: {found}/{count} questions")


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    r"""Write NAME.yaml, a commented question set to start from.

    \b
    studypack new my-questions
    """
    from generator.packs import new_set

    path = new_set(Path(name))
    click.echo(path)
    click.echo(f"build it with: studypack build {path}", err=True)


class _Progress:
    """Tells the step at hand on a terminal, and nothing elsewhere."""

    def __enter__(self) -> Callable[[str], None]:
        self._shown = sys.stderr.isatty()
        return self._step

    def _step(self, name: str) -> None:
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


def main() -> None:
    """Run the program; an interrupt ends it with exit code 130."""
    try:
        # Without its standalone mode, Click returns the code that a command ended with.
        sys.exit(cli.main(standalone_mode=False, prog_name="studypack") or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was written", err=True)
        os._exit(EXIT_INTERRUPTED)
