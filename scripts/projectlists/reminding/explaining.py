"""JOB: why one row does or does not get a reminder or a status change today (contract.md §2, `explain`).

It is the scheduled job for one row, without writing: the same reading, rules, ledger and recipients, so that the answer
cannot differ from what `remind` does. Only the sentences are its own (`rules.reasons`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from projectlists.config import model as config
from projectlists.config.model import Config
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import ProjectListsError
from projectlists.farend.tenant import Tenant
from projectlists.item import Item
from projectlists.language import _, day_in_words
from projectlists.reminding import known, recurrences, siteday, statuschanges
from projectlists.reminding.delivery import Fate
from projectlists.reminding.directory import PeopleDirectory
from projectlists.reminding.explanation import Due, Explanation
from projectlists.reminding.ledger import Ledger, LedgerRow, memory_key, next_key
from projectlists.reminding.mailplan import persons_of, plan, work_of
from projectlists.reminding.notices import Kind, SiteWork
from projectlists.reminding.outcomes import held_outcome, notice_outcome
from projectlists.reminding.reading import Asked, found_rows
from projectlists.reminding.recurrences import NextRow
from projectlists.reminding.result import FlipOutcome, ReminderOutcome
from projectlists.reminding.siteday import TEAM, SiteDay
from projectlists.reminding.sitesettings import LIST as SETTINGS
from projectlists.rules.calendar import WorkingCalendar, local_today
from projectlists.rules.due import Reminder, is_open, next_steps
from projectlists.rules.filters import Search
from projectlists.rules.reasons import (
    Case,
    column_title,
    reminder_reasons,
    resting_reasons,
    rule_in_words,
    status_reasons,
    value_in_words,
)
from projectlists.rules.recipients import Addressee, Directory, has_account
from projectlists.structure.settings import LIST

ESCALATED = "ESC"


class NotThere(ProjectListsError):
    """The site does not have this list, or the list does not have this row."""


@dataclass(frozen=True)
class _Row:
    """The row among what was read, before and after the status changes of today, with what the ledger knows of it."""

    day: SiteDay
    definition: ListDefinition
    before: Item
    flips: tuple[FlipOutcome, ...]
    history: tuple[LedgerRow, ...]

    @property
    def now(self) -> Item:
        """The row as it is after the status changes of today."""
        return next(item for item in self.day.items[self.definition.key] if item.id == self.before.id)

    def is_about(self, reminder: Reminder | FlipOutcome | ReminderOutcome) -> bool:
        """Whether a reminder or a change is of this row."""
        number = reminder.item.id if isinstance(reminder, Reminder) else reminder.item
        return (reminder.list, number) == (self.definition.key, self.before.id)


@dataclass(frozen=True)
class Explainer:
    """Explains rows of sites; nothing is written or sent."""

    settings: Config
    definitions: Definitions
    tenant: Tenant
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def explain(self, site: config.Site, whole: ListDefinition, number: int, today: date) -> Explanation:
        """Explain one row of a list, `whole` as it is declared, as on a day.

        Raises:
            NotProvisioned: the site has no lists yet.
            ProjectClosed: nothing is sent or changed there any more.
            NotThere: there is no such list or row.
            FarEndError: the site or the directory could not be read.
        """
        row, lists, again = self._read(site, whole, number, today)
        calendar = row.day.calendar
        # Mails go on working days only (guide.md §2.0.7 b): on another day the next one is looked at.
        on = today if calendar.is_working_day(today) else calendar.after(today, 1)
        work = work_of(row.day, on, row.day.opening.last_run)
        work = replace(work, due=tuple(reminder for reminder in work.due if row.is_about(reminder)))
        coming = next_steps(
            row.definition, row.now, today=on, calendar=calendar, profile=row.day.profile, around=row.day.around
        )
        people = persons_of([replace(work, due=(*work.due, *coming))])
        directory = PeopleDirectory(self.tenant.graph()).people(people)
        due = self._due(work, directory, on)
        soon = [
            one
            for day, same_day in _by_day(coming).items()
            for one in self._due(replace(work, due=tuple(same_day)), directory, day)
        ]
        return Explanation(
            site=site.url,
            list=whole.key,
            item=number,
            label=f"{row.definition.letter}-{number}",
            title=row.before.text("Title"),
            today=today,
            flips=row.flips,
            due=tuple(due if on == today else ()),
            coming=tuple(soon if on == today else [*due, *soon]),
            history=row.history,
            reasons=(
                *_general(row, today, on, self.definitions.title_of(SETTINGS)),
                *(_acting(row, flip) for flip in row.flips),
                *dict.fromkeys(one.reason for one in due if one.reason),
                *_about_reminders(row, on),
                *_about_status(row, today),
                *_about_next(row, again),
                *self._about_account(row),
                *resting_reasons(whole, lists[whole.key], lists, self.definitions.title_of),
            ),
            http=self.tenant.traffic.as_json(),
            again=again,
        )

    def _read(
        self, site: config.Site, whole: ListDefinition, number: int, today: date
    ) -> tuple[_Row, dict[str, ListDefinition], NextRow | None]:
        """The row among what a run would read, the lists as the profile has them before the site's settings, and what
        comes after a row that repeats.
        """
        remote, log = self.tenant.site(site.url), self.definitions.lists[LIST]
        ledger = Ledger(remote, log, "")
        opening = siteday.opened(remote, ledger, site, today, choices=self.definitions.lists.get(SETTINGS))
        chosen = self.definitions.chosen(opening.settings.profile, opening.settings.lists)
        lists = {found.key: found for found in chosen}
        if whole.key not in lists:
            sentence = _("The site {site} does not have the list {list}. It has: {known}.")
            have = ", ".join(key for key, found in lists.items() if not found.system)
            raise NotThere(sentence.format(site=site.url, list=whole.key, known=have))
        past = ledger.rows_from(found_rows(remote, [Asked(log, Search(ledger.about(whole.key, number)))]))
        opening = replace(opening, rows={**opening.rows, **past})
        calendar = WorkingCalendar(self.settings.working_days)
        now, also = local_today(self.now()), {whole.key: number}
        day = siteday.read(remote, opening, self.definitions, calendar, first=today, last=today, now=now, also=also)
        before = next((item for item in day.items[whole.key] if item.id == number), None)
        if before is None:
            sentence = _("List {list} of {site} has no row {number}. Give the number behind the letter, as in {label}.")
            label = f"{whole.letter}-{number}"
            raise NotThere(sentence.format(list=whole.key, site=site.url, number=number, label=label))
        day, flips = statuschanges.preview(day, ledger, today)
        row = _Row(day, day.definition(whole.key), before, (), _history(past.values()))
        row = replace(row, flips=tuple(flip for flip in flips if row.is_about(flip)))
        known = past.get(next_key(whole.key, number))
        return row, lists, recurrences.foreseen(row.day, remote, row.definition, row.now, known=known, today=today)

    def _about_account(self, row: _Row) -> Iterator[str]:
        """What the directory says of a member of the team (T-R2 of guide.md §2.12)."""
        person = (
            row.now.person("TeamMember") if row.definition.key == TEAM and is_open(row.definition, row.now) else None
        )
        if person is None or has_account(person, PeopleDirectory(self.tenant.graph()).people([person])):
            return
        sentence = _(
            "T-R2: {person} has no working account or no mailbox. Reminders for this person go to the supporter, who "
            "hears of it once."
        )
        yield sentence.format(person=person.name or person.mail)

    def _due(self, work: SiteWork, directory: Directory, on: date) -> list[Due]:
        """Who gets the reminders of a row on a day."""
        sent, (left,) = known.without_sent([work], self.settings.tenant, on)
        planned = plan([left], directory, self.settings.tenant)
        found = [_due(one, on, "escalation" if one.stage == ESCALATED else "digest") for one in sent]
        for mail in planned.mails:
            for notice in mail.notices:
                told = notice_outcome(notice, Fate("preview", _why_this_person(notice.addressee)), on)
                one = _due(told, on, notice.kind)
                found.append(replace(one, info=notice.addressee.info, cc=notice.cc))
        for held in planned.held:
            kind: Kind = "escalation" if held.reminder.escalation else "digest"
            found.append(_due(held_outcome(held, on), on, kind))
        return found


def _history(rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    """What was sent and changed before, and what an unfinished run left, oldest first."""
    told = [row for row in rows if row.kind in {"reminder", "flip"} and row.state != "void"]
    told += [row for row in rows if row.kind == recurrences.KIND and row.state == "done"]
    return tuple(sorted(told, key=lambda row: (row.day or date.min, row.id)))


def _by_day(coming: Sequence[Reminder]) -> dict[date, list[Reminder]]:
    found: dict[date, list[Reminder]] = {}
    for reminder in coming:
        found.setdefault(reminder.step_on, []).append(reminder)
    return found


def _due(outcome: ReminderOutcome, on: date, kind: Kind) -> Due:
    return Due(
        rule=outcome.rule,
        stage=outcome.stage,
        due=outcome.due,
        on=on,
        role=outcome.role,
        recipient=outcome.recipient,
        mail=kind,
        info=False,
        outcome=outcome.outcome,
        reason=outcome.reason,
    )


def _why_this_person(addressee: Addressee) -> str | None:
    """Why somebody else than the owner gets it; None when there is nothing to say."""
    match addressee.mark:
        case "deputy":
            away = addressee.stands_for.name if addressee.stands_for else ""
            sentence = _("{member} is absent, so {deputy} gets it as deputy; {member} gets a copy.")
            return sentence.format(member=away, deputy=addressee.person.name)
        case "external":
            return _("The row is with somebody outside, without an account, so it goes to the supporter.")
        case "no_owner":
            return _("Nobody who can be reached owns the row, so it goes to the supporter.")
        case _:
            return None


def _general(row: _Row, today: date, on: date, settings: str) -> Iterator[str]:
    """What concerns the whole site or list; `settings` is the title of the list that says so."""
    opening = row.day.opening
    if on != today:
        sentence = _("{day} is not a working day: reminders go out on {next}. Status rules act every day.")
        yield sentence.format(day=day_in_words(today), next=day_in_words(on))
    if not opening.choices.reminders_on:
        yield _("Reminders are off for this project (list “{list}”).").format(list=settings)
    elif row.definition.key in opening.choices.lists_off:
        yield _("Reminders are off for this list (list “{list}”).").format(list=settings)
    if opening.choices.not_before:
        hour = opening.choices.not_before.strftime("%H:%M")
        yield _("Mails of this project go out from {hour} (list “{list}”).").format(hour=hour, list=settings)
    if opening.last_run is None:
        yield _("No run has looked after this site yet.")


def _acting(row: _Row, flip: FlipOutcome) -> str:
    rule = next(found for found in row.definition.status_rules if found.id == flip.rule)
    return _("{rule}: acts today.").format(rule=rule_in_words(row.definition, rule))


def _about_reminders(row: _Row, on: date) -> Iterator[str]:
    choices = row.day.opening.choices
    if choices.reminders_on and row.definition.key not in choices.lists_off:
        yield from reminder_reasons(_case(row, on))


def _about_status(row: _Row, today: date) -> Iterator[str]:
    key = row.definition.key
    memory = row.day.opening.rows.get(memory_key(key, row.before.id))
    acting = {flip.rule for flip in row.flips}
    hindered = statuschanges.left_alone(row.day, memory, key, row.now, today)
    yield from status_reasons(_case(row, today), {rule: why for rule, why in hindered.items() if rule not in acting})


def _about_next(row: _Row, again: NextRow | None) -> Iterator[str]:
    recurrence = row.definition.recurrence
    if again is None or recurrence is None:
        return
    name = recurrence.frequency
    value = value_in_words(row.definition, name, row.now[name])
    yield _("It repeats ({column}: {value}). {what}").format(
        column=column_title(row.definition, name), value=value, what=_next_in_words(row.definition, again)
    )


def _next_in_words(definition: ListDefinition, again: NextRow) -> str:
    match again.state:
        case "open":
            sentence = _("When it has been carried out, the next row is made, for {day}.")
        case "due":
            sentence = _("It has been carried out, so a run today makes the next row, for {day}.")
        case "there":
            return _("The next row is there: {label}.").format(label=f"{definition.letter}-{again.number}")
        case "passed":
            return _("It was carried out before the last run looked here, so no next row is made.")
        case _:
            return _("It was closed without being carried out, so no next row is made.")
    return sentence.format(day=day_in_words(again.day)) if again.day else ""


def _case(row: _Row, day: date) -> Case:
    sent = {
        (past.rule, past.stage, past.due): past.day
        for past in row.history
        if past.kind == "reminder" and past.state == "sent" and past.due and past.day
    }
    return Case(
        definition=row.definition,
        item=row.now,
        today=day,
        calendar=row.day.calendar,
        last_run=row.day.opening.last_run,
        profile=row.day.profile,
        around=row.day.around,
        sent=sent,
        lists=row.day.lists,
    )
