"""One site through the real clients and a sandbox: rows to the last page, changes by ETag, people."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import Conflict, Duplicate, Missing, Refused, Unanswered
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Person
from projectlists.provisioning.job import Wish, provision
from tests.far_end import FarEnd

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def site(far_end: FarEnd, definitions: Definitions) -> SharePointSite:
    assert provision(far_end.open(), definitions, Wish("starter")).ok
    far_end.control("DELETE", "requests")
    return far_end.open()


@pytest.fixture
def actions(definitions: Definitions) -> ListDefinition:
    """As the starter profile has it: without lookups to lists that are not there (guide.md §2.0.14)."""
    return next(definition for definition in definitions.chosen("starter") if definition.key == "Actions")


def body(actions: ListDefinition, title: str, **values: object) -> dict[str, object]:
    return wire.values_for(actions, "nl", AMSTERDAM, {"Title": title, **values})  # type: ignore[dict-item]


def test_what_a_site_is(far_end: FarEnd) -> None:
    site = far_end.open()
    about = site.about()
    assert (about.language, about.zone) == ("nl", AMSTERDAM)
    assert len(about.id) == 36
    site.about()
    assert far_end.tenant.traffic.requests == 1  # read once


def test_rows_come_back_as_they_went(far_end: FarEnd, site: SharePointSite, actions: ListDefinition) -> None:
    login = far_end.ready["users"][1]["upn"]
    person = site.people([login])[login]
    values = {
        "ActionOwner": person,
        "DueDate": date(2026, 3, 29),  # the night of the clock change
        "ActionStatus": "in_progress",
        "ActionDetails": "regel 1\nregel 2 & <b>",
        "PercentDone": 40,
        "ReminderOff": True,
    }
    site.run([site.addition("Actions", body(actions, "Één & 'twee'", **values))])[0].checked()
    (item,) = site.items(actions)
    assert item["Title"] == "Één & 'twee'"
    assert {name: item[name] for name in values} == {**values, "ActionOwner": person}
    assert item["ActionPriority"] == "normal"  # the default, as its key
    assert item.etag.endswith(',1"')
    assert site.items(actions, names=["Title"])[0]["DueDate"] is None


def test_every_page_is_read(far_end: FarEnd, site: SharePointSite, actions: ListDefinition) -> None:
    # bug 25: the client stops after the first 100
    for answer in site.run([site.addition("Actions", body(actions, f"Actie {number}")) for number in range(130)]):
        answer.checked()
    rows = site.rows([Query("Actions", page=40), Query("Actions", filter="Id le 3", page=2), Query("Stakeholders")])
    assert [len(found) for found in rows] == [130, 3, 0]
    assert [row["Id"] for row in rows[0]] == list(range(1, 131))


@pytest.mark.parametrize("title", ["R&D #1 + 50%", "O'Brien", "één ? / \\ é", "a%26b"])
def test_a_filter_means_what_it_says(site: SharePointSite, actions: ListDefinition, title: str) -> None:
    # bug 8: & # + % in the client's filters cut them off, and more rows come back
    site.run([site.addition("Actions", body(actions, text)) for text in (title, "R", "O", "een")])
    quoted = title.replace("'", "''")
    found = site.items(actions, filter=f"Title eq '{quoted}'")
    assert [item["Title"] for item in found] == [title]


def test_order_is_kept(site: SharePointSite, actions: ListDefinition) -> None:
    # bug 7: the client sends $order_by
    site.run([site.addition("Actions", body(actions, title)) for title in "bca"])
    (rows,) = site.rows([Query("Actions", order="Title desc")])
    assert [row["Title"] for row in rows] == ["c", "b", "a"]


def test_a_stale_etag_is_a_conflict(site: SharePointSite, actions: ListDefinition) -> None:
    site.run([site.addition("Actions", body(actions, "A"))])
    (item,) = site.items(actions)
    first, second = site.run([site.change("Actions", item.id, {"Title": text}, item.etag) for text in ("B", "C")])
    assert first.status == 204
    assert isinstance(second.error, Conflict)
    (after,) = site.items(actions)
    assert (after["Title"], after.etag) == ("B", first.etag)


def test_a_key_is_unique(site: SharePointSite) -> None:
    rows = [site.addition("ReminderLog", {"Title": "x", "LedgerKey": "k-1"})] * 2
    first, second = site.run(rows)
    assert first.status == 201
    assert isinstance(second.error, Duplicate)


def test_people_that_are_not_there_are_left_out(far_end: FarEnd, site: SharePointSite) -> None:
    known = far_end.ready["users"][0]
    found = site.people([known["upn"], "nobody@nowhere.example"])
    assert list(found) == [known["upn"]]
    person = found[known["upn"]]
    assert isinstance(person, Person)
    assert person.id > 0
    assert person.name == known["name"]
    assert site.people([known["upn"]]) == found  # the same number each time


def test_rows_of_a_list_that_is_not_there(site: SharePointSite) -> None:
    with pytest.raises(Missing):
        site.rows([Query("Nergens")])


def test_a_column_that_is_not_there_is_said_so(site: SharePointSite, actions: ListDefinition) -> None:
    with pytest.raises(Refused, match="Nope"):
        site.items(actions, filter="Nope eq 1")


def test_a_lost_write_is_not_repeated(far_end: FarEnd, site: SharePointSite, actions: ListDefinition) -> None:
    far_end.faults({"method": "POST", "path": r"/items$", "do": "reset-after"})
    with pytest.raises(Unanswered):
        site.run([site.addition("Actions", body(actions, "A"))])
    assert [item["Title"] for item in site.items(actions)] == ["A"]
    far_end.faults({"method": "GET", "path": r"/items", "do": "reset-before"})
    assert len(site.items(actions)) == 1  # a read is simply asked again


def test_settings_and_survey(far_end: FarEnd, site: SharePointSite, definitions: Definitions) -> None:
    settings = site.settings()
    assert settings
    assert (settings.profile, settings.lists, settings.language) == ("starter", (), "nl")
    survey = site.survey(definitions.lists.values())
    assert survey.settings == settings
    own = {"ReminderLog", "ReminderSettings"}
    assert set(survey.shape.lists) == {"Actions", "CommunicationCalendar", "Stakeholders", "TeamRoles"} | own
    assert survey.shape.others == {}  # what a new site has of itself is nobody's addition
    assert far_end.open().settings() == settings


def test_a_site_without_settings(far_end: FarEnd) -> None:
    assert far_end.open().settings() is None


def test_an_operation_outside_the_lists(site: SharePointSite) -> None:
    assert site.run([]) == []
    (answer,) = site.run([Operation("GET", "web/lists/GetByTitle('Nergens')")])
    assert isinstance(answer.error, Missing)


def test_a_library_stands_beside_the_lists(far_end: FarEnd, definitions: Definitions) -> None:
    # Its address has no Lists/ (sharepoint-rest.md §3.1); its rows come with the files that people upload.
    assert provision(far_end.open(), definitions, Wish("starter", ("ProjectDocuments",))).ok
    site = far_end.open()
    chosen = definitions.chosen("starter", ("ProjectDocuments",))
    documents = next(definition for definition in chosen if definition.key == "ProjectDocuments")
    folder = f"{site.path}/ProjectDocuments"
    upload = Operation("POST", f"web/GetFolderByServerRelativeUrl('{folder}')/Files/add(url='plan.txt')", {})
    site.run([upload])[0].checked()
    (item,) = site.items(documents)
    changed = wire.values_for(documents, "nl", AMSTERDAM, {"DocStatus": "review", "ReviewDueOn": date(2026, 12, 1)})
    site.run([site.change("ProjectDocuments", item.id, changed, item.etag, library=True)])[0].checked()
    (after,) = site.items(documents)
    assert (after["DocStatus"], after["ReviewDueOn"]) == ("review", date(2026, 12, 1))


def test_a_file_is_put_in_the_place_of_one_with_its_name_and_sent_again_when_the_answer_is_lost(
    far_end: FarEnd,
) -> None:
    remote = far_end.open()
    remote.upload("Shared Documents", "Verslag 't plein.txt", b"old")
    far_end.faults({"method": "POST", "path": "Files/add", "times": 1, "do": "reset-after"})

    remote.upload("Shared Documents", "Verslag 't plein.txt", b"newer")

    assert len([entry for entry in far_end.log() if "/Files/add" in entry["path"]]) == 3
    path = f"{remote.path}/Shared Documents/Verslag ''t plein.txt"
    found, row = remote.run(
        [
            Operation("GET", f"web/GetFileByServerRelativeUrl('{path}')", query={"$select": "Length,Name"}),
            remote.file_row("Shared Documents", "Verslag 't plein.txt"),
        ]
    )
    assert (found.checked().entity["Name"], int(found.entity["Length"])) == ("Verslag 't plein.txt", 5)
    assert int(row.checked().entity["Id"]) == 1
    assert remote.file_url("Shared Documents", "a b.txt").endswith("/sites/demo/Shared%20Documents/a%20b.txt")
