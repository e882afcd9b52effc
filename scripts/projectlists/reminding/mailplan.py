"""From what is due to mails: who gets what in one mail. Pure.

One digest per person over all projects of a run; escalations are one mail per manager and project, with real cc
(guide.md §2.0.7 a and i, §5.3; architecture.md decision 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from projectlists.item import Person
from projectlists.reminding.notices import Bulletin, HeldReminder, Notice, Plan, PlannedMail, SiteWork, key_of
from projectlists.reminding.siteday import TEAM, SiteDay
from projectlists.rules.due import Reminder, reminders
from projectlists.rules.recipients import Directory, Held, Team, account_of, address


def work_of(day: SiteDay, today: date, last_run: date | None) -> SiteWork:
    """What is due on a site today, newest step of each series (see `due`)."""
    listed = next((found for found in day.lists if found.key == TEAM), None)
    team = Team.from_items(day.team, today, day.profile, listed)
    found = tuple(
        reminder
        for definition in day.lists
        for reminder in reminders(
            definition,
            day.items[definition.key],
            today=today,
            calendar=day.calendar,
            last_run=last_run,
            profile=day.profile,
            around=day.around,
        )
    )
    return SiteWork(day, team, found, last_run)


def persons_of(works: Iterable[SiteWork], talking: Collection[str] = ()) -> list[Person]:
    """Everybody who could get one of the reminders: the people in their rows and in the teams.

    `talking` are the addresses of sites that have something to tell without a reminder.
    """
    found: dict[str, Person] = {}
    for work in works:
        if not work.due and work.day.url not in talking:
            continue
        named = [work.day.definition(reminder.list).owner for reminder in work.due]
        fields = {*(reminder.to.field for reminder in work.due), *named}
        people = [reminder.item.person(name) for reminder in work.due for name in fields if name]
        members = [person for member in work.team.members for person in (member.person, member.deputy)]
        found |= {account_of(person): person for person in [*people, *members] if person}
    return list(found.values())


def plan(works: Sequence[SiteWork], directory: Directory, tenant: str, bulletins: Sequence[Bulletin] = ()) -> Plan:
    """Who gets what, in which mails; in order of sites, lists and rows.

    What is told about whole sites goes into the reader's digest of the day, or into a mail of its own without one.
    """
    digests: dict[str, list[Notice]] = {}
    told: dict[str, list[Bulletin]] = {}
    for bulletin in bulletins:
        told.setdefault(bulletin.addressee.mail, []).append(bulletin)
    escalations: dict[tuple[str, str], list[Notice]] = {}
    held: list[HeldReminder] = []
    for work in works:
        for reminder in work.due:
            if reminder.escalation and reminder.info:
                continue  # these are in cc of the escalation
            found = address(reminder, work.team, directory)
            if isinstance(found, Held):
                held.append(HeldReminder(work, reminder, key_of(tenant, work, reminder, reminder.role), found.reason))
                continue
            if reminder.escalation:
                if found:
                    first = found[0]
                    cc = (*(other.mail for other in found[1:]), *_copies(work, reminder, directory))
                    notice = Notice(work, reminder, first, key_of(tenant, work, reminder, first.role), "escalation", cc)
                    escalations.setdefault((work.day.url, first.mail), []).append(notice)
                continue
            for addressee in found:
                key = key_of(tenant, work, reminder, addressee.role)
                digests.setdefault(addressee.mail, []).append(Notice(work, reminder, addressee, key, "digest"))
    return Plan(
        mails=(
            *(
                PlannedMail(to, tuple(digests.get(to, ())), tuple(told.get(to, ())))
                for to in dict.fromkeys([*digests, *told])
            ),
            *(PlannedMail(to, tuple(notices)) for (_site, to), notices in escalations.items()),
        ),
        held=tuple(held),
    )


def _copies(work: SiteWork, escalation: Reminder, directory: Directory) -> list[str]:
    """Who reads an escalation along: supporter and owner, as far as they can be reached."""
    found: list[str] = []
    for reminder in work.due:
        if reminder.info and reminder.escalation and series(reminder) == series(escalation):
            addressees = address(reminder, work.team, directory)
            found += [] if isinstance(addressees, Held) else [addressee.mail for addressee in addressees]
    return found


def series(reminder: Reminder) -> tuple[str, int, str, str]:
    """What an escalation and its copies have in common: row, rule and stage."""
    return (reminder.list, reminder.item.id, reminder.rule, reminder.stage)
