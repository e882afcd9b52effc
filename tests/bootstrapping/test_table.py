"""The table of projects: read whole, from CSV and Excel, with every mistake and its row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from projectlists.bootstrapping.table import Project, read
from projectlists.config.model import Site
from projectlists.errors import InvalidInput, UsageError

HOST = "https://lindervoort.sharepoint.com"
PROFILES = ("starter", "project")
TEAM = "11111111-2222-4333-8444-555555555555"
HEADINGS = (
    *("Sleutel", "Naam", "Site", "Profiel", "Taal", "Eigenaar", "Leden", "Projectmanager", "Ondersteuner"),
    *("Teamskanaal", "Soort", "Hub"),
)
CHANNEL = "19:0123456789abcdef@thread.tacv2"


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "projecten.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def xlsx(folder: Path, rows: Sequence[Sequence[str | int]]) -> Path:
    path = folder / "projecten.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Projecten")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_a_dutch_workbook_with_everything(tmp_path: Path) -> None:
    link = (
        f"https://teams.microsoft.com/l/channel/19%3A0123456789abcdef%40thread.tacv2/Algemeen?groupId={TEAM}&tenantId=x"
    )
    path = xlsx(
        tmp_path,
        [
            HEADINGS,
            [
                *("plein", "Plein", "plein-2026", "project", "nl", "Noor@gemeente.example", "a@b.nl; c@d.nl\na@b.nl"),
                *("pm@b.nl", "op@b.nl", link, "Communicatie", f"{HOST}/sites/hub/"),
            ],
            [],
            ["42", "", f"{HOST}/sites/brug"],
        ],
    )
    table = read(path, [HOST], PROFILES)

    assert table.refused == ()
    assert table.projects == (
        Project(
            line=2,
            site=Site(
                key="plein",
                name="Plein",
                url=f"{HOST}/sites/plein-2026",
                profile="project",
                language="nl",
                team=TEAM,
                channel=CHANNEL,
            ),
            kind="communication",
            hub=f"{HOST}/sites/hub",
            owner="noor@gemeente.example",
            members=("a@b.nl", "c@d.nl"),
            manager="pm@b.nl",
            supporter="op@b.nl",
        ),
        Project(line=4, site=Site(key="42", name="42", url=f"{HOST}/sites/brug")),
    )


def test_every_mistake_is_told_with_its_row_and_the_good_rows_stay(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "key;name;url;profile;owner;members;kind;hub",
        "goed;Goed;goed;starter;;;;",
        "b b;;https://elders.example/sites/b;reuze;piet;;;",
        "goed;;goed;;a@b.nl, c@d.nl;x;;",
        ";;;;;;blog;https://elders.example/sites/hub",
    )
    table = read(path, [HOST], PROFILES)

    assert [project.site.key for project in table.projects] == ["goed"]
    assert {row.line: len(row.problems) for row in table.refused} == {
        3: 4,  # key, host, profile, owner
        4: 4,  # key and url a second time, two owners, a member that is no account
        5: 4,  # no key, no url, kind, hub
    }
    assert str(table.problems[0]).startswith(f"{path}:3: ")
    assert any("piet" in problem.message for problem in table.refused[0].problems)


def test_a_title_row_with_mistakes_stops_all(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(csv(tmp_path, "key,key,kleur", "a,b,c"), [HOST], PROFILES)

    assert len(caught.value.problems) == 3  # kleur is not known, url is missing, key stands there twice
    assert all(str(problem).startswith(f"{tmp_path / 'projecten.csv'}:1: ") for problem in caught.value.problems)


def test_only_bad_rows_stop_all(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(csv(tmp_path, "key,url", "a a,a", "b b,b"), [HOST], PROFILES)
    assert [problem.line for problem in caught.value.problems] == [2, 3]


def test_a_cell_too_many_is_not_lost(tmp_path: Path) -> None:
    table = read(csv(tmp_path, "key,name,url", "a,A,a", "b,Stadhuis, verbouwing,b"), [HOST], PROFILES)
    assert [row.line for row in table.refused] == [3]


@pytest.mark.parametrize("name", ["weg.csv", "projecten.pdf", "leeg.csv"])
def test_what_is_no_table(name: str, tmp_path: Path) -> None:
    if name != "weg.csv":
        (tmp_path / name).write_text("key,url\n", "utf-8")
    with pytest.raises(UsageError):
        read(tmp_path / name, [HOST], PROFILES)
