"""Who really gets a reminder: roles, deputies, people who left, people without an account. Pure.

Sources: guide.md §2.0.7 (g), (h), (i), (m), §2.12 and §1.5. One person answers for a role at a time. Clients, the
council and stakeholders are never mailed: what a client owns goes to the supporter, who speaks to the project manager
(§1.5). Stakeholders have no account here, and nothing in this room reads an address from a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from projectlists.definitions.model import ListDefinition, Profile
from projectlists.item import Item, Person
from projectlists.language import _, current
from projectlists.rules.due import Reminder

Mark = Literal["", "no_owner", "external", "deputy"]
"""Why somebody else than expected gets a row: nobody who can be reminded owns it, an external party does, or the reader
stands in for somebody who is absent."""

SUPPORTER = "supporter"
ESCALATION = "escalation"
CLIENTS = frozenset({"political_client", "official_client"})


@dataclass(frozen=True)
class DirectoryPerson:
    """An account as the directory knows it. `mail` is lower case, empty without a mailbox."""

    mail: str
    enabled: bool = True
    name: str = ""
    first_name: str = ""


Directory = Mapping[str, DirectoryPerson]
"""Accounts by `account_of`; who is not in it has no account any more."""


@dataclass(frozen=True)
class Addressee:
    """One person who gets a reminder.

    `role` names the place in the ledger (m): the reminder's role, with `absent_` before it for the copy of somebody who
    is away. `reader` is what this person is to the row: supporter, when rows come to the supporter for want of another.
    `info` puts the row under "Ter info", or in cc of an escalation. `stands_for` is whom a deputy replaces.
    """

    person: Person
    mail: str
    role: str
    reader: str
    mark: Mark = ""
    info: bool = False
    stands_for: Person | None = None


@dataclass(frozen=True)
class Held:
    """Nobody can get the reminder; `reason` is a sentence for the supporter and the administrator."""

    reason: str


@dataclass(frozen=True)
class Member:
    """One row of TeamRoles that counts today."""

    role: str
    person: Person
    paused: bool
    deputy: Person | None


@dataclass(frozen=True)
class Team:
    """The people of a site and their roles today.

    `former` holds those who have only rows that ended. `listed` is the list they stand in; None on a site without one.
    """

    members: tuple[Member, ...] = ()
    former: frozenset[int] = frozenset()
    escalation_role: str = "project_manager"
    listed: ListDefinition | None = None

    @classmethod
    def from_items(
        cls, items: Iterable[Item], today: date, profile: Profile, listed: ListDefinition | None = None
    ) -> Team:
        """The team from the rows of TeamRoles, in order of their numbers.

        A row counts while its status is not `left`, RoleEnd has not passed and RoleStart has come. A label nobody
        declared counts as active (guide.md §2.0.2).
        """
        members: list[Member] = []
        ended: set[int] = set()
        for item in sorted(items, key=lambda item: item.id):
            person = item.person("TeamMember")
            if person is None:
                continue
            start, end = item.day("RoleStart"), item.day("RoleEnd")
            if item["TeamStatus"] == "left" or (end is not None and end < today):
                ended.add(person.id)
            elif start is None or start <= today:
                paused = item["TeamStatus"] == "paused"
                members.append(Member(item.text("TeamRole"), person, paused, item.person("DeputyUser")))
        present = {member.person.id for member in members}
        return cls(tuple(members), frozenset(ended - present), profile.escalation_role, listed)

    def role_in_words(self, role: str) -> str:
        """A role as the list calls it, in the program's language."""
        field = self.listed.field("TeamRole") if self.listed else None
        choice = next((one for one in field.choices if one.key == role), None) if field else None
        return choice.label(current()) if choice else role

    def in_role(self, role: str) -> tuple[Person, ...]:
        """Who has a role today, each person once; those who are there before those who are away."""
        holders = sorted((member for member in self.members if member.role == role), key=lambda member: member.paused)
        return tuple({member.person.id: member.person for member in holders}.values())

    def is_client(self, person: Person) -> bool:
        """Whether the person is a political or official client of the project."""
        return any(member.person.id == person.id and member.role in CLIENTS for member in self.members)

    def is_absent(self, person: Person) -> bool:
        """Whether every role of the person is paused."""
        paused = [member.paused for member in self.members if member.person.id == person.id]
        return bool(paused) and all(paused)

    def deputy_of(self, person: Person) -> Person | None:
        """Who takes over from an absent person."""
        deputies = (member.deputy for member in self.members if member.person.id == person.id and member.paused)
        return next((deputy for deputy in deputies if deputy is not None), None)


def account_of(person: Person) -> str:
    """The key of a person in a directory: the account name in lower case, else the mail address."""
    return (person.login.rpartition("|")[2] or person.mail).lower()


