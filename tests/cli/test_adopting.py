"""Lists that people made become definitions: through the command, the real clients and a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projectlists.definitions.loading import load, shipped_folder
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from projectlists.structure.plan import Change
from projectlists.validate import validate
from tests.cli.test_jobs import Program, program_for
from tests.far_end import FarEnd

BORRELS = "web/GetList('/sites/demo/Lists/Borrels')"
COLUMNS = (
    "<Field Type='Choice' Name='Soort' DisplayName='Soort borrel' Required='TRUE'>"
    "<CHOICES><CHOICE>Start van het project</CHOICE><CHOICE>Eén jaar!</CHOICE><CHOICE>2 jaar</CHOICE></CHOICES>"
    "<Default>Eén jaar!</Default></Field>",
    "<Field Type='DateTime' Name='Op' DisplayName='Op' Format='DateOnly' Indexed='TRUE'>"
    "<Default>[today]</Default></Field>",
    "<Field Type='DateTime' Name='Moment' DisplayName='Hoe laat' Format='DateTime' />",
    "<Field Type='Number' Name='field_1' DisplayName='Aantal: mensen' Min='0' Max='80' Decimals='0' />",
    "<Field Type='User' Name='Wie' DisplayName='Wie' List='UserInfo' />",
    "<Field Type='Text' Name='Wijk_x0020_naam' DisplayName='yes' MaxLength='40' />",
    "<Field Type='Calculated' Name='Dubbel' DisplayName='Dubbel' ResultType='Number'>"
    "<Formula>=[Aantal: mensen]*2</Formula></Field>",
    "<Field Type='UserMulti' Name='Gasten' DisplayName='Gasten' List='UserInfo' Mult='TRUE' />",
)
VIEWS: tuple[dict[str, Any], ...] = (
    {
        "Title": "Mijn borrels",
        "ViewFields": ["LinkTitle", "Op", "Wie"],
        "Query": '<OrderBy><FieldRef Name="Op" Ascending="FALSE" /></OrderBy><Where><And><Eq><FieldRef Name="Wie" />'
        '<Value Type="Integer"><UserID /></Value></Eq><Eq><FieldRef Name="Soort" />'
        '<Value Type="Text">2 jaar</Value></Eq>'
        "</And></Where>",
        "RowLimit": 30,
    },
    {
        "Title": "Begint met A",
        "ViewFields": ["LinkTitle"],
        "Query": '<Where><BeginsWith><FieldRef Name="Title" /><Value Type="Text">A</Value></BeginsWith></Where>',
    },
)


@pytest.fixture
def program(far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return program_for(far_end, tmp_path, capsys)


@pytest.fixture
def borrels(far_end: FarEnd) -> FarEnd:
    """A list that somebody made, with rows."""
    made = [Operation("POST", "web/lists", {"Title": "Borrels", "Description": "Wat we vieren", "BaseTemplate": 100})]
    made += [
        Operation("POST", f"{BORRELS}/fields/createfieldasxml", {"parameters": {"SchemaXml": xml, "Options": 8}})
        for xml in COLUMNS
    ]
    made += [Operation("POST", f"{BORRELS}/views/add", {"parameters": view}) for view in VIEWS]
    made.append(Operation("POST", f"{BORRELS}/items", {"Title": "Afscheid", "Soort": "2 jaar"}))
    for answer in far_end.open().run(made):
        answer.checked()
    return far_end


def in_list(changes: tuple[Change, ...], key: str) -> list[tuple[str, str, str]]:
    return [(change.verb, change.kind, change.name) for change in changes if change.list == key]


def test_a_list_becomes_a_definition_that_changes_nothing(
    borrels: FarEnd,
    program: Program,
    tmp_path: Path,
) -> None:
    status, out, err = program("plan", "demo", "--adopt", str(tmp_path), "--list", "Borrels")
    assert status == 0, out
    file = tmp_path / "borrels.yaml"
    assert str(file) in out
    assert "provision SITE --lists Borrels" in err
    text = file.read_text("utf-8")
    assert "BeginsWith" in text.split("fields:")[-1]
    # What cannot be said is named: a column with several people, one with a time of day.
    for words in ("Gasten", "Hoe laat", "Begint met A"):
        assert words in out
        assert f"# - Column {words}" in text or f"# - View {words}" in text

    assert validate([tmp_path]) == ()
    definitions = load([shipped_folder("lists"), tmp_path])
    listing = definitions.lists["Borrels"]
    kind = listing.field("Soort")
    assert kind is not None
    assert [choice.key for choice in kind.choices] == ["start_van_het_project", "een_jaar", "choice_2_jaar"]
    assert (kind.required, kind.default) == (True, "een_jaar")
    number = listing.field("field_1")
    assert number is not None
    assert (number.title.nl, number.minimum, number.maximum, number.decimals) == ("Aantal: mensen", 0, 80, 0)
    double = listing.field("Dubbel")
    assert double is not None
    assert double.formula == "=[field_1]*2"
    view = next(view for view in listing.views if view.title.nl == "Mijn borrels")
    assert view.model_dump(exclude_defaults=True)["filter"] == {
        "all": ({"field": "Wie", "is_me": True}, {"field": "Soort", "equals": "choice_2_jaar"})
    }

    wish = Wish("starter", ("Borrels",))
    plan = plan_site(borrels.open(), definitions, wish)
    # Only its link on the site is new: of the list itself nothing changes.
    work = [change for change in in_list(plan.changes, "Borrels") if change[0] != "report"]
    assert work == [("create", "navigation", "Borrels")]
    assert provision(borrels.open(), definitions, wish).ok
    assert plan_site(borrels.open(), definitions).work == ()


def test_what_people_added_to_a_list_of_ours(far_end: FarEnd, program: Program, tmp_path: Path) -> None:
    assert program("provision", "demo", "--yes")[0] == 0
    actions = "web/GetList('/sites/demo/Lists/Actions')"
    xml = "<Field Type='Text' Name='Wijk' DisplayName='Wijk' />"
    view = {
        "Title": "Per wijk",
        "ViewFields": ["LinkTitle", "Wijk"],
        "Query": '<OrderBy><FieldRef Name="Wijk" /></OrderBy>',
    }
    origin = {
        "__metadata": {"type": "SP.FieldChoice"},
        "Choices": {"results": ["Overleg", "Besluit", "Risico", "Communicatie", "Signaal", "Anders", "Wandeling"]},
    }
    for answer in far_end.open().run(
        [
            Operation("POST", f"{actions}/fields/createfieldasxml", {"parameters": {"SchemaXml": xml, "Options": 8}}),
            Operation("POST", f"{actions}/views/add", {"parameters": view}),
            Operation(
                "MERGE",
                f"{actions}/fields/getbyinternalnameortitle('ActionOrigin')",
                origin,
                headers={"Content-Type": "application/json;odata=verbose"},
            ),
        ]
    ):
        answer.checked()
    shown = program("plan", "demo")[1]
    assert "plan SITE --adopt FILE" in shown
    status, out, _err = program("plan", "demo", "--adopt", str(tmp_path / "actions.yaml"), "--list", "Actielijst")
    assert status == 0, out
    definitions = load([shipped_folder("lists"), tmp_path])
    assert definitions.lists["Actions"].reminders
    plan = plan_site(far_end.open(), definitions)
    assert plan.changes == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--adopt", "x.yaml"), "--list"),
        (("--adopt", "x.yaml", "--list", "Nergens"), "Nergens"),
        (("--adopt", "x.yaml", "--list", "Borrels"), "borrels.yaml"),
    ],
)
def test_what_cannot_be_adopted(
    borrels: FarEnd,
    program: Program,
    words: tuple[str, ...],
    said: str,
) -> None:
    status, _out, err = program("plan", "demo", *words)
    assert status in {1, 2}
    assert said in err


def test_a_file_that_is_there_stays(borrels: FarEnd, program: Program, tmp_path: Path) -> None:
    (tmp_path / "borrels.yaml").write_text("mine", "utf-8")
    status, _out, err = program("plan", "demo", "--adopt", str(tmp_path), "--list", "/sites/demo/Lists/Borrels")
    assert status == 2
    assert "borrels.yaml" in err
    assert (tmp_path / "borrels.yaml").read_text("utf-8") == "mine"
