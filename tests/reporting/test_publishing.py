"""A report on the project's own site: once a month, and never over what people wrote."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from projectlists.config.model import Site
from projectlists.definitions.model import Definitions
from projectlists.errors import ProjectListsError
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.item import Item, Value
from projectlists.language import speaking
from projectlists.provisioning.job import Wish, provision
from projectlists.reporting import assembly, job, publishing, reading
from projectlists.reporting.outline import Light
from projectlists.rules.calendar import WorkingCalendar
from tests.far_end import FarEnd
from tests.reporting.sampled import DAY, marktplein, project
from tests.reporting.test_sections import everything
from tests.rows import row

LISTS = ("StatusReports", "ProjectDocuments", "Risks")
NAME = "Voortgangsrapportage 2026-11.docx"


class Published:
    """A starter site with a library and progress reports, and what is on it."""

    def __init__(self, far_end: FarEnd, definitions: Definitions) -> None:
        self.far_end = far_end
        self.lists = {found.key: found for found in definitions.chosen("starter", LISTS)}
        self.definitions = definitions
        remote = far_end.open()
        assert provision(remote, definitions, Wish("starter", LISTS, "nl")).ok
        people = remote.people(["noor.lindeveld@gemeente.example", "bram.zandhoven@gemeente.example"])
        self.manager = people["bram.zandhoven@gemeente.example"]
        for person, role in zip(people.values(), ("supporter", "project_manager"), strict=True):
            self.add("TeamRoles", Title=role, TeamRole=role, TeamMember=person, TeamStatus="active")
        risk: dict[str, Value] = {"RiskProbability": 5, "RiskImpact": 4, "RiskStatus": "managed", "RiskKind": "threat"}
        texts: dict[str, Value] = {"RiskCause": "a", "RiskEvent": "b", "RiskEffect": "c", "NextReviewOn": DAY}
        self.add("Risks", Title="Kabels", **risk, **texts)
        self.add("Stakeholders", Title="Geheime partij", StakeholderKind="group", StakeholderStatus="active")

    def add(self, key: str, **values: Value) -> None:
        remote = self.far_end.tenant.site(self.far_end.url)
        body = wire.values_for(self.lists[key], "nl", remote.about().zone, values)
        remote.run([remote.addition(key, body)])[0].checked()

    def edit(self, key: str, number: int, **values: Value) -> None:
        remote = self.far_end.open()
        body = wire.values_for(self.lists[key], "nl", remote.about().zone, values)
        library = self.lists[key].kind == "library"
        remote.run([remote.change(key, number, body, None, library=library)])[0].checked()

    def publish(self, day: date = DAY) -> publishing.Published:
        remote = self.far_end.open()
        site = Site(key="demo", name="Demo", url=self.far_end.url)
        found = reading.read(remote, site, self.definitions, WorkingCalendar(), day)
        with speaking("nl"):
            return publishing.publish(remote, found)

    def reports(self) -> tuple[Item, ...]:
        return self.far_end.open().items(self.lists["StatusReports"])

    def file(self) -> tuple[Any, Item]:
        """The document in the library, and the row behind it."""
        remote = self.far_end.open()
        path = f"{remote.path}/ProjectDocuments/{NAME}"
        row, content = remote.run(
            [
                remote.file_row("ProjectDocuments", NAME),
                Operation(
                    "GET", f"web/GetFileByServerRelativeUrl('{path}')", query={"$select": "Length,UIVersionLabel"}
                ),
            ]
        )
        items = wire.items_from(self.lists["ProjectDocuments"], remote.about().zone, [row.checked().entity])
        return content.checked().entity, items[0]


def test_once_a_month_and_never_over_what_people_wrote(far_end: FarEnd, definitions: Definitions) -> None:
    site = Published(far_end, definitions)

    first = site.publish()

    (report,) = site.reports()
    assert (first.row, first.new) == (report.id, True)
    assert report["ReportStatus"] == "draft"
    assert report["Title"] == "Voortgang november 2026"
    assert report.day("ReportDate") == DAY
    assert report.day("DueDate") == date(2026, 12, 2)  # five working days after Wednesday 25 November
    assert (report["OverallRag"], report["RagRisk"], report["RagMoney"]) == ("red", "red", "grey")
    assert report["NoteRisk"] == "Risico's met een score van 20 of hoger: R-1 (20)."
    assert report.person("ReportAuthor") is not None
    assert report.text("ReportSummary").startswith("Open acties: 0, waarvan 0 te laat.")
    about, document = site.file()
    assert int(about["Length"]) > 20_000
    assert (document["Title"], document["DocType"], document["DocStatus"]) == (
        "Voortgang november 2026",
        "progress",
        "draft",
    )

    site.edit("StatusReports", report.id, NoteRisk="Besproken in het team.", RagRisk="amber", NoteTime=None)
    secret: dict[str, Value] = {
        "Title": "Voor de stuurgroep",
        "DocType": "memo",
        "ConfidentialityLevel": "confidential",
    }
    site.edit("ProjectDocuments", document.id, **secret, DocOwner=site.manager)
    again = site.publish(DAY + timedelta(days=3))

    (kept,) = site.far_end.open().items(site.lists["ProjectDocuments"])
    assert {name: kept[name] for name in secret} == secret
    owner = kept.person("DocOwner")
    assert owner is not None
    assert owner.id == site.manager.id
    (after,) = site.reports()
    assert (again.row, again.new, again.url) == (report.id, False, first.url)
    assert (after["NoteRisk"], after["RagRisk"]) == ("Besproken in het team.", "amber")
    assert after.text("NoteTime")

    site.edit("ProjectDocuments", document.id, DocStatus="review")
    with pytest.raises(ProjectListsError, match="geen concept meer"):
        site.publish()
    site.edit("StatusReports", report.id, ReportStatus="to_approve")
    with pytest.raises(ProjectListsError, match="is geen concept meer"):
        site.publish()
    assert len(site.reports()) == 1


def test_a_site_without_a_library_gets_its_report_and_a_reason(
    far_end: FarEnd, definitions: Definitions, tmp_path: Any
) -> None:
    assert provision(far_end.open(), definitions, Wish("starter", language="nl")).ok
    site = Site(key="demo", name="Demo", url=far_end.url)

    result = job.run([site], job.Order(DAY, tmp_path, publish=True), definitions, far_end.config, far_end.open)

    assert not result.ok
    assert len(result.files) == 2
    assert "Er is niets gepubliceerd." in str(result.sites[0].failure)


def test_the_published_document_is_for_everybody_who_sees_the_site() -> None:
    words = " ".join(everything(section) for section in assembly.report(marktplein("nl"), "wide").sections)

    assert "for the project team only" in words
    for secret in ("Winkeliersvereniging", "Aannemer plein en riool", "Ontwerpbureau Voorbeeld", "(external)"):
        assert secret not in words
        assert secret in " ".join(everything(section) for section in assembly.report(marktplein("nl"), "team").sections)


@pytest.mark.parametrize(
    ("before", "overall", "expected"),
    [("green", "red", "worse"), ("red", "amber", "better"), ("amber", "amber", "same"), (None, "red", "same")],
)
def test_the_trend_is_against_the_last_approved_report(before: str | None, overall: Any, expected: str) -> None:
    old = row(1, ReportDate=DAY - timedelta(days=40), ReportStatus="sent", OverallRag=before)

    assert publishing.trend(overall, project(StatusReports=(old,))) == expected


def test_the_whole_stands_as_its_worst_aspect() -> None:
    def light(proposal: Any) -> Light:
        return Light("money", "Money", None, proposal, "")

    assert publishing.worst([light("green"), light("amber"), light(None)]) == "amber"
    assert publishing.worst([light(None)]) == "grey"
