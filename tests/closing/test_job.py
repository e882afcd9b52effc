"""The end of a project and its new beginning, through the real clients."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from projectlists.closing.job import close, reopen
from projectlists.definitions.model import Definitions
from projectlists.errors import NotConfirmed, NotProvisioned, ProjectClosed, ProjectListsError
from projectlists.farend.batch import Operation
from projectlists.farend.identity import SignIn
from projectlists.farend.network import Session
from projectlists.provisioning.job import plan_site
from tests.far_end import FarEnd
from tests.reminded import FENNA, TODAY, Killed, Project, Trap

GRAPH = "https://graph.microsoft.com/v1.0"


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    project = Project(far_end, definitions, extra=("Decisions",), alone=True)
    project.add("Actions", Title="=Bel de aannemer", DueDate=TODAY, ActionOwner=project.person(FENNA))
    project.add("Stakeholders", Title="Bewoners Kerkstraat", StakeholderKind="residents", ContactAddress="a@b.example")
    project.add("Stakeholders", Title="Mevrouw X", StakeholderKind="individual", StakeholderStatus="active")
    project.add("Decisions", Title="Klinkers in plaats van <b>asfalt</b>", DecisionStatus="proposed")
    return project


def closed(project: Project, folder: Path, day: date = TODAY, **options: Any) -> Path:
    site = project.far_end.open(project.url)
    return close(site, project.definitions, folder, day, key="demo", **options).package.folder


def roles(project: Project, key: str) -> tuple[bool, set[tuple[str, str]]]:
    """Whether a list has permissions of its own, and who may do what on it, by title."""
    path = f"web/GetList('/sites/demo/Lists/{key}')"
    own, held = project.far_end.open(project.url).run(
        [
            Operation("GET", path, query={"$select": "HasUniqueRoleAssignments"}),
            Operation("GET", f"{path}/RoleAssignments", query={"$expand": "Member,RoleDefinitionBindings"}),
        ]
    )
    pairs = {
        (str(entry["Member"]["Title"]), str(role["Name"]))
        for entry in held.checked().entries
        for role in entry["RoleDefinitionBindings"]
        if role["RoleTypeKind"] != 1
    }
    return bool(own.checked().entity["HasUniqueRoleAssignments"]), pairs


def test_the_package_holds_every_list_in_three_forms_with_its_digests(project: Project, tmp_path: Path) -> None:
    folder = closed(project, tmp_path)

    assert folder.name == "demo-2026-12-01"
    keys = {"Actions", "Stakeholders", "CommunicationCalendar", "Decisions", "TeamRoles"}
    assert {path.name for path in (folder / "lists").iterdir()} == {
        f"{key}.{kind}" for key in keys for kind in ("xlsx", "csv", "json")
    }
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["closed"], manifest["site"], manifest["profile"]) == ("2026-12-01", project.url, "starter")
    listed = {entry["path"]: entry for entry in manifest["files"]}
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == on_disk - {"manifest.json", "SHA256SUMS"}
    for path, entry in listed.items():
        content = (folder / path).read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()] == sorted(listed)
    assert list(tmp_path.iterdir()) == [folder]  # no drafts are left


def test_choices_stand_in_words_and_dates_in_iso(project: Project, tmp_path: Path) -> None:
    lists = closed(project, tmp_path) / "lists"

    with (lists / "Actions.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Deadline"], row["Status"]) == ("2026-12-01", "Nieuw")
    assert row["Actie"] == "'=Bel de aannemer"  # no spreadsheet takes it for a formula
    (action,) = json.loads((lists / "Actions.json").read_text("utf-8"))["lists"]["Actions"]
    assert (action["values"]["ActionStatus"], action["values"]["DueDate"]) == ("new", "2026-12-01")
    assert (action["words"]["Status"], action["words"]["Deadline"]) == ("Nieuw", "2026-12-01")
    assert action["words"]["Actie"] == "=Bel de aannemer"
    sheet = load_workbook(lists / "Actions.xlsx").worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 2
    assert sheet.cell(2, headings.index("Deadline") + 1).number_format == "yyyy-mm-dd"


def test_the_index_says_what_is_in_it_and_what_must_be_cleaned_up(project: Project, tmp_path: Path) -> None:
    page = (closed(project, tmp_path) / "index.html").read_text("utf-8")

    assert "<h1>Archief van " in page
    assert "Klinkers in plaats van &lt;b&gt;asfalt&lt;/b&gt;" in page
    assert "<td>Individuele inwoner of ondernemer</td><td>een privépersoon</td>" in page
    assert '<td>een privépersoon</td><td class="number">1</td>' in page
    assert "Mevrouw X" not in page  # the checklist names columns, not people
    assert "a@b.example" not in page


def test_everybody_but_managers_may_only_read(project: Project, tmp_path: Path) -> None:
    _own, before = roles(project, "Actions")
    writers = {who for who, role in before if role not in {"Lezen", "Read", "Volledig beheer", "Full Control"}}
    assert writers

    closed(project, tmp_path)

    own, after = roles(project, "Actions")
    assert own
    assert {who for who, role in after if role in {"Lezen", "Read"}} >= writers
    managers = {pair for pair in before if pair[1] in {"Volledig beheer", "Full Control"}}
    assert {pair for pair in after if pair[1] not in {"Lezen", "Read"}} == managers


def test_nothing_is_reminded_of_or_changed_while_closed(project: Project, tmp_path: Path) -> None:
    closed(project, tmp_path)

    result = project.run(TODAY)

    assert (result.ok, project.mails()) == (True, [])
    assert any("on 1 December 2026" in note for note in result.notes)
    with pytest.raises(ProjectClosed, match="reopen"):
        plan_site(project.far_end.open(project.url), project.definitions)


def test_closed_and_opened_again_it_is_as_before_and_nobody_is_mailed_twice(project: Project, tmp_path: Path) -> None:
    lists = ("Actions", "Stakeholders", "TeamRoles", "Decisions")
    before = {key: roles(project, key) for key in lists}
    project.run(TODAY)
    mailed = len(project.mails())
    assert mailed == 1

    closed(project, tmp_path)
    project.run(TODAY + timedelta(days=1))
    assert reopen(project.far_end.open(project.url), project.definitions) is True

    assert {key: roles(project, key) for key in lists} == before
    assert plan_site(project.far_end.open(project.url), project.definitions).settled
    project.run(TODAY)
    assert len(project.mails()) == mailed
    # Three working days late: the next step, once (guide.md §2.0.7).
    project.run(TODAY + timedelta(days=3))
    project.run(TODAY + timedelta(days=3))
    assert len(project.mails()) == mailed + 1
    assert reopen(project.far_end.open(project.url), project.definitions) is False


def test_a_no_leaves_the_site_as_it_was_and_the_package_where_it_is(project: Project, tmp_path: Path) -> None:
    project.far_end.control("DELETE", "requests")
    asked: list[set[str]] = []

    def no(package: Any) -> bool:
        asked.append({one.list for one in package.personal})
        return False

    with pytest.raises(NotConfirmed, match="stays open"):
        closed(project, tmp_path, confirm=no)

    assert asked == [{"Actielijst", "Stakeholderoverzicht", "Projectteam en rollen"}]
    assert project.far_end.writes() == []
    assert closed(project, tmp_path).name == "demo-2026-12-01-2"  # an earlier package is never overwritten


def test_a_run_that_broke_off_goes_on_another_day(project: Project, tmp_path: Path) -> None:
    before = {key: roles(project, key) for key in ("Actions", "Stakeholders")}
    project.far_end.faults({"host": "lindervoort.sharepoint.com", "path": "RemoveRoleAssignment", "do": "status:400"})
    with pytest.raises(ProjectListsError):
        closed(project, tmp_path)

    folder = closed(project, tmp_path, TODAY + timedelta(days=1))

    assert folder.name == "demo-2026-12-01"  # the day it was closed
    assert roles(project, "Actions")[0]
    reopen(project.far_end.open(project.url), project.definitions)
    assert {key: roles(project, key) for key in before} == before


def kills() -> Iterator[Any]:
    for after in (False, True):
        for at in range(1, 21):
            yield pytest.param(at, after, marks=[] if at % 7 == 3 else [pytest.mark.slow])


@pytest.mark.parametrize(("at", "after"), list(kills()))
def test_killed_anywhere_and_started_again_the_end_is_the_same(
    project: Project, tmp_path: Path, at: int, after: bool
) -> None:
    before = {key: roles(project, key) for key in ("Actions", "Stakeholders")}

    def kill() -> None:
        raise Killed

    try:
        with Trap(at, kill, after=after, fatal=True):
            closed(project, tmp_path)
    except Killed:
        pass
    closed(project, tmp_path)

    assert roles(project, "Actions")[0]
    assert project.run(TODAY).mails == ()
    reopen(project.far_end.open(project.url), project.definitions)
    assert {key: roles(project, key) for key in before} == before


def test_an_app_that_may_not_change_permissions_is_told_so(project: Project, tmp_path: Path) -> None:
    grant(project, "manage")

    with pytest.raises(ProjectListsError, match="fullcontrol"):
        closed(project, tmp_path)

    assert (tmp_path / "demo-2026-12-01" / "manifest.json").is_file()
    assert project.run(TODAY).mails == ()  # reminders are off already


def grant(project: Project, role: str) -> None:
    """From now on the app has one role on this site, and no right on any other."""
    far_end = project.far_end
    far_end.control("POST", "rights", {"application": {"graph": ["Sites.FullControl.All", "User.Read.All"]}})
    token = SignIn(far_end.config).token_for("https://graph.microsoft.com")["access_token"]
    http, headers = Session(far_end.config.network), {"Authorization": f"Bearer {token}"}
    site = http.get(f"{GRAPH}/sites/lindervoort.sharepoint.com:/sites/demo", headers=headers).json()["id"]
    who = [{"application": {"id": far_end.ready["client_id"], "displayName": "projectlists"}}]
    made = http.post(
        f"{GRAPH}/sites/{site}/permissions", json={"roles": ["write"], "grantedToIdentities": who}, headers=headers
    )
    address = f"{GRAPH}/sites/{site}/permissions/{made.json()['id']}"
    assert http.patch(address, json={"roles": [role]}, headers=headers).status_code == 200
    far_end.control("POST", "rights", {"application": {"sharepoint": ["Sites.Selected"]}})


def test_a_site_without_lists_cannot_be_closed(far_end: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    with pytest.raises(NotProvisioned):
        close(far_end.open(), definitions, tmp_path, TODAY, key="demo")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ProjectListsError, match="Choose another place"):
        closed(project, tmp_path / "file")
