"""What is known about one row today: the answer of `explain` (contract.md §2 and §3). Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from projectlists.reminding.ledger import LedgerRow
from projectlists.reminding.notices import Kind
from projectlists.reminding.result import FlipOutcome, ReminderState


@dataclass(frozen=True)
class Due:
    """One reminder to one person, today or on a day to come.

    `due` is the date that drives it, `on` the day on which it is sent. `recipient` is empty when nobody can get it.
    `reason` says why that is, or why it is somebody else than expected.
    """

    rule: str
    stage: str
    due: date
    on: date
    role: str
    recipient: str
    mail: Kind
    info: bool
    outcome: ReminderState
    cc: tuple[str, ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """An entry of `due` or `next`."""
        return {
            "kind": "reminder",
            "rule": self.rule,
            "stage": self.stage,
            "due": self.due.isoformat(),
            "on": self.on.isoformat(),
            "role": self.role,
            "recipient": self.recipient,
            "mail": self.mail,
            "info": self.info,
            "cc": list(self.cc),
            "outcome": self.outcome,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Explanation:
    """Everything about one row. `label` is its number for people (A-12); `history` are rows of the ledger by day."""

    site: str
    list: str
    item: int
    label: str
    title: str
    today: date
    flips: tuple[FlipOutcome, ...]
    due: tuple[Due, ...]
    coming: tuple[Due, ...]
    history: tuple[LedgerRow, ...]
    reasons: tuple[str, ...]
    http: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """The document of `--json`."""
        return {
            "site": self.site,
            "list": self.list,
            "item": self.item,
            "today": self.today.isoformat(),
            "due": [*(_flip(flip, self.today) for flip in self.flips), *(one.as_json() for one in self.due)],
            "next": [one.as_json() for one in self.coming],
            "history": [_past(row) for row in self.history],
            "reasons": list(self.reasons),
            "http": dict(self.http),
        }


def _flip(flip: FlipOutcome, today: date) -> dict[str, Any]:
    return {"kind": "status", **flip.as_json(), "on": today.isoformat()}


def _past(row: LedgerRow) -> dict[str, Any]:
    return {
        "kind": "status" if row.kind == "flip" else "reminder",
        "on": row.day.isoformat() if row.day else None,
        "rule": row.rule,
        "stage": row.stage,
        "due": row.due.isoformat() if row.due else None,
        "role": row.role,
        "recipient": row.recipient,
        "state": row.state,
        "text": row.title,
    }
