"""SharePoint formulas: which columns they name, in one spelling (guide.md §2.0.3, sharepoint-rest.md §4.5). Pure.

A definition names columns by internal name in brackets. SharePoint wants the titles of the moment, and gives formulas
back with or without brackets and with other spaces and case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r'"(?:[^"]|"")*"|\[[^\]]+\]|[^\W\d][\w.]*|\s+|.', re.DOTALL)


def normalised(formula: str, names: Mapping[str, str]) -> str:
    """A formula in one spelling. `names` gives the internal name for each title and for each internal name."""
    known = {title.casefold(): name for title, name in names.items()}
    return "".join(_spelled(token, known) for token in _TOKEN.findall(formula.strip()))


def _spelled(token: str, known: Mapping[str, str]) -> str:
    if token.isspace():
        return ""
    if token.startswith('"'):
        return token
    bare = token[1:-1] if token.startswith("[") else token
    name = known.get(bare.casefold())
    if name:
        return f"[{name}]"
    return token if token.startswith("[") else token.upper()


def with_titles(formula: str, titles: Mapping[str, str]) -> str:
    """A definition's formula as the service takes it: each internal name in brackets becomes the column's title."""

    def titled(match: re.Match[str]) -> str:
        token = match.group()
        return f"[{titles[token[1:-1]]}]" if token.startswith("[") and token[1:-1] in titles else token

    return _TOKEN.sub(titled, formula)
