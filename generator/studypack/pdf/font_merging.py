"""Merge the font subsets of a bound PDF, so that it embeds one for each face instead of one for each part and face.

Parts are typeset separately, so each has its own subsets. WeasyPrint retains the glyph ids: a glyph has the same id in
all subsets of a face, so one subset can serve the text of all parts without a change to the text.

Parts can differ in details: Pango rounds advance widths at the size at which a glyph first occurs (they differ by
1/1000 em), a glyph for é can mean one character or two, and each part numbers the characters that the face does not
have in its own way. Text is positioned by the widths and copied by the texts, so fonts are joined only if these agree;
other fonts stay separate but share the subset. Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pikepdf
import uharfbuzz
from pikepdf import Array, Dictionary, Name, Stream

from studypack.typeset.fonts import FACES, Face, font_bytes

_WEIGHTS: Final = {400: (), 500: ("Medium",), 600: ("Semi-Bold",), 700: ("Bold",)}
_STYLES: Final = {"normal": (), "italic": ("Italic",)}
_FIXED_PITCH: Final = 1
"""A flag that WeasyPrint sets according to the glyphs that a part uses (9.8.2)."""
_OF_A_PART: Final = {"/FontName", "/FontBBox", "/Flags", "/FontFile2", "/CIDSet"}
"""Entries that differ between the font descriptors of a face's subsets; CIDSet is deprecated in PDF 2.0 and dropped."""
_FONT_KEYS: Final = {"/Type", "/Subtype", "/BaseFont", "/Encoding", "/ToUnicode", "/DescendantFonts"}
_CID_KEYS: Final = {"/Type", "/Subtype", "/BaseFont", "/CIDSystemInfo", "/CIDToGIDMap", "/FontDescriptor", "/W"}
_USELESS: Final = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
"""Tables that PDF readers do not use; WeasyPrint drops them too."""
_WIDTHS: Final = re.compile(rb"(\d+) \[ ([-\d. ]+) \]")

Claims = dict[tuple[str, int], bytes]
"""The entries of a font: `W` is the width of a CID, `text` the Unicode text of a code, `cid` the CID of a code."""


@dataclass(frozen=True, slots=True)
class _Subset:
    """A font of a part.

    Attributes:
        font: the Type0 font.
        key: what all fonts of a face have in common; the first item is the face's name in the PDF.
        claims: its widths, its texts and, if it has its own CMap, its CIDs.
        glyphs: the glyphs that it uses; ids above those of the face are for characters that the face does not have.
    """

    font: Any
    key: tuple[str, ...]
    claims: Claims
    glyphs: frozenset[int]

    @property
    def descriptor(self) -> Any:
        return self.font.DescendantFonts[0].FontDescriptor


def merge_fonts(document: pikepdf.Pdf) -> int:
    """Merge all subsets of each of our faces, and let other fonts with equal programs share one stream.

    The appearance and the text of pages do not change. Replaced objects stay in the document without references, so
    they are not saved.

    Returns:
        the number of embedded font programs that were dropped; if it is 0, the document is unchanged.
    """
    tables = [table for resources in _resources(document) if (table := resources.get("/Font")) is not None]
    fonts = {f.objgen: f for table in tables for f in table.values() if f.is_indirect and "/DescendantFonts" in f}
    before = _programs(fonts.values())
    replaced: dict[tuple[int, int], Any] = {}
    for subsets in _of_our_faces(fonts.values()):
        descriptor = _descriptor(document, subsets)
        for claims, members in _joined(subsets):
            font = _font(document, members[0].font, descriptor, claims)
            replaced |= dict.fromkeys((member.font.objgen for member in members), font)
    for table in tables:
        for key, font in table.items():
            if font.objgen in replaced:
                table[key] = replaced[font.objgen]
    kept = [replaced.get(number, font) for number, font in fonts.items()]
    _share(kept)
    return len(before) - len(_programs(kept))


