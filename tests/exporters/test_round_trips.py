"""Sets that are exported and imported again: whatever texts they have, what a format holds comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studypack.exporters import exporters
from studypack.exporters.interface import keys_of, topic_title
from studypack.importers import importer
from studypack.importers.draft import Wishes
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.workflows.importing import Request, import_files

from tests.making import authored, make_set

_ANY: Final = "ab *_`#{}=~:\\$[]()<>&\n\"'|-+1.,;!é•"
_TEXT = st.text(st.sampled_from(_ANY), min_size=1, max_size=30).filter(lambda text: text == text.strip())
_LINE = _TEXT.map(lambda text: " ".join(text.split()))
_NAME = st.text(st.sampled_from("abC+ &,é1"), min_size=1, max_size=8).filter(lambda text: text == text.strip())
_FOLLOW_UP = st.fixed_dictionaries({"question": _LINE}, optional={"answer": _TEXT})
_SOURCE = st.fixed_dictionaries(
    {"title": _LINE},
    optional={"where": _LINE, "year": st.integers(1800, 2199), "url": st.just("https://example.org/a?b=c|d")},
)
_CHOICES = st.lists(
    st.fixed_dictionaries({"text": _TEXT, "correct": st.booleans()}, optional={"feedback": _TEXT}),
    min_size=2, max_size=4,
).map(lambda choices: [{**choices[0], "correct": True}, *choices[1:]])  # fmt: skip  # one shape
_QUESTION = st.fixed_dictionaries(
    {"question": _LINE, "topic": st.sampled_from(("locks", "c"))},
    optional={
        "stimulus": _TEXT, "answer": _TEXT, "choices": _CHOICES, "takeaway": _LINE,
        "level": st.sampled_from(("core", "advanced")),
        "tags": st.lists(_NAME, min_size=1, max_size=3), "guidance": _TEXT, "key_points": st.lists(_LINE, max_size=3),
        "pitfalls": st.lists(_LINE, max_size=2), "follow_ups": st.lists(_FOLLOW_UP, max_size=2),
        "sources": st.lists(_SOURCE, max_size=2),
    },
)  # fmt: skip  # one shape
_TOPICS: Final = [{"id": "locks", "title": "Locks::Waits – all"}, {"id": "c", "title": "C++"}]
_ALL: Final = frozenset(
    {"id", "question", "topic", "stimulus", "answer", "choices", "level", "takeaway", "tags", "guidance", "key_points",
     "pitfalls", "follow_ups", "sources"}
)  # fmt: skip  # keys of a question
HELD: Final = {
    "csv": _ALL,
    "xlsx": _ALL,
    "json": _ALL,
    "markdown": {"id", "question", "topic", "stimulus", "answer", "choices"},
}


def made(folder: Path, questions: list[dict[str, Any]], **header: Any) -> QuestionSet:
    content = authored(1, topics=_TOPICS, questions=[{"id": f"q-{n}", **each} for n, each in enumerate(questions)])
    return make_set(folder, content | header)


def again(folder: Path, name: str, question_set: QuestionSet) -> QuestionSet:
    """Export a set, import the file into a new folder, and return the set that is in it."""
    file = folder / f"file.{'md' if name == 'markdown' else name}"
    file.write_bytes(exporters()[name].write(question_set).content)
    folder = folder / f"set-{name}-{len(list(folder.iterdir()))}"
    done = import_files(Request((file,), folder))
    assert not done.skipped
    return load(folder).question_set


def plain(question_set: QuestionSet, name: str) -> list[dict[str, Any]]:
    """Return what a format holds of the questions, with names in place of ids."""
    header = question_set.header
    found = []
    for question in question_set.questions:
        fields = {key: value for key, value in keys_of(question) if key in HELD[name]}
        fields |= {"topic": topic_title(question_set, question)}
        fields |= {"tags": [header.tag_titles[tag] for tag in question.tags]} if "tags" in fields else {}
        if name == "markdown":
            fields["choices"] = [(choice.text, choice.correct) for choice in question.choices]
        found.append(_stripped(fields))
    return sorted(found, key=lambda fields: str(fields["id"]))


def _stripped(value: Any) -> Any:
    """Return a value without line breaks at the ends of its texts, which YAML adds."""
    if isinstance(value, str):
        return value.strip("\n")
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    return [_stripped(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", ["csv", "json", "markdown"])
@given(st.lists(_QUESTION, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_any_set_comes_back(tmp_path: Path, name: str, questions: list[dict[str, Any]]) -> None:
    """Ids, topics, tags and every text, through files and the loader."""
    question_set = made(tmp_path, questions)
    assert plain(again(tmp_path, name, question_set), name) == plain(question_set, name)


@given(st.lists(st.tuples(_LINE, _TEXT, _CHOICES), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_any_texts_come_back_through_gift(tmp_path: Path, texts: list[tuple[str, str, list[dict[str, Any]]]]) -> None:
    """Question, answer and choices with their feedback."""
    keys = ("question", "answer", "choices")
    questions: list[dict[str, Any]] = [{"topic": "c", **dict(zip(keys, values, strict=True))} for values in texts]
    content = exporters()["gift"].write(made(tmp_path, questions)).content
    drafts = importer("gift").read("x.gift", content, Wishes()).drafts
    found = [(d.question, d.answer, [(c.text, c.correct, c.feedback) for c in d.choices]) for d in drafts]
    choices = [[(c["text"], c["correct"], c.get("feedback", "")) for c in offered] for _, _, offered in texts]
    assert found == [(asked, said, each) for (asked, said, _), each in zip(texts, choices, strict=True)]


def test_headings_and_lists_of_answers_come_back_through_markdown(tmp_path: Path) -> None:
    """Headings are below that of their question, but not in code; those that are too deep are named."""
    answer = "- [ ] to do\n\n# One\n\n```sh\n# code\n```\n\n### Three"
    question_set = made(tmp_path, [{"question": "Who?", "topic": "c", "answer": answer}])
    made_of = exporters()["markdown"].write(question_set)
    assert "\n#### One\n\n```sh\n# code\n```\n\n###### Three\n" in made_of.content.decode()
    assert made_of.losses == ("the set's edition",)
    assert plain(again(tmp_path, "markdown", question_set), "markdown") == plain(question_set, "markdown")
    deep = made(tmp_path, [{"question": "Who?", "topic": "c", "answer": f"{answer}\n\n#### Four"}])
    assert "the levels of headings in 1 text" in exporters()["markdown"].write(deep).losses


@pytest.mark.parametrize("name", ["xlsx", "json"])
def test_levels_of_its_own_come_back(tmp_path: Path, name: str) -> None:
    """JSON holds their order too, and the set's id and language; a spreadsheet says that it does not."""
    questions: list[dict[str, Any]] = [
        {"question": "Who?", "topic": "c", "level": "Gold", "tags": ["a b", "c, d"], "answer": "I"},
        {"question": "Why?", "topic": "c", "level": "Tin", "answer": "So"},
    ]
    question_set = made(tmp_path, questions, levels=["Tin", "Gold"], language="de")
    back = again(tmp_path, name, question_set)
    assert plain(back, name) == plain(question_set, name)
    levels = [level.title for level in back.header.levels]
    losses = exporters()[name].write(question_set).losses
    if name == "json":
        assert (levels, back.id, back.header.language) == (["Tin", "Gold"], "made", "de")
        assert not any("level" in loss for loss in losses)
    else:
        assert sorted(levels) == ["Gold", "Tin"]
        assert {"the set's levels", "the set's language", "the set's title"} <= set(losses)


def test_an_edited_table_updates_its_set(tmp_path: Path) -> None:
    """A row without an id is a new question, and columns may have moved."""
    question_set = made(tmp_path, [{"question": "Who?", "topic": "c", "key_points": ["a; b", "c"], "answer": "I"}])
    folder = tmp_path / "set"
    (tmp_path / "t.csv").write_bytes(exporters()["csv"].write(question_set).content)
    import_files(Request((tmp_path / "t.csv",), folder))
    text = "question,answer,studypack id,topic,key_points\nWho?,You,q-0,C++,• a; b\nWhy?,So,,C++,one line\n"
    (tmp_path / "t.csv").write_text(text)
    done = import_files(Request((tmp_path / "t.csv",), folder))
    assert done.matched == {"q-0": "id"}
    first, second = load(folder).question_set.questions
    assert (first.answer, first.key_points) == ("You", ("a; b",))
    assert (second.id, second.question, second.key_points) == ("why", "Why?", ("one line",))
