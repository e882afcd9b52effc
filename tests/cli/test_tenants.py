"""Several tenants in one config folder: two sandboxes that know nothing of each other, and commands over both."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import main
from projectlists.cli.session import Session
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd

HOSTS = {"noord": "lindervoort.sharepoint.com", "zuid": "oosterwold.sharepoint.com"}


class Both:
    """The program with a config folder of two tenants, each with its own sandbox, mailbox and site."""

    def __init__(self, first: FarEnd, second: FarEnd, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.far_ends = {"noord": first, "zuid": second}
        self.folder = folder
        self._capsys = capsys
        shutil.copytree(first.config.folder, folder)
        (folder / "tenants").mkdir()
        file = folder / "tenants" / "oosterwold.yaml"
        shutil.copy(second.config.folder / "tenant.yaml", file)
        rows = [f"{key},Project {key},{far_end.url},improvisation,nl\n" for key, far_end in self.far_ends.items()]
        (folder / "sites.csv").write_text("key,name,url,profile,language\n" + "".join(rows), "utf-8")

    def __call__(self, *words: str) -> tuple[int, str, str]:
        status = main(["--lang", "en", "--config", str(self.folder), *words])
        shown = self._capsys.readouterr()
        return status, shown.out, shown.err

    def json(self, *words: str) -> tuple[int, dict[str, Any]]:
        status, out, _err = self("--json", *words)
        return status, json.loads(out)

    def hosts(self, key: str) -> set[str]:
        """The SharePoint hosts that the sandbox of one tenant was asked for."""
        return {entry["host"] for entry in self.far_ends[key].log()}

    def late_action(self, key: str) -> str:
        """A project with an action that is due on Wednesday 25 November 2026; the address of its owner."""
        far_end = self.far_ends[key]
        far_end.control("POST", "clock", {"now": "2026-11-20T08:00:00Z"})
        site = far_end.open()
        (owner,) = site.people([far_end.ready["users"][2]["upn"]]).values()
        values = {"Title": "Bel", "DueDate": "2026-11-24T23:00:00Z", "ActionOwnerId": owner.id}
        (answer,) = site.run([site.addition("Actions", values)])
        answer.checked()
        return owner.mail


@pytest.fixture(scope="module")
def _second() -> Iterator[dict[str, Any]]:
    with running(Options(seed="none", tenant="oosterwold")) as ready:
        yield ready


@pytest.fixture
def both(far_end: FarEnd, _second: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Both:
    second = FarEnd(_second)
    second.reset()
    return Both(far_end, second, tmp_path / "config", capsys)


def test_each_site_is_set_up_and_mailed_by_its_own_tenant(both: Both, tmp_path: Path) -> None:
    table = tmp_path / "projects.csv"
    shutil.copy(both.folder / "sites.csv", table)
    status, made = both.json("bootstrap", str(table), "--yes")
    assert (status, [(site["key"], site["applied"] > 0) for site in made["sites"]]) == (
        0,
        [("noord", True), ("zuid", True)],
    )
    assert {key: both.hosts(key) for key in HOSTS} == {key: {host} for key, host in HOSTS.items()}
    owners = {key: both.late_action(key) for key in HOSTS}

    status, told = both.json("remind", "--today", "2026-11-25")

    assert status == 0
    assert [site["site"] for site in told["sites"]] == [one.url for one in both.far_ends.values()]
    assert [(one["site"], one["recipient"], one["outcome"]) for one in told["reminders"]] == [
        (both.far_ends[key].url, owners[key], "sent") for key in HOSTS
    ]
    for key, far_end in both.far_ends.items():
        (mail,) = far_end.control("GET", "mail")
        assert mail["to"] == [owners[key]]


def test_a_tenant_out_of_reach_does_not_stop_the_other(both: Both) -> None:
    both.far_ends["noord"].faults(
        {"host": "login.microsoftonline.com", "path": "token", "do": "status:503", "times": 99}
    )

    status, planned = both.json("plan", "--all")

    assert status == 1
    assert [site["ok"] for site in planned["sites"]] == [False, True]


@pytest.mark.slow
def test_the_doctor_looks_at_one_tenant_after_the_other(both: Both) -> None:
    first, second = (far_end.config.tenant for far_end in both.far_ends.values())

    _status, out, _err = both("doctor")

    before, after = out.split(f"Tenant {second}\n")
    assert before.startswith(f"Tenant {first}\n")
    for part in (before, after):
        assert "✓ in order: The clock of this machine is right." in part
        assert "[demo]: The site has no lists yet." in part


def test_a_site_by_its_address_and_one_of_nobody(both: Both) -> None:
    assert both("plan", both.far_ends["zuid"].url, "--profile", "starter")[0] == 0
    assert both.hosts("noord") == set()

    status, _out, err = both("plan", "https://elders.sharepoint.com/sites/demo")
    assert status == 2
    assert "https://lindervoort.sharepoint.com or https://oosterwold.sharepoint.com" in err


def test_a_person_is_told_for_which_tenant_a_code_is(
    both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    far_end = both.far_ends["zuid"]
    file = both.folder / "tenants" / "oosterwold.yaml"
    identity = f"identity: {{client_id: {far_end.control('GET', '')['public_client_id']}, sign_in: device-code}}\n"
    file.write_text(re.sub(r"identity:\n(?:  .*\n)+", identity, file.read_text("utf-8")), "utf-8")
    shown = Session._show_code

    def declined(session: Session, address: str, code: str) -> None:
        shown(session, address, code)
        answer = {"user_code": code, "upn": far_end.ready["users"][0]["upn"], "action": "decline"}
        far_end.control("POST", "devicecode", answer)

    monkeypatch.setattr(Session, "_show_code", declined)

    status, _out, err = both("plan", "zuid")

    assert status == 1
    assert re.search(rf"^Tenant {far_end.config.tenant}\nOpen http\S+ and type the code", err, re.MULTILINE)
