"""`make schema`: writes the JSON Schema of question sets, generated from the model."""

from __future__ import annotations

import json
from pathlib import Path

from studypack.questions.model import json_schema

SCHEMA = Path(__file__).parents[1] / "docs" / "question-set.schema.json"


def schema_text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
