"""A programme site that follows a project site, through the real clients."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from projectlists.config.model import Site
from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.item import Link, Value
from projectlists.programme.job import Updated, update
from projectlists.provisioning.job import Wish, provision
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd

TODAY = date(2026, 11, 25)


class Programme:
    """Two sites: a programme, and a project in it."""

    def __init__(self, far_end: FarEnd, definitions: Definitions) -> None:
        self.far_end, self.definitions = far_end, definitions
        self.url, self.project = far_end.ready["sites"][:2]
        far_end.control("POST", "clock", {"now": datetime(2026, 11, 25, 7).isoformat() + "Z"})
        for url, wish in ((self.url, Wish("programme", (), "nl")), (self.project, Wish("starter", ("Risks",), "nl"))):
            assert provision(far_end.open(url), definitions, wish).ok

    def add(self, url: str, key: str, **values: Value) -> int:
        site = self.far_end.open(url)
        body = wire.values_for(self.definitions.lists[key], "nl", site.about().zone, values)
        (answer,) = site.run([site.addition(key, body)])
        return int(answer.checked().entity["Id"])

    def listed(self, url: str, **values: Value) -> int:
        first: dict[str, Value] = {"Title": "P", "PortfolioStatus": "active", "ProjectSite": Link(url, "site")}
        return self.add(self.url, "ProgrammeProjects", **{**first, **values})

    def row(self, number: int) -> dict[str, Any]:
        site = self.far_end.open(self.url)
        items = site.items(self.definitions.lists["ProgrammeProjects"])
        return dict(next(item.values for item in items if item.id == number))

    def update(self, *, preview: bool = False) -> Updated:
        sites = [Site(key="p", name="Programma", url=self.url, profile="programme")]
        self.far_end.open(self.url)
        tenant = self.far_end.tenant
        return update(sites, self.definitions, self.far_end.config, tenant.site, TODAY, preview=preview)


@pytest.fixture(scope="module")
def programme(definitions: Definitions) -> Any:
    with running(Options(seed="fleet:2")) as ready:
        yield Programme(FarEnd(ready), definitions)


def test_the_overview_follows_its_projects(programme: Programme) -> None:
    programme.add(programme.project, "Actions", Title="A", ActionStatus="new", DueDate=date(2026, 11, 20))
    number = programme.listed(programme.project)
    paused = programme.listed(programme.project, PortfolioStatus="paused")

    shown = programme.update(preview=True)
    assert {flip.outcome for flip in shown.flips} == {"preview"}
    assert programme.row(number)["OpenActions"] in (None, 0)

    done = programme.update()

    assert {(flip.item, flip.rule, flip.field, flip.after, flip.outcome) for flip in done.flips} == {
        (number, "H-S2", "OpenActions", 1, "done"),
        (number, "H-S2", "OverdueActions", 1, "done"),
    }
    found = programme.row(number)
    assert (found["OpenActions"], found["OverdueActions"], found["LastSyncOn"]) == (1, 1, TODAY)
    assert programme.row(paused)["LastSyncOn"] is None
    assert programme.update().flips == []  # nothing differs any more
    assert done.notes == []


def test_a_project_that_cannot_be_read_is_a_note_and_stops_nothing(programme: Programme) -> None:
    gone = programme.listed("https://lindervoort.sharepoint.com/sites/nowhere")
    elsewhere = programme.listed("https://example.org/x")

    notes = programme.update().notes

    assert sorted(note.split(":")[0] for note in notes) == sorted([f"H-{gone}", f"H-{elsewhere}"])
