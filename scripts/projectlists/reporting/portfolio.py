"""Several projects beside each other: the helicopter view (guide.md §1.11, §2.15). Pure.

A light is that of the last approved report, else the proposal from the lists (§2.15, H-S1). What needs attention comes
first: sites that could not be read, then red lights, amber lights and what is overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast, get_args

from projectlists.item import Item
from projectlists.language import Language, _, plain
from projectlists.reporting import lights, wording
from projectlists.reporting.outline import SEVERITY, Audience, Colour, KeyNumber, Picture, Table
from projectlists.reporting.pictures import bars, timeline
from projectlists.reporting.project import Project
from projectlists.reporting.sections import budget, planning, risks, standing
from projectlists.rules.due import is_awake

TOP_RISKS = 3
"""Risks a project brings to the overview."""
MOST = 20
"""Projects in one picture at most: those that need attention most."""


@dataclass(frozen=True)
class Shown:
    """A light in the overview: what the last approved report says, and what the lists suggest now."""

    reported: Colour | None
    proposal: Colour | None

    @property
    def colour(self) -> Colour | None:
        """The light that is shown."""
        return self.reported or self.proposal

    @property
    def warning(self) -> Colour | None:
        """What the lists suggest, where that is worse than what was reported."""
        if self.reported and self.proposal and SEVERITY[self.proposal] > SEVERITY[self.reported]:
            return self.proposal
        return None

    @property
    def worst(self) -> Colour | None:
        """What decides where the project stands in the order."""
        return self.warning or self.colour


@dataclass(frozen=True)
class Milestone:
    """A milestone still to come."""

    number: str
    title: str
    planned: date
    expected: date
    gate: bool = False


@dataclass(frozen=True)
class TopRisk:
    """One of the highest risks of a project."""

    number: str
    title: str
    score: int
    status: str


@dataclass(frozen=True)
class Summary:
    """One project in the overview. With a `reason` it could not be read, and the rest is empty."""

    name: str
    url: str
    reason: str = ""
    lights: tuple[Shown, ...] = ()
    open_actions: int = 0
    overdue: int = 0
    high_risks: int = 0
    next: Milestone | None = None
    outside: tuple[Milestone, ...] = ()
    risks: tuple[TopRisk, ...] = ()
    money: budget.Totals | None = None

    def attention(self) -> tuple[bool, int, int, int, int, str]:
        """Where it stands in the order of what needs attention."""
        colours = [light.worst for light in self.lights]
        worst = (-colours.count("red"), -colours.count("amber"), -self.overdue, -self.high_risks)
        return not self.reason, *worst, self.name.casefold()


@dataclass(frozen=True)
class Dependency:
    """What a programme site says of the coherence of one of its projects."""

    project: str
    note: str
    light: Colour | None


@dataclass(frozen=True)
class Portfolio:
    """All projects in order of attention, on one day."""

    as_of: date
    language: Language
    projects: tuple[Summary, ...]
    dependencies: tuple[Dependency, ...] = ()


def unreadable(name: str, url: str, reason: str) -> Summary:
    """The row of a site that could not be read."""
    return Summary(plain(name), url, reason=plain(reason))


def summary(project: Project, audience: Audience) -> Summary:
    """The row of a project, in the language in use."""
    top = sorted(risks.live_risks(project), key=lambda item: (-risks.score(item), item.id))
    found = lights.lights(project, "wide")
    coming = planning.next_milestone(project)
    return Summary(
        name=project.name,
        url=project.url,
        lights=tuple(Shown(each.reported, each.proposal) for each in found),
        open_actions=standing.open_rows(project, "Actions"),
        overdue=standing.overdue_rows(project, "Actions"),
        high_risks=standing.high_risks(project),
        next=_milestone(project, coming) if coming else None,
        outside=_outside(project),
        risks=tuple(
            TopRisk(
                wording.row_number(project.lists[risks.KEY], item),
                wording.title(item),
                risks.score(item),
                wording.label(project.lists[risks.KEY], "RiskStatus", item["RiskStatus"]),
            )
            for item in top[:TOP_RISKS]
            if risks.score(item) and not risks.is_opportunity(item)
        ),
        money=budget.totals(project) if project.shows(budget.KEY, audience) else None,
    )


def portfolio(
    summaries: Iterable[Summary], projects: Iterable[Project], *, as_of: date, language: Language
) -> Portfolio:
    """The overview; dependencies come from the programme sites among the projects."""
    ordered = tuple(sorted(summaries, key=Summary.attention))
    dependencies = tuple(each for project in projects for each in _dependencies(project))
    return Portfolio(as_of, language, ordered, dependencies)


def numbers(whole: Portfolio) -> tuple[KeyNumber, ...]:
    """The figures at the top of the overview."""
    readable = [each for each in whole.projects if not each.reason]
    red = sum(any(light.worst == "red" for light in each.lights) for each in readable)
    late = sum(each.overdue for each in readable)
    unread = len(whole.projects) - len(readable)
    found = [
        KeyNumber(_("Projects"), str(len(whole.projects))),
        KeyNumber(_("With a red light"), str(red), alert=red > 0),
        KeyNumber(_("Actions overdue"), str(late), alert=late > 0),
        KeyNumber(_("Very high risks"), str(sum(each.high_risks for each in readable)), _("Score of 15 or more")),
    ]
    if unread:
        found.append(KeyNumber(_("Could not be read"), str(unread), _("See the reason below"), alert=True))
    return tuple(found)


def pictures(whole: Portfolio) -> tuple[Picture, ...]:
    """The line of next milestones, and budget against forecast."""
    found = []
    coming = [each for each in whole.projects if each.next][:MOST]
    if coming:
        line = milestone_line(coming, whole.as_of)
        found.append(
            Picture(
                "next",
                _("Next milestones"),
                _(
                    "A timeline with the next milestone of each project ({count}), planned and expected. The table "
                    "above says the same."
                ).format(count=len(coming)),
                partial(timeline.draw, line),
            )
        )
    paid = [each for each in whole.projects if each.money and each.money.budget > 0][:MOST]
    if paid:
        rows = tuple(
            bars.Amounts(each.name, each.money.budget, None, 0.0, each.money.forecast) for each in paid if each.money
        )
        found.append(
            Picture(
                "money",
                _("Budget and forecast by project"),
                _(
                    "A bar for the budget of each project ({count}), with the forecast as a line across. The table "
                    "above says the same."
                ).format(count=len(paid)),
                partial(bars.draw_budget, bars.Budget(rows, _("budget"), invoiced=False)),
            )
        )
    return tuple(found)


def milestone_line(coming: Sequence[Summary], as_of: date) -> timeline.Timeline:
    """What the line of time shows: a band for each project, in the same order."""
    return timeline.Timeline(
        tuple(
            (
                each.name,
                (
                    timeline.Moment(
                        each.next.number, each.next.title, each.next.planned, each.next.expected, gate=each.next.gate
                    ),
                ),
            )
            for each in coming
            if each.next
        ),
        as_of,
    )


def fact_table(whole: Portfolio) -> Table:
    """The figures of each project that could be read."""
    rows = tuple(
        (
            each.name,
            str(each.open_actions),
            str(each.overdue),
            str(each.high_risks),
            wording.money(each.money.budget) if each.money else wording.NONE,
            wording.money(each.money.forecast) if each.money else wording.NONE,
            wording.percent(each.money.overrun).replace("-", "−") if each.money else wording.NONE,
        )
        for each in whole.projects
        if not each.reason
    )
    headings = (
        _("Project"),
        _("Open actions"),
        _("Actions overdue"),
        _("Very high risks"),
        _("Budget"),
        _("Forecast"),
        _("Over the budget"),
    )
    return Table(_("Figures by project"), headings, rows, numeric=frozenset({1, 2, 3, 4, 5, 6}))


def milestone_table(whole: Portfolio) -> Table | None:
    """The next milestone of each project."""
    rows = tuple(
        (
            each.name,
            f"{each.next.number} {each.next.title}",
            wording.day(each.next.planned),
            wording.day(each.next.expected),
            str((each.next.expected - each.next.planned).days).replace("-", "−"),
        )
        for each in whole.projects
        if each.next
    )
    if not rows:
        return None
    headings = (_("Project"), _("Milestone"), _("Planned"), _("Expected"), _("Slip in days"))
    return Table(_("The next milestone of each project"), headings, rows, numeric=frozenset({4}))


def risk_table(whole: Portfolio) -> Table | None:
    """The highest risks of all projects, the highest first."""
    found = sorted(
        ((each.name, risk) for each in whole.projects for risk in each.risks),
        key=lambda pair: (-pair[1].score, pair[0].casefold(), pair[1].number),
    )
    if not found:
        return None
    rows = tuple((name, risk.number, risk.title, risks.score_in_words(risk.score), risk.status) for name, risk in found)
    headings = (_("Project"), _("Number"), _("Risk"), _("Score now"), _("Status"))
    caption = _("The highest risks, at most {count} for each project").format(count=TOP_RISKS)
    return Table(caption, headings, rows)


def dependency_table(whole: Portfolio) -> Table | None:
    """What projects wait for: noted by the programme, or a date that is set by somebody else."""
    names = lights.colour_names()
    rows = [
        (each.project, each.note or wording.NONE, names[each.light] if each.light else wording.NONE)
        for each in whole.dependencies
    ]
    rows += [
        (
            each.name,
            _("{milestone}, a date set by others: {day}").format(
                milestone=f"{outside.number} {outside.title}", day=wording.day(outside.expected)
            ),
            wording.NONE,
        )
        for each in whole.projects
        for outside in each.outside
    ]
    if not rows:
        return None
    return Table(_("Dependencies"), (_("Project"), _("Depends on"), _("Coherence")), tuple(rows))


def _milestone(project: Project, item: Item) -> Milestone:
    return Milestone(
        wording.row_number(project.lists[planning.KEY], item),
        wording.title(item),
        item.day("PlanEnd") or planning.expected(item),
        planning.expected(item),
        gate=item["MilestoneKind"] == "phase_gate",
    )


def _outside(project: Project) -> tuple[Milestone, ...]:
    definition = project.lists.get(planning.KEY)
    found = [
        _milestone(project, item)
        for item in project.rows(planning.KEY)
        if definition and item["MilestoneKind"] == "external" and is_awake(definition, item)
    ]
    return tuple(sorted(found, key=lambda each: each.expected))


def _dependencies(project: Project) -> list[Dependency]:
    found = []
    for item in project.rows("ProgrammeProjects"):
        note, colour = plain(item.text("DependencyNote")), item["DependencyRag"]
        if item["PortfolioStatus"] == "active" and (note or colour in {"amber", "red"}):
            light = cast(Colour, colour) if colour in get_args(Colour) else None
            found.append(Dependency(wording.title(item), note, light))
    return found
