"""The summary card of each configured Teams channel: once a day or a week, never twice (identity-mail-teams.md §10.1).

A workflow has no memory and gives no id, so the row in the ledger is made first: a card that is missing is less harmful
than five copies.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from projectlists.config.model import Config, Site, TeamsChannel
from projectlists.errors import FarEndError, ProjectListsError
from projectlists.farend.network import Session
from projectlists.farend.tenant import Tenant, user_agent
from projectlists.language import Language, Text
from projectlists.reminding.ledger import Ledger, LedgerRow, card_key
from projectlists.reminding.result import CardOutcome, FlipOutcome, ReminderState
from projectlists.reminding.siteday import SiteDay
from projectlists.rules.calendar import iso_week, last_of_week
from projectlists.rules.due import is_context, is_overdue
from projectlists.teams.card import ProjectCount, payload
from projectlists.teams.webhook import Webhook, address_of

_TITLE = Text(nl="Kaart in Teams", en="Card in Teams")
_STATES = {"accepted": "sent", "refused": "void", "unknown": "unknown"}
_OUTCOMES: dict[str, ReminderState] = {"accepted": "sent", "refused": "failed", "unknown": "unknown"}


class Cards:
    """Posts the cards of one run. `ledger` gives the ledger of a site by its URL."""

    def __init__(
        self,
        settings: Config,
        tenant: Tenant,
        ledger: Callable[[str], Ledger],
        *,
        environment: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._tenant = tenant
        self._ledger = ledger
        self._environment = environment
        self._sleep = sleep

    def post(
        self, days: Sequence[SiteDay], flips: Sequence[FlipOutcome], today: date, *, preview: bool = False
    ) -> list[CardOutcome]:
        """Post the card of every channel whose projects have something to tell; with `preview` only say so."""
        found: list[CardOutcome] = []
        for channel in self._settings.teams:
            chosen = [day for day in days if not channel.sites or day.opening.site.key in channel.sites]
            counts = [one for day in chosen if (one := count(day, flips, today)).is_worth_telling]
            if not counts:
                continue
            if preview:
                found.append(CardOutcome(channel.name, len(counts), "preview", today))
                continue
            try:
                outcome, reason = self._posted(channel, chosen, counts, today)
            except ProjectListsError as error:
                outcome, reason = "failed", str(error)
            found.append(CardOutcome(channel.name, len(counts), outcome, today, reason))
        return found

    def concern(self, site: Site) -> bool:
        """Whether a channel gets numbers of this site."""
        return any(not channel.sites or site.key in channel.sites for channel in self._settings.teams)

    def _posted(
        self, channel: TeamsChannel, days: Sequence[SiteDay], counts: Sequence[ProjectCount], today: date
    ) -> tuple[ReminderState, str | None]:
        address = address_of(channel, self._settings.folder, self._environment)
        ledger = self._ledger(min(day.url for day in days))
        languages = {day.language for day in days}
        language: Language = languages.pop() if len(languages) == 1 else self._settings.language
        row = LedgerRow(
            key=card_key(channel.name, _period(channel, today)),
            kind="card",
            state="sending",
            title=_TITLE.in_language(language),
            day=today,
        )
        standing = ledger.create([row])[row.key]
        if not ledger.is_ours(standing):
            # Only a card that was certainly refused is tried again.
            if standing.state != "void":
                return ("already" if standing.state == "sent" else "unknown"), None
            taken = ledger.change([replace(row, id=standing.id, etag=standing.etag)])
            if row.key not in taken:
                return "already", None
            standing = taken[row.key]
        session = Session(self._settings.network, traffic=self._tenant.traffic, user_agent=user_agent())
        with session:
            posting = Webhook(session, channel.name, address, sleep=self._sleep).post(payload(counts, language))
        try:
            ledger.change([replace(standing, state=_STATES[posting.outcome])], guarded=False)
        except FarEndError:
            # The row stays `sending`: nobody posts it again.
            return "unknown", None
        return _OUTCOMES[posting.outcome], str(posting.error) if posting.error else None


def count(day: SiteDay, flips: Sequence[FlipOutcome], today: date) -> ProjectCount:
    """A project in numbers, from the rows that were read for its reminders."""
    rows = [
        (definition, item)
        for definition in day.lists
        if definition.owner
        for item in day.items.get(definition.key, ())
        if is_context(definition, item, today)
    ]
    overdue = sum(is_overdue(definition, item, today) for definition, item in rows)
    week = [
        item
        for definition, item in rows
        if (due := item.day(definition.due or "")) is not None and today <= due <= last_of_week(today)
    ]
    changed = {(flip.list, flip.item) for flip in flips if flip.site == day.url and flip.outcome == "done"}
    name = day.opening.site.name or day.opening.about.title
    return ProjectCount(name, day.url, overdue, len(week), len(changed))


def _period(channel: TeamsChannel, today: date) -> str:
    year, week = iso_week(today)
    return f"{year}-W{week:02d}" if channel.rhythm == "weekly" else today.isoformat()
