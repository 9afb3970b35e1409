"""One embedded subset for each face of a bound PDF, in place of one for each part and face.

Parts are typeset apart, so each brings its own subsets. WeasyPrint makes these with their glyph ids retained: a glyph
has one id in all of them, and so a single subset of the face can stand behind every part's text, which stays as it is.

Parts need not agree on everything: Pango rounds the advance widths at the size in which a glyph is first met (they
differ by 1/1000 em), a glyph for é can stand for one character or for two, and each part numbers the characters that
the face does not have anew. Text is placed relative to the widths and copied by the texts, so fonts are joined only
where these agree; those that do not remain fonts of their own, and share the subset. Clauses are those of ISO 32000-2.
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
"""The flag that WeasyPrint sets by the glyphs that a part happens to use (9.8.2)."""
_OF_A_PART: Final = {"/FontName", "/FontBBox", "/Flags", "/FontFile2", "/CIDSet"}
"""What differs between the font descriptors of one face's subsets; CIDSet, which PDF 2.0 deprecates, is not kept."""
_FONT_KEYS: Final = {"/Type", "/Subtype", "/BaseFont", "/Encoding", "/ToUnicode", "/DescendantFonts"}
_CID_KEYS: Final = {"/Type", "/Subtype", "/BaseFont", "/CIDSystemInfo", "/CIDToGIDMap", "/FontDescriptor", "/W"}
_USELESS: Final = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
"""Tables that no PDF reader looks at: those that WeasyPrint drops."""
_WIDTHS: Final = re.compile(rb"(\d+) \[ ([-\d. ]+) \]")

Claims = dict[tuple[str, int], bytes]
"""What a font says: `W` of a CID its width, `text` of a code its Unicode text, `cid` of a code its CID."""


@dataclass(frozen=True, slots=True)
class _Subset:
    """A font of a part, read.

    Attributes:
        font: the Type0 font.
        key: what fonts of one face have in common; the first is the PDF's name of the face.
        claims: its widths, texts and, with a CMap of its own, CIDs.
        glyphs: the glyphs that it uses; some may lie beyond the face's: characters that the face does not have.
    """

    font: Any
    key: tuple[str, ...]
    claims: Claims
    glyphs: frozenset[int]

    @property
    def descriptor(self) -> Any:
        return self.font.DescendantFonts[0].FontDescriptor


def merge_fonts(document: pikepdf.Pdf) -> int:
    """Let all subsets of one of our faces be one, and equal programs of other fonts one stream.

    Pages look and read as before. What is replaced remains in the document, unreferenced: it is not saved.

    Returns:
        how many embedded font programs were dropped; with 0 the document is as it was.
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
    """Return the name that WeasyPrint gives a face in a PDF, without the tag of a subset: `Inter-Semi-Bold`."""
    return "-".join([*face.family.split(), *_WEIGHTS[face.weight], *_STYLES[face.style]])


_ADDRESSES: Final = {pdf_name(face): address for address, face in FACES.items()}


def _resources(document: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the resources of pages, appearances of annotations, forms, patterns, masks and Type 3 fonts, each once."""
    holders: list[Any] = []
    for page in document.pages:
        holders.append(page.obj)
        for annotation in page.obj.get("/Annots", ()):
            holders += _streams(annotation.get("/AP"))
    seen: set[tuple[int, int]] = set()
    for holder in holders:  # grows as it goes: resources hold what has resources
        resources = holder.get("/Resources") if _is_new(holder, seen) else None
        if resources is not None and _is_new(resources, seen):
            yield resources
            for kind in ("/XObject", "/Pattern", "/Font"):
                holders += resources.get(kind, {}).values()
            for state in resources.get("/ExtGState", {}).values():
                holders += _streams(state.get("/SMask"))


def _is_new(thing: Any, seen: set[tuple[int, int]]) -> bool:
    """Return whether an indirect object is met for the first time; a direct one always is."""
    new = not thing.is_indirect or thing.objgen not in seen
    seen.add(thing.objgen)
    return new


def _streams(holder: Any) -> list[Any]:
    """Return the streams in a dictionary of dictionaries, such as an appearance (12.5.5) or a soft mask (11.6.5.2)."""
    if isinstance(holder, Stream):
        return [holder]
    return [s for value in holder.values() for s in _streams(value)] if isinstance(holder, Dictionary) else []


def _of_our_faces(fonts: Iterable[Any]) -> list[list[_Subset]]:
    """Return the subsets of each of our faces that has more than one."""
    groups: dict[tuple[str, ...], list[_Subset]] = {}
    for font in fonts:
        subset = _read(font)
        if subset is not None and subset.key[0] in _ADDRESSES:
            groups.setdefault(subset.key, []).append(subset)
    several = [group for group in groups.values() if len(_programs(s.font for s in group)) > 1]
    ours = [[s for s in group if _is_of_its_face(s)] for group in several]
    return [group for group in ours if len(_programs(s.font for s in group)) > 1]


