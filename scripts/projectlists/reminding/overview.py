"""What is told about a whole site: overviews for supporter and project manager, and facts for the supporter.

Guide.md §2.0.7 j: the supporter weekly, on the first working day of the week; the project manager weekly, daily or
not. What stands in them is declared in the lists: views with `overview` (guide.md §5.3, "Other mails").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from projectlists.definitions.condition import Test, fields_of, matches
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.viewmodel import View
from projectlists.errors import FarEndError
from projectlists.farend import wire
from projectlists.farend.sharepoint import Rows, SharePointSite
from projectlists.item import Item, Person
from projectlists.language import Text
from projectlists.mail.overviews import Fact, Finding, ListCount, Overview
from projectlists.mail.rows import field_title, item_url, state_label
from projectlists.reminding.ledger import PROJECT_CLOSED, bulletin_key
from projectlists.reminding.notices import Bulletin, SiteWork
from projectlists.reminding.reading import Asked, found_rows, settled
from projectlists.reminding.siteday import TEAM, Questions, SiteDay
from projectlists.reminding.sitesettings import LIST, SiteSettings
from projectlists.rules.calendar import WorkingCalendar, iso_week, last_of_week
from projectlists.rules.due import is_awake, is_open
from projectlists.rules.filters import Search
from projectlists.rules.odata import Translator, together
from projectlists.rules.recipients import SUPPORTER, Directory, answering, has_account

MANAGER = "project_manager"
_DAY = timedelta(days=1)
_OVERVIEW = Text(nl="Overzicht", en="Overview")
_FACT = Text(nl="Bericht aan de projectondersteuner", en="Message to the project supporter")
_EXAMPLES = {"weekly": Text(nl="Elke week", en="Every week")}


@dataclass(frozen=True)
class Turn:
    """An overview that is due: whose, how often it comes, and the week or day it is of (`2026-W49`, `2026-12-01`)."""

    role: str
    rhythm: Literal["weekly", "daily"]
    period: str


@dataclass(frozen=True)
class OverviewRows:
    """The rows of a site that overviews speak of: open ones by list, and those of views by list and view."""

    open: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    views: Mapping[tuple[str, str], tuple[Item, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What the overviews of some roles ask of lists, from `first` to `last`, days in `zone`."""

    lists: tuple[ListDefinition, ...]
    roles: frozenset[str]
    first: date
    last: date
    zone: ZoneInfo

    @cached_property
    def asked(self) -> list[Asked]:
        """The open rows of every list with a status, and the rows of the views."""
        found = [_open_rows(one, self._translator(one)) for one in self._counted]
        return found + [_view_rows(one, view, self._translator(one)) for one, view in self._shown]

    def covers(self, other: Look) -> bool:
        """Whether its answers hold everything that the other one asks."""
        mine, theirs = (
            (self.lists, self.first, self.last, self.zone),
            (other.lists, other.first, other.last, other.zone),
        )
        return mine == theirs and self.roles >= other.roles

    def rows(self, pages: Sequence[Rows]) -> OverviewRows:
        """The answers to `asked`, as rows."""
        items = [wire.items_from(one.definition, self.zone, page) for one, page in zip(self.asked, pages, strict=True)]
        counted, shown = self._counted, self._shown
        return OverviewRows(
            open={one.key: rows for one, rows in zip(counted, items, strict=False)},
            views={(one.key, view.key): rows for (one, view), rows in zip(shown, items[len(counted) :], strict=True)},
        )

    @cached_property
    def _counted(self) -> list[ListDefinition]:
        return [one for one in self.lists if one.status and not one.system]

    @cached_property
    def _shown(self) -> list[tuple[ListDefinition, View]]:
        return [(one, view) for one in self.lists for view in one.views if self.roles & set(view.overview)]

    def _translator(self, definition: ListDefinition) -> Translator:
        return Translator(definition, self.first, self.last, self.zone)


def turns(day: SiteDay, today: date, last_run: date | None) -> tuple[Turn, ...]:
    """The overviews of a working day. A week whose first working day was missed has its overview on the next run."""
    return _turns(day.opening.choices, today, last_run, day.calendar)


def _turns(choices: SiteSettings, today: date, last_run: date | None, calendar: WorkingCalendar) -> tuple[Turn, ...]:
    if not choices.reminders_on:
        return ()
    found: list[Turn] = []
    first = _first_working_day(today, calendar)
    begins = today == first or (last_run is not None and last_run < first < today)
    year, week = iso_week(today)
    for role, rhythm in ((SUPPORTER, choices.supporter_overview), (MANAGER, choices.manager_overview)):
        if rhythm == "daily":
            found.append(Turn(role, "daily", today.isoformat()))
        elif rhythm == "weekly" and begins:
            found.append(Turn(role, "weekly", f"{year}-W{week:02d}"))
    return tuple(found)


