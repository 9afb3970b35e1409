"""A set as a spreadsheet of Excel's kind."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from studypack.exporters.interface import Exported, losses
from studypack.exporters.rows import HELD, rows
from studypack.questions.model import QuestionSet

_LONGEST: Final = 32_767
"""Characters of a cell ("Excel specifications and limits")."""
_WIDTHS: Final = {"question": 50, "stimulus": 50, "answer": 80, "choices": 40, "guidance": 40}
_TIME: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


class Xlsx:
    """Writes a spreadsheet with one row for each question."""

    name = "xlsx"
    suffixes = (".xlsx",)
    summary = "a spreadsheet (.xlsx), one row for each question"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the spreadsheet: the same bytes for the same set."""
        book = Workbook()
        sheet = book.active or book.create_sheet()
        sheet.title = "Questions"
        cut = 0
        table = list(rows(question_set))
        for number, row in enumerate(table, 1):
            for column, value in enumerate(row, 1):
                text = ILLEGAL_CHARACTERS_RE.sub("", value)
                cut += len(text) > _LONGEST
                cell = sheet.cell(number, column)
                cell.value = text[:_LONGEST]
                cell.data_type = "s"  # what begins with = is a text as well
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 1:
                    cell.font = Font(bold=True)
                    sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(value, 18)
        sheet.freeze_panes = "A2"
        made = io.BytesIO()
        book.save(made)
        lost = (f"the ends of {cut} texts: a cell holds {_LONGEST} characters",) if cut else ()
        return Exported(_without_times(made.getvalue()), (*losses(question_set, HELD, feedback=True, of_set=()), *lost))


def _without_times(archive: bytes) -> bytes:
    """Return the archive with one fixed time for all of its files."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


EXPORTER = Xlsx()