def _is_of_its_face(subset: _Subset) -> bool:
    """Return whether a subset's glyphs are those of our face: a theme may bring other fonts of the same name."""
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
    """Return HarfBuzz's font of one of our whole faces, by its name in a PDF."""
    return uharfbuzz.Font(uharfbuzz.Face(font_bytes(_ADDRESSES[name])))


def _read(font: Any) -> _Subset | None:
    """Read a font as WeasyPrint writes it; None for one that is written in any other way."""
    cid_font = font.DescendantFonts[0]
    if set(font.keys()) != _FONT_KEYS or set(cid_font.keys()) != _CID_KEYS or cid_font.CIDToGIDMap != Name.Identity:
        return None
    descriptor = cid_font.FontDescriptor
    identity = font.Encoding == Name("/Identity-H")
    widths, texts = _read_widths(cid_font.W.unparse(resolved=True)), _read_cmap(font.ToUnicode, b"bf")
    cids = {} if identity else _read_cmap(font.Encoding, b"cid")
    if "/FontFile2" not in descriptor or not widths or not texts or not (identity or cids):
        return None
    claims: Claims = {("identity", 0): b"yes" if identity else b"no"}
    for kind, entries in (("W", widths), ("text", texts), ("cid", cids)):
        claims |= {(kind, code): value for code, value in entries.items()}
    name = str(descriptor.FontName).lstrip("/").rpartition("+")[2]
    metrics = [f"{key} {descriptor[key]}" for key in sorted(set(descriptor.keys()) - _OF_A_PART)]
    glyphs = frozenset(widths) | frozenset(texts if identity else map(int, cids.values()))
    return _Subset(font, (name, str(int(descriptor.Flags) & ~_FIXED_PITCH), *metrics), claims, glyphs)


def _read_widths(source: bytes) -> dict[int, bytes]:
    """Read `[ 36 [ 667 ] 68 [ 556 611 ] ]` (9.7.4.3); nothing if there are ranges of equal widths."""
    runs = _WIDTHS.findall(source)
    if b" ".join(b"%b [ %b ]" % run for run in runs) != source[2:-2]:
        return {}
    return {int(first) + n: width for first, run in runs for n, width in enumerate(run.split())}


def _read_cmap(cmap: Any, kind: bytes) -> dict[int, bytes]:
    """Read a CMap of single codes, `bf` to texts or `cid` to CIDs (9.7.5.4); nothing if there are ranges."""
    source = cmap.read_bytes() if isinstance(cmap, Stream) else b""
    if kind + b"range" in source:
        return {}
    lines = [line.split(b" ", 1) for block in _blocks(source, kind) for line in block[1].splitlines()]
    return {int(code.strip(b"<>"), 16): value for code, value in lines}


def _blocks(source: bytes, kind: bytes) -> list[re.Match[bytes]]:
    return list(re.finditer(rb"\d+ begin%bchar\n(.*?)end%bchar\n" % (kind, kind), source, re.DOTALL))


def _joined(subsets: Iterable[_Subset]) -> list[tuple[Claims, list[_Subset]]]:
    """Join subsets that do not contradict each other, each with the first that it can."""
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
    """Return one font descriptor for all subsets, with one program (9.8)."""
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
    """Return the subset of a face with these glyphs, under their ids; with the box for missing ones if asked for.

    In two steps, as WeasyPrint makes it: the second cuts off what follows the last glyph, and moves there the pieces
    of composite glyphs that stood farther behind.
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
    """Return a font with the claims of those that it replaces; the model is one of these."""
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
    """Return a CMap like the model with these entries, in blocks of at most 100 (Adobe Technical Note 5014)."""
    source = model.read_bytes()
    blocks = _blocks(source, kind)
    lines = [b"<%04x> %b\n" % entry for entry in entries.items()]
    parts = [lines[n : n + 100] for n in range(0, len(lines), 100)]
    listed = b"".join(b"%d begin%bchar\n%bend%bchar\n" % (len(p), kind, b"".join(p), kind) for p in parts)
    own = {key: model[key] for key in set(model.keys()) - {"/Length", "/Filter", "/DecodeParms"}}
    return Stream(document, source[: blocks[0].start()] + listed + source[blocks[-1].end() :], own)


def _programs(fonts: Iterable[Any]) -> set[tuple[int, int]]:
    """Return the object numbers of the embedded programs."""
    return {program.objgen for _, _, program in _embedded(fonts)}


def _embedded(fonts: Iterable[Any]) -> Iterator[tuple[Any, str, Any]]:
    """Yield descriptor, key and stream of each embedded program (9.9)."""
    for font in fonts:
        descriptor = font.DescendantFonts[0].get("/FontDescriptor", {})
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if key in descriptor:
                yield descriptor, key, descriptor[key]


def _share(fonts: Iterable[Any]) -> None:
    """Let programs of the same bytes be one stream."""
    streams: dict[tuple[str, bytes], Any] = {}
    for descriptor, key, stream in _embedded(fonts):
        digest = hashlib.sha256(stream.read_bytes()).digest()
        descriptor[key] = streams.setdefault((f"{key} {stream.get('/Subtype')}", digest), stream)