def foreseen(questions: Questions, today: date) -> Look | None:
    """What overviews will nearly always ask: those of a site without choices of its own whose last run went well."""
    period = questions.period
    found = _turns(SiteSettings(), today, period.last_run, questions.calendar)
    roles = frozenset(turn.role for turn in found)
    return Look(questions.lists, roles, today, today, period.zone) if roles else None


def read(
    remote: SharePointSite, look: Look, ahead: tuple[Look, Sequence[Rows | FarEndError]] | None = None
) -> OverviewRows:
    """Read what overviews speak of: one batch, and more for very long lists.

    `ahead` is what was asked before, with its answers: when it holds all that is asked now, nothing is read.

    Raises:
        FarEndError: a list could not be read to the end.
    """
    if ahead is not None and ahead[0].covers(look):
        guess, answers = ahead
        return guess.rows(settled(remote, guess.asked, answers))
    return look.rows(found_rows(remote, look.asked))


def bulletins(
    work: SiteWork,
    rows: OverviewRows,
    found: Iterable[Turn],
    facts: Iterable[Fact],
    directory: Directory,
    *,
    today: date,
    tenant: str,
) -> tuple[Bulletin, ...]:
    """What is told to whom. Nobody hears of nothing; who cannot be reached hears of it in a later run."""
    due, known = tuple(found), tuple(facts)
    told = [(turn.role, f"overview {turn.period}", _overview(work.day, rows, turn, today)) for turn in due]
    asked = bool(due or known or work.due)
    everything = (*known, *without_account(work, rows if due else None, directory)) if asked else known
    told += [(SUPPORTER, _fact_topic(fact), Overview(SUPPORTER, facts=(fact,))) for fact in everything]
    made: list[Bulletin] = []
    for role, topic, overview in told:
        holder = work.team.escalation_role if role == MANAGER else role
        addressee = answering(holder, work.team, directory)
        if addressee is None or not overview.rows:
            continue
        kind = _OVERVIEW if overview.rhythm else _FACT
        key = key_of_topic(work, topic, role, tenant)
        made.append(Bulletin(work, addressee, key, topic, kind.in_language(work.day.language), overview))
    return tuple(made)


def key_of_topic(work: SiteWork, topic: str, role: str, tenant: str) -> str:
    """The ledger's key of something that is told about a site."""
    return bulletin_key(tenant=tenant, site_id=work.day.opening.about.id, topic=topic, role=role)


def is_told(work: SiteWork, turn: Turn, tenant: str) -> bool:
    """Whether the ledger says that an overview was sent."""
    row = work.day.opening.rows.get(key_of_topic(work, f"overview {turn.period}", turn.role, tenant))
    return row is not None and row.state == "sent"


def has_rows(day: SiteDay, rows: OverviewRows, turn: Turn, today: date) -> bool:
    """Whether an overview would speak of anything."""
    return bool(_overview(day, rows, turn, today).rows)


def closed_projects(day: SiteDay) -> Iterator[Fact]:
    """The projects that the ledger of a programme says were closed (`programme.job`)."""
    for row in day.opening.rows.values():
        if row.kind != PROJECT_CLOSED or row.item is None:
            continue
        definition = next((found for found in day.lists if found.key == row.list), None)
        if definition is None or definition.status is None:
            continue
        values = {
            "row": f"{definition.letter}-{row.item}",
            "state": ", ".join(state_label(definition, state, day.language) for state in definition.status.closing),
        }
        yield Fact(PROJECT_CLOSED, values, item_url(day.url, definition, row.item), about=row.key)


def setting_facts(day: SiteDay, definition: ListDefinition | None) -> Iterator[Fact]:
    """What is wrong with the site's own settings, of which `definition` is the list; and which of a programme's
    projects were closed, for somebody to confirm (H-S3 of guide.md §2.15).
    """
    yield from closed_projects(day)
    link = f"{day.url}/Lists/{LIST}"
    for mistake in day.opening.choices.mistakes:
        example = _EXAMPLES.get(mistake.example)
        values = {
            "setting": field_title(definition, mistake.field, day.language) if definition else mistake.field,
            "value": mistake.value[:80],
            "example": example.in_language(day.language) if example else mistake.example,
        }
        yield Fact("setting_wrong", values, link)
    if day.opening.choices.several:
        yield Fact("settings_twice", {}, link)


