"""A set as JSON for Anki's add-on CrowdAnki: a deck for each topic, a note for each question."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from studypack.errors import counted
from studypack.exporters.interface import Exported, asked, losses, solution
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import block

_HELD: Final = frozenset({"stimulus", "topic", "tags", "answer", "choices"})
_NAMESPACE: Final = uuid.UUID("5d0a7c34-1f0e-4c8e-9b5e-6f6d6b1c2a10")
"""Our own, so that the same set has the same identifiers on every machine."""
_CSS: Final = ".card { font-family: sans-serif; font-size: 20px; text-align: left; }"


class CrowdAnki:
    """Writes a deck with a note type of its own, front and back."""

    name = "crowdanki"
    suffixes = ()
    summary = "a deck as JSON for Anki's add-on CrowdAnki"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the JSON. Identifiers come from the ids of set and questions: importing again updates the notes."""
        model = str(uuid.uuid5(_NAMESPACE, "note type"))
        config = str(uuid.uuid5(_NAMESPACE, "deck configuration"))
        title = question_set.header.title
        children = []
        left = 0
        for topic in question_set.topics:
            asked = [question for question in question_set.of_topic(topic.id) if question.answered]
            left += len(question_set.of_topic(topic.id)) - len(asked)
            notes = [_note(question_set, question, model) for question in asked]
            children.append(_deck(question_set.id, f"{title}::{topic.title}", topic.id, config, notes=notes))
        whole = _deck(question_set.id, title, "", config, children=children)
        whole |= {"note_models": [_model(model)], "deck_configurations": [_configuration(config)]}
        lost = (f"{counted(left, 'question')} without an answer",) if left else ()
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        return Exported(text.encode() + b"\n", (*losses(question_set, _HELD), *lost))


def _deck(set_id: str, name: str, topic: str, config: str, **more: Any) -> dict[str, Any]:
    return {
        "__type__": "Deck",
        "crowdanki_uuid": str(uuid.uuid5(_NAMESPACE, f"{set_id}/{topic}")),
        "deck_config_uuid": config,
        "name": name,
        "desc": "",
        "dyn": 0,
        "extendNew": 0,
        "extendRev": 0,
        "media_files": [],
        "children": [],
        "notes": [],
        **more,
    }


def _model(identifier: str) -> dict[str, Any]:
    fields = [{"name": name, "ord": at, "font": "Arial", "size": 20, "media": [], "rtl": False, "sticky": False}
              for at, name in enumerate(("Front", "Back"))]  # fmt: skip  # one shape
    template = {"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
                "bqfmt": "", "bafmt": "", "did": None}  # fmt: skip  # one shape
    return {"__type__": "NoteModel", "crowdanki_uuid": identifier, "name": "studypack question", "type": 0,
            "css": _CSS, "flds": fields, "tmpls": [template], "latexPre": "", "latexPost": "", "req": [[0, "all", [0]]],
            "sortf": 0, "tags": [], "vers": []}  # fmt: skip  # one shape


def _configuration(identifier: str) -> dict[str, Any]:
    """Return the deck options that CrowdAnki expects: Anki's own for new decks."""
    return {
        "__type__": "DeckConfig", "crowdanki_uuid": identifier, "name": "studypack", "autoplay": True, "dyn": False,
        "maxTaken": 60, "replayq": True, "timer": 0,
        "new": {"bury": False, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 7], "order": 1, "perDay": 20},
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
    }  # fmt: skip  # one shape


def _note(question_set: QuestionSet, question: Question, model: str) -> dict[str, Any]:
    offered = "\n\n".join(f"{letter}. {choice.text}" for letter, choice in question.lettered)
    front = "\n\n".join(part for part in (asked(question), offered) if part)
    return {
        "__type__": "Note",
        "guid": str(uuid.uuid5(_NAMESPACE, f"{question_set.id}/{question.id}")),
        "note_model_uuid": model,
        "fields": [str(block(front)).strip(), str(block(solution(question))).strip()],
        "tags": list(question.tags),
        "data": "",
        "flags": 0,
    }


EXPORTER = CrowdAnki()
