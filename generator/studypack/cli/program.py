"""The group of commands, and what errors become."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, Final

import click

from studypack.cli.messages import as_data, counted, show
from studypack.errors import EXIT_FAILED, Diagnostic, StudypackError
from studypack.resources import VERSION

AS_JSON: Final = "studypack.json"
"""The key of Click's `meta` that says whether problems are printed as JSON."""
WRITING: Final = {"begun": False}
"""Whether a build has come to the step in which the new pack replaces the old one."""


class Command(click.Command):
    """A command whose help ends with examples, one on each line."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what follows the options."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in self.examples))


class Program(click.Group):
    """Turns what a user can mend into messages on stderr and an exit code, never a traceback."""

    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; report all diagnostics in one go."""
        try:
            return super().invoke(ctx)
        except StudypackError as error:
            _report(ctx, error.diagnostics)
            ctx.exit(EXIT_FAILED)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("STUDYPACK_TRACEBACK"):
                raise
            _report(ctx, [_fault(error)])
            ctx.exit(EXIT_FAILED)


def _report(ctx: click.Context, diagnostics: Sequence[Diagnostic]) -> None:
    """Print problems to stderr, and as JSON to stdout where the command was asked for that."""
    show(diagnostics, "error")
    click.echo(f"{counted(len(diagnostics), 'problem')}; nothing was written", err=True)
    if ctx.meta.get(AS_JSON):
        click.echo(json.dumps({"problems": as_data(diagnostics)}, indent=1, ensure_ascii=False))


def _fault(error: Exception) -> Diagnostic:
    """Return what to say of an exception that the program does not expect."""
    if isinstance(error, MemoryError):
        return Diagnostic(None, "there is not enough memory", "", "use fewer jobs (-j 1), or narrow the selection")
    words = " ".join(str(error).split())[:200]
    remedy = "please report it, with what STUDYPACK_TRACEBACK=1 shows"
    return Diagnostic(
        None, f"{type(error).__name__}: {words}", "this is a fault in studypack, not in your files", remedy
    )


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="studypack")
def cli() -> None:
    """Turn one question set into a handbook, a one-page cheat sheet and an Anki deck.

    SET is a folder or a single YAML file; without it the bundled set amazon-backend is used.
    """
