"""What each seed makes, and the config folder that goes with it (contract §4)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from projectlists.sandbox.main import Options, SandboxError, running
from projectlists.sandbox.seeds import Seed, SeedError, parse, sites

SAMPLE = """
people:
  pm: {title: Projectmanager, unit: Team Projecten, upn: projectmanager@gemeente.example}
  legal: {title: Jurist, upn: jurist@gemeente.example}
"""


def table(ready: dict[str, Any]) -> list[dict[str, str]]:
    with (Path(ready["config"]) / "sites.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        assert reader.fieldnames == ["key", "name", "url", "profile", "language"]
        return rows


def test_none(sandbox: Any) -> None:
    assert sandbox.ready["mailbox"] == "projecten@gemeente.example"
    users = sandbox.ready["users"]
    # At least 9 people beside the mailbox.
    assert len(users) >= 9
    assert sandbox.ready["mailbox"] not in {user["upn"] for user in users}
    assert all(user["upn"].endswith(".example") for user in users)
    assert table(sandbox.ready) == []


def test_one_account_has_no_mailbox(sandbox: Any) -> None:
    # identity-mail-teams.md §7.7: what is not provisioned in Exchange Online answers MailboxNotEnabledForRESTAPI.
    assert "balie@gemeente.example" not in {user["upn"] for user in sandbox.ready["users"]}
    assert sandbox.graph("GET", "users/balie@gemeente.example?$select=mail").json()["mail"] is None
    sent = sandbox.graph("POST", "users/balie@gemeente.example/sendMail", json={"message": {}})
    assert (sent.status_code, sent.json()["error"]["code"]) == (404, "MailboxNotEnabledForRESTAPI")


def test_who_is_on_the_site(sandbox: Any) -> None:
    # A public team site: everyone is a member, the owner of the team owns it.
    def members(group: int) -> list[str]:
        found = sandbox.api("GET", f"web/siteGroups({group})/users").json()["value"]
        return [one["LoginName"].partition("/")[0] for one in found]

    owner = min(user["upn"] for user in sandbox.ready["users"])
    assert members(3) == [f"i:0#.f|membership|{owner}"]
    assert members(4) == []
    assert members(5) == ["c:0-.f|rolemanager|spo-grid-all-users"]


def test_the_config_folder_says_how_to_get_there(sandbox: Any) -> None:
    ready = sandbox.ready
    written = YAML(typ="safe").load((Path(ready["config"]) / "tenant.yaml").read_text("utf-8"))
    assert written == {
        "tenant": ready["tenant_id"],
        "sharepoint": "https://lindervoort.sharepoint.com",
        "language": "nl",
        "identity": {"client_id": ready["client_id"], "certificate": ready["certificate"]},
        "network": {"proxy": ready["proxy"], "ca_bundle": ready["ca"]},
        "mail": {"mailbox": "projecten@gemeente.example", "resend_after_seconds": 10, "per_minute": 25},
    }


def test_sample(tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(SAMPLE, "utf-8")
    with running(Options(seed="sample", sample=path)) as ready:
        assert ready["sites"] == ["https://lindervoort.sharepoint.com/sites/marktplein"]
        assert ready["users"] == [
            {"upn": "jurist@gemeente.example", "name": "Jurist"},
            {"upn": "projectmanager@gemeente.example", "name": "Projectmanager"},
        ]
        assert table(ready) == [
            {
                "key": "marktplein",
                "name": "Herinrichting Marktplein",
                "url": "https://lindervoort.sharepoint.com/sites/marktplein",
                "profile": "project",
                "language": "nl",
            }
        ]


@pytest.mark.parametrize("content", ["", "people: [", "people: {pm: {title: x}}", "people: 3", "rows: {}"])
def test_a_sample_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(SandboxError, match="no sample project"), running(Options(seed="sample", sample=path)):
        pass


def test_a_sample_without_a_file() -> None:
    with pytest.raises(SandboxError, match="needs the file"), running(Options(seed="sample")):
        pass


def test_fleet() -> None:
    with running(Options(seed="fleet:3", tenant="meerdrecht")) as ready:
        assert ready["sites"] == [f"https://meerdrecht.sharepoint.com/sites/p000{number}" for number in (1, 2, 3)]
        assert [(row["key"], row["url"]) for row in table(ready)] == [
            (f"p000{number}", f"https://meerdrecht.sharepoint.com/sites/p000{number}") for number in (1, 2, 3)
        ]


def test_fleet_numbers() -> None:
    made = sites(Seed("fleet", 10_001))
    assert [made[0].url, made[-1].url] == ["/sites/p0001", "/sites/p10001"]


@pytest.mark.parametrize("text", ["", "all", "fleet", "fleet:0", "fleet:-1", "fleet:x", "Sample"])
def test_no_seeds(text: str) -> None:
    with pytest.raises(SeedError, match="no seed"):
        parse(text)
