"""What is known about one row today: the answer of `explain` (contract.md §2 and §3). Plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projectlists.reminding.ledger import LedgerRow
from projectlists.reminding.notices import Kind
from projectlists.reminding.recurrences import NextRow
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
    """Everything about one row. `label` is its number for people (A-12); `history` are rows of the ledger by day.

    `again` is what comes after a row that repeats.
    """

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
    again: NextRow | None = None

    def as_json(self) -> dict[str, Any]:
        """The document of `--json`."""
        return {
            "site": self.site,
            "list": self.list,
            "item": self.item,
            "today": self.today.isoformat(),
            "due": [
                *(_flip(flip, self.today) for flip in self.flips),
                *(one.as_json() for one in self.due),
                *self._rows("due", self.today),
            ],
            "next": [*(one.as_json() for one in self.coming), *self._rows("open", None)],
            "history": [_past(row) for row in self.history],
            "reasons": list(self.reasons),
            "http": dict(self.http),
        }

    def _rows(self, state: str, on: date | None) -> Sequence[dict[str, Any]]:
        """The next row of one that repeats, for the day `date`; `on` is when it is made, if that is known."""
        if self.again is None or self.again.state != state or self.again.day is None:
            return []
        made = on.isoformat() if on else None
        return [{"kind": "row", "on": made, "date": self.again.day.isoformat(), "outcome": "preview"}]


def _flip(flip: FlipOutcome, today: date) -> dict[str, Any]:
    return {"kind": "status", **flip.as_json(), "on": today.isoformat()}


def _past(row: LedgerRow) -> dict[str, Any]:
    return {
        "kind": {"flip": "status", "next": "row"}.get(row.kind, "reminder"),
        "on": row.day.isoformat() if row.day else None,
        "rule": row.rule,
        "stage": row.stage,
        "due": row.due.isoformat() if row.due else None,
        "role": row.role,
        "recipient": row.recipient,
        "state": row.state,
        "text": row.title,
    }
