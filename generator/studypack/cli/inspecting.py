"""The commands that look at question sets and packs: list, check and verify."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from studypack.cli.generated import options_of, product_options
from studypack.cli.messages import as_data, counted, show
from studypack.cli.options import SET, criteria_of, json_option, selecting
from studypack.cli.program import cli
from studypack.errors import StudypackError
from studypack.questions.model import Level


@cli.command(name="list", examples=["studypack list", "studypack list --questions --topic databases"])
@SET
@selecting
@click.option("-q", "--questions", is_flag=True, help="Show each question.")
@json_option("Print JSON.")
def list_(set_path: Path, questions: bool, as_json: bool, **options: Any) -> None:
    """Show the topics, levels, tags and saved packs of SET with their counts."""
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
        groups = {"topics": dict(topics), "levels": dict(levels), "tags": dict(tags), "packs": packs}
        head = {"set": selected.id, "title": plain(selected.header.title)}
        listed = {"questions": rows} if questions else {}
        click.echo(json.dumps({**head, **groups, **listed}, indent=1, ensure_ascii=False))
        return
    click.echo(f"{plain(selected.header.title)} ({selected.id}): {counted(len(rows), 'question')}")
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


@cli.command(
    examples=["studypack check", "studypack check my-questions.yaml --strict", "studypack check --retire deadlock"]
)
@SET
@product_options(looks=False, actions=True)
@click.option("--strict", is_flag=True, help="Warnings are errors too.")
@json_option("Print JSON, problems included.")
def check(set_path: Path, strict: bool, as_json: bool, **options: Any) -> None:
    """Check SET and report every problem with its place; build nothing."""
    from studypack.workflows.check import check as examine
    from studypack.workflows.request import Request

    whole, warnings = examine(Request(set_path, options=options_of((), options)))
    count = len(whole.questions)
    if strict and warnings:
        raise StudypackError(*warnings)
    show(warnings, "warning")
    if as_json:
        found = {"set": whole.id, "questions": count, "warnings": as_data(warnings)}
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        click.echo(f"{whole.id}: {counted(count, 'question')}, {counted(len(warnings), 'warning')}")


@cli.command(examples=["studypack verify out/amazon-backend"])
@click.argument("folder", metavar="PACK_DIR", type=click.Path(path_type=Path))
@json_option("Print JSON.")
def verify(folder: Path, as_json: bool) -> None:
    """Read the products in PACK_DIR back and prove that each selected question is in each of them."""
    from studypack.workflows.verify import verify as prove

    results = prove(folder)
    if as_json:
        click.echo(json.dumps(results, indent=1))
        return
    for name, (found, count) in results.items():
        click.echo(f"{name}: {found}/{count} questions")
