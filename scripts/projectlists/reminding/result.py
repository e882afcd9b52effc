"""What a run of the scheduled job did, in the words of contract.md §3. Plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from projectlists.item import Link, Person, Reference, Value

ReminderState = Literal["sent", "already", "held", "unknown", "failed", "preview"]
FlipState = Literal["done", "failed", "preview"]


@dataclass(frozen=True)
class SiteOutcome:
    """One site: whether its work was done, and if not, one sentence why."""

    site: str
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the site's work was done."""
        return self.error is None

    def as_json(self) -> dict[str, Any]:
        """The entry of `sites`."""
        return {"site": self.site, "ok": self.ok, "error": self.error}


@dataclass(frozen=True)
class FlipOutcome:
    """One automatic change. `before` and `after` are values of `field`; of a choice its keys."""

    site: str
    list: str
    item: int
    rule: str
    field: str
    before: Value
    after: Value
    outcome: FlipState
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `flips`."""
        return {
            "site": self.site,
            "list": self.list,
            "item": self.item,
            "rule": self.rule,
            "field": self.field,
            "from": _plain(self.before),
            "to": _plain(self.after),
            "outcome": self.outcome,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class MadeOutcome:
    """A row that comes again: the row that was carried out, and the number of the one that was made after it.

    `reason` says why none could be made.
    """

    site: str
    list: str
    item: int
    made: int | None
    outcome: FlipState
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `made`."""
        return {
            "site": self.site,
            "list": self.list,
            "item": self.item,
            "made": self.made,
            "outcome": self.outcome,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class ReminderOutcome:
    """One reminder to one person. `recipient` is empty when nobody could be found; `day` is the day it is for."""

    site: str
    list: str
    item: int
    rule: str
    stage: str
    due: date
    role: str
    recipient: str
    key: str
    outcome: ReminderState
    day: date
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `reminders`."""
        return {
            "site": self.site,
            "list": self.list,
            "item": self.item,
            "rule": self.rule,
            "stage": self.stage,
            "due": self.due.isoformat(),
            "role": self.role,
            "recipient": self.recipient,
            "key": self.key,
            "outcome": self.outcome,
            "day": self.day.isoformat(),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class MailOutcome:
    """One mail: to whom, in cc to whom, about how many rows with a step."""

    to: str
    cc: tuple[str, ...]
    kind: Literal["digest", "escalation", "overview"]
    items: int
    outcome: ReminderState
    day: date
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `mails`."""
        return {
            "to": self.to,
            "cc": list(self.cc),
            "kind": self.kind,
            "items": self.items,
            "outcome": self.outcome,
            "day": self.day.isoformat(),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class CardOutcome:
    """One card in a Teams channel, about so many projects."""

    channel: str
    projects: int
    outcome: ReminderState
    day: date
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `cards`."""
        return {
            "channel": self.channel,
            "projects": self.projects,
            "outcome": self.outcome,
            "day": self.day.isoformat(),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class RemindResult:
    """Everything a run did. `http` is the traffic object of contract.md §3; `notes` are sentences about the run."""

    today: date
    sites: tuple[SiteOutcome, ...]
    flips: tuple[FlipOutcome, ...]
    reminders: tuple[ReminderOutcome, ...]
    mails: tuple[MailOutcome, ...]
    http: Mapping[str, int]
    notes: tuple[str, ...] = ()
    cards: tuple[CardOutcome, ...] = ()
    made: tuple[MadeOutcome, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no part of the work failed: exit status 0 or 1 (contract.md §2)."""
        return (
            all(site.ok for site in self.sites)
            and not any(flip.outcome == "failed" for flip in self.flips)
            and not any(reminder.outcome in {"failed", "unknown"} for reminder in self.reminders)
            and not any(mail.outcome in {"failed", "unknown"} for mail in self.mails)
            and not any(card.outcome in {"failed", "unknown"} for card in self.cards)
        )

    def as_json(self) -> dict[str, Any]:
        """The document of `--json`."""
        return {
            "today": self.today.isoformat(),
            "sites": [site.as_json() for site in self.sites],
            "flips": [flip.as_json() for flip in self.flips],
            "reminders": [reminder.as_json() for reminder in self.reminders],
            "mails": [mail.as_json() for mail in self.mails],
            "http": dict(self.http),
            "notes": list(self.notes),
            "cards": [card.as_json() for card in self.cards],
            "made": [one.as_json() for one in self.made],
        }


def together(results: Sequence[RemindResult]) -> RemindResult:
    """The runs of several tenants on one day as one result; at least one."""
    return RemindResult(
        today=results[0].today,
        sites=tuple(site for result in results for site in result.sites),
        flips=tuple(flip for result in results for flip in result.flips),
        reminders=tuple(reminder for result in results for reminder in result.reminders),
        mails=tuple(mail for result in results for mail in result.mails),
        http={name: sum(result.http[name] for result in results) for name in results[0].http},
        notes=tuple(note for result in results for note in result.notes),
        cards=tuple(card for result in results for card in result.cards),
        made=tuple(one for result in results for one in result.made),
    )


def _plain(value: Value) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Person():
            return value.mail or value.name
        case Reference():
            return value.id
        case Link():
            return value.url
        case tuple():
            return list(value)
        case _:
            return value
