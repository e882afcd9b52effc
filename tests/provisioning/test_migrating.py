"""Choices, columns and profiles that change while a site is in use: rows follow, nothing people entered is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from projectlists.definitions.model import Choice, Definitions, ListField
from projectlists.definitions.names import ProfileKey
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import SiteResult, Wish, plan_site, provision
from projectlists.provisioning.undoing import Undo, undo
from projectlists.structure.plan import Change
from tests.far_end import FarEnd

STARTER = Wish("starter")
VERBOSE = {"Content-Type": "application/json;odata=verbose"}
EDITED = "2026-03-02 09:30:00"  # a UTC instant, as ValidateUpdateListItem takes it with datesInUTC


def path(rest: str, key: str = "Actions") -> str:
    return f"web/GetList('/sites/demo/Lists/{key}')/{rest}"


def do(far_end: FarEnd, *operations: Operation) -> list[Mapping[str, Any]]:
    return [answer.checked().entity for answer in far_end.open().run(list(operations))]


def add(far_end: FarEnd, *rows: dict[str, Any], key: str = "Actions") -> list[int]:
    return [row["Id"] for row in do(far_end, *(Operation("POST", path("items", key), row) for row in rows))]


def action(status: str, **more: Any) -> dict[str, Any]:
    return {"Title": "Bestek nakijken", "ActionStatus": status, **more}


def edited_by(far_end: FarEnd, number: int, upn: str) -> None:
    """Make a person the last to have changed a row, a while ago."""
    values = {"Modified": EDITED, "Editor": f"[{{'Key':'i:0#.f|membership|{upn}'}}]"}
    form = [{"FieldName": name, "FieldValue": value} for name, value in values.items()]
    body = {"formValues": form, "bNewDocumentUpdate": True, "datesInUTC": True}
    do(far_end, Operation("POST", path(f"items({number})/ValidateUpdateListItem"), body))


def rows(far_end: FarEnd, column: str = "ActionStatus", key: str = "Actions") -> dict[int, Any]:
    (answer,) = do(far_end, Operation("GET", path("items", key), query={"$top": "5000"}))
    return {row["Id"]: row[column] for row in answer["value"]}


def offered(far_end: FarEnd, column: str = "ActionStatus", key: str = "Actions") -> list[str]:
    (answer,) = do(far_end, Operation("GET", path(f"fields/getbyinternalnameortitle('{column}')", key)))
    return list(answer["Choices"])


def with_column(definitions: Definitions, name: str, key: str = "Actions", **changed: Any) -> Definitions:
    listing = definitions.lists[key]
    fields = tuple(field.model_copy(update=changed) if field.name == name else field for field in listing.fields)
    lists = {**definitions.lists, key: listing.model_copy(update={"fields": fields})}
    return definitions.model_copy(update={"lists": lists})


def column(definitions: Definitions, name: str, key: str = "Actions") -> ListField:
    found = definitions.lists[key].field(name)
    assert found is not None
    return found


def renamed(
    definitions: Definitions, old: str, new: str, *, name: str = "ActionStatus", key: str = "Actions"
) -> Definitions:
    """The definitions with another Dutch label for one choice, that still knows the old one."""
    choices = tuple(
        Choice(key=choice.key, nl=new, en=choice.en, was=(old,)) if choice.nl == old else choice
        for choice in column(definitions, name, key).choices
    )
    return with_column(definitions, name, key, choices=choices)


def relabelling(changes: tuple[Change, ...]) -> list[tuple[Any, ...]]:
    return [
        (change.verb, change.list, change.name, change.before, change.after, change.rows)
        for change in changes
        if change.attribute == "labels"
    ]


def test_a_new_label_reaches_the_rows_and_leaves_no_marks(built: FarEnd, definitions: Definitions) -> None:
    person = built.ready["users"][0]["upn"]
    first, second, other = add(
        built, action("In behandeling"), action("In behandeling"), action("Nieuw", ProgressNote="Gebeld")
    )
    edited_by(built, first, person)
    wanted = renamed(definitions, "In behandeling", "Bezig")

    plan = plan_site(built.open(), wanted)
    assert relabelling(plan.changes) == [
        ("update", "Actions", "ActionStatus", ("In behandeling",), ("Bezig",), 2),
    ]
    assert rows(built)[first] == "In behandeling"  # a plan writes nothing

    kept: list[Undo] = []
    result = provision(built.open(), wanted, keep=kept.append, fingerprint=plan.fingerprint)
    assert (result.ok, result.error) == (True, None)
    assert rows(built) == {first: "Bezig", second: "Bezig", other: "Nieuw"}
    assert offered(built) == ["Nieuw", "Bezig", "Wacht op ander", "Afgerond", "Vervallen"]
    assert plan_site(built.open(), wanted).changes == ()

    (row,) = do(
        built, Operation("GET", path(f"items({first})"), query={"$select": "Modified,Editor/Name", "$expand": "Editor"})
    )
    assert row["Modified"] == "2026-03-02T09:30:00Z"
    assert row["Editor"]["Name"] == f"i:0#.f|membership|{person}"
    assert [(value.item, value.column, value.old, value.new) for value in kept[0].values] == [
        (first, "ActionStatus", "In behandeling", "Bezig"),
        (second, "ActionStatus", "In behandeling", "Bezig"),
    ]


def test_several_choices_in_one_row(built: FarEnd, definitions: Definitions) -> None:
    number = add(built, {"Title": "Bewoners", "StakeholderRole": ["Gebruiker", "Beslisser"]}, key="Stakeholders")[0]
    wanted = renamed(definitions, "Gebruiker", "Eindgebruiker", name="StakeholderRole", key="Stakeholders")
    assert provision(built.open(), wanted).ok
    assert rows(built, "StakeholderRole", "Stakeholders") == {number: ["Eindgebruiker", "Beslisser"]}
    assert plan_site(built.open(), wanted).changes == ()


def test_what_somebody_changes_meanwhile_stays(built: FarEnd, definitions: Definitions) -> None:
    finished, retitled, untouched = add(built, *(action("In behandeling") for _row in range(3)))
    wanted = renamed(definitions, "In behandeling", "Bezig")

    def meanwhile(_undo: Undo) -> None:
        if rows(built)[finished] == "In behandeling":
            do(
                built,
                Operation("MERGE", path(f"items({finished})"), {"ActionStatus": "Afgerond"}),
                Operation("MERGE", path(f"items({retitled})"), {"Title": "Bestek controleren"}),
            )

    assert provision(built.open(), wanted, keep=meanwhile).ok
    assert rows(built) == {finished: "Afgerond", retitled: "Bezig", untouched: "Bezig"}
    assert rows(built, "Title")[retitled] == "Bestek controleren"
    assert plan_site(built.open(), wanted).changes == ()


def test_putting_back_leaves_what_was_changed_since(built: FarEnd, definitions: Definitions) -> None:
    numbers = add(built, *(action("In behandeling") for _row in range(3)))
    kept: list[Undo] = []
    assert provision(built.open(), renamed(definitions, "In behandeling", "Bezig"), keep=kept.append).ok
    do(built, Operation("MERGE", path(f"items({numbers[1]})"), {"ActionStatus": "Afgerond"}))

    result = undo(built.open(), Undo.model_validate_json(kept[0].as_text()))
    assert (result.failure, result.restored, result.left) == (None, 2, 1)
    assert rows(built) == dict(zip(numbers, ["In behandeling", "Afgerond", "In behandeling"], strict=True))
    assert offered(built) == ["Nieuw", "In behandeling", "Wacht op ander", "Afgerond", "Vervallen"]
    # The columns are as the first definitions have them: nothing is left but the looks that name the labels.
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def items_fault(after: int, do_: str) -> dict[str, Any]:
    return {"method": "MERGE", "path": r"Lists/Actions'\)/items\(", "after": after, "do": do_}


@pytest.mark.parametrize(
    "rules",
    [
        [items_fault(1, "reset-before")],
        # The moment between the rows and the column: the earlier label is still offered.
        [{"method": "MERGE", "path": r"'ActionStatus'\)$", "after": 1, "times": 5, "do": "status:500"}],
        *(
            pytest.param([rule], marks=pytest.mark.slow)
            for rule in (
                items_fault(1, "status:500"),
                items_fault(2, "reset-after"),
                items_fault(0, "status:504-after"),
                {"path": "ValidateUpdateListItem", "do": "reset-before"},
                {"method": "MERGE", "path": r"'ActionStatus'\)$", "times": 5, "do": "status:503"},
            )
        ),
    ],
)
def test_an_interrupted_migration_goes_on_where_it_stopped(
    built: FarEnd, definitions: Definitions, rules: list[dict[str, Any]]
) -> None:
    numbers = add(built, *(action("In behandeling") for _row in range(4)))
    wanted = renamed(definitions, "In behandeling", "Bezig")
    built.faults(*rules)
    provision(built.open(), wanted)
    built.control("DELETE", "faults")
    assert provision(built.open(), wanted).ok
    assert rows(built) == dict.fromkeys(numbers, "Bezig")
    assert offered(built) == ["Nieuw", "Bezig", "Wacht op ander", "Afgerond", "Vervallen"]
    assert plan_site(built.open(), wanted).changes == ()


def test_another_language_takes_the_rows_along(built: FarEnd, definitions: Definitions) -> None:
    number = add(built, action("Wacht op ander"))[0]
    assert provision(built.open(), definitions, Wish(language="en"), force=True).ok
    assert rows(built)[number] == "Waiting for someone"
    # A check that names a column by its title still works: an action that is not done yet may be changed.
    do(built, Operation("MERGE", path(f"items({number})"), {"ActionStatus": "In progress"}))
    assert offered(built) == ["New", "In progress", "Waiting for someone", "Done", "Cancelled"]
    assert plan_site(built.open(), definitions).changes == ()


def test_a_formula_that_kept_an_earlier_title_is_seen_and_repaired(built: FarEnd, definitions: Definitions) -> None:
    stale = {"ValidationFormula": "=OR(ISBLANK([Gedaan op]),[Gedaan op]<=TODAY())", "Title": "Gedaan op"}
    address = path("fields/getbyinternalnameortitle('ActionDoneOn')")
    do(built, Operation("MERGE", address, {"Title": stale["Title"]}))
    do(built, Operation("MERGE", address, {"ValidationFormula": stale["ValidationFormula"]}))
    do(built, Operation("MERGE", address, {"Title": "Uitgevoerd op"}))
    (change,) = plan_site(built.open(), definitions).changes
    assert (change.name, change.attribute) == ("ActionDoneOn", "validation")
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def test_a_retired_choice_stays_in_its_rows_and_is_no_longer_offered(built: FarEnd, definitions: Definitions) -> None:
    number = add(built, action("Wacht op ander"))[0]
    choices = tuple(
        choice.model_copy(update={"retired": choice.key == "waiting"})
        for choice in column(definitions, "ActionStatus").choices
    )
    wanted = with_column(definitions, "ActionStatus", choices=choices)
    assert relabelling(plan_site(built.open(), wanted).changes) == []
    assert provision(built.open(), wanted).ok
    assert offered(built) == ["Nieuw", "In behandeling", "Afgerond", "Vervallen"]
    assert rows(built)[number] == "Wacht op ander"
    assert built.open().items(wanted.lists["Actions"], names=["ActionStatus"])[0]["ActionStatus"] == "waiting"
    assert plan_site(built.open(), wanted).changes == ()
    # It can be taken back into use.
    assert provision(built.open(), definitions).ok
    assert offered(built) == ["Nieuw", "In behandeling", "Wacht op ander", "Afgerond", "Vervallen"]


@pytest.mark.slow
def test_a_choice_is_added_between_the_others(built: FarEnd, definitions: Definitions) -> None:
    number = add(built, action("Afgerond"))[0]
    first, *rest = column(definitions, "ActionStatus").choices
    wanted = with_column(
        definitions, "ActionStatus", choices=(first, Choice(key="parked", nl="Later", en="Later"), *rest)
    )
    assert provision(built.open(), wanted).ok
    assert offered(built) == ["Nieuw", "Later", "In behandeling", "Wacht op ander", "Afgerond", "Vervallen"]
    assert rows(built)[number] == "Afgerond"


def test_a_retired_column_leaves_forms_and_views_and_keeps_its_values(built: FarEnd, definitions: Definitions) -> None:
    number = add(built, action("Nieuw", MeetingName="Projectoverleg"))[0]
    wanted = with_column(definitions, "MeetingName", retired=True)
    assert provision(built.open(), wanted).ok
    assert rows(built, "MeetingName")[number] == "Projectoverleg"
    (field, views) = do(
        built,
        Operation("GET", path("fields/getbyinternalnameortitle('MeetingName')")),
        Operation("GET", path("views"), query={"$expand": "ViewFields"}),
    )
    assert 'ShowInNewForm="FALSE"' in field["SchemaXml"]
    assert 'ShowInEditForm="FALSE"' in field["SchemaXml"]
    assert not [view["Title"] for view in views["value"] if "MeetingName" in view["ViewFields"]["Items"]]
    assert plan_site(built.open(), wanted).changes == ()


@pytest.mark.slow
def test_a_retired_column_is_not_made_on_a_new_site(far_end: FarEnd, definitions: Definitions) -> None:
    wanted = with_column(definitions, "MeetingName", retired=True)
    assert provision(far_end.open(), wanted, STARTER).ok
    (fields,) = do(far_end, Operation("GET", path("fields")))
    assert "MeetingName" not in [field["InternalName"] for field in fields["value"]]
    assert plan_site(far_end.open(), wanted).changes == ()


def test_titles_and_limits_change_in_place(built: FarEnd, definitions: Definitions) -> None:
    narrow = with_column(definitions, "MeetingName", maximum_length=20)
    assert provision(built.open(), narrow).ok
    number = add(built, action("Nieuw", MeetingName="Projectoverleg"))[0]
    title = column(definitions, "MeetingName").title
    wide = with_column(narrow, "MeetingName", maximum_length=200, title=type(title)(nl="Bijeenkomst", en="Gathering"))
    wide = with_column(wide, "InterestLevel", "Stakeholders", minimum=0, maximum=10)
    result: SiteResult = provision(built.open(), wide)
    assert result.ok
    assert {(change.name, change.attribute, change.after) for change in result.plan.changes} >= {
        ("MeetingName", "title", "Bijeenkomst"),
        ("MeetingName", "maximum_length", 200),
        ("InterestLevel", "minimum", 0),
        ("InterestLevel", "maximum", 10),
    }
    assert rows(built, "MeetingName")[number] == "Projectoverleg"
    assert plan_site(built.open(), wide).changes == ()


@pytest.mark.parametrize(("name", "kind"), [("MeetingName", "Note"), ("ActionOrigin", "MultiChoice")])
def test_another_type_is_refused_with_two_steps(built: FarEnd, definitions: Definitions, name: str, kind: str) -> None:
    wanted = with_column(definitions, name, type=kind)
    result = provision(built.open(), wanted)
    assert not result.ok
    assert "two steps" in str(result.error)
    assert built.writes() == []


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [("starter", "small-project"), ("small-project", "project")])
def test_a_larger_profile_takes_the_rows_along(
    far_end: FarEnd, definitions: Definitions, before: ProfileKey, after: ProfileKey
) -> None:
    assert provision(far_end.open(), definitions, Wish(before)).ok
    number = add(far_end, action("In behandeling"))[0]
    result = provision(far_end.open(), definitions, Wish(after))
    assert (result.ok, result.error) == (True, None)
    assert rows(far_end) == {number: "In behandeling"}
    assert plan_site(far_end.open(), definitions).changes == ()


@pytest.mark.slow
def test_more_rows_than_the_service_filters(built: FarEnd, definitions: Definitions) -> None:
    # sharepoint-rest.md §6.5: 5,000 is where filters end.
    for _part in range(51):
        add(built, *(action("Nieuw" if number % 50 else "In behandeling") for number in range(100)))
    wanted = renamed(definitions, "In behandeling", "Bezig")
    plan = plan_site(built.open(), wanted)
    assert relabelling(plan.changes)[0][-1] == 102
    assert provision(built.open(), wanted).ok
    (answer,) = do(
        built,
        Operation("GET", path("items"), query={"$select": "Id", "$top": "5000", "$filter": "ActionStatus eq 'Bezig'"}),
    )
    assert len(answer["value"]) == 102
    assert plan_site(built.open(), wanted).changes == ()
