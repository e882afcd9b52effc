"""What the privacy rules ask of rows about residents (guide.md §2.2, §6.6). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from projectlists.definitions.model import ListDefinition
from projectlists.item import Value
from projectlists.language import _

STAKEHOLDERS = "Stakeholders"
_PERSONAL = re.compile(
    r"(?i:(de )?(heer|mevrouw|dhr|mevr?|mw|fam|familie|mr|mrs|ms)\.? \w)"
    r"|([A-Z]\. ?)+(van |de |der |den |ten |ter )*[A-Z]"
)
"""A form of address, or initials and a surname."""


def doubt_of(definition: ListDefinition, values: Mapping[str, Value]) -> str:
    """Why a row about a resident should be looked at; empty when there is nothing to say.

    `values` is the row as it would be: a stance of one resident needs its reason, with source and date.
    """
    if definition.key != STAKEHOLDERS or values.get("StakeholderKind") != "individual":
        return ""
    if values.get("StakeholderStance") in {"positive", "negative"} and not values.get("StanceReason"):
        return _("The stance of one resident needs a reason: a fact with its source and date.")
    return ""


def personal(definition: ListDefinition, rows: Iterable[Mapping[str, Value]]) -> int:
    """How many rows of the stakeholder list seem to name a resident."""
    if definition.key != STAKEHOLDERS:
        return 0
    return sum(
        row.get("StakeholderKind") == "individual" or bool(_PERSONAL.match(str(row.get("Title") or ""))) for row in rows
    )