def pdf_name(face: Face) -> str:
    """Return the name that WeasyPrint gives to a face in a PDF without the subset tag, such as `Inter-Semi-Bold`."""
    return "-".join([*face.family.split(), *_WEIGHTS[face.weight], *_STYLES[face.style]])


_ADDRESSES: Final = {pdf_name(face): address for address, face in FACES.items()}


def _resources(document: pikepdf.Pdf) -> Iterator[Any]:
    """Yield each resource dictionary of pages, annotations, forms, patterns, masks and Type 3 fonts once."""
    holders: list[Any] = []
    for page in document.pages:
        holders.append(page.obj)
        for annotation in page.obj.get("/Annots", ()):
            holders += _streams(annotation.get("/AP"))
    seen: set[tuple[int, int]] = set()
    for holder in holders:  # grows during the loop: resources contain objects with resources
        resources = holder.get("/Resources") if _is_new(holder, seen) else None
        if resources is not None and _is_new(resources, seen):
            yield resources
            for kind in ("/XObject", "/Pattern", "/Font"):
                holders += resources.get(kind, {}).values()
            for state in resources.get("/ExtGState", {}).values():
                holders += _streams(state.get("/SMask"))


def _is_new(thing: Any, seen: set[tuple[int, int]]) -> bool:
    """Return whether an indirect object is seen for the first time; a direct object is always new."""
    new = not thing.is_indirect or thing.objgen not in seen
    seen.add(thing.objgen)
    return new


def _streams(holder: Any) -> list[Any]:
    """Return the streams in a dictionary of dictionaries, such as an appearance (12.5.5) or a soft mask (11.6.5.2)."""
    if isinstance(holder, Stream):
        return [holder]
    return [s for value in holder.values() for s in _streams(value)] if isinstance(holder, Dictionary) else []


def _of_our_faces(fonts: Iterable[Any]) -> Iterator[list[_Subset]]:
    """Yield the subsets of each of our faces that has more than one subset.

    Those of one face are read at a time: 25 kB each, and a book of 360 chapters has 4,000 subsets.
    """
    groups: dict[tuple[str, ...], list[Any]] = {}
    for font in fonts:
        key = _key(font)
        if key and key[0] in _ADDRESSES:
            groups.setdefault(key, []).append(font)
    for key, members in groups.items():
        if len(_programs(members)) > 1:
            read = (_read(font, key) for font in members)
            subsets = [subset for subset in read if subset is not None and _is_of_its_face(subset)]
            if len(_programs(subset.font for subset in subsets)) > 1:
                yield subsets


def _is_of_its_face(subset: _Subset) -> bool:
    """Return whether a subset's glyphs are those of our face, because a theme's font may have the same name."""
    whole = _whole(subset.key[0])
    part = uharfbuzz.Font(uharfbuzz.Face(subset.descriptor.FontFile2.read_bytes()))
    glyphs = [glyph for glyph in subset.glyphs if 0 < glyph < whole.face.glyph_count]
    return part.face.upem == whole.face.upem and all(
        part.get_glyph_h_advance(glyph) == whole.get_glyph_h_advance(glyph)
        and part.get_glyph_extents(glyph) == whole.get_glyph_extents(glyph)
        for glyph in glyphs
    )


@cache
def _whole(name: str) -> Any:
    """Return the HarfBuzz font of one of our complete faces by the face's name in a PDF."""
    return uharfbuzz.Font(uharfbuzz.Face(font_bytes(_ADDRESSES[name])))


def _key(font: Any) -> tuple[str, ...]:
    """Return what all fonts of a face have in common, for a font as WeasyPrint writes it; empty for any other."""
    cid_font = font.DescendantFonts[0]
    if set(font.keys()) != _FONT_KEYS or set(cid_font.keys()) != _CID_KEYS or cid_font.CIDToGIDMap != Name.Identity:
        return ()
    descriptor = cid_font.FontDescriptor
    if "/FontFile2" not in descriptor:
        return ()
    name = str(descriptor.FontName).lstrip("/").rpartition("+")[2]
    metrics = [f"{key} {descriptor[key]}" for key in sorted(set(descriptor.keys()) - _OF_A_PART)]
    return name, str(int(descriptor.Flags) & ~_FIXED_PITCH), *metrics


