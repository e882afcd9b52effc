"""Many projects at once, through the real clients: sites made, lists provisioned, teams filled, rights given."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from typing import Any

import pytest

from projectlists.bootstrapping.job import Bootstrap, Options, ProjectResult
from projectlists.bootstrapping.table import Project
from projectlists.config.model import Site
from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.farend.tenant import Tenant
from tests.far_end import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, YARA, Killed, Trap

HOST = "https://lindervoort.sharepoint.com"


def project(key: str, line: int = 2, **given: Any) -> Project:
    site = Site(key=key, name=f"Project {key}", url=f"{HOST}/sites/{key}", profile="starter", language="nl")
    people = {"owner": MANAGER, "members": (FENNA, DAAN), "manager": MANAGER, "supporter": SUPPORTER}
    return Project(**{"line": line, "site": site, **people, **given})


class Office:
    """A bootstrap whose waiting passes on the sandbox's clock only."""

    def __init__(self, far_end: FarEnd, definitions: Definitions) -> None:
        self.far_end = far_end
        self.definitions = definitions
        self.slept = 0.0
        self.sleep(0)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        minutes, rest = divmod(self.slept, 60)
        moment = f"2026-12-01T08:{int(minutes):02}:{int(rest):02}Z"
        self.far_end.control("POST", "clock", {"now": moment})

    def run(self, *projects: Project, workers: int = 1, app: str | None = None) -> list[ProjectResult]:
        tenant = self.far_end.tenant = Tenant(self.far_end.config, sleep=self.sleep)
        run = Bootstrap(tenant, self.definitions, Options(create=True, app=app, workers=workers))
        return sorted(run.run(projects), key=lambda result: result.line)

    def team(self, key: str) -> list[tuple[str, str]]:
        """Role and address of every row of TeamRoles."""
        site = self.far_end.open(f"{HOST}/sites/{key}")
        rows = site.items(self.definitions.lists["TeamRoles"])
        return [(row.text("TeamRole"), person.mail) for row in rows if (person := row.person("TeamMember"))]

    def group(self, key: str, name: str) -> set[str]:
        (answer,) = self.far_end.open(f"{HOST}/sites/{key}").run([Operation("GET", f"web/{name}/users")])
        return {str(entry["Email"]).lower() for entry in answer.checked().entries}


@pytest.fixture
def office(far_end: FarEnd, definitions: Definitions) -> Office:
    return Office(far_end, definitions)


TEAM = [("project_manager", MANAGER), ("supporter", SUPPORTER), ("member", FENNA), ("member", DAAN)]


def test_a_project_from_nothing(office: Office) -> None:
    app = str(office.far_end.ready["client_id"])
    office.far_end.control("POST", "limits", {"site_creation_seconds": 20})

    (result,) = office.run(project("brug"), app=app)

    assert (result.ok, result.created, result.members, result.granted) == (True, True, 4, "granted")
    assert office.slept > 20
    assert office.team("brug") == TEAM
    assert MANAGER in office.group("brug", "AssociatedOwnerGroup")
    assert office.group("brug", "AssociatedMemberGroup") == {FENNA, DAAN}
    site = office.far_end.open(f"{HOST}/sites/brug")
    about = site.about()
    assert (about.title, about.language, about.zone.key) == ("Project brug", "nl", "Europe/Amsterdam")
    grants = office.far_end.tenant.graph().sites[f"lindervoort.sharepoint.com,{about.id},{about.web}"]
    assert len(grants.permissions.get().execute_query()) == 1


def test_again_repeats_nothing_and_leaves_what_people_chose(office: Office) -> None:
    app = str(office.far_end.ready["client_id"])
    office.run(project("brug"), app=app)
    office.far_end.control("DELETE", "requests")

    (result,) = office.run(project("brug"), app=app)

    assert (result.ok, result.created, result.members, result.granted) == (True, False, 0, "already")
    assert result.outcome.applied == 0
    assert office.far_end.writes() == []

    (result,) = office.run(project("brug", manager=YARA, members=(FENNA, YARA)))

    assert result.members == 1  # Yara as a member: there is a project manager already, and Fenna is there
    assert office.team("brug") == [*TEAM, ("member", YARA)]


def test_a_lost_answer_does_not_double_the_team(office: Office) -> None:
    office.far_end.faults(
        {"host": "lindervoort.sharepoint.com", "method": "POST", "path": "TeamRoles.*/items", "do": "reset-after"}
    )
    (result,) = office.run(project("brug"))

    assert result.ok
    assert office.team("brug") == TEAM


