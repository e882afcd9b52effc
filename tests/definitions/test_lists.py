"""The four lists of a starter and the log: columns, choices, views, life cycles (guide.md). Values by hand."""

from datetime import date

import pytest

from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions, file_name
from tests.definitions.listed import column

LISTS = shipped_folder("lists")
_WITHOUT_INDEX = {
    "InternalField",  # a yes/no column; a project has some tens of stakeholders
    "Overrun",  # calculated columns, which cannot be indexed; a budget has some tens of lines
}


# guide.md §2.0.14: titles, number of columns (without the technical ones of §2.0.4), closing states.
@pytest.mark.parametrize(
    ("key", "nl", "en", "count", "closing", "sleeping"),
    [
        ("Actions", "Actielijst", "Action list", 16, ("done", "cancelled"), ()),
        ("Stakeholders", "Stakeholderoverzicht", "Stakeholder overview", 18, ("ended",), ("dormant",)),
        (
            "CommunicationCalendar",
            "Communicatiekalender",
            "Communication calendar",
            19,
            ("published", "evaluated", "cancelled"),
            ("idea",),
        ),
        ("TeamRoles", "Projectteam en rollen", "Project team and roles", 12, ("left",), ()),
    ],
)
def test_titles_columns_and_closing_states(
    definitions: Definitions,
    *,
    key: str,
    nl: str,
    en: str,
    count: int,
    closing: tuple[str, ...],
    sleeping: tuple[str, ...],
) -> None:
    found = definitions.lists[key]
    assert (found.title.nl, found.title.en) == (nl, en)
    assert len(found.fields) == count + 2
    assert [field.name for field in found.fields[-2:]] == ["ImportKey", "ReminderOff"]
    assert found.fields[0].name == "Title"
    assert found.status is not None
    assert (found.status.closing, found.status.sleeping) == (closing, sleeping)
    assert (LISTS / file_name(key)).is_file()


# guide.md §2.1, §2.2, §2.3, §2.12: internal names in order; R required, I indexed.
@pytest.mark.parametrize(
    ("key", "columns"),
    [
        (
            "Actions",
            "Title:R ActionDetails ActionOwner:I ExternalOwner DueDate:RI ActionPriority ActionStatus:RI PercentDone "
            "ActionDoneOn:I ActionOrigin MeetingName RaisedOn AgendaItem RelatedDecision:I RelatedMilestone "
            "ProgressNote ImportKey:I ReminderOff",
        ),
        (
            "Stakeholders",
            "Title:RI StakeholderKind:RI IsInternal ContactFunction ContactAddress StakeholderInterest "
            "StakeholderStance StanceReason StakeholderRole InterestLevel InfluenceLevel RingCurrent:I RingDesired:I "
            "EngagementNote RelationOwner:RI LastContactOn NextReviewOn:RI StakeholderStatus:RI "
            "ImportKey:I ReminderOff",
        ),
        (
            "CommunicationCalendar",
            "Title:R CommDate:RI CommEndDate CommTime CommGoal:R CommAudience:R StakeholderRef KeyMessage:R "
            "CommChannel:R CommOwner:RI CommApprover DraftDueOn:I ApprovedOn CommStatus:RI CommFrequency PublishedOn:I "
            "PublishedLink EffectNote RelatedMilestone ImportKey:I ReminderOff",
        ),
        (
            "TeamRoles",
            "Title:R TeamRole:RI TeamMember:I ExternalName TeamUnit CoreTasks HoursPerWeek CapacitySupplier DeputyUser "
            "RoleStart RoleEnd:I TeamStatus:RI ImportKey:I ReminderOff",
        ),
    ],
)
def test_columns_in_order_with_their_flags(definitions: Definitions, key: str, columns: str) -> None:
    found = [
        field.name + (":" if field.required or field.indexed else "") + "R" * field.required + "I" * field.indexed
        for field in definitions.lists[key].fields
    ]
    assert found == columns.split()


# guide.md §2.1 to §2.3, §2.12, §2.0.13: keys and labels, exactly.
@pytest.mark.parametrize(
    ("key", "name", "default", "choices"),
    [
        (
            "Actions",
            "ActionStatus",
            "new",
            "new Nieuw/New; in_progress In behandeling/In progress; waiting Wacht op ander/Waiting for someone; "
            "done Afgerond/Done; cancelled Vervallen/Cancelled",
        ),
        ("Actions", "ActionPriority", "normal", "high Hoog/High; normal Normaal/Normal; low Laag/Low"),
        (
            "Stakeholders",
            "StakeholderStatus",
            "active",
            "active Actief/Active; dormant Slapend/Dormant; ended Beëindigd/Ended",
        ),
        (
            "Stakeholders",
            "RingDesired",
            "informed",
            "decide Meebeslissen/Decides along; cooperate Meewerken/Works along; advise Meedenken/Thinks along; "
            "informed Meeweten/Is kept informed",
        ),
        (
            "Stakeholders",
            "StakeholderRole",
            None,
            "decision_maker Beslisser/Decision maker; influencer Beïnvloeder/Influencer; user Gebruiker/User; "
            "implementer Uitvoerder/Implementer",
        ),
        (
            "CommunicationCalendar",
            "CommStatus",
            "planned",
            "idea Idee/Idea; planned Gepland/Planned; drafting In voorbereiding/In preparation; "
            "to_approve Wacht op akkoord/Waiting for approval; approved Akkoord/Approved; "
            "published Uitgevoerd/Carried out; evaluated Geëvalueerd/Evaluated; cancelled Vervallen/Cancelled",
        ),
        (
            "TeamRoles",
            "TeamStatus",
            "active",
            "active Actief/Active; paused Tijdelijk afwezig/Temporarily absent; left Vertrokken/Left",
        ),
    ],
)
def test_choices(definitions: Definitions, key: str, name: str, default: str | None, choices: str) -> None:
    found = column(definitions.lists[key], name)
    assert "; ".join(f"{choice.key} {choice.nl}/{choice.en}" for choice in found.choices) == choices
    assert found.default == default


