"""What differs on a site is named exactly and repaired exactly; what people added stays."""

from __future__ import annotations

from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import actions, done, merge, of_list, short


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            actions("fields/getbyinternalnameortitle('DueDate')"),
            {"Indexed": False},
            ("update", "field", "Actions", "DueDate", "indexed"),
        ),
        (
            actions("fields/getbyinternalnameortitle('ActionOwner')"),
            {"Title": "Wie"},
            ("update", "field", "Actions", "ActionOwner", "title"),
        ),
        (
            actions("fields/getbyinternalnameortitle('ActionDoneOn')"),
            {"Title": "Klaar op"},  # its validation names it by title, and must not count as changed
            ("update", "field", "Actions", "ActionDoneOn", "title"),
        ),
        (
            actions("fields/getbyinternalnameortitle('RaisedOn')"),
            {"DefaultValue": ""},
            ("update", "field", "Actions", "RaisedOn", "default"),
        ),
        (
            actions("fields/getbyinternalnameortitle('DueDate')"),
            {"Required": False},
            ("update", "field", "Actions", "DueDate", "required"),
        ),
        (
            actions("fields/getbyinternalnameortitle('Title')"),
            {"Description": "x"},
            ("update", "field", "Actions", "Title", "description"),
        ),
        (
            "web/GetList('/sites/demo/Lists/Actions')",
            {"Title": "Acties"},
            ("update", "list", "Actions", "Actions", "title"),
        ),
        (
            "web/GetList('/sites/demo/Lists/TeamRoles')",
            {"EnableVersioning": False},
            ("update", "list", "TeamRoles", "TeamRoles", "versioning"),
        ),
        (
            "web/GetList('/sites/demo/Lists/TeamRoles')",
            {"ValidationFormula": ""},
            ("update", "list", "TeamRoles", "TeamRoles", "validation"),
        ),
        (actions("views/getbytitle('Te laat')"), {"Title": "Laat"}, ("update", "view", "Actions", "Te laat", "title")),
        (
            actions("views/getbytitle('Te laat')"),
            {"RowLimit": 5},
            ("update", "view", "Actions", "Te laat", "row_limit"),
        ),
        (
            actions("views/getbytitle('Te laat')"),
            {"ViewQuery": "<OrderBy><FieldRef Name='ID'/></OrderBy>"},
            ("update", "view", "Actions", "Te laat", "query"),
        ),
        (
            actions("views/getbytitle('Afgerond')"),
            {"DefaultView": True},
            ("update", "view", "Actions", "Mijn open acties", "default"),
        ),
    ],
)
def test_drift_is_named_exactly_and_repaired_exactly(
    built: FarEnd, definitions: Definitions, path: str, body: dict[str, Any], expected: tuple[str, ...]
) -> None:
    merge(built, path, body)
    plan = plan_site(built.open(), definitions)
    assert [short(change) for change in plan.changes] == [expected]
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert (result.ok, result.applied) == (True, 1)
    # The check of this column names it by its title, so it is written once more behind the title.
    assert len(built.writes()) == (2 if "'ActionDoneOn'" in path else 1)
    assert plan_site(built.open(), definitions).changes == ()


def test_settings_of_lists_are_put_back_with_one_write_a_list(built: FarEnd, definitions: Definitions) -> None:
    merge(built, of_list("Actions"), {"Description": "x", "MajorVersionLimit": 10, "EnableFolderCreation": True})
    merge(built, of_list("Stakeholders"), {"NoCrawl": False, "EnableAttachments": True})
    merge(built, of_list("ReminderLog"), {"Hidden": False})
    plan = plan_site(built.open(), definitions)
    assert sorted((change.verb, change.kind, change.list, str(change.attribute)) for change in plan.changes) == [
        ("update", "list", "Actions", "description"),
        ("update", "list", "Actions", "folders"),
        ("update", "list", "Actions", "version_limit"),
        ("update", "list", "ReminderLog", "hidden"),
        ("update", "list", "Stakeholders", "attachments"),
        ("update", "list", "Stakeholders", "no_crawl"),
    ]
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert (result.ok, result.applied, len(built.writes())) == (True, 6, 3)
    assert plan_site(built.open(), definitions).changes == ()


def test_settings_that_are_not_declared_are_left_to_people(built: FarEnd, definitions: Definitions) -> None:
    merge(built, of_list("Actions"), {"MajorVersionLimit": 500, "NoCrawl": True, "EnableAttachments": False})
    assert plan_site(built.open(), definitions).changes == ()


def test_a_library_keeps_drafts_too(far_end: FarEnd, definitions: Definitions) -> None:
    # guide.md §2.10: major and minor versions.
    assert provision(far_end.open(), definitions, Wish("routine", ("ProjectDocuments",))).ok
    (answer,) = far_end.open().run([Operation("GET", "web/GetList('/sites/demo/ProjectDocuments')")])
    assert (answer.entity["EnableVersioning"], answer.entity["EnableMinorVersions"]) == (True, True)
    merge(far_end, "web/GetList('/sites/demo/ProjectDocuments')", {"EnableMinorVersions": False})
    (change,) = plan_site(far_end.open(), definitions).changes
    assert short(change) == ("update", "list", "ProjectDocuments", "ProjectDocuments", "minor_versions")


