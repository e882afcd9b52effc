"""Every operation that is sent has words of its own: what is being done, in which list, on which site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists import language
from projectlists.farend.batch import Operation, literal
from projectlists.farend.purpose import purpose
from projectlists.provisioning.building import Building
from projectlists.structure.plan import Change, Plan
from projectlists.structure.settings import Settings
from projectlists.structure.shapes import FieldShape, ListShape, SiteShape, ViewShape

WEB = "https://lindervoort.sharepoint.com/sites/marktplein"
ACTIONS = "web/GetList('/sites/marktplein/Lists/Actions')"
COLUMN = {"parameters": {"SchemaXml": '<Field Type="DateTime" Name="DueDate" StaticName="DueDate" />', "Options": 8}}


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", f"{ACTIONS}/items", {"Title": "Bel Jan"}, "Adding a row to list Actions on site marktplein"),
        ("MERGE", f"{ACTIONS}/items(12)", {}, "Changing row 12 of list Actions on site marktplein"),
        ("GET", f"{ACTIONS}/items", None, "Reading the rows of list Actions on site marktplein"),
        ("GET", f"{ACTIONS}/items(12)/versions", None, "Reading row 12 of list Actions on site marktplein"),
        (
            "POST",
            f"{ACTIONS}/fields/createfieldasxml",
            COLUMN,
            "Adding column DueDate to list Actions on site marktplein",
        ),
        (
            "MERGE",
            f"{ACTIONS}/fields/getbyinternalnameortitle('DueDate')",
            {},
            "Changing column DueDate of list Actions on site marktplein",
        ),
        (
            "POST",
            f"{ACTIONS}/fields/getbyinternalnameortitle('DueDate')/setshowinnewform(false)",
            None,
            "Changing column DueDate of list Actions on site marktplein",
        ),
        ("GET", f"{ACTIONS}/RoleAssignments", None, "Reading the permissions of list Actions on site marktplein"),
        ("POST", f"{ACTIONS}/BreakRoleInheritance", {}, "Setting the permissions of list Actions on site marktplein"),
        (
            "POST",
            f"{ACTIONS}/RoleAssignments/AddRoleAssignment(principalId=3,roleDefId=5)",
            None,
            "Setting the permissions of list Actions on site marktplein",
        ),
        ("POST", "web/SiteGroups", {"Title": "Kernteam"}, "Making group Kernteam on site marktplein"),
        ("GET", "web/Navigation/QuickLaunch", None, "Reading the links of site marktplein"),
        ("POST", "web/Navigation/QuickLaunch", {"Title": "x"}, "Changing the links of site marktplein"),
        ("MERGE", "web/Navigation/GetNodeById(2004)", {"Title": "x"}, "Changing the links of site marktplein"),
        ("GET", f"{ACTIONS}/fields", None, "Reading the columns of list Actions on site marktplein"),
        ("GET", f"{ACTIONS}/views", None, "Reading the views of list Actions on site marktplein"),
        (
            "POST",
            f"{ACTIONS}/views/add",
            {"parameters": {"Title": "Overdue"}},
            "Adding view Overdue to list Actions on site marktplein",
        ),
        (
            "POST",
            f"{ACTIONS}/views(guid'3f2504e0-4f89-11d3-9a0c-0305e82c3301')/viewfields/removeallviewfields",
            None,
            "Changing a view of list Actions on site marktplein",
        ),
        ("MERGE", ACTIONS, {"Title": "Actielijst"}, "Changing list Actions on site marktplein"),
        ("POST", "web/lists", {"Title": "Actions"}, "Making list Actions on site marktplein"),
        ("GET", "web/lists", None, "Reading the lists of site marktplein"),
        ("GET", "web", None, "Reading site marktplein"),
        ("GET", "web/RegionalSettings/TimeZone", None, "Reading site marktplein"),
        # A library stands beside the lists (§3); quotes in an address are doubled (§1.1).
        ("GET", "web/GetList('/sites/x/Foto''s')/items", None, "Reading the rows of list Foto's on site marktplein"),
    ],
)
def test_the_words(method: str, path: str, body: Mapping[str, Any] | None, words: str) -> None:
    assert purpose(method, path, body, WEB) == words


def test_nobody_is_named_who_is_looked_up() -> None:
    path = f"web/EnsureUser({literal('i:0#.f|membership|jan@gemeente.example')})"

    assert purpose("POST", path, None, WEB) == "Looking up a person on site marktplein"


def test_a_link_to_a_next_page_is_read_too() -> None:
    # §6.5: the service's own link, percent-encoded and with its own capitals.
    link = f"{WEB}/_api/Web/GetList(%27%2Fsites%2Fmarktplein%2FLists%2FActions%27)/items?%24skiptoken=Paged%3dTRUE"

    assert purpose("GET", link, None, WEB) == "Reading the rows of list Actions on site marktplein"


def test_whatever_builds_a_list_has_no_address_in_its_words() -> None:
    column = FieldShape("DueDate", "DateTime", "Deadline", in_forms=False)
    shape = ListShape(
        "Actions", "Actielijst", "", fields=(column,), views=(ViewShape("Overdue", "Te laat", ("Title",)),)
    )
    plan = Plan(
        (
            Change("create", "list", "Actions", "Actions"),
            Change("create", "field", "Actions", "DueDate"),
            Change("create", "view", "Actions", "Te laat", key="Overdue"),
        )
    )
    building = Building(plan, (shape,), SiteShape(), Settings("project"), "/sites/marktplein", {})
    operations: list[Operation] = [*building.lists_and_plain_columns(), *building.views_and_texts()]

    said = [purpose(one.method, one.path, one.body, WEB) for one in operations]

    assert said == [
        "Making list Actions on site marktplein",
        "Changing list Actions on site marktplein",
        "Adding column DueDate to list Actions on site marktplein",
        "Adding view Overdue to list Actions on site marktplein",
        "Changing a view of list Actions on site marktplein",
    ]


def test_in_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_current", "nl")

    assert purpose("POST", f"{ACTIONS}/items", {}, WEB) == "Een rij toevoegen aan lijst Actions op site marktplein"


@given(st.sampled_from(["GET", "POST", "MERGE", "DELETE"]), st.text(max_size=60), st.booleans())
def test_any_path_has_words(method: str, path: str, in_list: bool) -> None:
    words = purpose(method, ACTIONS + path if in_list else path, None, WEB)

    assert re.match(r"(Reading|Changing|Adding|Making|Looking up) ", words)
    assert words.endswith("site marktplein")