def test_a_communication_site_joins_its_hub(office: Office) -> None:
    demo = office.far_end.open(f"{HOST}/sites/demo")
    (made,) = demo.run([Operation("POST", "site/RegisterHubSite")])
    hub = made.checked().entity["ID"]
    (result,) = office.run(project("brug", kind="communication", hub=f"{HOST}/sites/Demo"))

    assert result.ok, result.outcome.error
    site = office.far_end.open(f"{HOST}/sites/brug")
    about, web = site.run([Operation("GET", "site"), Operation("GET", "web")])
    assert about.entity["HubSiteId"] == hub
    assert web.entity["WebTemplate"] == "SITEPAGEPUBLISHING"


def test_rows_that_fail_are_explained_and_the_others_go_on(office: Office) -> None:
    results = office.run(
        project("een", 2),
        project("twee", 3, owner="niemand@gemeente.example"),
        project("drie", 4, members=("weg@gemeente.example",)),
        project("vier", 5, hub=f"{HOST}/sites/geen-hub"),
        project("vijf", 6, owner=""),
        project("zes", 7),
        workers=3,
    )

    assert [result.ok for result in results] == [True, False, False, False, False, True]
    words = ["", "/sites/twee", "weg@gemeente.example", "geen-hub", "owner", ""]
    for result, word in zip(results, words, strict=True):
        assert word in (result.outcome.error or "")


def test_without_the_right_to_grant_the_project_is_done(office: Office) -> None:
    office.far_end.faults({"host": "graph.microsoft.com", "path": "/permissions", "do": "status:403", "times": 9})
    (result,) = office.run(project("brug"), app="11111111-2222-4333-8444-555555555555")

    assert (result.ok, result.granted) == (True, "refused")


def test_a_site_that_was_asked_for_and_not_answered(office: Office) -> None:
    office.far_end.faults({"host": "lindervoort.sharepoint.com", "path": "SPSiteManager/create", "do": "reset-after"})
    (result,) = office.run(project("brug"))

    assert result.ok
    assert sum("SPSiteManager/create" in entry["path"] for entry in office.far_end.log()) == 1


def state(office: Office, key: str) -> tuple[Any, ...]:
    """What a site has come to, as far as a bootstrap made it."""
    site = office.far_end.open(f"{HOST}/sites/{key}")
    lists = Operation("GET", "web/lists", query={"$select": "Title,ItemCount", "$filter": "Hidden eq false"})
    (answer,) = site.run([lists])
    found = sorted((entry["Title"], entry["ItemCount"]) for entry in answer.checked().entries)
    log = office.definitions.lists["ReminderLog"]
    return (
        found,
        office.team(key),
        office.group(key, "AssociatedMemberGroup"),
        Counter(item.text("LedgerKey") for item in site.items(log)),
    )


def killed_at(office: Office, number: int, projects: list[Project], *, after: bool) -> bool:
    """A bootstrap that is killed at its n-th request; whether it came so far."""

    def kill() -> None:
        raise Killed

    with Trap(number, kill, after=after, fatal=True) as trap, contextlib.suppress(Killed):
        office.run(*projects, app=str(office.far_end.ready["client_id"]))
    return trap.sprung


@pytest.mark.parametrize(("number", "after"), [(5, True), (11, True)])
def test_killed_anywhere_and_run_again(number: int, after: bool, office: Office) -> None:
    assert killed_at(office, number, [project("brug")], after=after)
    (result,) = office.run(project("brug"), app=str(office.far_end.ready["client_id"]))

    assert result.ok, result.outcome.error
    assert office.team("brug") == TEAM
    assert max(state(office, "brug")[3].values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_request(after: bool, office: Office) -> None:
    projects = [project(key, line) for line, key in enumerate(("een", "twee", "drie", "vier"), start=2)]
    projects.append(project("vijf", 6, kind="communication"))
    assert all(result.ok for result in office.run(*projects))
    wanted = [state(office, one.site.key) for one in projects]
    number = 0
    while True:
        number += 1
        office.far_end.reset()
        if not killed_at(office, number, projects, after=after):
            break
        results = office.run(*projects, app=str(office.far_end.ready["client_id"]))
        assert all(result.ok for result in results), (number, [result.outcome.error for result in results])
        assert [state(office, one.site.key) for one in projects] == wanted, number
    assert number > 40


@pytest.mark.slow
def test_three_of_fifty_are_broken(office: Office) -> None:
    broken: dict[int, dict[str, Any]] = {
        7: {"owner": "niemand@gemeente.example"},
        23: {"members": ("weg@gemeente.example",)},
        41: {"hub": f"{HOST}/sites/geen"},
    }
    projects = [project(f"p{number}", number, **broken.get(number, {})) for number in range(2, 52)]
    results = office.run(*projects, workers=8)

    assert Counter(result.ok for result in results) == {True: 47, False: 3}
    assert {result.line for result in results if not result.ok} == set(broken)
    office.far_end.control("DELETE", "requests")
    again = office.run(*(dataclasses.replace(one, owner=MANAGER, hub="") for one in projects), workers=8)
    assert [result.line for result in again if not result.ok] == [23]
    assert {result.line for result in again if result.outcome.applied} == {7, 41}
