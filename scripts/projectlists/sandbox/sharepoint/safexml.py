"""XML from a request, read so that nothing in it can hurt: no entities, nothing from outside, no endless nesting."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

DEEPEST: Final = 160
"""Nesting that is still read: binary And/Or over some 150 conditions."""


class UnsafeXml(ValueError):
    """Text that is no XML, or XML that is not read; the message says why."""


def parse(text: str | bytes) -> Element:
    """The root element. Raises UnsafeXml."""
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as problem:
        raise UnsafeXml(str(problem)) from problem
    if _too_deep(root):
        raise UnsafeXml(f"elements are nested more than {DEEPEST} deep")
    return root


def _too_deep(root: Element) -> bool:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
