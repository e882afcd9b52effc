"""Who really gets a reminder: guide.md §2.0.7 (g), (h), (i), (m), §2.12 and §1.5."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from projectlists.definitions.names import ProfileKey
from projectlists.item import Item, Person, Value
from projectlists.language import speaking
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import Reminder, reminders
from projectlists.rules.recipients import (
    Addressee,
    Directory,
    DirectoryPerson,
    Held,
    Team,
    account_of,
    address,
    answering,
    supporter_of,
)
from tests.rows import list_of, profile_of, row

TODAY = date(2026, 12, 1)
CALENDAR = WorkingCalendar()


def person(number: int, name: str) -> Person:
    return Person(number, name.title(), f"{name}@gemeente.example", f"i:0#.f|membership|{name}@Gemeente.example")


PM, ACTING, SUPPORT, SECOND = person(1, "pm"), person(2, "acting"), person(3, "support"), person(4, "second")
OWNER, DEPUTY, COMM, CLIENT = person(5, "owner"), person(6, "deputy"), person(7, "comm"), person(8, "wethouder")
EVERYBODY = (PM, ACTING, SUPPORT, SECOND, OWNER, DEPUTY, COMM, CLIENT)


def directory_of(*people: Person) -> dict[str, DirectoryPerson]:
    return {account_of(one): DirectoryPerson(one.mail, name=one.name) for one in people}


DIRECTORY = directory_of(*EVERYBODY)


def role(number: int, name: str, member: Person | None, status: str = "active", **values: Value) -> Item:
    return row(number, TeamRole=name, TeamMember=member, TeamStatus=status, **values)


STANDARD = (role(1, "project_manager", PM), role(2, "supporter", SUPPORT), role(3, "communication", COMM))


def team(*extra: Item, base: tuple[Item, ...] = STANDARD, profile: ProfileKey = "project") -> Team:
    return Team.from_items([*base, *extra], TODAY, profile_of(profile), list_of("TeamRoles"))


def due(today: date = TODAY, deadline: date = TODAY, **values: Value) -> tuple[Reminder, ...]:
    item = row(**{"DueDate": deadline, "ActionStatus": "new", "ActionOwner": OWNER, **values})
    return reminders(
        list_of("Actions"),
        [item],
        today=today,
        calendar=CALENDAR,
        last_run=CALENDAR.before(today, 1),
        profile=profile_of(),
    )


def owner_step(**values: Value) -> Reminder:
    (found,) = due(**values)
    return found


def escalation_steps() -> tuple[Reminder, ...]:
    # 24 November is five working days late on 1 December (guide.md §5.3).
    found = due(deadline=date(2026, 11, 24))
    assert [(one.stage, one.role) for one in found] == [
        ("ESC", "project_manager"),
        ("ESC", "supporter"),
        ("ESC", "owner"),
    ]
    return found


def get(reminder: Reminder, members: Team, directory: Directory = DIRECTORY) -> list[tuple[str, str, str, bool]]:
    """Addressees as (who, reader, mark, info)."""
    found = address(reminder, members, directory)
    assert not isinstance(found, Held), found
    return [(one.person.name, one.reader, one.mark, one.info) for one in found]


class TestOwner:
    def test_the_owner(self) -> None:
        assert address(owner_step(), team(), DIRECTORY) == (Addressee(OWNER, OWNER.mail, "owner", "owner"),)

    def test_no_owner(self) -> None:
        assert get(owner_step(ActionOwner=None), team()) == [("Support", "supporter", "no_owner", False)]

    def test_the_place_in_the_ledger_is_still_the_owners(self) -> None:
        # (m): another person in that role does not get it again.
        found = address(owner_step(ActionOwner=None), team(), DIRECTORY)
        assert not isinstance(found, Held)
        assert [one.role for one in found] == ["owner"]

    def test_external_owner(self) -> None:
        step = owner_step(ActionOwner=None, ExternalOwner="Nutsbedrijf")
        assert get(step, team()) == [("Support", "supporter", "external", False)]
        # Somebody with an account who keeps contact with the external party gets it.
        assert get(owner_step(ExternalOwner="Nutsbedrijf"), team()) == [("Owner", "owner", "", False)]

    @pytest.mark.parametrize(
        "account", [None, DirectoryPerson("owner@gemeente.example", enabled=False), DirectoryPerson("")]
    )
    def test_owner_without_a_working_account(self, account: DirectoryPerson | None) -> None:
        others = {key: found for key, found in DIRECTORY.items() if key != account_of(OWNER)}
        directory = others if account is None else {**others, account_of(OWNER): account}
        assert get(owner_step(), team(), directory) == [("Support", "supporter", "no_owner", False)]

    @pytest.mark.parametrize(
        "ended", [role(9, "member", OWNER, "left"), role(9, "member", OWNER, RoleEnd=date(2026, 11, 30))]
    )
    def test_owner_who_left(self, ended: Item) -> None:
        assert get(owner_step(), team(ended)) == [("Support", "supporter", "no_owner", False)]
        # Still there in another role.
        assert get(owner_step(), team(ended, role(10, "member", OWNER))) == [("Owner", "owner", "", False)]

    def test_the_last_day_of_a_role_counts(self) -> None:
        assert get(owner_step(), team(role(9, "member", OWNER, RoleEnd=TODAY))) == [("Owner", "owner", "", False)]

    def test_mail_address_of_the_directory_wins(self) -> None:
        directory = {**DIRECTORY, account_of(OWNER): DirectoryPerson("nieuw@gemeente.example")}
        found = address(owner_step(), team(), directory)
        assert not isinstance(found, Held)
        assert [one.mail for one in found] == ["nieuw@gemeente.example"]


class TestAbsent:
    """(h) and §2.12: to the deputy, copy to the member."""

    PAUSED = role(9, "member", OWNER, "paused", DeputyUser=DEPUTY)

    def test_deputy_and_copy(self) -> None:
        assert address(owner_step(), team(self.PAUSED), DIRECTORY) == (
            Addressee(DEPUTY, DEPUTY.mail, "owner", "owner", "deputy", stands_for=OWNER),
            Addressee(OWNER, OWNER.mail, "absent_owner", "owner", info=True),
        )

    def test_no_copy_to_a_member_without_a_mailbox(self) -> None:
        directory = {key: found for key, found in DIRECTORY.items() if key != account_of(OWNER)}
        assert get(owner_step(), team(self.PAUSED), directory) == [("Deputy", "owner", "deputy", False)]

    @pytest.mark.parametrize(
        "members",
        [
            (role(9, "member", OWNER, "paused"),),
            (PAUSED, role(10, "member", DEPUTY, "left")),
            (PAUSED, role(10, "member", DEPUTY, "paused", DeputyUser=SECOND)),
            (PAUSED, role(10, "official_client", DEPUTY)),
        ],
    )
    def test_without_a_deputy_who_is_there(self, members: tuple[Item, ...]) -> None:
        assert get(owner_step(), team(*members)) == [("Support", "supporter", "no_owner", False)]

    def test_paused_in_one_role_but_not_in_another(self) -> None:
        assert get(owner_step(), team(self.PAUSED, role(10, "member", OWNER))) == [("Owner", "owner", "", False)]

    def test_absent_supporter(self) -> None:
        members = team(base=(STANDARD[0], role(2, "supporter", SUPPORT, "paused", DeputyUser=DEPUTY)))
        assert get(owner_step(ActionOwner=None), members) == [
            ("Deputy", "supporter", "no_owner", False),
            ("Support", "supporter", "no_owner", True),
        ]


class TestClients:
    """§1.5: the tool never mails a client by itself."""

    @pytest.mark.parametrize("client_role", ["political_client", "official_client"])
    def test_what_a_client_owns_goes_to_the_supporter(self, client_role: str) -> None:
        members = team(role(9, client_role, CLIENT))
        assert get(owner_step(ActionOwner=CLIENT), members) == [("Support", "supporter", "no_owner", False)]

    def test_nor_for_information(self) -> None:
        _, _, copy = escalation_steps()
        item = replace(copy.item, values={**copy.item.values, "ActionOwner": CLIENT})
        assert get(replace(copy, item=item), team(role(9, "political_client", CLIENT))) == []

    def test_nor_in_the_place_of_an_absent_member(self) -> None:
        members = team(role(8, "official_client", CLIENT), role(9, "member", OWNER, "paused", DeputyUser=CLIENT))
        assert get(owner_step(), members) == [("Support", "supporter", "no_owner", False)]


class TestEscalation:
    def test_manager_supporter_and_owner(self) -> None:
        assert [get(step, team()) for step in escalation_steps()] == [
            [("Pm", "project_manager", "", False)],
            [("Support", "supporter", "", True)],
            [("Owner", "owner", "", True)],
        ]

    def test_the_role_is_the_profiles(self) -> None:
        # guide.md §3: programme_manager; for routine the team leader (capacity).
        manager, _, _ = escalation_steps()
        programme = team(role(9, "programme_manager", ACTING), profile="programme")
        assert get(manager, programme) == [("Acting", "project_manager", "", False)]
        routine = team(role(9, "capacity", SECOND), profile="routine")
        assert get(manager, routine) == [("Second", "project_manager", "", False)]

    def test_held_without_a_manager(self) -> None:
        manager, copy, _ = escalation_steps()
        nobody = team(base=STANDARD[1:])
        held = address(manager, nobody, DIRECTORY)
        assert isinstance(held, Held)
        assert held.reason == (
            "The list Project team and roles has 0 active people with the role Project manager; make that exactly one."
        )
        assert get(copy, nobody) == [("Support", "supporter", "", True)]

    def test_held_with_two_managers(self) -> None:
        manager, *_ = escalation_steps()
        assert isinstance(address(manager, team(role(9, "project_manager", ACTING)), DIRECTORY), Held)
        # One person on two rows is one manager.
        assert get(manager, team(role(9, "project_manager", PM))) == [("Pm", "project_manager", "", False)]

    def test_absent_manager(self) -> None:
        manager, *_ = escalation_steps()
        away = role(1, "project_manager", PM, "paused", DeputyUser=DEPUTY)
        assert get(manager, team(base=(away, STANDARD[1]))) == [
            ("Deputy", "project_manager", "deputy", False),
            ("Pm", "project_manager", "", True),
        ]
        # With an acting manager in the list there is one who is there.
        assert get(manager, team(role(9, "project_manager", ACTING), base=(away, STANDARD[1]))) == [
            ("Acting", "project_manager", "", False)
        ]

    @pytest.mark.parametrize(
        "manager_row",
        [
            role(1, "project_manager", PM, "left"),
            role(1, "project_manager", PM, RoleEnd=date(2026, 11, 30)),
            role(1, "project_manager", PM, RoleStart=date(2026, 12, 2)),
            role(1, "project_manager", PM, "paused"),
            role(1, "project_manager", None),
        ],
    )
    def test_held_when_the_manager_is_not_there(self, manager_row: Item) -> None:
        manager, *_ = escalation_steps()
        assert isinstance(address(manager, team(base=(manager_row, STANDARD[1])), DIRECTORY), Held)

    def test_held_when_the_manager_has_no_account(self) -> None:
        manager, *_ = escalation_steps()
        held = address(manager, team(), directory_of(SUPPORT, OWNER))
        assert isinstance(held, Held)
        assert held.reason == (
            "Nobody in the list Project team and roles with the role Project manager can be reached by mail. "
            "Fill in somebody there."
        )

    def test_a_label_nobody_declared_counts_as_active(self) -> None:
        manager, *_ = escalation_steps()
        members = team(base=(role(1, "project_manager", PM, "Inwerken"), STANDARD[1]))
        assert get(manager, members) == [("Pm", "project_manager", "", False)]


class TestSupporter:
    def test_one_person_answers_for_a_role(self) -> None:
        members = team(role(9, "supporter", SECOND))
        assert get(owner_step(ActionOwner=None), members) == [("Support", "supporter", "no_owner", False)]

    def test_somebody_present_comes_before_a_deputy(self) -> None:
        away = role(2, "supporter", SUPPORT, "paused", DeputyUser=DEPUTY)
        members = team(role(9, "supporter", SECOND), base=(STANDARD[0], away))
        assert get(owner_step(ActionOwner=None), members) == [("Second", "supporter", "no_owner", False)]

    def test_the_next_one_when_the_first_cannot_be_reached(self) -> None:
        members = team(role(9, "supporter", SECOND))
        found = get(owner_step(ActionOwner=None), members, directory_of(SECOND, OWNER))
        assert found == [("Second", "supporter", "no_owner", False)]

    def test_held_when_nobody_can_be_reached(self) -> None:
        held = address(owner_step(ActionOwner=None), team(base=STANDARD[:1]), DIRECTORY)
        assert isinstance(held, Held)
        assert "Project team and roles with the role Project support professional can be reached" in held.reason

    def test_held_in_the_words_of_the_reader(self) -> None:
        with speaking("nl"):
            held = address(owner_step(ActionOwner=None), team(base=STANDARD[:1]), DIRECTORY)
        assert isinstance(held, Held)
        assert held.reason == (
            "In de lijst Projectteam en rollen staat niemand met de rol Ondersteuningsprofessional die per mail te "
            "bereiken is. Vul daar iemand in."
        )

    def test_held_where_there_is_no_team_list(self) -> None:
        held = address(owner_step(ActionOwner=None), Team(), DIRECTORY)
        assert isinstance(held, Held)
        assert held.reason == (
            "This project has no team list, so nobody stands in. Give the row an owner who can be reached by mail."
        )

    def test_supporter_for_questions(self) -> None:
        found = supporter_of(team(), DIRECTORY)
        assert found is not None
        assert found.mail == "support@gemeente.example"
        assert supporter_of(team(base=STANDARD[:1]), DIRECTORY) is None


def test_approver_and_communication_adviser() -> None:
    moments = list_of("CommunicationCalendar")
    item = row(CommDate=date(2026, 11, 27), CommStatus="planned", CommOwner=OWNER)
    found = reminders(
        moments, [item], today=TODAY, calendar=CALENDAR, last_run=date(2026, 11, 30), profile=profile_of()
    )
    # 27 November is two working days ago: escalation, copy to the communication adviser (guide.md §2.3).
    assert [(one.rule, one.role) for one in found] == [("C-R5", "project_manager"), ("C-R5", "communication")]
    assert [get(step, team()) for step in found] == [
        [("Pm", "project_manager", "", False)],
        [("Comm", "communication", "", True)],
    ]
    # Without an adviser there is no copy, and it does not go to somebody else.
    assert get(found[1], team(base=STANDARD[:2])) == []


@pytest.mark.parametrize(
    "login",
    ["c:0o.c|federateddirectoryclaimprovider|5b0d6f5e-7f43-4f0a-9f0e-0a9d4f3b2c11", "Leden van Marktplein"],
)
def test_a_group_is_never_mailed(login: str) -> None:
    group = Person(20, "Raad", "raad@gemeente.example", login)
    directory = DIRECTORY | directory_of(group)
    assert get(owner_step(ActionOwner=group), team(), directory) == [("Support", "supporter", "no_owner", False)]
    members = team(role(4, "supporter", group), base=(STANDARD[0],))
    assert isinstance(address(owner_step(ActionOwner=None), members, directory), Held)


def test_who_hears_about_a_whole_site() -> None:
    assert answering("supporter", team(), DIRECTORY) == Addressee(SUPPORT, SUPPORT.mail, "supporter", "supporter")
    away = (STANDARD[0], role(2, "supporter", SUPPORT, "paused", DeputyUser=DEPUTY))
    found = answering("supporter", team(base=away), DIRECTORY)
    assert found is not None
    assert found.person == DEPUTY
    assert answering("supporter", team(base=(STANDARD[0],)), DIRECTORY) is None


def test_account_name() -> None:
    assert account_of(OWNER) == "owner@gemeente.example"
    assert account_of(Person(1, mail="a@b.example")) == "a@b.example"
    assert account_of(Person(1)) == ""
