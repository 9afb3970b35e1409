"""The commands that inspect question sets and packs: list, check and verify."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from studypack.cli.generated import options_of, product_options
from studypack.cli.messages import as_data, show
from studypack.cli.options import SET, criteria_of, json_option, selecting
from studypack.cli.program import cli
from studypack.cli.streams import say, say_json
from studypack.errors import StudypackError, counted
from studypack.questions.model import QuestionSet
from studypack.questions.selection import kind_counts
from studypack.resources import bundled_sets


@cli.command(
    name="list", examples=["studypack list", "studypack list --questions --topic databases", "studypack list --sets"]
)
@SET
@selecting
@click.option("-q", "--questions", is_flag=True, help="Also list every question.")
@click.option("--sets", is_flag=True, help="List the sets that come with studypack instead, and where they are.")
@json_option("Print JSON.")
def list_(set_path: Path, questions: bool, sets: bool, as_json: bool, **options: Any) -> None:
    """List the topics, levels, tags and saved packs of SET, and how many questions each one has."""
    from studypack.questions.loader import load
    from studypack.questions.selection import counts, select
    from studypack.text.markdown import plain

    if sets:
        _list_sets(as_json)
        return
    selected = select(load(set_path).question_set, criteria_of(options))
    topics, levels, tags = counts(selected)
    unanswered, choosing = kind_counts(selected)
    packs = {name: plain(pack.title or name) for name, pack in sorted(selected.header.packs.items())}
    rows = [
        {"number": q.number, "id": q.id, "topic": q.topic, "level": q.level, "tags": list(q.tags),
         "question": plain(q.question)}
        for q in selected.questions
    ]  # fmt: skip
    if as_json:
        kinds = {"unanswered": unanswered, "multiple_choice": choosing}
        groups = {"topics": dict(topics), "levels": dict(levels), "tags": dict(tags), "packs": packs}
        head = {"set": selected.id, "title": plain(selected.header.title)}
        listed = {"questions": rows} if questions else {}
        say_json({**head, **kinds, **groups, **listed})
        return
    say(f"{plain(selected.header.title)} ({selected.id}): {counted(len(rows), 'question')}{_kinds(selected)}")
    titles = {topic.id: plain(topic.title) for topic in selected.topics}
    _listing("topics", [(t, str(topics[t]), titles[t]) for t in titles])
    named = selected.header.level_titles, selected.header.tag_titles
    _listing("levels", [(v, str(levels[v]), _other(named[0], v)) for v in named[0] if levels[v]])
    _listing("tags", [(tag, str(tags[tag]), _other(named[1], tag)) for tag in sorted(tags)])
    _listing("packs", [(name, "", title) for name, title in packs.items()])
    if questions:
        _listing("questions", [(f"Q{row['number']}", str(row["id"]), str(row["question"])) for row in rows])


def _list_sets(as_json: bool) -> None:
    """Print the bundled sets."""
    from studypack.questions.loader import load
    from studypack.text.markdown import plain

    loaded = {folder: load(folder).question_set for folder in bundled_sets().values()}
    if as_json:
        say_json([{"set": s.id, "title": plain(s.header.title), "language": s.header.language,
                   "questions": len(s.questions), "path": str(folder)} for folder, s in loaded.items()])  # fmt: skip
        return
    for folder, whole in loaded.items():
        questions = counted(len(whole.questions), "question")
        say(f"{whole.id}: {plain(whole.header.title)} ({whole.header.language}), {questions}")
        say(f"  {folder}")


def _kinds(question_set: QuestionSet) -> str:
    """Return how many questions are multiple choice or have no answer, as a suffix to the total."""
    unanswered, choosing = kind_counts(question_set)
    words = [f"{choosing} multiple choice"] if choosing else []
    words += [f"{unanswered} without an answer"] if unanswered else []
    return f" ({', '.join(words)})" if words else ""


def _other(titles: Mapping[str, str], key: str) -> str:
    """Return the display name of an id, or an empty string if it is the same word."""
    return "" if titles[key].casefold() == key else titles[key]


def _listing(title: str, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    say("")
    say(title)
    for name, count, text in rows:
        pad = count.rjust(widths[1]) if count.isdigit() else count.ljust(widths[1])
        say(f"  {name.ljust(widths[0])}  {pad}  {text}".rstrip())


@cli.command(
    examples=["studypack check", "studypack check my-questions.yaml --strict", "studypack check --retire deadlock"]
)
@SET
@product_options(looks=False, actions=True)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@json_option("Print JSON, including any problems.")
def check(set_path: Path, strict: bool, as_json: bool, **options: Any) -> None:
    """Check SET and report every problem with its location, without building anything."""
    from studypack.workflows.check import check as examine
    from studypack.workflows.request import Request

    whole, warnings = examine(Request(set_path, options=options_of((), options)))
    count = len(whole.questions)
    if strict and warnings:
        raise StudypackError(*warnings)
    show(warnings, "warning")
    if as_json:
        unanswered, choosing = kind_counts(whole)
        kinds = {"unanswered": unanswered, "multiple_choice": choosing}
        found = {"set": whole.id, "questions": count, **kinds, "warnings": as_data(warnings)}
        say_json(found)
    else:
        say(f"{whole.id}: {counted(count, 'question')}{_kinds(whole)}, {counted(len(warnings), 'warning')}")


@cli.command(examples=["studypack verify out/amazon-backend"])
@click.argument("folder", metavar="PACK_DIR", type=click.Path(path_type=Path))
@json_option("Print the result, or the problems, as JSON.")
def verify(folder: Path, as_json: bool) -> None:
    """Read the products in PACK_DIR, or an exam, back and prove that each of them contains every question."""
    from studypack.workflows.exam_file import FILE

    if (folder / FILE).is_file():
        from studypack.workflows.verify_exam import verify_exam as prove
    else:
        from studypack.workflows.verify import verify as prove
    results = prove(folder)
    if as_json:
        say_json(results)
        return
    for name, (found, count) in results.items():
        say(f"{name}: {found}/{counted(count, 'question')}")