def _read(font: Any, key: tuple[str, ...]) -> _Subset | None:
    """Read a font that has a key; return None for one whose widths or texts are written otherwise."""
    identity = font.Encoding == Name("/Identity-H")
    widths, texts = _read_widths(font.DescendantFonts[0].W.unparse(resolved=True)), _read_cmap(font.ToUnicode, b"bf")
    cids = {} if identity else _read_cmap(font.Encoding, b"cid")
    if not widths or not texts or not (identity or cids):
        return None
    claims: Claims = {("identity", 0): b"yes" if identity else b"no"}
    for kind, entries in (("W", widths), ("text", texts), ("cid", cids)):
        claims |= {(kind, code): value for code, value in entries.items()}
    glyphs = frozenset(widths) | frozenset(texts if identity else map(int, cids.values()))
    return _Subset(font, key, claims, glyphs)


def _read_widths(source: bytes) -> dict[int, bytes]:
    """Read widths such as `[ 36 [ 667 ] 68 [ 556 611 ] ]` (9.7.4.3); empty if there are ranges of equal widths."""
    runs = _WIDTHS.findall(source)
    if b" ".join(b"%b [ %b ]" % run for run in runs) != source[2:-2]:
        return {}
    return {int(first) + n: width for first, run in runs for n, width in enumerate(run.split())}


def _read_cmap(cmap: Any, kind: bytes) -> dict[int, bytes]:
    """Read a CMap from single codes to texts (`bf`) or CIDs (`cid`; 9.7.5.4); empty if there are ranges."""
    source = cmap.read_bytes() if isinstance(cmap, Stream) else b""
    if kind + b"range" in source:
        return {}
    lines = [line.split(b" ", 1) for block in _blocks(source, kind) for line in block[1].splitlines()]
    return {int(code.strip(b"<>"), 16): value for code, value in lines}


def _blocks(source: bytes, kind: bytes) -> list[re.Match[bytes]]:
    return list(re.finditer(rb"\d+ begin%bchar\n(.*?)end%bchar\n" % (kind, kind), source, re.DOTALL))


def _joined(subsets: Iterable[_Subset]) -> list[tuple[Claims, list[_Subset]]]:
    """Join the subsets that do not contradict each other, each with the first possible group."""
    joined: list[tuple[Claims, list[_Subset]]] = []
    for subset in subsets:
        for claims, members in joined:
            if all(claims.get(key, value) == value for key, value in subset.claims.items()):
                claims |= subset.claims
                members.append(subset)
                break
        else:
            joined.append((dict(subset.claims), [subset]))
    return joined


def _descriptor(document: pikepdf.Pdf, subsets: list[_Subset]) -> Any:
    """Return a font descriptor with one program for all subsets (9.8)."""
    name, first = subsets[0].key[0], subsets[0].descriptor
    glyphs = sorted({glyph for subset in subsets for glyph in subset.glyphs if glyph < _whole(name).face.glyph_count})
    digest = hashlib.sha256(f"{name} {glyphs}".encode()).digest()
    left, bottom, right, top = zip(*(map(float, subset.descriptor.FontBBox) for subset in subsets), strict=True)
    widths = {value for subset in subsets for (kind, _), value in subset.claims.items() if kind == "W"}
    program = _program(name, glyphs, notdef=any(s.claims["identity", 0] == b"no" for s in subsets))
    made = Dictionary({key: value for key, value in first.items() if key not in _OF_A_PART})
    made.FontName = Name("/" + "".join(chr(65 + byte % 26) for byte in digest[:6]) + "+" + name)
    made.FontBBox = Array([round(n) for n in (min(left), min(bottom), max(right), max(top))])
    made.Flags = int(first.Flags) & ~_FIXED_PITCH | (_FIXED_PITCH if len(widths) == 1 else 0)
    made.FontFile2 = Stream(document, program, Length1=len(program))
    return document.make_indirect(made)


