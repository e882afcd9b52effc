"""Names the service makes out of titles: internal names, folder names, entity names (sharepoint-rest.md §3.1, §4.3)."""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST_INTERNAL = 32
_PLAIN = re.compile(r"[A-Za-z0-9_]")
_NOT_IN_URL = re.compile(r'["#%&*:<>?\\/{|}~\x00-\x1f]')


def encoded(text: str) -> str:
    """The text as an XML name: all but ASCII letters, digits and `_` becomes `_xHHHH_`, and so does a first digit."""
    parts = [
        character if _PLAIN.match(character) and not (place == 0 and character.isdigit()) else _escape(character)
        for place, character in enumerate(text)
    ]
    return "".join(parts)


def of_property(text: str) -> str:
    """The name of a property of a bag, as OData writes it: `_` is escaped too."""
    return "_x005f_".join(encoded(f"x{part}")[1:] for part in text.split("_"))


def internal(display_name: str, taken: Callable[[str], bool]) -> str:
    """The internal name of a new list column: encoded, 32 characters at most, a digit behind it when taken."""
    base = encoded(display_name.strip())[:LONGEST_INTERNAL]
    return _free(base, taken, first=0, longest=LONGEST_INTERNAL)


def folder(title: str, taken: Callable[[str], bool]) -> str:
    """The folder or page name of a title: what a URL cannot hold is left out, a number behind it when taken."""
    base = _NOT_IN_URL.sub("", title).strip().strip(".")
    return _free(base or "List", taken, first=1)


def entity(folder_name: str, *, library: bool) -> str:
    """`EntityTypeName`: `TestList` for the list Test, `Shared_x0020_Documents` for a library."""
    name = encoded(folder_name)
    return (name[:1].upper() + name[1:]) + ("" if library else "List")


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"_x{units[at]:02x}{units[at + 1]:02x}_" for at in range(0, len(units), 2))


def _free(base: str, taken: Callable[[str], bool], *, first: int, longest: int = 128) -> str:
    name, number = base, first
    while taken(name):
        suffix = str(number)
        name = base[: longest - len(suffix)] + suffix
        number += 1
    return name
