"""A tab for each list in the Teams channel of a site, through Graph (identity-mail-teams.md §10.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.farend.tabs import ChannelTabs, Step
from projectlists.provisioning.job import SiteResult, Wish, plan_site, planned, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import short

WISH = Wish("routine")  # the two lists Actions and TeamRoles


def channel(far_end: FarEnd, name: str = "") -> ChannelTabs:
    return far_end.tenant.tabs(far_end.ready["team"], name or far_end.ready["channel"])


def run(far_end: FarEnd, definitions: Definitions, wish: Wish = WISH) -> SiteResult:
    site = far_end.open()
    return provision(site, definitions, wish, Wish(), channel(far_end))


def test_tabs_are_made_titled_and_found_again(far_end: FarEnd, definitions: Definitions) -> None:
    assert run(far_end, definitions).ok
    made = channel(far_end).read()
    host = "https://lindervoort.sharepoint.com/sites/demo/Lists"
    assert [(tab.title, tab.url) for tab in made] == [
        ("Actielijst", f"{host}/Actions"),
        ("Projectteam en rollen", f"{host}/TeamRoles"),
    ]
    site = far_end.open()
    assert plan_site(site, definitions, channel=channel(far_end)).changes == ()
    assert far_end.tenant.traffic.requests == 2  # one to SharePoint, one to Graph

    own = Step("Ons nieuws", url="https://nieuws.example")
    assert channel(far_end).run([Step("Acties", id=made[0].id), own]) == []
    site = far_end.open()
    assert [short(change) for change in plan_site(site, definitions, channel=channel(far_end)).changes] == [
        ("update", "tab", "Actions", "Actions", "title")
    ]
    assert run(far_end, definitions).ok
    assert [tab.title for tab in channel(far_end).read()] == ["Actielijst", "Projectteam en rollen", "Ons nieuws"]
    assert [tab.id for tab in channel(far_end).read()][:2] == [tab.id for tab in made]


@pytest.mark.parametrize(
    ("rights", "place", "words"),
    [
        (["Channel.ReadBasic.All"], "", "TeamsTab.ReadWrite.All"),
        (["TeamsTab.ReadWrite.All"], "19:nowhere@thread.tacv2", "sites.csv"),
        (["TeamsTab.Read.All"], "", "TeamsTab.ReadWrite.All"),
    ],
)
def test_without_the_right_the_lists_are_made_all_the_same(
    far_end: FarEnd, definitions: Definitions, rights: list[str], place: str, words: str
) -> None:
    far_end.control("POST", "rights", {"application": {"graph": rights}})
    site = far_end.open()
    result = provision(site, definitions, WISH, Wish(), channel(far_end, place))
    assert not result.ok
    assert words in str(result.error)
    assert plan_site(far_end.open(), definitions).changes == ()


def test_an_unclear_answer_is_no_reason_to_make_tabs_twice(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults({"host": "graph.microsoft.com", "method": "POST", "path": r"/tabs$", "do": "status:504-after"})
    assert run(far_end, definitions).ok
    made = [entry for entry in far_end.log(host="graph") if (entry["method"], entry["path"][-5:]) == ("POST", "/tabs")]
    assert sorted(entry["status"] for entry in made) == [201, 504]
    assert [tab.title for tab in channel(far_end).read()] == ["Actielijst", "Projectteam en rollen"]


def test_a_batch_that_may_have_been_carried_out_is_not_sent_again(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults({"host": "graph.microsoft.com", "method": "POST", "path": r"\$batch$", "do": "status:503-after"})
    assert run(far_end, definitions).ok
    assert [tab.title for tab in channel(far_end).read()] == ["Actielijst", "Projectteam en rollen"]


def test_tabs_that_cannot_be_read_are_not_missing(far_end: FarEnd, definitions: Definitions) -> None:
    assert run(far_end, definitions).ok
    far_end.faults({"host": "graph.microsoft.com", "method": "GET", "path": "/tabs", "times": 99, "do": "status:500"})
    site = far_end.open()
    far_end.tenant._sleep = lambda _seconds: None
    result = planned(site, definitions, channel=channel(far_end))
    assert {(change.verb, change.kind) for change in result.plan.changes} == {("refuse", "tab")}
    assert not result.ok


def test_json(far_end: FarEnd, definitions: Definitions) -> None:
    site = far_end.open()
    result: dict[str, Any] = planned(site, definitions, WISH, channel=channel(far_end)).as_json()
    tabs = [change for change in json.loads(json.dumps(result))["changes"] if change["kind"] == "tab"]
    # contract.md §3
    assert tabs[0] == {
        "verb": "create",
        "kind": "tab",
        "list": "Actions",
        "name": "Actions",
        "attribute": None,
        "from": None,
        "to": "Actielijst",
    }
