"""A project as a report: the figures at the top, the lights, and the sections in the order they are told. Pure."""

from __future__ import annotations

from collections.abc import Callable

from projectlists.language import _
from projectlists.reporting import lights
from projectlists.reporting.outline import Audience, Report, Section
from projectlists.reporting.project import Project
from projectlists.reporting.sections import (
    actions,
    budget,
    communication,
    decisions,
    documents,
    lessons,
    planning,
    progress,
    risks,
    runsheet,
    stakeholders,
    standing,
    team,
)

SECTIONS: tuple[Callable[[Project, Audience], Section | None], ...] = (
    progress.section,
    standing.section,
    actions.section,
    planning.section,
    decisions.section,
    risks.section,
    budget.section,
    stakeholders.section,
    communication.section,
    runsheet.section,
    team.section,
    team.start_up,
    documents.section,
    lessons.section,
)


def report(project: Project, audience: Audience) -> Report:
    """The report of one project, in the language in use."""
    notice = (
        _("For the project team. This report holds stakeholders and amounts. Do not pass it on.")
        if audience == "team"
        else ""
    )
    return Report(
        project=project.name,
        url=project.url,
        language=project.language,
        as_of=project.as_of,
        audience=audience,
        notice=notice,
        numbers=standing.numbers(project, audience),
        lights=lights.lights(project, audience),
        sections=tuple(found for make in SECTIONS if (found := make(project, audience)) is not None),
    )
