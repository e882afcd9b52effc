"""A report on the project's own site: a document in its library, and a progress report as a draft (guide.md §2.11).

One month is one report. Running it again replaces the document while it is a draft, and fills only what is still empty
in the progress report: what people wrote is never overwritten. The project manager approves and sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import cast, get_args

from babel.dates import format_date

from projectlists.errors import Missing, ProjectListsError
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Item, Link, Person, Value
from projectlists.language import _, current
from projectlists.reporting import assembly, document, lights, wording
from projectlists.reporting.outline import SEVERITY, Colour, Light
from projectlists.reporting.project import Project
from projectlists.reporting.sections import planning, progress, standing

LIBRARY = "ProjectDocuments"
DAYS_TO_SEND = 5
"""Working days between the reference date and the day by which the report is sent."""


@dataclass(frozen=True)
class Published:
    """Where the document is, the number of the progress report and whether it is new."""

    url: str
    row: int
    new: bool


def publish(remote: SharePointSite, project: Project) -> Published:
    """Put the report of this month on the site, for everybody who sees the site, in the language in use.

    Raises:
        ProjectListsError: the site has no library or no list for it, or this month's report is not a draft any more.
        FarEndError: the site refused, or could not be reached.
    """
    if progress.KEY not in project.items or LIBRARY not in project.lists:
        raise ProjectListsError(
            _("Site {site} has no list of progress reports or no document library, so nothing was published.").format(
                site=project.url
            )
        )
    definition = project.lists[progress.KEY]
    row = of_this_month(project)
    if row is not None and row["ReportStatus"] != "draft":
        raise ProjectListsError(
            _("The progress report of this month, {report}, is not a draft any more. Nothing was published.").format(
                report=f"{wording.row_number(definition, row)} “{wording.title(row)}”"
            )
        )
    name = _("Progress report {month}.docx").format(month=f"{project.as_of:%Y-%m}")
    _put(remote, project, name)
    link = Link(remote.file_url(LIBRARY, name), name)
    values = first_values(project, link) if row is None else missing_values(project, row, link)
    body = wire.values_for(definition, project.language, remote.about().zone, values)
    if row is None:
        made = remote.run([remote.addition(progress.KEY, body)])[0].checked()
        return Published(link.url, int(made.entity["Id"]), new=True)
    if body:
        remote.run([remote.change(progress.KEY, row.id, body, row.etag)])[0].checked()
    return Published(link.url, row.id, new=False)


def of_this_month(project: Project) -> Item | None:
    """The progress report whose reference date lies in the month of the report; the newest of several."""
    month = (project.as_of.year, project.as_of.month)
    found = [
        item
        for item in project.rows(progress.KEY)
        if (day := item.day("ReportDate")) is not None and (day.year, day.month) == month
    ]
    return max(found, key=lambda item: (item.day("ReportDate") or item.created_on, item.id), default=None)


def first_values(project: Project, link: Link) -> dict[str, Value]:
    """A new progress report: the proposals of the lists, with their reasons."""
    found = lights.lights(project, "team")
    overall = worst(found)
    month = format_date(project.as_of, "MMMM y", locale=current())
    values: dict[str, Value] = {
        "Title": _("Progress {month}").format(month=month),
        "ReportDate": project.as_of,
        "DueDate": project.calendar.after(project.as_of, DAYS_TO_SEND),
        "OverallRag": overall,
        "ReportTrend": trend(overall, project),
        "ReportStatus": "draft",
        "ReportAuthor": member(project, "supporter"),
        "ReportApprover": member(project, project.profile.escalation_role),
    }
    for light in found:
        values[f"Rag{progress.ASPECTS[light.aspect]}"] = light.proposal or "grey"
    return {**values, **texts(project, found), "ReportLink": link}


def missing_values(project: Project, row: Item, link: Link) -> dict[str, Value]:
    """What is still empty in a draft, and the address of the document."""
    proposed = texts(project, lights.lights(project, "team"))
    values: dict[str, Value] = {name: text for name, text in proposed.items() if not row.text(name).strip()}
    for name, role in (("ReportAuthor", "supporter"), ("ReportApprover", project.profile.escalation_role)):
        person = member(project, role)
        if row.person(name) is None and person is not None:
            values[name] = person
    if row["ReportLink"] != link:
        values["ReportLink"] = link
    return values


def texts(project: Project, found: Sequence[Light]) -> dict[str, str]:
    """The summary, and the reason of each light that is not green."""
    sentences = [
        _("Open actions: {count}, of which {late} overdue.").format(
            count=standing.open_rows(project, "Actions"), late=standing.overdue_rows(project, "Actions")
        ),
        _("Very high risks: {count}.").format(count=standing.high_risks(project)),
    ]
    coming = planning.next_milestone(project)
    if coming is not None:
        sentences.append(
            _("The next milestone is “{milestone}”, expected on {day}.").format(
                milestone=wording.title(coming), day=wording.day(planning.expected(coming))
            )
        )
    notes = {f"Note{progress.ASPECTS[light.aspect]}": light.reason for light in found if light.proposal != "green"}
    return {"ReportSummary": " ".join(sentences), **notes}


def worst(found: Sequence[Light]) -> Colour:
    """The light for the whole: that of the aspect that stands worst."""
    return max((light.proposal or "grey" for light in found), key=SEVERITY.__getitem__, default="grey")


def trend(overall: Colour, project: Project) -> str:
    """Better, same or worse than the last report that was approved."""
    earlier = progress.reported(project, "wide")
    before = earlier[0]["OverallRag"] if earlier else overall
    known = cast(Colour, before) if before in get_args(Colour) else overall
    difference = SEVERITY[overall] - SEVERITY[known]
    return "same" if difference == 0 else "worse" if difference > 0 else "better"


def member(project: Project, role: str) -> Person | None:
    """The active member of the team with a role."""
    found = (
        item.person("TeamMember")
        for item in project.rows("TeamRoles")
        if item["TeamRole"] == role and item["TeamStatus"] == "active"
    )
    return next((person for person in found if person), None)


def _put(remote: SharePointSite, project: Project, name: str) -> None:
    """Put the document in the library, unless the one that is there is not a draft any more.

    What people filled in about an earlier one is written again: the service may take a title from the file itself.
    """
    library = project.lists[LIBRARY]
    values = _properties(project)
    (found,) = remote.run([replace(remote.file_row(LIBRARY, name), query=wire.options(library))])
    if not isinstance(found.error, Missing):
        before = wire.items_from(library, remote.about().zone, [found.checked().entity])[0]
        values |= {column: before[column] for column in values if before[column]}
        if values["DocStatus"] != "draft":
            raise ProjectListsError(
                _("The document “{name}” is not a draft any more, so it was not replaced.").format(name=name)
            )
    made = BytesIO()
    document.write(assembly.report(project, "wide"), made)
    remote.upload(LIBRARY, name, made.getvalue())
    (row,) = remote.run([remote.file_row(LIBRARY, name)])
    number = int(row.checked().entity["Id"])
    body = wire.values_for(library, project.language, remote.about().zone, values)
    remote.run([remote.change(LIBRARY, number, body, None, library=True)])[0].checked()


def _properties(project: Project) -> dict[str, Value]:
    """What is filled in about a new document; `internal` because it holds no list with rights of its own."""
    values: dict[str, Value] = {
        "Title": _("Progress {month}").format(month=format_date(project.as_of, "MMMM y", locale=current())),
        "DocType": "progress",
        "DocStatus": "draft",
        "ConfidentialityLevel": "internal",
    }
    author = member(project, "supporter")
    return {**values, "DocOwner": author} if author else values