def test_the_fifteen_roles(definitions: Definitions) -> None:
    # guide.md §2.12; the roles that rules and profiles name must be among them.
    keys = [choice.key for choice in column(definitions.lists["TeamRoles"], "TeamRole").choices]
    assert len(keys) == 15
    assert {"project_manager", "programme_manager", "process_manager", "capacity", "supporter", "communication"} <= {
        *keys
    }


# guide.md §2.1 to §2.3, §2.12: views in order.
@pytest.mark.parametrize(
    ("key", "views"),
    [
        (
            "Actions",
            "*Mijn open acties/My open actions; Alle open acties/All open actions; Te laat/Overdue; "
            "Komende 7 dagen/Next 7 days; Per actiehouder/By owner; Bord/Board; Kalender/Calendar; "
            "Per overleg/By meeting; Zonder actiehouder/Without owner; Afgerond/Done",
        ),
        (
            "Stakeholders",
            "*Alle stakeholders/All stakeholders; Ringen van invloed/Rings of influence; "
            "Mijn stakeholders/My stakeholders; Verschuiving nodig/Shift needed; Opnieuw bekijken/Due for review; "
            "Intern krachtenveld/Internal field; Per relatiehouder/By relation owner",
        ),
        (
            "CommunicationCalendar",
            "*Kalender/Calendar; Komende 30 dagen/Next 30 days; Mijn momenten/My moments; "
            "Wacht op akkoord/Waiting for approval; Te laat/Overdue; Bord/Board; "
            "Per verantwoordelijke/By responsible; Uitgevoerd/Carried out",
        ),
        (
            "TeamRoles",
            "*Team/Team; Sturingsdriehoek/Steering triangle; Externe partners/External partners; "
            "Oud-teamleden/Former members",
        ),
    ],
)
def test_views_in_order(definitions: Definitions, key: str, views: str) -> None:
    found = [f"{'*' * view.default}{view.title.nl}/{view.title.en}" for view in definitions.lists[key].views]
    assert "; ".join(found) == views
    assert all(view.fields[0] == "Title" for view in definitions.lists[key].views)


# guide.md "Life cycle" of each list.
@pytest.mark.parametrize(
    ("key", "moves"),
    [
        (
            "Actions",
            "new>in_progress,waiting,done,cancelled in_progress>waiting,done,cancelled "
            "waiting>in_progress,done,cancelled done>in_progress cancelled>new",
        ),
        ("Stakeholders", "active>dormant,ended dormant>active,ended ended>active"),
        (
            "CommunicationCalendar",
            "idea>planned,published,cancelled planned>drafting,published,cancelled "
            "drafting>to_approve,published,cancelled to_approve>drafting,approved,published,cancelled "
            "approved>drafting,published,cancelled published>evaluated evaluated>published cancelled>planned",
        ),
        ("TeamRoles", "active>paused,left paused>active,left left>active"),
    ],
)
def test_life_cycles(definitions: Definitions, key: str, moves: str) -> None:
    status = definitions.lists[key].status
    assert status is not None
    assert " ".join(f"{before}>{','.join(after)}" for before, after in status.moves.items()) == moves


TODAY = date(2026, 12, 1)


def test_the_log_of_the_site(definitions: Definitions) -> None:
    log = definitions.lists["ReminderLog"]
    key = column(log, "LedgerKey")
    assert (log.system, key.unique, key.indexed, key.maximum_length) == (True, True, True, 64)
    assert {field.name for field in log.fields if field.indexed} == {
        "LedgerKey",
        "LedgerKind",
        "LedgerState",
        "MailKey",
        "DayOn",
    }
    assert log.field("ReminderOff") is None


def test_rules_look_at_indexed_columns(definitions: Definitions) -> None:
    """Above 5,000 rows a filter needs an index on its first column (sharepoint-rest.md §6.5)."""
    for definition in definitions.lists.values():
        indexed = {field.name for field in definition.fields if field.indexed} | {*definition.index}
        status = definition.status.field if definition.status else ""
        for rule in definition.reminders:
            assert {rule.date, status} & indexed, rule.id
        for view in definition.views:
            if view.filter is not None and view.key not in _WITHOUT_INDEX:
                assert {*view.needs} & indexed, f"{definition.key}.{view.key}"
