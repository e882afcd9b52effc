"""What a formula may refer to: columns by display or internal name, of certain types (sharepoint-rest.md §4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from projectlists.sandbox.sharepoint import calculation
from projectlists.sandbox.sharepoint.errors import formula_column, formula_type, refused
from projectlists.sandbox.sharepoint.fieldtypes import IN_FORMULAS
from projectlists.sandbox.sharepoint.model import FieldRecord

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_VOLATILE = re.compile(r"\b(?:TODAY|NOW|ME)\s*\(|\[(?:today|me)\]", re.IGNORECASE)


def check(formula: str, fields: Iterable[FieldRecord], *, volatile: bool) -> tuple[FieldRecord, ...]:
    """The columns a formula refers to, by name.

    `volatile` allows `TODAY()` and `NOW()`: validation formulas may use them, calculated columns may not.
    Raises ServiceError (500) for an unknown column, a column of a forbidden type, or a formula that cannot be read.
    """
    bare = _TEXT.sub('""', formula)
    try:
        parsed = calculation.parse(formula)
    except calculation.FormulaError as problem:
        raise refused("The formula contains a syntax error or is not supported.") from problem
    if ";" in bare:
        # Over REST arguments are separated by commas, whatever the locale of the site.
        raise refused("The formula contains a syntax error or is not supported.")
    if _VOLATILE.search(bare) and not volatile:
        raise refused("Calculated columns cannot contain volatile functions like Today and Me.")
    known = [one for one in fields if not one.hidden]
    return tuple(_column(name, known) for name in sorted(parsed.columns))


def _column(name: str, known: list[FieldRecord]) -> FieldRecord:
    wanted = name.strip().lower()
    found = next((one for one in known if wanted in {one.title.lower(), one.name.lower()}), None)
    if found is None:
        raise formula_column()
    if found.type not in IN_FORMULAS:
        raise formula_type()
    return found
