"""Own permissions: the declared groups are managed, what people gave is reported (guide.md §2.0.11)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions.model import Permission
from projectlists.structure.permissions import Assignment, SitePermissions, core_team_of, permission_changes
from projectlists.structure.plan import Change, Plan
from projectlists.structure.shapes import ListShape

WANTED = ListShape(
    "Stakeholders",
    "Stakeholderoverzicht",
    "",
    permissions=(Permission(group="owners", role="full_control"), Permission(group="core_team", role="edit")),
)
OWNERS, CORE = Assignment(3, "Eigenaren", ("full_control",)), Assignment(9, "Kernteam", ("edit",))
ROLES = {"read": 2, "edit": 6, "full_control": 5}
FOUND = SitePermissions({"owners": 3, "members": 5, "core_team": 9}, ROLES, {"Stakeholders": (OWNERS, CORE)})


def changes(found: SitePermissions | None, wanted: ListShape = WANTED) -> list[tuple[object, ...]]:
    return [
        (change.verb, change.name, change.attribute, change.before, change.after)
        for change in permission_changes([wanted], found, "nl")
    ]


def with_list(*assignments: Assignment) -> SitePermissions:
    return replace(FOUND, lists={"Stakeholders": assignments})


def test_as_declared_needs_nothing() -> None:
    assert changes(FOUND) == []
    assert changes(None, replace(WANTED, permissions=())) == []


def test_a_list_that_inherits_gets_its_own() -> None:
    assert changes(replace(FOUND, lists={})) == [
        ("update", "Stakeholders", "own", False, True),
        ("create", "owners", None, None, "full_control"),
        ("create", "core_team", None, None, "edit"),
    ]


def test_a_group_that_lost_its_role_gets_it_back() -> None:
    assert changes(with_list(OWNERS)) == [("create", "core_team", None, None, "edit")]
    weaker = with_list(OWNERS, replace(CORE, roles=("read",)))
    assert changes(weaker) == [("update", "core_team", "role", ("read",), "edit")]


def test_what_people_gave_is_reported_and_stays() -> None:
    visitor = Assignment(4, "Bezoekers", ("read",))
    stronger = replace(CORE, roles=("edit", "full_control"))
    assert changes(with_list(OWNERS, stronger, visitor)) == [
        ("report", "Kernteam", None, ("full_control",), None),
        ("report", "Bezoekers", None, ("read",), None),
    ]


def test_a_group_that_is_made_tells_who_must_join_it() -> None:
    found = SitePermissions({"owners": 3}, ROLES, {"Stakeholders": (OWNERS,)})
    (change,) = permission_changes([WANTED], found, "nl")
    assert (change.verb, change.name) == ("create", "core_team")
    assert "Kernteam" in change.reason


def test_without_the_right_or_the_group_it_is_refused_and_the_list_is_made_all_the_same() -> None:
    (change,) = permission_changes([WANTED], None, "nl")
    assert (change.verb, change.kind) == ("refuse", "permission")
    made = Plan((Change("create", "list", "Stakeholders", "Stakeholders"), change))
    assert [one.kind for one in made.work] == ["list"]
    assert not made.settled
    assert changes(replace(FOUND, groups={"core_team": 9}))[0][:2] == ("refuse", "owners")


def test_the_core_team_is_known_by_its_key_before_its_title() -> None:
    assert core_team_of([(7, "kernteam", ""), (9, "Vaste groep", "Voor dit project. [core_team]")]) == 9
    assert core_team_of([(6, "Leden", ""), (7, "Core team", "")]) == 7
    assert core_team_of([(6, "Leden", "")]) == 0


assignments = st.lists(
    st.builds(
        Assignment,
        st.sampled_from([3, 4, 9]),
        st.just("x"),
        st.lists(st.sampled_from(["read", "edit", "full_control", "other"]), min_size=1, unique=True).map(tuple),
    ),
    unique_by=lambda one: one.principal,
)


@given(assignments)
def test_carrying_it_out_leaves_nothing_and_takes_nothing_away(before: list[Assignment]) -> None:
    after = {one.principal: one for one in before}
    for change in permission_changes([WANTED], with_list(*before), "nl"):
        if change.verb != "report":
            number = FOUND.groups[change.name]
            there = after.get(number, Assignment(number, "x", ()))
            after[number] = replace(there, roles=(*there.roles, str(change.after)))
    assert not [verb for verb, *_rest in changes(with_list(*after.values())) if verb != "report"]
    assert all(set(one.roles) <= set(after[one.principal].roles) for one in before)
