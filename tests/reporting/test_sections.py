"""What each section says of a few rows, and of the sample project (guide.md §4 gives its figures)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projectlists.item import Item, Person, Reference, Value
from projectlists.language import speaking
from projectlists.reporting import assembly
from projectlists.reporting.outline import Section
from projectlists.reporting.pictures.bars import Amounts, Load
from projectlists.reporting.pictures.burnup import Week
from projectlists.reporting.pictures.lanes import Dot
from projectlists.reporting.pictures.rings import Party
from projectlists.reporting.project import Project
from projectlists.reporting.sections import (
    actions,
    budget,
    communication,
    planning,
    progress,
    risks,
    stakeholders,
    standing,
)
from tests.reporting.sampled import DAY, marktplein, project
from tests.rows import list_of, row

ANNA, BRAM = Person(1, "Anna"), Person(2, "Bram")


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def party(number: int, **values: Value) -> Item:
    given: dict[str, Value] = {
        "Title": f"Partij {number}",
        "StakeholderKind": "organisation",
        "StakeholderStatus": "active",
        "StakeholderStance": "neutral",
        "RingCurrent": "informed",
        "RingDesired": "informed",
        "InterestLevel": 3,
        "InfluenceLevel": 3,
        **values,
    }
    return row(number, **given)


def everything(section: Section) -> str:
    """Every word of a section."""
    tables = [cell for table in section.tables for line in (table.headings, *table.rows) for cell in line]
    pictures = [words for picture in section.pictures for words in (picture.caption, picture.alt)]
    return " ".join([section.title, *section.sentences, *pictures, *tables])


def test_a_party_stands_in_the_first_of_its_roles_and_in_its_ring_of_now() -> None:
    found = stakeholders.rings_of(
        list_of("Stakeholders"),
        [
            party(1, StakeholderRole=("user", "influencer"), RingCurrent="advise", RingDesired="cooperate"),
            party(2, StakeholderRole=("user", "implementer"), StakeholderStance="negative"),
            party(3, StakeholderRole=("implementer", "decision_maker"), RingCurrent="decide", RingDesired="decide"),
            party(4, StakeholderRole=()),
            party(5, StakeholderRole=("user",), RingDesired="Anders"),
        ],
    )

    assert found.parties == (
        Party("1", "influencer", "advise", "cooperate", "neutral"),
        Party("2", "implementer", "informed", "informed", "negative"),
        Party("3", "decision_maker", "decide", "decide", "neutral"),
        Party("5", "user", "informed", "informed", "neutral"),
    )


def test_of_a_private_person_no_name_and_no_stance_is_told() -> None:
    person = party(
        1,
        Title="Geheime Naam",
        StakeholderKind="individual",
        StakeholderStance="negative",
        StanceReason="Geheime reden",
        ContactAddress="geheim@example.org",
        ContactFunction="Geheime functie",
        EngagementNote="Geheime aanpak",
        StakeholderRole=("user",),
    )

    section = stakeholders.section(project(Stakeholders=(person,)), "team")

    assert "geheim" not in everything(section).lower()
    assert section.tables[0].rows[0][1:4] == ("Individual resident or entrepreneur", "User", "Not known yet")
    assert stakeholders.matrix_of(list_of("Stakeholders"), [person]).parties[0].stance == "unknown"


@pytest.mark.parametrize("make", [stakeholders.section, budget.section])
def test_a_wide_audience_sees_no_list_with_rights_of_its_own(make: object) -> None:
    assert callable(make)
    section = make(marktplein(), "wide")

    assert section.pictures == ()
    assert section.tables == ()
    assert "for the project team only" in section.sentences[0]


def test_a_wide_audience_sees_no_load_of_a_person() -> None:
    section = actions.section(marktplein(), "wide")

    words = everything(section)
    for person in ("env", "civil", "Nutsbedrijf (external)"):
        assert person not in [cell for table in section.tables for line in table.rows for cell in line]
    assert "Owner" not in words
    assert section.tables[-1].rows == (("All open actions", "25", "5", "5", "15"),)


def test_a_list_the_site_has_not_is_left_out_with_a_sentence() -> None:
    section = risks.section(project("routine"), "team")

    assert section.sentences == ("This site has no Risk list, so there is nothing to show.",)


def test_a_list_that_could_not_be_read_is_never_shown_as_missing() -> None:
    whole = marktplein()
    kept = {key: rows for key, rows in whole.items.items() if key != "Risks"}
    part = Project(whole.name, whole.url, "en", whole.profile, DAY, whole.lists, kept, {"Risks": "No right."})

    assert risks.section(part, "team").sentences == ("Risk list could not be read: No right.",)
    assert standing.section(part, "team").sentences == ("Risk list: No right.",)


def test_burn_up_counts_at_the_end_of_iso_weeks() -> None:
    rows = [
        row(1, RaisedOn=date(2026, 11, 8), ActionStatus="new"),  # the Sunday of week 45
        row(2, RaisedOn=date(2026, 11, 9), ActionStatus="done", ActionDoneOn=date(2026, 11, 16)),  # Mondays
        row(3, created=date(2026, 11, 25), ActionStatus="new"),  # no date of its own
        row(4, RaisedOn=date(2026, 11, 26), ActionStatus="new"),  # after the day of the report
    ]

    assert actions.burn_up(rows, DAY).weeks == (
        Week("wk 45", 1, 0),
        Week("wk 46", 2, 0),
        Week("wk 47", 2, 1),
        Week("wk 48", 3, 1),
    )


def test_burn_up_goes_back_half_a_year_at_most_with_what_was_before() -> None:
    old = [row(1, RaisedOn=date(2024, 1, 1), ActionStatus="done", ActionDoneOn=date(2024, 2, 1))]

    weeks = actions.burn_up(old, DAY).weeks

    assert len(weeks) == 26
    assert weeks[0] == Week("wk 23", 1, 1)


def test_loads_go_by_the_alphabet_and_who_has_nobody_comes_last() -> None:
    rows = [
        row(1, ActionOwner=BRAM, DueDate=days(-1), ActionStatus="new"),
        row(2, ActionOwner=ANNA, DueDate=DAY, ActionStatus="new"),
        row(3, ActionOwner=ANNA, DueDate=days(4), ActionStatus="new"),  # Sunday
        row(4, ActionOwner=ANNA, DueDate=days(5), ActionStatus="new"),  # Monday
        row(5, ActionOwner=ANNA, ActionStatus="new"),
        row(6, DueDate=days(-9), ActionStatus="new"),
        row(7, ExternalOwner="Nutsbedrijf", DueDate=days(-9), ActionStatus="new"),
    ]

    assert actions.loads(list_of("Actions"), rows, DAY, "team").rows == (
        Load("Anna", 0, 2, 2),
        Load("Bram", 1, 0, 0),
        Load("Nutsbedrijf (external)", 1, 0, 0),
        Load("Without an owner", 1, 0, 0),
    )


def test_a_milestone_is_expected_when_it_was_reached_else_as_forecast_else_as_planned() -> None:
    planned = {"PlanEnd": days(0), "MilestoneStatus": "planned"}

    assert planning.slip(row(1, **planned)) == 0
    assert planning.slip(row(1, **planned, ForecastEnd=days(12))) == 12
    assert planning.slip(row(1, **planned, ForecastEnd=days(12), ActualEnd=days(-3))) == -3


def test_the_next_milestone_is_the_first_expected_that_is_not_an_activity() -> None:
    found = planning.next_milestone(
        project(
            Milestones=(
                row(1, PlanEnd=days(1), ForecastEnd=days(9), MilestoneKind="milestone", MilestoneStatus="planned"),
                row(2, PlanEnd=days(5), MilestoneKind="phase_gate", MilestoneStatus="in_progress"),
                row(3, PlanEnd=days(2), MilestoneKind="activity", MilestoneStatus="planned"),
                row(4, PlanEnd=days(-9), MilestoneKind="milestone", MilestoneStatus="achieved"),
                row(5, PlanEnd=days(-9), MilestoneKind="milestone", MilestoneStatus="on_hold"),
            )
        )
    )

    assert found is not None
    assert found.id == 2


def test_money_is_committed_by_orders_that_bind() -> None:
    # guide.md §2.7 F-S2: draft, requested, received and cancelled orders do not count.
    line = {"BudgetOriginal": 100.0, "BudgetChange": -20.0, "CostType": "works", "CommittedAmount": 1.0}
    orders = [
        row(number, BudgetLineRef=Reference(1), CommitmentAmount=10.0, InvoicedToDate=4.0, CommitmentStatus=status)
        for number, status in enumerate(
            ("draft", "requested", "received", "cancelled", "to_sign", "sent", "delivered", "closed"), 1
        )
    ]
    unforeseen = row(2, Title="Onvoorzien", BudgetOriginal=5.0, CostType="contingency", ForecastAmount=9.0)
    works = row(3, Title="Werk", BudgetOriginal=7.0, CostType="works")

    found = budget.lines_of(
        project(BudgetLines=(row(1, Title="Plein", **line), unforeseen, works), Commitments=tuple(orders))
    )

    assert found == (
        Amounts("Plein", 80.0, 40.0, 16.0, None),
        Amounts("Werk", 7.0, 0.0, 0.0, None),
        Amounts("Onvoorzien", 5.0, 0.0, 0.0, 9.0, apart=True),
    )


def test_a_moment_stands_in_the_lane_of_every_audience() -> None:
    rows = [
        row(1, CommDate=days(-2), CommAudience=("residents", "media"), CommStatus="drafting"),
        row(2, CommDate=days(2), CommAudience=("media",), CommStatus="approved"),
        row(3, CommDate=days(3), CommAudience=(), CommStatus="idea"),
        row(4, CommDate=days(-3), CommAudience=("media",), CommStatus="published"),
    ]

    assert communication.lanes_of(list_of("CommunicationCalendar"), rows, DAY).lanes == (
        ("Residents", (Dot("1", days(-2), "late"),)),
        ("Media", (Dot("1", days(-2), "late"), Dot("2", days(2), "approved"), Dot("4", days(-3), "done"))),
        ("Without an audience", (Dot("3", days(3), "coming"),)),
    )


def test_the_calendar_shows_every_day_of_a_moment_and_days_off() -> None:
    moment = row(7, CommDate=days(1), CommEndDate=days(3), CommStatus="idea")
    whole = project(CommunicationCalendar=(moment,))

    quarter = communication.quarter_of(whole, list_of("CommunicationCalendar"), [moment])

    assert quarter.monday == date(2026, 11, 23)
    assert quarter.tags == {days(1): ("C-7*",), days(2): ("C-7*",), days(3): ("C-7*",)}
    assert date(2026, 12, 25) in quarter.free  # a Friday
    assert date(2026, 11, 28) in quarter.free  # a Saturday


def test_what_is_late_is_counted_and_named_however_long_ago() -> None:
    moments = (
        row(1, Title="Brief", CommDate=days(-60), CommStatus="drafting"),
        row(2, Title="Oud", CommDate=days(-60), CommStatus="published"),
        row(3, Title="Krant", CommDate=days(5), CommStatus="approved"),
    )
    whole = project(CommunicationCalendar=moments, language="en")

    found = communication.section(whole, "team")

    assert found.sentences == ("Moments to come in the next three months: 1. Late: 1.",)
    assert standing.overdue_rows(whole, "CommunicationCalendar") == 1
    assert [cells[2] for cells in found.tables[0].rows] == ["Brief", "Krant"]
    assert communication.section(project(CommunicationCalendar=moments[:1]), "team").pictures == ()


def test_a_moment_of_six_weeks_stands_in_the_calendar_to_its_end() -> None:
    # The draft plan lies open for inspection for six weeks, as is usual, from five weeks before the day of the report.
    inspection = row(4, CommDate=days(-35), CommEndDate=days(7), CommStatus="published")
    whole = project(CommunicationCalendar=(inspection,))
    definition = list_of("CommunicationCalendar")

    found = communication.section(whole, "team")
    quarter = communication.quarter_of(whole, definition, [inspection])

    assert [cells[0] for cells in found.tables[0].rows] == ["C-4"]
    assert quarter.tags == {days(ahead): ("C-4✓",) for ahead in range(-2, 8)}  # from Monday 23 November
    assert communication.lanes_of(definition, [inspection], DAY).lanes == ()  # it began before the line of time


def test_a_wide_audience_reads_only_reports_that_were_approved() -> None:
    reports = (
        row(1, Title="Oud", ReportDate=days(-40), ReportStatus="sent", ReportSummary="Het gaat goed."),
        row(2, Title="Concept", ReportDate=days(0), ReportStatus="draft", ReportSummary="Nog geheim."),
    )
    whole = project(StatusReports=reports)

    team, wide = progress.section(whole, "team"), progress.section(whole, "wide")

    assert team is not None
    assert wide is not None
    assert "Nog geheim." in everything(team)
    assert "Nog geheim." not in everything(wide)
    assert "Het gaat goed." in everything(wide)


def test_the_sample_project_in_figures() -> None:
    whole = marktplein()

    # guide.md §4: 25 open actions of which 5 overdue; two threats of 16 and 20 (R1 4x4, R2 4x5).
    numbers = {number.name: number.value for number in standing.numbers(whole, "team")}
    assert numbers["Open actions"] == "25"
    assert numbers["Actions overdue"] == "5"
    assert numbers["Very high risks"] == "2"
    # M6 is expected nine days after 25 November.
    assert numbers["Next milestone"] == "4 Dec 2026"
    # 14 active stakeholders (S10 is dormant), 8 of which must move (guide.md §4 counts S10 as the ninth).
    around = stakeholders.rings_of(list_of("Stakeholders"), [i for i in whole.items["Stakeholders"] if i.id != 10])
    assert sum(each.ring != each.desired for each in around.parties) == 8
    assert len(around.parties) == 14


def test_every_alternative_sends_the_reader_to_a_table_that_is_there() -> None:
    with speaking("nl"):
        found = assembly.report(marktplein(), "team")

    for section in found.sections:
        for picture in section.pictures:
            assert len(picture.alt) > 40
            assert "tabel hieronder" in picture.alt
            assert section.tables
    keys = [picture.key for section in found.sections for picture in section.pictures]
    assert len(keys) == len(set(keys)) == 18
