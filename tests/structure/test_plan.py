"""Comparing what is wanted with what is found: exact changes, stable order, limits, fingerprint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.structure.plan import MOST_COLUMNS_TOUCHED, Change, Plan, as_settings, compare
from projectlists.structure.shapes import FieldShape, ListShape, SiteShape, ViewShape

WANTED = ListShape(
    key="Actions",
    title="Actielijst",
    description="Alles",
    fields=(
        FieldShape("Title", "Text", "Actie", required=True, built_in=True),
        FieldShape("DueDate", "DateTime", "Deadline", required=True, indexed=True, date_only=True),
        FieldShape("Status", "Choice", "Status", choices=("Nieuw", "Klaar"), default="Nieuw", required=False),
        FieldShape("Modified", "", "", indexed=True, built_in=True),
    ),
    views=(ViewShape("Open", "Open acties", ("Title", "DueDate"), "<OrderBy />", default=True),),
)
FOUND = replace(
    WANTED,
    id="1",
    hidden=False,
    validation="",
    fields=(
        FieldShape("Title", "Text", "Actie", "", True, False, False, built_in=True),
        FieldShape("DueDate", "DateTime", "Deadline", "", True, True, False, default="", date_only=True),
        FieldShape("Status", "Choice", "Status", "", False, False, False, ("Nieuw", "Klaar"), "Nieuw"),
        FieldShape("Modified", "DateTime", "Gewijzigd", "", False, True, False, built_in=True),
        FieldShape("Author", "User", "Gemaakt door", "", False, False, False, built_in=True),
    ),
    views=(
        ViewShape("AllItems", "Alle items", ("Title",), default=False, id="v0"),
        ViewShape("Open", "Open acties", ("Title", "DueDate"), "<OrderBy />", default=True, data="", id="v1"),
    ),
)


def plan(found: ListShape | None, wanted: ListShape = WANTED, **others: str) -> Plan:
    lists = {found.key: found} if found else {}
    return compare([wanted], SiteShape(lists, others))


def with_field(name: str, **changed: object) -> ListShape:
    fields = tuple(replace(field, **changed) if field.name == name else field for field in FOUND.fields)  # type: ignore[arg-type]
    return replace(FOUND, fields=fields)


def short(change: Change) -> tuple[object, ...]:
    return (change.verb, change.kind, change.name, change.attribute, change.before, change.after)


def test_a_list_as_declared_needs_nothing() -> None:
    assert plan(FOUND).changes == ()
    assert plan(FOUND).settled


def test_a_new_list_is_made_with_all_it_holds_in_order() -> None:
    assert [short(change)[:4] for change in plan(None).changes] == [
        ("create", "list", "Actions", None),
        ("update", "field", "Title", "title"),
        ("create", "field", "DueDate", None),
        ("create", "field", "Status", None),
        ("update", "field", "Modified", "indexed"),
        ("create", "view", "Open acties", None),
    ]
    assert plan(None).columns_touched == 0  # none of them was there


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (with_field("DueDate", indexed=False), ("update", "field", "DueDate", "indexed", False, True)),
        (with_field("DueDate", title="Wanneer"), ("update", "field", "DueDate", "title", "Wanneer", "Deadline")),
        (with_field("DueDate", date_only=False), ("update", "field", "DueDate", "date_only", False, True)),
        (with_field("Status", required=True), ("update", "field", "Status", "required", True, False)),
        (with_field("Status", default="Klaar"), ("update", "field", "Status", "default", "Klaar", "Nieuw")),
        (
            with_field("Status", choices=("Nieuw",)),
            ("update", "field", "Status", "choices", ("Nieuw",), ("Nieuw", "Klaar")),
        ),
        (
            with_field("Status", choices=("Klaar", "Nieuw")),
            ("update", "field", "Status", "choices", ("Klaar", "Nieuw"), ("Nieuw", "Klaar")),
        ),
        (with_field("Modified", indexed=False), ("update", "field", "Modified", "indexed", False, True)),
        (replace(FOUND, title="Acties"), ("update", "list", "Actions", "title", "Acties", "Actielijst")),
        (replace(FOUND, versioning=False), ("update", "list", "Actions", "versioning", False, True)),
    ],
)
def test_one_difference_is_one_change(found: ListShape, expected: tuple[object, ...]) -> None:
    assert [short(change) for change in plan(found).changes] == [expected]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("title", "Anders"), ("fields", ("Title",)), ("query", "<Where />"), ("row_limit", 30), ("default", False)],
)
def test_one_difference_in_a_view(attribute: str, value: object) -> None:
    views = tuple(replace(view, **{attribute: value}) if view.key == "Open" else view for view in FOUND.views)  # type: ignore[arg-type]
    (change,) = plan(replace(FOUND, views=views)).changes
    assert (change.verb, change.name, change.attribute, change.key) == ("update", "Open acties", attribute, "Open")


def test_what_a_definition_does_not_state_is_left_alone() -> None:
    # decision 3: an index, a limit or a description that somebody gave stays
    assert plan(with_field("Status", indexed=True, unique=True, description="x", minimum=3.0)).changes == ()
    assert plan(replace(FOUND, validation="=[DueDate]>0", hidden=True)).changes == ()
    unknown_layout = tuple(replace(view, layout=None) for view in FOUND.views)
    assert plan(replace(FOUND, views=unknown_layout)).changes == ()


def test_what_people_added_is_reported() -> None:
    found = replace(
        FOUND,
        fields=(*FOUND.fields, FieldShape("Wijk", "Text", "Wijk")),
        views=(*FOUND.views, ViewShape("Mine", "Mijn kijk")),
    )
    made = plan(found, Borrels="Borrels")
    assert [short(change)[:3] for change in made.changes] == [
        ("report", "field", "Wijk"),
        ("report", "view", "Mijn kijk"),
        ("report", "list", "Borrels"),
    ]
    assert made.settled
    extra = plan(with_field("Status", choices=("Nieuw", "Klaar", "Eigen")))
    assert [short(change) for change in extra.changes] == [("report", "field", "Status", "choices", ("Eigen",), None)]


@pytest.mark.parametrize(
    ("found", "attribute"),
    [
        (with_field("DueDate", type="Text"), "type"),
        (replace(FOUND, template=107), "template"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_way_out(found: ListShape, attribute: str) -> None:
    made = plan(found)
    (refusal,) = made.refusals
    assert refusal.attribute == attribute
    assert "run again" in refusal.reason
    assert not made.settled
    assert made.work == ()


def test_a_refusal_stops_its_list_and_no_other() -> None:
    other = replace(WANTED, key="Risks", title="Risico's")
    broken = with_field("DueDate", type="Text", required=False)
    made = compare([WANTED, other], SiteShape({"Actions": replace(broken, title="Weg")}))
    assert {change.list for change in made.work} == {"Risks"}
    assert made.refused_lists == {"Actions"}


@pytest.mark.parametrize("taken", ["actielijst", "Actions"])
def test_a_title_in_use_elsewhere_is_refused(taken: str) -> None:
    made = plan(None, Elsewhere=taken)
    assert [(change.attribute, change.after) for change in made.refusals] in (
        [("title", "Actielijst")],
        [("title", "Actions")],
    )
    assert "Elsewhere" in made.refusals[0].reason


def test_an_existing_list_may_share_its_key_with_a_title() -> None:
    assert plan(FOUND, Elsewhere="Actions").refusals == ()


def test_too_many_columns_at_once_need_a_person() -> None:
    names = [f"Column{number}" for number in range(MOST_COLUMNS_TOUCHED + 1)]
    wanted = replace(WANTED, fields=tuple(FieldShape(name, "Text", "new") for name in names), views=())
    found = replace(FOUND, fields=tuple(FieldShape(name, "Text", "old") for name in names))
    assert plan(found, wanted).too_large
    assert not plan(replace(found, fields=found.fields[1:]), wanted).too_large


def test_the_fingerprint_stands_for_exactly_these_changes() -> None:
    first, second = plan(with_field("DueDate", indexed=False)), plan(with_field("DueDate", title="x"))
    assert first.fingerprint == plan(with_field("DueDate", indexed=False)).fingerprint
    assert first.fingerprint != second.fingerprint
    assert len({first.fingerprint, second.fingerprint, Plan().fingerprint}) == 3
    translated = Plan(tuple(replace(change, reason="anders") for change in first.changes))
    assert translated.fingerprint == first.fingerprint
    assert all(len(made.fingerprint) == 12 for made in (first, second))


def test_json_as_in_the_contract() -> None:
    (change,) = plan(with_field("Status", choices=("Nieuw",))).changes
    # contract.md §3
    assert change.as_json() == {
        "verb": "update",
        "kind": "field",
        "list": "Actions",
        "name": "Status",
        "attribute": "choices",
        "from": ["Nieuw"],
        "to": ["Nieuw", "Klaar"],
    }


def test_settings_are_a_row() -> None:
    wanted = {"profile": "starter", "language": "nl", "lists": ("Risks",)}
    (made,) = as_settings(wanted, None, "ReminderLog")
    assert (made.verb, made.kind, made.list, made.name) == ("create", "row", "ReminderLog", "settings")
    (changed,) = as_settings(wanted, {**wanted, "lists": ()}, "ReminderLog")
    assert (changed.attribute, changed.before, changed.after) == ("lists", (), ("Risks",))
    assert as_settings(wanted, dict(wanted), "ReminderLog") == ()


shapes = st.builds(
    FieldShape,
    name=st.sampled_from(["Aa", "Bb", "Cc"]),
    type=st.sampled_from(["Text", "Number"]),
    title=st.sampled_from(["x", "y"]),
    required=st.booleans(),
    choices=st.sampled_from([(), ("a",), ("b", "a")]),
)
lists = st.lists(shapes, unique_by=lambda shape: shape.name, max_size=3).map(
    lambda fields: replace(WANTED, fields=tuple(fields), views=())
)


@given(lists, lists)
def test_whatever_is_found_the_plan_only_names_differences(wanted: ListShape, found: ListShape) -> None:
    assert plan(wanted, wanted).work == ()
    for change in plan(found, wanted).work:
        assert change.before != change.after
