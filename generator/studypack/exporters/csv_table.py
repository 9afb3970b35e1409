"""A set as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read its letters)."""

from __future__ import annotations

import csv
import io

from studypack.exporters.interface import Exported, losses
from studypack.exporters.rows import HELD, rows
from studypack.questions.model import QuestionSet


class CsvTable:
    """Writes a table with one row for each question."""

    name = "csv"
    suffixes = (".csv",)
    summary = "a table as CSV, one row for each question"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the table."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows(question_set))
        return Exported(text.getvalue().encode("utf-8-sig"), losses(question_set, HELD, feedback=True, of_set=()))


EXPORTER = CsvTable()