def test_views_are_never_made_anew(built: FarEnd, definitions: Definitions) -> None:
    def ids() -> dict[str, str]:
        (answer,) = built.open().run([Operation("GET", actions("views"))])
        return {view["ServerRelativeUrl"]: view["Id"] for view in answer.entries}

    before = ids()
    merge(built, actions("views/getbytitle('Te laat')"), {"Title": "Laat", "RowLimit": 5, "ViewQuery": ""})
    merge(built, of_list("Actions"), {"Title": "Acties"})
    assert provision(built.open(), definitions).ok
    assert ids() == before


def test_a_lookup_of_a_deleted_list_is_refused_with_the_way_back(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("starter", ("Milestones",))).ok
    (bin_,) = far_end.open().run([Operation("POST", of_list("Milestones", "recycle"))])
    result = provision(far_end.open(), definitions)
    assert not result.ok
    assert {short(change) for change in result.plan.refusals} == {
        ("refuse", "field", "Actions", "RelatedMilestone", "lookup"),
        ("refuse", "field", "CommunicationCalendar", "RelatedMilestone", "lookup"),
    }
    assert "recycle bin" in str(result.error)
    assert "earlier list Milestones" in str(result.error)
    # The new list makes way, the old one comes back; the link to it went with it.
    number = bin_.checked().entity.get("value") or bin_.entity["Recycle"]
    done(
        far_end,
        Operation("DELETE", of_list("Milestones")),
        Operation("POST", f"web/RecycleBin('{number}')/restore()"),
    )
    after = plan_site(far_end.open(), definitions)
    assert [short(change) for change in after.changes] == [("create", "navigation", "Milestones", "Milestones", None)]


def test_columns_of_a_view_are_put_back(built: FarEnd, definitions: Definitions) -> None:
    site = built.open()
    site.run([Operation("POST", actions("views/getbytitle('Te laat')/viewfields/removeviewfield('DueDate')"))])
    (change,) = plan_site(built.open(), definitions).changes
    assert short(change) == ("update", "view", "Actions", "Te laat", "fields")
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def test_a_column_that_was_deleted_comes_back(built: FarEnd, definitions: Definitions) -> None:
    built.open().run([Operation("DELETE", actions("fields/getbyinternalnameortitle('MeetingName')"))])
    changes = [short(change) for change in plan_site(built.open(), definitions).changes]
    assert ("create", "field", "Actions", "MeetingName", None) in changes
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def test_hidden_forms_and_choices_are_repaired_and_extra_choices_stay(built: FarEnd, definitions: Definitions) -> None:
    site = built.open()
    path = actions("fields/getbyinternalnameortitle('ActionOrigin')")
    verbose = {"Content-Type": "application/json;odata=verbose"}
    body = {"__metadata": {"type": "SP.FieldChoice"}, "Choices": {"results": ["Overleg", "Eigen keuze"]}}
    for answer in site.run(
        [
            Operation("MERGE", path, body, headers=verbose),
            Operation("POST", actions("fields/getbyinternalnameortitle('ImportKey')/setshowinnewform(true)")),
        ]
    ):
        answer.checked()
    changes = [short(change) for change in plan_site(built.open(), definitions).changes]
    assert changes == [
        ("update", "field", "Actions", "ActionOrigin", "choices"),
        ("report", "field", "Actions", "ActionOrigin", "choices"),
        ("update", "field", "Actions", "ImportKey", "in_forms"),
    ]
    assert provision(built.open(), definitions).ok
    (answer,) = built.open().run([Operation("GET", path)])
    # guide.md §2.1: the labels of ActionOrigin; what users added is kept behind them.
    assert answer.entity["Choices"] == [
        "Overleg",
        "Besluit",
        "Risico",
        "Communicatie",
        "Signaal",
        "Anders",
        "Eigen keuze",
    ]
    (left,) = plan_site(built.open(), definitions).changes
    assert (left.verb, left.before) == ("report", ("Eigen keuze",))


def test_what_people_added_is_reported_and_untouched(built: FarEnd, definitions: Definitions) -> None:
    xml = "<Field Type='Text' Name='Wijk' DisplayName='Wijk' />"
    for answer in built.open().run(
        [
            Operation("POST", "web/lists", {"Title": "Borrels", "BaseTemplate": 100}),
            Operation("POST", actions("fields/createfieldasxml"), {"parameters": {"SchemaXml": xml, "Options": 8}}),
            Operation(
                "POST", actions("views/add"), {"parameters": {"Title": "Mijn kijk", "ViewFields": ["LinkTitle"]}}
            ),
        ]
    ):
        answer.checked()
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert result.ok
    assert [short(change) for change in result.plan.changes] == [
        ("report", "field", "Actions", "Wijk", None),
        ("report", "view", "Actions", "Mijn kijk", None),
        ("report", "list", "Borrels", "Borrels", None),
    ]
    assert built.writes() == []
