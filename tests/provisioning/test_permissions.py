"""Own permissions on a site: made with the list, repaired exactly, extras left (guide.md §2.0.11, §6.6)."""

from __future__ import annotations

from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import STARTER, done, of_list, short

OWNERS, VISITORS, MEMBERS = 3, 4, 5  # as a new site numbers its groups
FULL, EDIT, READ = 1073741829, 1073741830, 1073741826  # sharepoint-rest.md §8


def assigned(far_end: FarEnd, key: str) -> dict[str, list[int]]:
    """Role numbers by the title of who has them."""
    query = {"$expand": "Member,RoleDefinitionBindings"}
    (answer,) = far_end.open().run([Operation("GET", of_list(key, "roleassignments"), query=query)])
    return {
        entry["Member"]["Title"]: [role["Id"] for role in entry["RoleDefinitionBindings"]]
        for entry in answer.checked().entries
    }


def test_who_may_see_what(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("starter", ("BudgetLines", "Commitments"))).ok
    owners, members = {"Eigenaren van Demo": [FULL]}, {"Leden van Demo": [EDIT]}
    # guide.md §2.0.11: stakeholders for the core team, money for the team and not for visitors.
    assert assigned(far_end, "Stakeholders") == {**owners, "Kernteam": [EDIT]}
    assert assigned(far_end, "BudgetLines") == {**owners, **members}
    assert assigned(far_end, "Commitments") == {**owners, **members}
    assert assigned(far_end, "Actions") == {**owners, **members, "Bezoekers van Demo": [READ]}
    (answer,) = far_end.open().run([Operation("GET", "web/lists", query={"$select": "Title,HasUniqueRoleAssignments"})])
    own = {entry["Title"] for entry in answer.entries if entry["HasUniqueRoleAssignments"]}
    assert own == {"Stakeholderoverzicht", "Projectbegroting", "Opdrachten"}


def test_drift_is_named_exactly_and_repaired_exactly(built: FarEnd, definitions: Definitions) -> None:
    remove = f"roleassignments/removeroleassignment(principalid={OWNERS},roledefid={FULL})"
    lower = f"roleassignments/addroleassignment(principalid={OWNERS},roledefid={READ})"
    owners = ("permission", "Stakeholders", "owners")
    steps: list[tuple[list[str], list[tuple[str | None, ...]], int]] = [
        ([remove], [("create", *owners, None)], 1),
        ([remove, lower], [("update", *owners, "role")], 1),
        (
            ["resetroleinheritance"],
            [
                ("update", "permission", "Stakeholders", "Stakeholders", "own"),
                ("create", *owners, None),
                ("create", "permission", "Stakeholders", "core_team", None),
            ],
            3,
        ),
    ]
    for operations, expected, writes in steps:
        done(built, *(Operation("POST", of_list("Stakeholders", operation)) for operation in operations))
        assert [short(change) for change in plan_site(built.open(), definitions).changes] == expected
        built.control("DELETE", "requests")
        assert provision(built.open(), definitions).ok
        assert len(built.writes()) == writes
        assert plan_site(built.open(), definitions).work == ()


def test_what_people_gave_is_reported_and_left(built: FarEnd, definitions: Definitions) -> None:
    path = of_list("Stakeholders", f"roleassignments/addroleassignment(principalid={VISITORS},roledefid={READ})")
    done(built, Operation("POST", path))
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert result.ok
    assert [short(change) for change in result.plan.changes] == [
        ("report", "permission", "Stakeholders", "Bezoekers van Demo", None)
    ]
    assert built.writes() == []


def test_a_group_with_another_title_is_still_the_core_team(built: FarEnd, definitions: Definitions) -> None:
    (answer,) = built.open().run([Operation("GET", "web/sitegroups")])
    number = next(entry["Id"] for entry in answer.entries if entry["Title"] == "Kernteam")
    done(built, Operation("MERGE", f"web/sitegroups({number})", {"Title": "Vaste groep"}))
    assert plan_site(built.open(), definitions).changes == ()


def test_without_the_right_the_lists_are_made_and_the_rest_is_named(far_end: FarEnd, definitions: Definitions) -> None:
    # sharepoint-rest.md §8: manage is enough for lists, permissions need fullcontrol.
    far_end.control("POST", "rights", {"application": {"sharepoint": ["Sites.Manage.All"]}})
    result = provision(far_end.open(), definitions, STARTER)
    assert not result.ok
    assert "permissions (Stakeholders)" in str(result.error)
    assert "fullcontrol" in str(result.error)
    far_end.control("POST", "rights", {"application": {"sharepoint": ["Sites.FullControl.All"]}})
    after = plan_site(far_end.open(), definitions)
    assert {change.kind for change in after.work} == {"permission", "navigation"}
    assert provision(far_end.open(), definitions).ok


def test_permissions_that_may_not_be_read_are_refused_alone(built: FarEnd, definitions: Definitions) -> None:
    built.faults({"method": "GET", "path": r"\)/RoleAssignments", "times": 99, "do": "status:403"})
    plan = plan_site(built.open(), definitions)
    assert [short(change) for change in plan.changes] == [
        ("refuse", "permission", "Stakeholders", "Stakeholders", "own")
    ]
    assert plan.refused_lists == frozenset()
