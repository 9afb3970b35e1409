"""XML of other people: no entities, no document type from elsewhere, nothing from the network, limited depth."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTITY: Final = re.compile(r"<!ENTITY|<!DOCTYPE[^>\[]*(?:\[|\bSYSTEM\b|\bPUBLIC\b)", re.IGNORECASE)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


class UnsafeXmlError(ValueError):
    """The XML declares entities, or a document type from elsewhere."""


class BrokenXmlError(ValueError):
    """The XML is not well-formed; `line` and `column` count from 1."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(why)
        self.line, self.column = line, column


def parse(content: bytes) -> Any:
    """Return the root of a document: an element of lxml.

    Raises:
        UnsafeXmlError: it declares entities, or a document type.
        BrokenXmlError: it is not well-formed, or nested too deeply.
    """
    if _DOCTYPE.search(content) or content.startswith(_WIDE):
        text = content.decode("utf-16" if content.startswith(_WIDE) else "utf-8", "replace")
        if _ENTITY.search(text):
            raise UnsafeXmlError("it declares entities or a document type of its own")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise BrokenXmlError(str(error.msg), max(1, line or 1), max(1, column or 1)) from error
    except (etree.LxmlError, ValueError) as error:
        raise BrokenXmlError(str(error), 1, 1) from error
    if root is None:
        raise BrokenXmlError("it is empty", 1, 1)
    if root.getroottree().docinfo.internalDTD is not None and (
        root.getroottree().docinfo.system_url or list(root.getroottree().docinfo.internalDTD.iterentities())
    ):
        raise UnsafeXmlError("it declares entities or a document type of its own")
    return root


def local_name(element: Any) -> str:
    """Return an element's name without its namespace; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, *names: str) -> list[Any]:
    """Return the children of these names, in any namespace."""
    return [child for child in element if local_name(child) in names]


def child_text(element: Any, *path: str) -> str:
    """Return the text of the first descendant at a path of names; empty without one."""
    for name in path:
        element = next(iter(children(element, name)), None)
        if element is None:
            return ""
    return (element.text or "").strip()