def _program(name: str, glyphs: list[int], *, notdef: bool) -> bytes:
    """Return the subset of a face with these glyphs and their ids, and optionally the box for missing glyphs.

    Like WeasyPrint, it works in two steps: the second drops the glyphs after the last one and moves the components of
    composite glyphs that were among them.
    """
    flags = uharfbuzz.SubsetFlags
    notdef_outline = flags.NOTDEF_OUTLINE if notdef else flags.DEFAULT
    common = flags.PASSTHROUGH_UNRECOGNIZED | flags.DESUBROUTINIZE | notdef_outline
    first, second = uharfbuzz.SubsetInput(), uharfbuzz.SubsetInput()
    first.flags, second.flags = common | flags.RETAIN_GIDS, common | flags.NO_HINTING
    first.glyph_set.update(glyphs)
    first.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _USELESS)
    second.glyph_set.update(range(max(glyphs) + 1))
    return bytes(uharfbuzz.subset(uharfbuzz.subset(_whole(name).face, first), second).blob.data)


def _font(document: pikepdf.Pdf, model: Any, descriptor: Any, claims: Claims) -> Any:
    """Return a font with the claims of the fonts that it replaces, one of which is the model."""
    widths, texts, cids = (
        {code: value for (of, code), value in sorted(claims.items()) if of == kind} for kind in ("W", "text", "cid")
    )
    cid_font = Dictionary(dict(model.DescendantFonts[0].items()))
    cid_font.BaseFont, cid_font.FontDescriptor = descriptor.FontName, descriptor
    cid_font.W = pikepdf.Object.parse(b"[ %b ]" % b" ".join(b"%d [ %b ]" % entry for entry in widths.items()))
    font = Dictionary(dict(model.items()))
    font.BaseFont = descriptor.FontName
    font.DescendantFonts = Array([document.make_indirect(cid_font)])
    font.ToUnicode = _write_cmap(document, model.ToUnicode, b"bf", texts)
    if cids:
        font.Encoding = _write_cmap(document, model.Encoding, b"cid", cids)
    return document.make_indirect(font)


def _write_cmap(document: pikepdf.Pdf, model: Any, kind: bytes, entries: Mapping[int, bytes]) -> Any:
    """Return a copy of the model CMap with these entries, in blocks of at most 100 (Adobe Technical Note 5014)."""
    source = model.read_bytes()
    blocks = _blocks(source, kind)
    lines = [b"<%04x> %b\n" % entry for entry in entries.items()]
    parts = [lines[n : n + 100] for n in range(0, len(lines), 100)]
    listed = b"".join(b"%d begin%bchar\n%bend%bchar\n" % (len(p), kind, b"".join(p), kind) for p in parts)
    own = {key: model[key] for key in set(model.keys()) - {"/Length", "/Filter", "/DecodeParms"}}
    return Stream(document, source[: blocks[0].start()] + listed + source[blocks[-1].end() :], own)


def _programs(fonts: Iterable[Any]) -> set[tuple[int, int]]:
    """Return the object numbers of the embedded font programs."""
    return {program.objgen for _, _, program in _embedded(fonts)}


def _embedded(fonts: Iterable[Any]) -> Iterator[tuple[Any, str, Any]]:
    """Yield the descriptor, key and stream of each embedded font program (9.9)."""
    for font in fonts:
        descriptor = font.DescendantFonts[0].get("/FontDescriptor", {})
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if key in descriptor:
                yield descriptor, key, descriptor[key]


def _share(fonts: Iterable[Any]) -> None:
    """Let font programs with equal bytes share one stream."""
    streams: dict[tuple[str, bytes], Any] = {}
    for descriptor, key, stream in _embedded(fonts):
        digest = hashlib.sha256(stream.read_bytes()).digest()
        descriptor[key] = streams.setdefault((f"{key} {stream.get('/Subtype')}", digest), stream)
