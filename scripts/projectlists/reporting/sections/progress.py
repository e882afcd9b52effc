"""What people reported last, in their own words, and the lights of earlier reports (guide.md §2.11)."""

from __future__ import annotations

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _, current, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Section, Table
from projectlists.reporting.project import Project

KEY = "StatusReports"
ASPECTS = {
    "money": "Money",
    "risk": "Risk",
    "organisation": "Organisation",
    "time": "Time",
    "information": "Information",
    "quality": "Quality",
}
"""The six of GROTIK in its order, with the part of the column names that stands for each (guide.md §1.6)."""
_SHOWN = 6


def section(project: Project, audience: Audience) -> Section | None:
    """The last report's own words and the history of lights; nothing where no report was made."""
    if not project.shows(KEY, audience):
        return None
    definition = project.lists[KEY]
    reports = reported(project, audience)
    if not reports:
        return None
    last = reports[0]
    sentences = [
        _("From “{report}” of {day} ({status}).").format(
            report=wording.title(last),
            day=wording.day(last.day("ReportDate")),
            status=wording.label(definition, "ReportStatus", last["ReportStatus"]),
        )
    ]
    for name in ("ReportSummary", "NextPeriod", "DecisionsAsked"):
        words = plain(last.text(name))
        field = definition.field(name)
        if words and field:
            sentences.append(f"{field.title.in_language(current())}: {words}")
    return Section("progress", _("Last progress report"), tuple(sentences), tables=(_history(definition, reports),))


def reported(project: Project, audience: Audience = "team") -> list[Item]:
    """Progress reports up to the day of this one, the newest first; a wider audience sees those that were approved."""
    finished = {"approved", "sent"}
    found = [
        item
        for item in project.rows(KEY)
        if (item.day("ReportDate") or project.as_of) <= project.as_of
        and (audience == "team" or item["ReportStatus"] in finished)
    ]
    return sorted(found, key=lambda item: (item.day("ReportDate") or item.created_on, item.id), reverse=True)


def _history(definition: ListDefinition, reports: list[Item]) -> Table:
    rows = []
    for item in reports[:_SHOWN]:
        lights = (wording.label(definition, f"Rag{part}", item[f"Rag{part}"]) for part in ASPECTS.values())
        rows.append((wording.title(item), wording.day(item.day("ReportDate")), *(_word(light) for light in lights)))
    headings = [_("Report"), _("Reference date")]
    for part in ASPECTS.values():
        field = definition.field(f"Rag{part}")
        headings.append(field.title.in_language(current()) if field else part)
    return Table(_("The lights of the last reports"), tuple(headings), tuple(rows))


def _word(label: str) -> str:
    """`Groen` of `Groen (op koers)`: in a table the word is enough."""
    return label.split(" (", 1)[0]
