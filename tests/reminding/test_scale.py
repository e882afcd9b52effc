"""What a run costs is what is due, not what exists: a very long list, quiet sites, and many people over many sites."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.farend.batch import Answer, Operation
from projectlists.farend.channel import Channel
from projectlists.sandbox.main import Options as SandboxOptions
from projectlists.sandbox.main import running
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, TODAY, YARA, Clockwork, Project

COPIES = 4990


class Transfers:
    """What is read of one list: the requests that ask for its rows, and how many rows came back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
        self.requests = 0
        self.rows = 0
        run, transfers = Channel.run, self

        def counted(channel: Channel, operations: Sequence[Operation]) -> list[Answer]:
            answers = run(channel, operations)
            found = [
                answer.entries
                for operation, answer in zip(operations, answers, strict=True)
                if operation.method == "GET" and f"/Lists/{key}')/items" in operation.path
            ]
            transfers.requests += bool(found)
            transfers.rows += sum(map(len, found))
            return answers

        monkeypatch.setattr(Channel, "run", counted)


def copied(database: Path, list_title: str, numbers: Sequence[int], copies: int) -> None:
    """Rows as there are already, many times over: with a request for each this would take minutes."""
    with sqlite3.connect(database, timeout=30) as store:
        store.create_function("fresh", 0, lambda: str(uuid.uuid4()))
        (list_id,) = store.execute(
            "SELECT list_id FROM sp_item WHERE fields LIKE ? LIMIT 1", (f"%{list_title}%",)
        ).fetchone()
        columns = [row[1] for row in store.execute("PRAGMA table_info(sp_item)")]
        taken = [{"id": "id + :ahead", "unique_id": "fresh()"}.get(name, name) for name in columns]
        for position, number in enumerate(numbers):
            start = len(numbers) + 1 + position * copies - number
            for ahead in range(start, start + copies):
                values = {"list": list_id, "number": number, "ahead": ahead}
                where = "WHERE list_id = :list AND id = :number"
                store.execute(
                    f"INSERT INTO sp_item ({', '.join(columns)}) SELECT {', '.join(taken)} FROM sp_item {where}", values
                )
                store.execute(
                    "INSERT INTO sp_item_index (list_id, field_id, value, id)"
                    f" SELECT list_id, field_id, value, id + :ahead FROM sp_item_index {where}",
                    values,
                )
        store.execute(
            "UPDATE sp_item_counter SET last_id = last_id + :more, number = number + :more WHERE list_id = :list",
            {"more": len(numbers) * copies, "list": list_id},
        )


@pytest.mark.slow
@pytest.mark.parametrize("open_share", [1, 3])
def test_forty_due_rows_of_twenty_thousand(
    open_share: int, definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four kinds of rows that ask for nothing `open_share` are open: 5,000 rows, or 15,000. Then no filter that
    begins with the status is answered (sharepoint-rest.md §6.5)."""
    with running(SandboxOptions(seed="none", data=tmp_path)) as ready:
        project = Project(FarEnd(ready), definitions)
        quiet: list[dict[str, Any]] = [
            {"ActionStatus": "new", "DueDate": date(2027, 3, 1)},
            {"ActionStatus": "in_progress" if open_share > 1 else "cancelled", "DueDate": date(2027, 5, 1)},
            {"ActionStatus": "waiting" if open_share > 1 else "cancelled", "DueDate": date(2027, 6, 1)},
            {"ActionStatus": "done", "DueDate": date(2026, 6, 1), "ActionDoneOn": date(2026, 6, 1), "PercentDone": 100},
        ]
        numbers = [
            project.add("Actions", Title="stilteteller", ActionOwner=project.person(FENNA), **values)
            for values in quiet
        ]
        copied(tmp_path / "lindervoort.sqlite", "stilteteller", numbers, COPIES)
        first = project.run(TODAY - timedelta(days=1))
        assert first.ok, [site.error for site in first.sites]
        before, owners = len(project.mails()), (FENNA, DAAN, YARA)
        for number in range(40):
            project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(owners[number % 3]))
        transfers = Transfers(monkeypatch, "Actions")
        result = project.run()
        assert result.ok, result.as_json()
        assert Counter(one.outcome for one in result.reminders) == {"sent": 40}
        assert Counter(mail["to"][0] for mail in project.mails()[before:]) == Counter(owners)
        assert transfers.requests < 5
        assert transfers.rows < 200


@pytest.fixture
def fleet(definitions: Definitions) -> Iterator[tuple[FarEnd, list[Project]]]:
    with running(SandboxOptions(seed="fleet:2")) as ready:
        far_end = FarEnd(ready)
        yield far_end, [Project(far_end, definitions, url) for url in ready["sites"]]


def test_many_rows_over_sites_and_people(fleet: tuple[FarEnd, list[Project]]) -> None:
    far_end, projects = fleet
    logins = [user["upn"] for user in far_end.ready["users"] if not user["upn"].startswith(("balie", "projecten"))]
    expected: Counter[tuple[str, str]] = Counter()
    for project in projects:
        site = far_end.tenant.site(project.url)
        people = site.people(logins)
        owners = [logins[number % len(logins)] for number in range(30)]
        rows = [{"Title": "a", "DueDate": TODAY, "ActionStatus": "new", "ActionOwner": people[one]} for one in owners]
        bodies = [wire.values_for(project.lists["Actions"], "nl", site.about().zone, row) for row in rows]
        made = site.run([site.addition("Actions", body) for body in bodies])
        for owner, answer in zip(owners, made, strict=True):
            expected[owner, f"{project.url}/Lists/Actions/DispForm.aspx?ID={answer.checked().entity['Id']}"] += 1
    assert far_end.config.mail is not None
    slow = far_end.config.mail.model_copy(update={"per_minute": 4})
    far_end.config = far_end.config.model_copy(update={"mail": slow})
    sites = tuple(project.site.model_copy(update={"key": f"p{n}"}) for n, project in enumerate(projects))
    passing = Clockwork(far_end)
    result = projects[0].run(sites=sites, passing=passing)
    assert result.ok
    assert Counter(one.outcome for one in result.reminders) == {"sent": 60}
    mails = projects[0].mails()
    assert Counter(mail["to"][0] for mail in mails) == Counter(logins)
    lines = [(mail["to"][0], line.strip()) for mail in mails for line in mail["text"].splitlines()]
    assert Counter(line for line in lines if "DispForm" in line[1]) == expected
    # Ten mails, four in any minute: the ninth leaves in the third minute. This clock only passes when the job waits.
    assert 120 <= passing.clock() < 180
    again = projects[0].run(sites=sites)
    assert {one.outcome for one in again.reminders} == {"already"}
    assert len(projects[0].mails()) == len(mails)
