"""The doctor at a site: what is wrong is named once, and what cannot be looked at is said to be so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projectlists.closing.job import close
from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions
from projectlists.doctor.finding import Finding
from projectlists.doctor.site import CHECKS, examine, time_zone
from projectlists.farend.batch import Operation
from projectlists.farend.identity import SignIn
from projectlists.farend.network import Session
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.ledger import RUN_KEY, Ledger, LedgerRow
from tests.far_end import FarEnd

TODAY = date(2026, 11, 25)  # a Wednesday
GRAPH = "https://graph.microsoft.com/v1.0"


def the_site(far_end: FarEnd, url: str = "", language: Any = None) -> Site:
    return Site(key="demo", name="Demo", url=url or far_end.url, profile="starter", language=language)


def findings(
    far_end: FarEnd, definitions: Definitions, *, site: Site | None = None, config: Config | None = None
) -> dict[str, Finding]:
    site = site or the_site(far_end)
    found = list(examine(far_end.open(site.url, config=config), site, config or far_end.config, definitions, TODAY))
    assert [finding.check for finding in found] == list(CHECKS)  # each once, in order
    assert {finding.site for finding in found} == {site.url}
    return {finding.check: finding for finding in found}


@pytest.fixture
def made(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    far_end.provisioned(definitions, Wish("starter", (), "nl"))
    return far_end


def ledger(far_end: FarEnd, definitions: Definitions) -> Ledger:
    return Ledger(far_end.open(), definitions.lists["ReminderLog"], "test")


def ran(far_end: FarEnd, definitions: Definitions, day: date) -> None:
    ledger(far_end, definitions).create([LedgerRow(key=RUN_KEY, kind="run", state="done", title="Run", day=day)])


def test_a_site_in_order(made: FarEnd, definitions: Definitions) -> None:
    ran(made, definitions, TODAY)

    found = findings(made, definitions)

    assert {check for check, finding in found.items() if finding.outcome != "ok"} == {"team"}
    assert "Ondersteuningsprofessional" not in found["team"].message  # in the language of the program: English here
    assert "Project support professional" in found["team"].message


def test_a_site_with_another_address(far_end: FarEnd, definitions: Definitions) -> None:
    site = the_site(far_end, "https://lindervoort.sharepoint.com/sites/renamed")

    found = findings(far_end, definitions, site=site)

    assert found["site"].outcome == "failed"
    assert "sites.csv" in found["site"].remedy
    assert {finding.outcome for check, finding in found.items() if check != "site"} == {"unknown"}


def selected(far_end: FarEnd, *roles: str) -> None:
    """The app may see granted sites only, and this one in a role."""
    far_end.control("POST", "rights", {"application": {"sharepoint": ["Sites.Selected"]}})
    for role in roles:
        token = SignIn(far_end.config).token_for("https://graph.microsoft.com")["access_token"]
        grant(far_end, token, far_end.ready["client_id"], role)


def grant(far_end: FarEnd, token: str, client: str, role: str) -> None:
    http = Session(far_end.config.network)
    headers = {"Authorization": f"Bearer {token}"}
    site = http.get(f"{GRAPH}/sites/lindervoort.sharepoint.com:/sites/demo", headers=headers).json()["id"]
    who = [{"application": {"id": client, "displayName": "projectlists"}}]
    body = {"roles": ["write"], "grantedToIdentities": who}
    made = http.post(f"{GRAPH}/sites/{site}/permissions", json=body, headers=headers)
    assert made.status_code == 201, made.text
    if role != "write":
        address = f"{GRAPH}/sites/{site}/permissions/{made.json()['id']}"
        assert http.patch(address, json={"roles": [role]}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("profile", "roles", "site", "rights", "remedy"),
    [
        ("starter", (), "failed", "unknown", "the role fullcontrol."),
        ("starter", ("read",), "ok", "failed", "the role write"),
        ("starter", ("write",), "ok", "warning", "the role fullcontrol"),
        # Stakeholders have permissions of their own, which only fullcontrol may set (sharepoint-rest.md §8).
        ("starter", ("manage",), "ok", "warning", "the role fullcontrol"),
        ("starter", ("fullcontrol",), "ok", "ok", ""),
        ("routine", ("write",), "ok", "warning", "the role manage"),
        ("routine", ("manage",), "ok", "ok", ""),
    ],
)
def test_the_grant_on_the_site(
    far_end: FarEnd,
    definitions: Definitions,
    *,
    profile: Any,
    roles: tuple[str, ...],
    site: str,
    rights: str,
    remedy: str,
) -> None:
    far_end.control("POST", "rights", {"application": {"graph": ["Sites.FullControl.All", "User.Read.All"]}})
    selected(far_end, *roles)

    found = findings(far_end, definitions, site=the_site(far_end).model_copy(update={"profile": profile}))

    assert (found["site"].outcome, found["site-rights"].outcome) == (site, rights)
    told = found["site"] if site == "failed" else found["site-rights"]
    assert remedy in told.remedy
    assert told.who == ("a SharePoint administrator" if remedy else "")
    assert ("Stakeholder overview" in told.message) == (profile == "starter" and roles == ("manage",))


def test_a_site_without_lists(far_end: FarEnd, definitions: Definitions) -> None:
    found = findings(far_end, definitions)

    assert (found["lists"].outcome, found["lists"].message) == ("failed", "The site has no lists yet.")
    assert found["indexes"].outcome == "ok"  # what is not there needs no index
    assert {found[check].outcome for check in ("team", "last-run", "ledger")} == {"unknown"}


def test_a_list_that_somebody_threw_away(made: FarEnd, definitions: Definitions) -> None:
    made.open().run([Operation("POST", "web/GetList('/sites/demo/Lists/CommunicationCalendar')/recycle")])

    found = findings(made, definitions)

    assert found["lists"].outcome == "failed"
    assert found["lists"].message == "Lists that are not there: Communication calendar."


def test_an_index_that_somebody_removed(made: FarEnd, definitions: Definitions) -> None:
    field = "web/GetList('/sites/demo/Lists/Actions')/fields/getbyinternalnameortitle('DueDate')"
    (answer,) = made.open().run([Operation("MERGE", field, {"Indexed": False}, "*")])
    answer.checked()

    found = findings(made, definitions)

    assert found["indexes"].outcome == "failed"
    assert "Columns without an index: Action list: Deadline." in found["indexes"].message
    assert found["lists"].outcome == "warning"


# sharepoint-rest.md §2.2: 4 is Amsterdam, 2 London; 0 stands for a number that could not be read.
@pytest.mark.parametrize(("number", "outcome"), [(4, "ok"), (2, "warning"), (0, "unknown")])
def test_the_time_zone(number: int, outcome: str) -> None:
    assert time_zone(number).outcome == outcome


def test_lists_in_another_language(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("starter", (), "en")).ok

    assert findings(far_end, definitions)["language"].outcome == "warning"


# Wednesday 25 November 2026. The job counts as late from the first working day on which it should have run and did not.
@pytest.mark.parametrize(
    ("last", "outcome", "missed"),
    [
        (None, "warning", ""),
        (date(2026, 11, 25), "ok", ""),
        (date(2026, 11, 24), "ok", ""),  # today's run may still come
        (date(2026, 11, 23), "failed", "since then: 1."),  # Tuesday
        (date(2026, 11, 20), "failed", "since then: 2."),  # Monday and Tuesday; the weekend does not count
    ],
)
def test_the_last_run(made: FarEnd, definitions: Definitions, last: date | None, outcome: str, missed: str) -> None:
    if last:
        ran(made, definitions, last)

    found = findings(made, definitions)["last-run"]

    assert found.outcome == outcome
    assert missed in found.message


@pytest.mark.parametrize(("age", "outcome"), [(1, "ok"), (3, "warning")])
def test_reminders_left_unfinished(made: FarEnd, definitions: Definitions, age: int, outcome: str) -> None:
    row = LedgerRow(
        key="k", kind="reminder", state="claimed", title="Reminder", day=TODAY - timedelta(days=age), mail_key="m"
    )
    ledger(made, definitions).create([row])

    assert findings(made, definitions)["ledger"].outcome == outcome


def test_a_team_that_is_complete(made: FarEnd, definitions: Definitions) -> None:
    site = made.open()
    logins = [user["upn"] for user in made.ready["users"][:2]]
    people = site.people(logins)
    rows = [
        {"Title": "x", "TeamRole": role, "TeamMemberId": people[login].id, "TeamStatus": "Actief"}
        for login, role in zip(logins, ("Ondersteuningsprofessional", "Projectmanager"), strict=True)
    ]
    for answer in site.run([site.addition("TeamRoles", row) for row in rows]):
        answer.checked()

    assert findings(made, definitions)["team"].outcome == "ok"


def test_a_site_that_is_too_busy_is_not_called_wrong(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults({"host": "lindervoort.sharepoint.com", "path": r"batch", "do": "status:400"})

    found = findings(far_end, definitions)

    assert found["site"].outcome == "unknown"
    assert {finding.outcome for check, finding in found.items() if check != "site"} == {"unknown"}


def test_a_closed_project_is_in_order(made: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    # Nothing runs there any more: its lists and its last run are nobody's trouble, and `doctor --all` stays good.
    ran(made, definitions, TODAY - timedelta(days=30))
    close(made.open(), definitions, tmp_path, TODAY - timedelta(days=20), key="demo")

    found = findings(made, definitions)

    assert {check for check, finding in found.items() if finding.outcome not in {"ok", "warning"}} == set()
    assert all("5 November 2026" in found[check].message for check in ("lists", "team", "last-run", "ledger"))


def test_a_profile_that_is_no_longer_in_the_config(made: FarEnd, definitions: Definitions) -> None:
    profiles = {key: profile for key, profile in definitions.profiles.items() if key != "starter"}

    found = findings(made, definitions.model_copy(update={"profiles": profiles}))

    assert found["lists"].outcome == "failed"
    assert "There is no profile starter" in found["lists"].message
    assert found["team"].outcome == "unknown"
    assert found["ledger"].outcome == "ok"
