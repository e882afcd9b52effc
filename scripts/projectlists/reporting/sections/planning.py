"""Plan and milestones: planned against expected (guide.md §2.6)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import progress, timeline
from projectlists.reporting.project import Project
from projectlists.rules.due import is_awake

KEY = "Milestones"
MOST = 40
"""Milestones in one picture; of more, those nearest to the day of the report."""


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when there is no list."""
    title = project.title_of(KEY, _("Plan and milestones"))
    if not project.shows(KEY, audience):
        return Section("planning", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    planned = [
        item
        for item in project.rows(KEY)
        if item["MilestoneStatus"] != "cancelled" and (item.day("PlanEnd") or item.day("ForecastEnd"))
    ]
    if not planned:
        return Section("planning", title, (_("There are no milestones with a date in the list."),))
    sentences = []
    coming = next_milestone(project)
    if coming is not None:
        sentences.append(
            _("The next milestone is “{milestone}”, expected on {day}.").format(
                milestone=wording.title(coming), day=wording.day(expected(coming))
            )
        )
    slipping = [item for item in planned if slip(item) > 0 and is_awake(definition, item)]
    sentences.append(
        _("Later than planned: {count} of the milestones still to come.").format(count=len(slipping))
        if slipping
        else _("No milestone still to come is later than planned.")
    )
    nearest = sorted(planned, key=lambda item: abs((_planned(item) - project.as_of).days))[:MOST]
    if len(nearest) < len(planned):
        sentences.append(_("The picture shows the {count} milestones nearest to this day.").format(count=MOST))
    line = timeline_of(definition, nearest, project.as_of)
    picture = Picture(
        "timeline",
        _("Milestones, planned and expected"),
        _(
            "A timeline from {first} to {last} with milestones ({count}), by phase. An open diamond is the "
            "planned day, a filled diamond the expected day, a dot the day it was achieved. Later than "
            "planned: {late}. The table below says the same."
        ).format(
            first=wording.day(min(_planned(item) for item in nearest)),
            last=wording.day(max(expected(item) for item in nearest)),
            count=len(nearest),
            late=sum(slip(item) > 0 for item in nearest),
        ),
        partial(timeline.draw, line),
    )
    how_far = progress_of(planned, project.as_of)
    done = how_far.done[-1][1]
    sentences.append(_("Done: {share} of the plan.").format(share=wording.percent(done)))
    burn_up = Picture(
        "plan-progress",
        _("Progress of the plan"),
        _(
            "Three lines over time, as a share of all milestones ({count}): planned, done up to today, and "
            "expected from today. On this day {planned} was planned and {done} is done. The table below says "
            "the same."
        ).format(
            count=len(planned), planned=wording.percent(at(how_far.planned, project.as_of)), done=wording.percent(done)
        ),
        partial(progress.draw, how_far),
    )
    tables = (_table(definition, planned), _progress_table(how_far))
    return Section("planning", title, tuple(sentences), (picture, burn_up), tables)


def progress_of(items: list[Item], today: date) -> progress.Progress:
    """Planned, done and expected as shares of all milestones (guide.md §2.6, "burn-up on PercentDone").

    A milestone counts whole on the day it was achieved. What was done of others on days before is not kept, so their
    percentage counts today; what is left of them is expected on their day, or today when that has passed.
    """
    parts = [(item, _share(item)) for item in items]
    achieved = [(min(expected(item), today), 1.0) for item, share in parts if share == 1]
    begun = [(today, share) for _item, share in parts if share < 1]
    ahead = [(max(expected(item), today), 1 - share) for item, share in parts if share < 1]
    done = _summed([*achieved, *begun, (today, 0.0)], len(items))
    later = _summed([(today, done[-1][1] * len(items)), *ahead], len(items))
    return progress.Progress(_summed([(_planned(item), 1.0) for item in items], len(items)), done, later, today)


def at(steps: progress.Steps, day: date) -> float:
    """The share on a day."""
    return next((share for found, share in reversed(steps) if found <= day), 0.0)


def _share(item: Item) -> float:
    """How much of a milestone is done, as a share of 1."""
    if item["MilestoneStatus"] == "achieved":
        return 1.0
    return min(max((wording.amount(item, "PercentDone") or 0.0) / 100, 0.0), 1.0)


def _summed(steps: list[tuple[date, float]], whole: int) -> progress.Steps:
    """Shares added up, one for each day."""
    total, found = 0.0, {}
    for day, part in sorted(steps):
        total += part
        found[day] = total / whole
    return tuple(found.items())


def _progress_table(how_far: progress.Progress) -> Table:
    months = sorted({day.replace(day=1) for steps in (how_far.planned, how_far.expected) for day, _share in steps})
    rows = []
    for month in months:
        end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        behind = end < how_far.today
        now = month <= how_far.today <= end
        rows.append(
            (
                wording.month(month),
                wording.percent(at(how_far.planned, end)),
                wording.percent(at(how_far.done, end)) if behind or now else wording.NONE,
                wording.NONE if behind else wording.percent(at(how_far.expected, end)),
            )
        )
    headings = (_("Month"), _("Planned"), _("Done"), _("Expected"))
    return Table(
        _("Progress of the plan, at the end of each month in which it changes"),
        headings,
        tuple(rows),
        numeric=frozenset({1, 2, 3}),
    )


def expected(item: Item) -> date:
    """When a milestone was or will be reached: really, else as forecast, else as planned."""
    return item.day("ActualEnd") or item.day("ForecastEnd") or _planned(item)


def slip(item: Item) -> int:
    """Calendar days later than planned (guide.md §2.6, SlipDays, with the real day once it is known)."""
    return (expected(item) - _planned(item)).days


def next_milestone(project: Project) -> Item | None:
    """The milestone or phase gate that is expected first of those still to come."""
    definition = project.lists.get(KEY)
    if definition is None:
        return None
    coming = [
        item
        for item in project.rows(KEY)
        if is_awake(definition, item)
        and item["MilestoneKind"] in {"milestone", "phase_gate"}
        and (item.day("PlanEnd") or item.day("ForecastEnd"))
    ]
    return min(coming, key=lambda item: (expected(item), item.id), default=None)


def timeline_of(definition: ListDefinition, items: list[Item], today: date) -> timeline.Timeline:
    """What the picture shows: milestones by phase in the order of the phases, then by planned day."""
    phases = definition.field("ProjectPhase")
    keys = [choice.key for choice in phases.choices] if phases else []
    unknown = sorted({str(item["ProjectPhase"] or "") for item in items} - set(keys))
    found = []
    for key in [*keys, *unknown]:
        of_phase = [item for item in items if str(item["ProjectPhase"] or "") == key]
        if of_phase:
            name = wording.label(definition, "ProjectPhase", key) if key else _("Without a phase")
            ordered = sorted(of_phase, key=lambda item: (_planned(item), item.id))
            found.append((name, tuple(_moment(definition, item) for item in ordered)))
    return timeline.Timeline(tuple(found), today)


def _moment(definition: ListDefinition, item: Item) -> timeline.Moment:
    return timeline.Moment(
        wording.row_number(definition, item),
        wording.title(item),
        _planned(item),
        expected(item),
        item.day("PlanStart"),
        achieved=item["MilestoneStatus"] == "achieved",
        gate=item["MilestoneKind"] == "phase_gate",
    )


def _planned(item: Item) -> date:
    return item.day("PlanEnd") or item.day("ForecastEnd") or item.created_on


def _table(definition: ListDefinition, items: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            wording.title(item),
            wording.label(definition, "MilestoneKind", item["MilestoneKind"]),
            wording.label(definition, "ProjectPhase", item["ProjectPhase"]),
            wording.day(_planned(item)),
            wording.day(expected(item)),
            str(slip(item)).replace("-", "−"),
            wording.label(definition, "MilestoneStatus", item["MilestoneStatus"]),
        )
        for item in sorted(items, key=lambda item: (_planned(item), item.id))
    )
    headings = (
        _("Number"),
        _("Milestone"),
        _("Kind"),
        _("Phase"),
        _("Planned"),
        _("Expected or achieved"),
        _("Slip in days"),
        _("Status"),
    )
    return Table(_("All milestones, by planned day"), headings, rows, numeric=frozenset({6}))
