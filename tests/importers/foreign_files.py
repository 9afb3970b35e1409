"""Small files of each foreign format, made here."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import zstandard
from PIL import Image

BASIC: Final = ("Basic", ("Front", "Back"), (("Card 1", "{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}"),), 0)
CLOZE: Final = ("Cloze", ("Text", "Extra"), (("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}"),), 1)
TYPES: Final = {1: BASIC, 2: CLOZE}
NOTES: Final = (
    ("g1", 1, "What is a <b>mutex</b>?\x1fA lock with <i>one</i> owner.", "threads a::locks"),
    ("g2", 1, '<img src="heap.png">\x1fA heap', ""),
    ("g3", 2, "A semaphore has {{c1::permits}} and {{c2::no::how many}} owner.\x1fSee a book.", "threads"),
    ("g4", 1, "[sound:a.mp3]\x1fA bell", ""),
    ("g5", 1, " \x1f", ""),
)


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(made, "PNG")
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def proto(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def collection(notes: Sequence[tuple[str, int, str, str]] = NOTES, *, newest: bool = False, extra: str = "") -> bytes:
    """Return a collection of Anki as a database, with a deck `Set::Locks`."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        db.executescript(
            "CREATE TABLE col (id integer primary key, models text, decks text);"
            "CREATE TABLE notes (id integer primary key, guid text, mid integer, mod integer, tags text, flds text);"
            "CREATE TABLE cards (id integer primary key, nid integer, did integer);"
        )
        models = {
            str(number): {"name": name, "type": kind, "flds": [{"name": field} for field in fields],
                          "tmpls": [{"name": t, "qfmt": q, "afmt": a} for t, q, a in templates]}
            for number, (name, fields, templates, kind) in TYPES.items()
        }  # fmt: skip  # one shape
        decks = {"1": {"name": "Default"}, "2": {"name": "Set::Locks"}}
        db.execute(
            "INSERT INTO col VALUES (1, ?, ?)",
            ("" if newest else json.dumps(models), "" if newest else json.dumps(decks)),
        )
        if newest:
            _add_tables(db)
        for number, (guid, kind, fields, tags) in enumerate(notes, 1):
            db.execute("INSERT INTO notes VALUES (?, ?, ?, 0, ?, ?)", (number, guid, kind, f" {tags} ", fields))
            db.execute("INSERT INTO cards VALUES (?, ?, 2)", (number, number))
        db.executescript(extra)
        db.commit()
        return db.serialize()


def _add_tables(db: sqlite3.Connection) -> None:
    db.executescript(
        "CREATE TABLE notetypes (id integer primary key, name text collate unicase, config blob);"
        "CREATE TABLE fields (ntid integer, ord integer, name text collate unicase, primary key (ntid, ord));"
        "CREATE TABLE templates (ntid integer, ord integer, name text, config blob, primary key (ntid, ord));"
        "CREATE TABLE decks (id integer primary key, name text collate unicase);"
        "INSERT INTO decks VALUES (1, 'Default'), (2, 'Set' || char(31) || 'Locks');"
    )
    for number, (name, fields, templates, kind) in TYPES.items():
        db.execute("INSERT INTO notetypes VALUES (?, ?, ?)", (number, name, proto(1, kind) if kind else b""))
        for at, field in enumerate(fields):
            db.execute("INSERT INTO fields VALUES (?, ?, ?)", (number, at, field))
        for at, (template, front, back) in enumerate(templates):
            config = proto(1, front.encode()) + proto(2, back.encode())
            db.execute("INSERT INTO templates VALUES (?, ?, ?, ?)", (number, at, template, config))


def apkg(generation: str = "anki2", notes: Sequence[tuple[str, int, str, str]] = NOTES, extra: str = "") -> bytes:
    """Return an Anki package of a generation: `anki2`, `anki21` or `anki21b`."""
    newest = generation == "anki21b"
    packed = zstandard.ZstdCompressor().compress if newest else bytes
    media = [("heap.png", picture()), ("a.mp3", b"ID3")]
    listed = (
        b"".join(proto(1, proto(1, name.encode()) + proto(2, len(content))) for name, content in media)
        if newest
        else json.dumps({str(at): name for at, (name, _) in enumerate(media)}).encode()
    )
    files = {f"collection.{generation}": packed(collection(notes, newest=newest, extra=extra)), "media": packed(listed)}
    if generation != "anki2":
        stub = (("x", 1, "Please update\x1f", ""),)
        files["collection.anki2"] = collection(stub)
    return zipped(files | {str(at): packed(content) for at, (_, content) in enumerate(media)})


