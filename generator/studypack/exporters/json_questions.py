"""A set as JSON with everything that a question holds as text; `studypack import` reads all of it back."""

from __future__ import annotations

import json
from typing import Any, Final

from studypack.exporters.interface import Exported, keys_of, losses, topic_title
from studypack.questions.model import AuthoredQuestion, Question, QuestionSet

_HELD: Final = frozenset(AuthoredQuestion.model_fields) - {"exhibits"}
"""Everything but what shows files."""


_OF_SET: Final = ("title", "language", "levels")


class JsonQuestions:
    """Writes a list of objects with our own keys."""

    name = "json"
    suffixes = (".json",)
    summary = "JSON: a list of questions with the keys of a question set"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the JSON, indented."""
        made = {
            "format": "studypack",
            "id": question_set.id,
            "title": question_set.header.title,
            "language": question_set.header.language,
            "levels": [level.title for level in question_set.header.levels],
            "questions": [_plain(question_set, question) for question in question_set.questions],
        }
        text = json.dumps(made, ensure_ascii=False, indent=1)
        return Exported(text.encode() + b"\n", losses(question_set, _HELD, feedback=True, of_set=_OF_SET))


def _plain(question_set: QuestionSet, question: Question) -> dict[str, Any]:
    header = question_set.header
    fields = {key: value for key, value in keys_of(question) if key in _HELD}
    fields["topic"] = topic_title(question_set, question)
    if question.level:
        fields["level"] = header.level_titles[question.level]
    if question.tags:
        fields["tags"] = [header.tag_titles[tag] for tag in question.tags]
    return fields


EXPORTER = JsonQuestions()
