"""What WeasyPrint computes again and again for equal styles, computed once: its pages are the same, byte for byte.

WeasyPrint gives elements that match the same rules below the same style one computed style, but not those that have an
id, because an id is a property of theirs (its anchor), nor anything below them; nor pseudo-elements; nor pages, each of
which has a style for every box in its margins. Here ids are added afterwards, to styles that refer to the shared ones,
and what is declared alike gets one style. Rules for notes at the foot of a page, which apply to every element, are left
out where no style sheet has such notes.

A style's line height and font description are kept, too, instead of being derived for each run of text. Documents of
one process that have the same style sheets share their styles.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; with others everything is computed as it comes."""

_NAME: Final = "SharedStyles"
_ANCHOR: Final = "-weasy-anchor"
_NOTES: Final = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})
_MOST_STYLES: Final = 2000
"""The styles that documents with the same style sheets share at most: an element may have a style of its own."""

_FONT: Final = (
    "font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps",
    "font_variation_settings",
)  # fmt: skip  # the properties from which a font description is made


MOST_FONTS: Final = 1000
"""The most font descriptions that are kept: a figure may have a size of its own for each word."""


def share(css: Any, layout: Any, text: Any, version: str) -> None:
    """Let WeasyPrint's module `css` share styles, and `layout.inline` and `text.line_break` keep what fonts give."""
    if not version.startswith(KNOWN) or css.StyleFor.__name__ == _NAME:
        return
    css.StyleFor = _sharing(css)
    text.strut = layout.strut = _kept(text.strut)
    text.get_font_description = _described(text.get_font_description)


def without_notes(sheet: Any) -> Any:
    """Return WeasyPrint's own style sheet without its rules for the pseudo-elements of notes."""
    made = copy.copy(sheet)
    made.matcher = copy.copy(sheet.matcher)
    made.matcher.other_selectors = [each for each in sheet.matcher.other_selectors if each[3] not in _NOTES]
    return made


def _sharing(css: Any) -> Any:
    """Return a `StyleFor` that shares styles."""
    anchored = _anchored(css)

    class SharedStyles(css.StyleFor):  # type: ignore[misc]
        """Finds the computed styles of a document's elements.

        Attributes:
            of_pages: styles of pages, and of boxes in their margins, by what they are computed from.
            of_elements: styles of elements and their pseudo-elements, also those of documents before this one.
        """

        def __init__(self, html: Any, sheets: Any, hints: Any, font_config: Any, target_collector: Any) -> None:
            self.of_pages: dict[Any, Any] = {}
            self.of_elements = _kept_for([sheet for sheet, *_ in sheets])
            with _anchors_withheld(css) as anchors:
                super().__init__(html, sheets, hints, font_config, target_collector)
            styles = self.get_computed_styles()
            if any(
                styles[element, None]["overflow"] != "visible" for element in (html.etree_element, *html.etree_element)
            ):
                self.of_elements.clear()  # WeasyPrint takes that from them, for the page
            for element, name in anchors:
                styles[element, None] = anchored(styles[element, None], name)
                target_collector.collect_anchor(name)

        def set_computed_styles(
            self, element: Any, parent: Any, *args: Any, pseudo_type: Any = None, **more: Any
        ) -> None:
            """Set the style of an element, or that of a pseudo-element, a page or a box in its margins."""
            styles, place = self.get_computed_styles(), (element, pseudo_type)
            shared = self.of_elements if hasattr(element, "tag") else self.of_pages
            declared = self.get_cascaded_styles().get(place, {}).items()
            values = tuple((name, _identity(value)) for name, (value, _) in declared)
            key = id(styles.get((parent, None))), pseudo_type, values
            if key not in shared:
                super().set_computed_styles(element, parent, *args, pseudo_type=pseudo_type, **more)
                shared[key] = styles[place]  # it keeps its parent and its values, whose ids are in the key
            styles[place] = shared[key]

    return SharedStyles


def _kept_for(sheets: Sequence[Any]) -> dict[Any, Any]:
    """Return the styles that are kept for a list of style sheets, with the last of them."""
    kept = vars(sheets[-1]).setdefault("styles", {})
    if len(kept.get(tuple(sheets[:-1]), ())) > _MOST_STYLES:
        kept.clear()
    return kept.setdefault(tuple(sheets[:-1]), {})  # type: ignore[no-any-return]


def _identity(value: Any) -> Any:
    """Return what is equal for equal values; an element's own values are made for each document."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value if isinstance(value, str | tuple) else id(value)


def _anchored(css: Any) -> Any:
    """Return the class of the styles of elements with ids."""

    class Anchored(css.ComputedStyle):  # type: ignore[misc]
        """The style of an element with an id: that of the elements like it, and its anchor."""

        def __init__(self, style: Any, name: str) -> None:
            own = style.parent_style, style.cascaded, style.pseudo_type, style.root_style, style.base_url
            super().__init__(*own, style.font_config, style.initial_page_sizes)
            self.style, self.specified = style, style.specified
            self["anchor"] = name

        def __missing__(self, key: str) -> Any:
            self[key] = value = self.style[key]
            return value

    return Anchored


@contextmanager
def _anchors_withheld(css: Any) -> Iterator[list[tuple[Any, str]]]:
    """Let no element have an anchor; collect those that have one, in the document's order, and what it is."""
    find, anchors = css.find_style_attributes, []

    def without_anchors(*arguments: Any) -> Iterator[Any]:
        for attribute in find(*arguments):
            _, element, declarations, _ = attribute
            if len(declarations) == 1 and declarations[0].name == _ANCHOR:
                anchors.append((element, declarations[0].value[0].value))
            else:
                yield attribute

    css.find_style_attributes = without_anchors
    try:
        yield anchors
    finally:
        css.find_style_attributes = find


def _kept(strut: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that keeps the line height of a style with it."""

    def kept_strut(style: Any) -> Any:
        if not hasattr(style, "strut"):
            style.strut = strut(style)
        return style.strut

    return kept_strut


def _described(describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that keeps the font description of equal fonts, which Pango copies when it uses it."""
    known: dict[Any, Any] = {}

    def description(style: Any) -> Any:
        key = ",".join(style["font_family"]), *(style[name] for name in _FONT)
        if key not in known:
            if len(known) > MOST_FONTS:
                known.clear()
            known[key] = describe(style)
        return known[key]

    return description