ANKI_TEXT: Final = (
    b"#separator:tab\n#html:true\n#guid column:1\n#deck column:2\n#tags column:5\n"
    b'g1\tSet::Locks\tWhat is a <b>mutex</b>?\t"A ""lock""\nof one owner"\tthreads\n'
    b"g2\tSet::Heaps\tWhat is a heap?\tA tree\t\n"
)
CROWDANKI: Final = json.dumps(
    {
        "__type__": "Deck", "crowdanki_uuid": "d", "name": "Set", "notes": [], "media_files": [],
        "note_models": [{"crowdanki_uuid": "m", "name": "Basic", "type": 0, "flds": [{"name": "F"}, {"name": "B"}],
                         "tmpls": [{"name": "C", "qfmt": "{{F}}", "afmt": "{{FrontSide}}<hr id=answer>{{B}}"},
                                   {"name": "R", "qfmt": "{{B}}", "afmt": "{{F}}"}]}],
        "children": [{"__type__": "Deck", "name": "Set::Locks", "children": [],
                      "notes": [{"guid": "g1", "note_model_uuid": "m", "tags": ["t"],
                                 "fields": ["What is a mutex?", "A lock"]}]}],
    }
).encode()  # fmt: skip  # one shape
GIFT: Final = rb"""// a bank
$CATEGORY: $course$/top/Locks

::Q1:: What is a mutex? {=A lock#Yes. ~A list#No.}

Pick two\: {~%50%one ~%50%two ~%-100%three ####They are few.}

A mutex has one {=owner ~list}.

A lock is fair. {F#Not always.#Right.}

Match. {=lock -> one =semaphore -> many}

How many owners? {#1:0.5}

Say why. {}

Who owns it? {=a thread =one thread}

Only a remark.
"""
MOODLE: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Locks/Basics</text></category></question>
<question type="multichoice"><name><text>q1</text></name>
<questiontext format="html"><text><![CDATA[<p>Pick <img src="@@PLUGINFILE@@/a.png"></p>]]></text>
<file name="a.png" path="/" encoding="base64">%s</file></questiontext>
<generalfeedback format="html"><text>So it is.</text></generalfeedback>
<answer fraction="100" format="html"><text>one</text><feedback><text>Yes.</text></feedback></answer>
<answer fraction="0" format="html"><text>two</text></answer><idnumber>q-1</idnumber>
<tags><tag><text>safety</text></tag></tags></question>
<question type="cloze"><questiontext>
<text>A {1:MULTICHOICE:=lock~list} has {1:NUMERICAL:=1:0} owner.</text></questiontext></question>
<question type="matching"><questiontext><text>Match</text></questiontext>
<subquestion><text>lock</text><answer><text>one</text></answer></subquestion></question>
<question type="ddwtos"><questiontext><text>A [[1]] owns it.</text></questiontext>
<dragbox><text>thread</text></dragbox></question>
<question type="essay"><questiontext><text>Why?</text></questiontext>
<graderinfo><text>Because.</text></graderinfo></question>
<question type="mtf"><questiontext><text>True?</text></questiontext>
<row number="1"><rowtext><text>It locks.</text></rowtext></row>
<column number="1"><responsetext><text>yes</text></responsetext></column>
<column number="2"><responsetext><text>no</text></responsetext></column>
<weight rownumber="1" columnnumber="1"><value>1.0</value></weight>
<weight rownumber="1" columnnumber="2"><value>0.0</value></weight></question>
<question type="ddmarker"><questiontext><text>Mark it.</text></questiontext></question>
<question type="description"><name><text>hello</text></name><questiontext><text>Hello.</text></questiontext></question>
</quiz>
"""
QTI2: Final = b"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="Locks">
<responseDeclaration identifier="R" cardinality="single"><correctResponse><value>A</value></correctResponse>
</responseDeclaration>
<itemBody><choiceInteraction responseIdentifier="R"><prompt>What is a mutex?</prompt>
<simpleChoice identifier="A">A <b>lock</b></simpleChoice><simpleChoice identifier="B">A list</simpleChoice>
</choiceInteraction></itemBody></assessmentItem>
"""
QTI3: Final = b"""<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i2" title="Gap">
<qti-response-declaration identifier="R" cardinality="single">
<qti-correct-response><qti-value>owner</qti-value></qti-correct-response>
</qti-response-declaration><qti-item-body><p>A mutex has one <qti-text-entry-interaction response-identifier="R"/>.</p>
</qti-item-body></qti-assessment-item>
"""
JSON: Final = json.dumps(
    {"name": "Locks", "topics": [{"title": "Basics", "questions": [
        {"question": "What is a mutex?", "options": {"A": "a lock", "B": "a list"}, "answer": "A", "odd": "x"},
        {"question": "Who owns it?", "answer": "A thread"}]}]}, indent=1
).encode()  # fmt: skip  # one shape
OPEN_TRIVIA: Final = json.dumps(
    {"response_code": 0, "results": [{"type": "multiple", "difficulty": "easy", "category": "Science &amp; Nature",
     "question": "What&#039;s a mutex?", "correct_answer": "A lock", "incorrect_answers": ["A list", "A map"]}]}
).encode()  # fmt: skip  # one shape
_WORD: Final = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "{}</w:body></w:document>"
)
_TYPES: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def docx(*paragraphs: tuple[str, str]) -> bytes:
    """Return a Word document of paragraphs: the style's name (empty for an ordinary one) and the text."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    return zipped({"[Content_Types].xml": _TYPES.encode(), "word/document.xml": _WORD.format(body).encode()})


FILES: Final = {
    "a.apkg": apkg(), "b.apkg": apkg("anki21"), "c.apkg": apkg("anki21b"), "notes.txt": ANKI_TEXT,
    "deck.json": CROWDANKI, "bank.gift": GIFT, "bank.xml": MOODLE % b"iVBORw0KGgo=", "item2.xml": QTI2,
    "item3.xml": QTI3,
    "package.zip": zipped({"imsmanifest.xml": b"<manifest/>", "items/a.xml": QTI2, "items/b.xml": QTI3}),
    "list.json": JSON, "trivia.json": OPEN_TRIVIA,
    "list.docx": docx(("Heading1", "Locks"), ("Heading2", "What is a mutex?"), ("", "A lock."),
                      ("Heading2", "Who owns it?"), ("", "One thread.")),
}  # fmt: skip  # one small file of each kind, by a name that it may have
