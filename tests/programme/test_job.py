"""A programme site that follows a project site, through the real clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from projectlists.config.model import Site
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.item import Link, Value
from projectlists.programme.job import Updated, update
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.job import Run
from projectlists.reminding.options import Options as RunOptions
from projectlists.reminding.result import RemindResult
from projectlists.sandbox.main import Options, running
from projectlists.structure.settings import Closing
from tests.far_end import FarEnd
from tests.reminded import SUPPORTER

TODAY = date(2026, 11, 25)
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)


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

    def remind(self) -> RemindResult:
        """The job for the programme's own site, on a Wednesday."""
        self.far_end.open(self.url)
        site = Site(key="p", name="Programma", url=self.url, profile="programme")
        messages = [shipped_folder("config") / "messages"]
        run = Run(self.far_end.config, self.definitions, self.far_end.tenant, messages=messages, now=lambda: MORNING)
        result = run.run([site], RunOptions(TODAY))
        assert result.ok, result
        return result


@pytest.fixture(scope="module")
def programme(definitions: Definitions) -> Any:
    with running(Options(seed="fleet:3")) as ready:
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


def test_that_a_project_was_closed_is_told_to_the_supporter_who_confirms_it(programme: Programme) -> None:
    # guide.md §2.15 H-S3: after confirmation, which is setting the status by hand
    support = programme.far_end.open(programme.url).people([SUPPORTER])[SUPPORTER]
    programme.add(programme.url, "TeamRoles", Title="S", TeamRole="supporter", TeamMember=support, TeamStatus="active")
    number = programme.listed(programme.project)
    programme.remind()
    assert programme.far_end.control("GET", "mail") == []
    site = programme.far_end.open(programme.project)
    kept = site.settings()
    assert kept is not None
    body = replace(kept, closing=Closing(TODAY, {})).body()
    site.run([site.change("ReminderLog", kept.id, body, "*")])[0].checked()

    programme.update(preview=True)
    programme.remind()
    assert programme.far_end.control("GET", "mail") == []
    note = next(note for note in programme.update().notes if note.startswith(f"H-{number} "))
    assert "closed" in note
    programme.remind()
    programme.update()
    programme.remind()

    (told,) = programme.far_end.control("GET", "mail")
    assert told["to"] == [SUPPORTER]
    assert f"Een project van dit programma is afgesloten (H-{number})." in told["text"]
    assert 'Zet de status in het programmaoverzicht op "Afgesloten" als dat klopt.' in told["text"]
    assert f"/Lists/ProgrammeProjects/DispForm.aspx?ID={number}" in told["text"]
    assert programme.row(number)["PortfolioStatus"] == "active"
    site.run([site.change("ReminderLog", kept.id, kept.body(), "*")])[0].checked()


def test_a_project_that_cannot_be_read_is_a_note_and_stops_nothing(programme: Programme) -> None:
    gone = programme.listed("https://lindervoort.sharepoint.com/sites/nowhere")
    elsewhere = programme.listed("https://example.org/x")

    notes = programme.update().notes

    assert sorted(note.split(":")[0] for note in notes) == sorted([f"H-{gone}", f"H-{elsewhere}"])


def test_a_project_without_lists_does_not_keep_the_others_from_being_followed(programme: Programme) -> None:
    bare = programme.listed("https://lindervoort.sharepoint.com/sites/p0003")
    number = programme.listed(programme.project)

    updated = programme.update()

    assert programme.row(number)["LastSyncOn"] == TODAY
    (note,) = [note for note in updated.notes if note.startswith(f"H-{bare}: ")]
    assert "provision" in note
