"""The first rows of TeamRoles from a row of the table: manager, supporter, members, as far as they are not there.

Where a list has somebody in a role already, people have chosen: that stays (guide.md §2.12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from projectlists.bootstrapping.table import Project
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import Conflict, FarEndError, Missing, Throttled, Unanswered
from projectlists.farend import wire
from projectlists.farend.batch import Operation, etag_of
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Item, Person, Value
from projectlists.language import Language, _
from projectlists.rules.recipients import SUPPORTER
from projectlists.structure.settings import Settings, settings_from

LIST = "TeamRoles"
MEMBER = "member"
_ATTEMPTS = 3


@dataclass(frozen=True)
class Place:
    """Somebody in a role, by account."""

    role: str
    account: str


def places(project: Project, manager_role: str) -> tuple[Place, ...]:
    """Who a row of the table names, and as what."""
    named = [(manager_role, project.manager), (SUPPORTER, project.supporter)]
    return (
        *(Place(role, account) for role, account in named if account),
        *(Place(MEMBER, account) for account in project.members),
    )


@dataclass(frozen=True)
class Step:
    """One place to fill: in `row`, which has the role and nobody in it, or in a new row."""

    place: Place
    row: Item | None = None


def steps(wanted: Sequence[Place], rows: Sequence[Item], people: Mapping[str, Person]) -> list[Step]:
    """What is still to be done: roles that nobody has, and members with no row at all. Pure.

    `people` are accounts with the site's own numbers, as far as they were asked for; a row also shows its address.
    """
    chosen: list[Step] = []
    for place in wanted:
        of_role = [row for row in rows if row.text("TeamRole") == place.role and row["TeamStatus"] != "left"]
        if place.role != MEMBER and not any(row["TeamMember"] or row["ExternalName"] for row in of_role):
            chosen.append(Step(place, next(iter(of_role), None)))
    named = {step.place.account for step in chosen}
    persons = [person for row in rows if (person := row.person("TeamMember"))]
    numbers, addresses = {person.id for person in persons}, {person.mail for person in persons}
    return chosen + [
        Step(place)
        for place in wanted
        if place.role == MEMBER
        and place.account not in named | addresses
        and not (place.account in people and people[place.account].id in numbers)
    ]


def fill(site: SharePointSite, definitions: Definitions, project: Project) -> int:
    """Fill the team of a provisioned site; how many rows were added or got their person.

    Raises:
        Missing: somebody in the table has no account.
        FarEndError: the list could not be read or written.
    """
    definition = definitions.lists[LIST]
    added = 0
    lost: FarEndError | None = None
    people: dict[str, Person] = {}
    # A lost answer may have been to rows that were made all the same: what is there is read before it is tried again.
    for _attempt in range(_ATTEMPTS):
        settings, rows = _read(site, definition)
        profile = definitions.profiles[settings.profile]
        wanted = places(project, profile.escalation_role)
        if LIST not in {found.key for found in definitions.chosen(settings.profile, settings.lists)}:
            return added
        left = steps(wanted, rows, people)
        if left and not people:
            people = _people(site, [step.place.account for step in left])
            left = steps(wanted, rows, people)
        if not left:
            return added
        try:
            answers = site.run([_operation(site, definition, settings.language, step, people) for step in left])
        except Unanswered as error:
            lost = error
            continue
        added += sum(answer.error is None for answer in answers)
        lost = next((answer.error for answer in answers if answer.error is not None), None)
        if lost is None:
            return added
        if not isinstance(lost, Unanswered | Throttled | Conflict):
            break
    raise lost or AssertionError("the last attempt returns or leaves an error")


def _read(site: SharePointSite, definition: ListDefinition) -> tuple[Settings, tuple[Item, ...]]:
    """What the site is, and its team: one request."""
    kept, rows = site.rows([site.settings_query(), Query(LIST, options=wire.options(definition), optional=True)])
    settings = settings_from(kept[0], etag_of(kept[0])) if kept else None
    if settings is None:
        raise Missing(_("The site {site} has no lists yet, so its team could not be filled.").format(site=site.url))
    return settings, wire.items_from(definition, site.about().zone, rows)


def _people(site: SharePointSite, accounts: Sequence[str]) -> dict[str, Person]:
    people = site.people(list(dict.fromkeys(accounts)))
    strangers = [account for account in dict.fromkeys(accounts) if account not in people]
    if strangers:
        sentence = _("Nobody in the organisation has the account {account}. Check this row of the table.")
        raise Missing(sentence.format(account=", ".join(strangers)))
    return people


def _operation(
    site: SharePointSite, definition: ListDefinition, language: Language, step: Step, people: Mapping[str, Person]
) -> Operation:
    person, zone = people[step.place.account], site.about().zone
    if step.row is not None:
        body = wire.values_for(definition, language, zone, {"TeamMember": person})
        return site.change(LIST, step.row.id, body, step.row.etag)
    role = definition.field("TeamRole")
    labels = {choice.key: choice.label(language) for choice in role.choices} if role else {}
    values: dict[str, Value] = {
        "Title": labels.get(step.place.role, step.place.role),
        "TeamRole": step.place.role,
        "TeamMember": person,
        "TeamStatus": "active",
    }
    return replace(site.addition(LIST, wire.values_for(definition, language, zone, values)), once=True)
