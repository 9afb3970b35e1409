"""The command that imposes a finished PDF for printing."""

from __future__ import annotations

from pathlib import Path

import click

from studypack.cli.program import cli
from studypack.cli.streams import say
from studypack.errors import counted
from studypack.pdf.arrangements import PAPERS, Arrangement, Layout
from studypack.typeset.geometry import points


def _fours(ctx: click.Context, param: click.Parameter, value: int) -> int:
    if value % 4:
        raise click.BadParameter("a signature has a multiple of four pages.")
    return value


@cli.command(
    examples=[
        "studypack impose out/amazon-backend/handbook.pdf",
        "studypack impose handbook.pdf --signature 16 --creep 0.1 -o book.pdf",
        "studypack impose slides.pdf --layout 4-up --marks",
    ]
)
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT.pdf",
    help="The file to write; by default FILE-booklet.pdf beside FILE.pdf, or with the other layout's name.",
)
@click.option(
    "--layout",
    type=click.Choice([each.value for each in Layout]),
    default=Layout.BOOKLET.value,
    show_default=True,
    help="A booklet to fold and staple, or two or four pages on each side.",
)
@click.option(
    "--paper",
    type=click.Choice(list(PAPERS)),
    help="The size of the sheets; by default that of the pages, so that A4 becomes an A5 booklet.",
)
@click.option(
    "--signature",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    callback=_fours,
    help="Fold N pages of a booklet into each other, a multiple of four; by default all.",
)
@click.option(
    "--creep",
    type=click.FloatRange(0, 2),
    default=0.0,
    metavar="MM",
    help="The thickness of the paper: inner sheets of a booklet are moved to the fold by it.",
)
@click.option("--marks", is_flag=True, help="Draw crop and fold marks; pages become smaller to leave room for them.")
@click.option(
    "--flip",
    type=click.Choice(["short", "long"]),
    default="short",
    show_default=True,
    help="The edge around which the printer turns the sheets of a booklet.",
)
@click.option(
    "--direction",
    type=click.Choice(["ltr", "rtl"]),
    help="The direction in which pages follow each other; by default as FILE says.",
)
@click.option("--force", is_flag=True, help="Replace the file to write if it exists.")
def impose(
    file: Path,
    output: Path | None,
    layout: str,
    paper: str | None,
    signature: int,
    creep: float,
    marks: bool,
    flip: str,
    direction: str | None,
    force: bool,
) -> None:  # fmt: skip  # one option, one glance
    """Arrange the pages of FILE.pdf on sheets: as a booklet, or two or four on each side. Any PDF will do."""
    from studypack.workflows.imposing import impose as write

    to_left = None if direction is None else direction == "rtl"
    arrangement = Arrangement(Layout(layout), paper or "", signature, creep, marks, to_left, flip == "long")
    written = write(file, arrangement, output, replacing=force)
    say(written.path)
    made = written.imposition
    if made.repaired:
        click.echo(f"{file} is damaged: compare all pages with the original", err=True)
    width, height = (round(side / points(1)) for side in made.size)
    sheets = counted(-(-made.sides // 2), "sheet") if layout == Layout.BOOKLET else counted(made.sides, "side")
    click.echo(
        f"{counted(made.pages, 'page')} at {100 * made.scale:.0f} % on {sheets} of {width} × {height} mm", err=True
    )
    if layout == Layout.BOOKLET:
        click.echo(f"print on both sides, flipped on the {flip} edge; fold, and staple in the fold", err=True)
