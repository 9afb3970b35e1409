"""The group of commands, and how errors are reported."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Sequence
from typing import Any, Final

import click

from studypack.cli.messages import as_data, show
from studypack.cli.streams import UnprintedError, say_json
from studypack.errors import EXIT_FAILED, Diagnostic, Location, StateError, StudypackError, counted
from studypack.resources import VERSION

AS_JSON: Final = "studypack.json"
"""The key of Click's `meta` that says whether problems are printed as JSON."""
_REMEDIES: Final = {
    errno.EMFILE: "allow more open files (ulimit -n), or use one job (-j 1)",
    errno.ENFILE: "close other programs, or use one job (-j 1)",
    errno.ENOMEM: "use fewer jobs (-j 1), or select fewer questions",
    errno.ENOENT: "set TMPDIR to an existing folder for temporary files",
}
WRITING: Final = {"begun": False, "watching": False, "several": False}
"""Whether the new pack is replacing the old one, whether Ctrl-C is the normal way to end the command, and whether there
are several packs, each of which is written when it is finished."""


class Command(click.Command):
    """A command whose help ends with examples, one per line."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the part after the options."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{line}\n" for line in self.examples))


class Program(click.Group):
    """Turns errors that a user can fix into messages on stderr and an exit code, never into a traceback."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether the words ask for JSON, before any of them can be wrong."""
        ctx.meta[AS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and report all diagnostics together."""
        try:
            return super().invoke(ctx)
        except StudypackError as error:
            _report(ctx, error.diagnostics, written=isinstance(error, StateError))
            ctx.exit(EXIT_FAILED)
        except click.UsageError as error:
            if ctx.meta.get(AS_JSON):
                say_json({"problems": as_data([Diagnostic(None, error.format_message())])})
            raise
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError, UnprintedError):
            raise
        except Exception as error:
            if os.environ.get("STUDYPACK_TRACEBACK"):
                raise
            _report(ctx, [_fault(error)])
            ctx.exit(EXIT_FAILED)


def _report(ctx: click.Context, diagnostics: Sequence[Diagnostic], *, written: bool = False) -> None:
    """Print problems to stderr, and also as JSON to stdout if `--json` was given."""
    show(diagnostics, "error")
    what = "the pack was written, the state was not" if written else "nothing was written"
    click.echo(f"{counted(len(diagnostics), 'problem')}; {what}", err=True)
    if ctx.meta.get(AS_JSON):
        say_json({"problems": as_data(diagnostics)})


def _fault(error: Exception) -> Diagnostic:
    """Return the diagnostic for an unexpected exception."""
    if isinstance(error, MemoryError):
        return Diagnostic(None, "there is not enough memory", "", "use fewer jobs (-j 1), or select fewer questions")
    if isinstance(error, OSError) and error.strerror:
        return _refused_by_system(error)
    words = " ".join(str(error).split())[:200]
    remedy = "please report it, with the traceback that STUDYPACK_TRACEBACK=1 shows"
    return Diagnostic(
        None, f"{type(error).__name__}: {words}", "this is a bug in studypack, not a problem in your files", remedy
    )


def _refused_by_system(error: OSError) -> Diagnostic:
    """Return the diagnostic for a full disk, too many open files, or a missing permission."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    file = error.filename if isinstance(error.filename, str) else tempfile.gettempdir() if full else ""
    remedy = (
        "free some space there, or set TMPDIR to another folder for temporary files"
        if full
        else _REMEDIES.get(error.errno or 0, "make it accessible")
    )
    return Diagnostic(
        Location(file) if file else None, "the system cannot open or write a file", error.strerror or "", remedy
    )


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="studypack")
def cli() -> None:
    """Turn one question set into a handbook, a one-page cheat sheet and an Anki deck.

    SET is a folder, or a single YAML file with or without its extension. Without SET, studypack uses the only set
    in the current folder or, if there is none, amazon-backend, one of the sets that come with the program
    (`studypack list --sets`).

    `studypack COMMAND --help` explains a command; `studypack new my-questions` writes a set of your own to start from.
    """