def is_group(person: Person) -> bool:
    """Whether a person column holds a group: nobody knows who reads its mail, so it gets none.

    People have a claim that begins with `i:` (identity-mail-teams.md §9.1); groups of the directory one with `c:`, and
    groups of the site their name.
    """
    return bool(person.login) and not person.login.lower().startswith("i:")


def has_account(person: Person, directory: Directory) -> bool:
    """Whether mail can reach a person, as far as the directory knows; of a group it knows nothing."""
    account = directory.get(account_of(person))
    return is_group(person) or (account is not None and account.enabled and bool(account.mail))


def address(reminder: Reminder, team: Team, directory: Directory) -> tuple[Addressee, ...] | Held:
    """Who gets one reminder: first the person who is to act, then, when that person is away, a copy for information.

    A copy (`reminder.info`) whose reader cannot be reached is left out: the answer is then empty.
    """
    to = reminder.to
    if to.field is not None:
        person = reminder.item.person(to.field)
        found = _reach(person, reminder, team, directory) if person else ()
    elif to.role == ESCALATION:
        return _escalated(reminder, team, directory)
    else:
        found = _first_in_role(to.role or "", reminder, team, directory)
    if found or reminder.info:
        return found
    found = _first_in_role(SUPPORTER, reminder, team, directory)
    if not found:
        return Held(_nobody(SUPPORTER, team))
    mark: Mark = "external" if reminder.external else "no_owner"
    return tuple(replace(addressee, reader=SUPPORTER, mark=mark) for addressee in found)


def answering(role: str, team: Team, directory: Directory) -> Addressee | None:
    """Who hears about a whole site in a role: the first who can be reached, the deputy of somebody absent (h)."""
    for person in team.in_role(role):
        reader = team.deputy_of(person) if team.is_absent(person) else person
        account = _account(reader, team, directory) if reader and not team.is_absent(reader) else None
        if reader is not None and account is not None:
            return Addressee(reader, account.mail, role, role)
    return None


def supporter_of(team: Team, directory: Directory) -> DirectoryPerson | None:
    """The account of the supporter who answers questions about the project; None when nobody can be reached."""
    accounts = (_account(person, team, directory) for person in team.in_role(SUPPORTER))
    return next((account for account in accounts if account is not None), None)


def _escalated(reminder: Reminder, team: Team, directory: Directory) -> tuple[Addressee, ...] | Held:
    """Escalations go to the one manager of the site, never higher and to nobody else (i); without one they wait."""
    role = team.escalation_role
    holders = team.in_role(role)
    present = [person for person in holders if not team.is_absent(person)] or holders
    if len(present) != 1:
        return Held(_not_one(role, len(present), team))
    found = _reach(present[0], reminder, team, directory)
    return found or Held(_nobody(role, team))


def _not_one(role: str, count: int, team: Team) -> str:
    return _about_the_list(
        _("The list {list} has {count} active people with the role {role}; make that exactly one."), role, team, count
    )


def _nobody(role: str, team: Team) -> str:
    return _about_the_list(
        _("Nobody in the list {list} with the role {role} can be reached by mail. Fill in somebody there."), role, team
    )


def _about_the_list(sentence: str, role: str, team: Team, count: int = 0) -> str:
    if team.listed is None:
        return _(
            "This project has no team list, so nobody stands in. Give the row an owner who can be reached by mail."
        )
    title = team.listed.title.in_language(current())
    return sentence.format(list=title, role=team.role_in_words(role), count=count)


def _first_in_role(role: str, reminder: Reminder, team: Team, directory: Directory) -> tuple[Addressee, ...]:
    """One person answers for a role: the first who can be reached, those present before those away."""
    found = (_reach(person, reminder, team, directory) for person in team.in_role(role))
    return next((addressees for addressees in found if addressees), ())


def _reach(person: Person, reminder: Reminder, team: Team, directory: Directory) -> tuple[Addressee, ...]:
    """The person; of somebody absent the deputy, with a copy to the member (h); nobody when neither can be mailed."""
    account = _account(person, team, directory)
    if not team.is_absent(person):
        if account is None:
            return ()
        return (Addressee(person, account.mail, reminder.role, reminder.role, info=reminder.info),)
    deputy = team.deputy_of(person)
    stand_in = _account(deputy, team, directory) if deputy and not team.is_absent(deputy) else None
    if deputy is None or stand_in is None:
        return ()
    acting = Addressee(
        deputy, stand_in.mail, reminder.role, reminder.role, "deputy", info=reminder.info, stands_for=person
    )
    if account is None or account.mail == stand_in.mail:
        return (acting,)
    return acting, Addressee(person, account.mail, f"absent_{reminder.role}", reminder.role, info=True)


def _account(person: Person, team: Team, directory: Directory) -> DirectoryPerson | None:
    """The account to mail a person at; None for who left, has no working mailbox, is a group or a client (§1.5)."""
    if person.id in team.former or team.is_client(person) or is_group(person):
        return None
    return directory.get(account_of(person)) if has_account(person, directory) else None
