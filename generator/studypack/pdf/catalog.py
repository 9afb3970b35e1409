"""What a PDF says of itself, and its named destinations. Clause numbers refer to ISO 32000-2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, NameTree, String

from studypack.pdf.outline import Place, destination
from studypack.text.languages import language


@dataclass(frozen=True, slots=True)
class Info:
    """The document information.

    Attributes:
        title: the title.
        language: the BCP 47 tag.
        author: the author, or empty.
        subject: a one-line description, or empty.
        keywords: keywords for searching.
        date: the date of the edition, such as `2026-11-24T00:00:00+00:00`, or empty; never the current time.
    """

    title: str
    language: str
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""


def name_places(book: pikepdf.Pdf, places: Mapping[str, Place]) -> None:
    """Add named destinations (12.3.2.4)."""
    names = NameTree.new(book)
    for name in sorted(places):  # the branches of the tree depend on the order
        names[name] = destination(places[name])
    book.Root.Names = Dictionary(Dests=names.obj)


def describe(book: pikepdf.Pdf, info: Info) -> None:
    """Write the document information both as a dictionary and as XMP (14.3)."""
    book.Root.Lang = String(info.language)
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if language(info.language).direction == "rtl":
        book.Root.ViewerPreferences.Direction = Name.R2L  # the order of facing pages (12.2)
    words = {"Title": info.title, "Author": info.author, "Subject": info.subject, "Keywords": ", ".join(info.keywords)}
    about = {f"/{key}": String(value) for key, value in words.items() if value}
    about |= {"/Creator": String("studypack"), "/Producer": String("WeasyPrint, pikepdf")}
    if info.date:
        plain = "".join(c for c in info.date[:19] if c.isdigit())
        about |= {"/CreationDate": String(f"D:{plain}Z"), "/ModDate": String(f"D:{plain}Z")}
    book.trailer.Info = book.make_indirect(Dictionary(about))
    with book.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = info.title
        xmp["dc:language"] = [info.language]
        if info.author:
            xmp["dc:creator"] = [info.author]
        if info.subject:
            xmp["dc:description"] = info.subject
        if info.keywords:
            xmp["pdf:Keywords"] = ", ".join(info.keywords)
        xmp["pdf:Producer"] = "WeasyPrint, pikepdf"
        xmp["xmp:CreatorTool"] = "studypack"
        for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            if info.date:
                xmp[key] = info.date