def without_account(work: SiteWork, rows: OverviewRows | None, directory: Directory) -> Iterator[Fact]:
    """T-R2 of guide.md §2.12 for people in the team whose account is gone: what they still have open, once a person.

    Only the directory knows, and it is asked when there is something to tell. Everything that is open is read for
    overviews, so it is told with one; on a site without a supporter's overview when it comes to light, without `rows`.
    """
    if rows is None and work.day.opening.choices.supporter_overview != "off":
        return
    team = work.day.definition(TEAM)
    people = {member.person.id: member.person for member in work.team.members}
    for person in people.values():
        if has_account(person, directory):
            continue
        own = [item.id for item in work.day.team if (member := item.person("TeamMember")) and member.id == person.id]
        yield Fact(
            "account_gone",
            {"person": person.name or person.mail, "row": ", ".join(f"{team.letter}-{number}" for number in own)},
            f"{work.day.url}/Lists/{TEAM}",
            related=tuple(_open_of(work.day, rows, person)) if rows else (),
            about=f"account of {person.id}",
        )


def _open_of(day: SiteDay, rows: OverviewRows, person: Person) -> Iterator[tuple[ListDefinition, Item]]:
    for definition in day.lists:
        for item in sorted(rows.open.get(definition.key, ()), key=lambda item: item.id):
            owner = item.person(definition.owner) if definition.owner else None
            if owner is not None and owner.id == person.id and is_open(definition, item):
                yield definition, item


def combined(told: Iterable[Bulletin]) -> list[tuple[str, Overview]]:
    """One overview a site and role: its facts stand above its numbers."""
    found: dict[tuple[str, str], Overview] = {}
    for bulletin in told:
        place = (bulletin.site, bulletin.overview.role)
        one, before = bulletin.overview, found.get(place)
        if before is None:
            found[place] = one
        else:
            full = one if one.rhythm else before
            found[place] = Overview(full.role, full.rhythm, full.counts, full.findings, (*before.facts, *one.facts))
    return [(site, overview) for (site, _role), overview in found.items()]


def _first_working_day(today: date, calendar: WorkingCalendar) -> date:
    return calendar.on_or_after(today - today.weekday() * _DAY)


def _open_rows(definition: ListDefinition, translator: Translator) -> Asked:
    status = definition.status
    still = Test(field=status.field, none_of=status.closing) if status else None
    text = together(translator.condition(still).clauses)
    names = {name for name in (definition.due, definition.owner, status.field if status else None) if name}
    return Asked(definition, Search(text), frozenset({"Title", *names, *fields_of(definition.due_when)}))


def _view_rows(definition: ListDefinition, view: View, translator: Translator) -> Asked:
    names = {"Title", *fields_of(view.filter), *view.needs}
    names |= {definition.due} if definition.due else set()
    return Asked(definition, Search(together(translator.condition(view.filter).clauses)), frozenset(names))


def _overview(day: SiteDay, rows: OverviewRows, turn: Turn, today: date) -> Overview:
    counts = [_count(found, rows.open.get(found.key, ()), today) for found in day.lists if found.key in rows.open]
    findings = [
        Finding(found, view, items)
        for found in day.lists
        for view in found.views
        if turn.role in view.overview and (items := _shown(view, rows.views.get((found.key, view.key), ()), today))
    ]
    return Overview(turn.role, turn.rhythm, tuple(one for one in counts if one.open), tuple(findings))


def _count(definition: ListDefinition, items: Iterable[Item], today: date) -> ListCount:
    open_rows = [item for item in items if is_open(definition, item)]
    days = [
        item.day(definition.due)
        for item in open_rows
        if definition.due and is_awake(definition, item) and matches(definition.due_when, item, today)
    ]
    due = [day for day in days if day is not None]
    return ListCount(
        definition,
        open=len(open_rows),
        overdue=sum(day < today for day in due),
        week=sum(today <= day <= last_of_week(today) for day in due),
    )


def _shown(view: View, items: Iterable[Item], today: date) -> tuple[Item, ...]:
    found = [item for item in items if matches(view.filter, item, today)]
    for sort in reversed(view.sort):
        found.sort(key=lambda item: _order(item, sort.field), reverse=sort.descending)
    return tuple(found)


def _order(item: Item, name: str) -> tuple[bool, float, str]:
    value = item.id if name == "ID" else item.day(name) or item[name]
    if isinstance(value, date):
        return (True, value.toordinal(), "")
    if isinstance(value, int | float):
        return (True, float(value), "")
    return (value is not None, 0.0, str(value or ""))


def _fact_topic(fact: Fact) -> str:
    """A fact is told once: again only when it says something else."""
    values = [fact.about] if fact.about else [f"{key}={fact.values[key]}" for key in sorted(fact.values)]
    said = "|".join([fact.kind, *values])
    return f"fact {sha256(said.encode()).hexdigest()[:16]}"
