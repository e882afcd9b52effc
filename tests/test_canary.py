"""Canaries: what is secret or personal is planted everywhere, and found only where it belongs (guide.md §6.4, §6.6).

The commands run in processes of their own, with `-v`, with and without faults; everything they say and leave behind is
searched, and so is every header they send.
"""

from __future__ import annotations

import base64
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import matplotlib as mpl
import pytest
from cryptography.hazmat.primitives import serialization

from projectlists.cli import main
from projectlists.cli.session import Session
from projectlists.definitions.model import Definitions
from tests.far_end import FarEnd
from tests.reminded import FENNA, Project

ROOT = Path(__file__).parent.parent
TODAY = "2026-12-01"
ACTION, PARTY, ROLE = "Kanariegeel", "Kanarievereniging", "Kanarieverzorger"
CONTACT = "kanarie@partij.example"
PASSWORD = "wachtwoordkanarie"
SWITCH = "schakelaarkanarie"
WORKFLOWS = "prod-00.westeurope.logic.azure.com"
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}")
"""How every JSON web token begins: `{"` in base64."""


@dataclass(frozen=True)
class Said:
    """What a process wrote, and what it sent."""

    out: str
    err: str
    sent: Sequence[Mapping[str, Any]]
    left: Sequence[Path]

    def statuses(self) -> list[int]:
        """The exit status of each command."""
        return [int(found) for found in re.findall(r"^(\d+) \[", self.out, re.MULTILINE)]


class Cage:
    """A project with canaries in its rows, its config and its environment."""

    def __init__(self, far_end: FarEnd, definitions: Definitions, folder: Path) -> None:
        self.far_end = far_end
        self.folder = folder / "config"
        self.reports = folder / "reports"
        self.temporary = folder / "temporary"
        self.home = folder / "home"
        self.temporary.mkdir()
        self.home.mkdir()
        self._recording = folder / "recording"
        shutil.copytree(far_end.config.folder, self.folder)
        with (self.folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [["key", "name", "url"], ["demo", "Marktplein", far_end.url], ["gone", "Weg", f"{far_end.url}-weg"]]
            )
        webhook = str(far_end.control("GET", "")["webhook"])
        tenant = self.folder / "tenant.yaml"
        tenant.write_text(
            tenant.read_text("utf-8")
            + "\nteams:\n  - name: Projectteam\n    url_variable: KANARIE_TEAMS\n    sites: [demo]\n"
            + "logs:\n  format: json\n  ping_variable: KANARIE_SCHAKELAAR\n",
            "utf-8",
        )
        self.environment = {"KANARIE_TEAMS": webhook, "KANARIE_SCHAKELAAR": f"http://127.0.0.1:9/{SWITCH}"}
        certificate = (self.folder / str(far_end.config.identity.certificate)).read_text("utf-8")
        key = re.search(r"PRIVATE KEY-----\s+(.*?)-----END", certificate, re.DOTALL)
        assert key is not None
        self._lock_up(certificate, tenant)
        self.secrets = {
            "signature of the workflow": webhook.rpartition("sig=")[2],
            "client secret": str(far_end.ready["client_secret"]),
            "address of the switch": SWITCH,
            "password of the key": PASSWORD,
            **{f"line {number} of the private key": line for number, line in enumerate(key.group(1).split())},
        }
        people = [user for user in far_end.ready["users"] if user["upn"] != far_end.ready["mailbox"]]
        self.personal = [ACTION, PARTY, ROLE, CONTACT, *(user["upn"] for user in people), *(u["name"] for u in people)]
        self._fill(Project(far_end, definitions))

    def _lock_up(self, certificate: str, tenant: Path) -> None:
        """The key with a password, which stands in the environment."""
        locked = serialization.load_pem_private_key(certificate.encode(), None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSWORD.encode()),
        )
        (self.folder / "canary.pem").write_bytes(locked + certificate[certificate.index("-----BEGIN CERT") :].encode())
        named = r"( *)certificate: [^\n]*"
        text, count = re.subn(
            named, r"\1certificate: canary.pem\n\1password_variable: KANARIE_WACHTWOORD", tenant.read_text("utf-8")
        )
        assert count == 1
        tenant.write_text(text, "utf-8")
        self.environment["KANARIE_WACHTWOORD"] = PASSWORD

    def _fill(self, project: Project) -> None:
        fenna = project.person(FENNA)
        for day in (date(2026, 11, 24), date(2026, 12, 1)):
            project.add("Actions", Title=ACTION, ActionOwner=fenna, DueDate=day)
        project.add("Actions", Title=ACTION, DueDate=date(2027, 3, 1), ActionDoneOn=date(2026, 11, 1))
        project.add("Stakeholders", Title=PARTY, ContactAddress=CONTACT)
        project.add("TeamRoles", Title=ROLE, TeamRole="member", TeamMember=fenna)
        project.far_end.control("POST", "clock", {"now": f"{TODAY}T07:00:00Z"})

    def run(self, *commands: Sequence[str], **environment: str) -> Said:
        """Run commands one after another, as verbose as they can be."""
        self._recording.unlink(missing_ok=True)
        words = [["--config", str(self.folder), "--lang", "en", "-v", *command] for command in commands]
        done = subprocess.run(
            [sys.executable, "-m", "tests.recorded", str(self._recording)],
            input=json.dumps(words),
            cwd=ROOT,
            env=os.environ
            | self.environment
            | {"TMPDIR": str(self.temporary), "HOME": str(self.home), "MPLCONFIGDIR": mpl.get_configdir()}
            | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        lines = self._recording.read_text("utf-8").splitlines() if self._recording.exists() else []
        left = [path for folder in (self.temporary, self.home) for path in folder.rglob("*") if path.is_file()]
        return Said(done.stdout, done.stderr, [json.loads(line) for line in lines], left)

    def no_secret_in(self, said: Said) -> None:
        """No secret on any output, nor in any file that was left behind."""
        texts = {"standard output": said.out, "standard error": said.err}
        texts |= {str(path): path.read_text("utf-8", "replace") for path in said.left}
        found = [
            (what, where) for where, text in texts.items() for what, value in self.secrets.items() if value in text
        ]
        found += [("token", where) for where, text in texts.items() if TOKEN.search(text)]
        assert found == []

    def nothing_personal_in(self, text: str) -> None:
        """No title of a row, name or address."""
        assert [canary for canary in self.personal if canary.lower() in text.lower()] == []

    def headers_are_where_they_belong(self, said: Said) -> None:
        """Each token goes to the host it was made for, and no header, address or query tells of rows or people."""
        for one in said.sent:
            host = str(urlsplit(one["url"]).hostname)
            text = json.dumps(one["headers"])
            assert [canary for canary in self.personal if canary.lower() in text.lower()] == []
            in_address = [what for what, value in self.secrets.items() if value in one["url"]]
            own = {WORKFLOWS: ["signature of the workflow"], "127.0.0.1": ["address of the switch"]}
            assert in_address == own.get(host, [])
            assert [what for what, value in self.secrets.items() if value in text] == []
            token = one["headers"].get("Authorization", "").removeprefix("Bearer ")
            if not token:
                continue
            assert not host.endswith(("microsoftonline.com", "azure.com")), host
            content = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
            assert host in str(claims["aud"]) or (host, claims["aud"]) == (
                "graph.microsoft.com",
                "00000003-0000-0000-c000-000000000000",
            )


@pytest.fixture(scope="module")
def full(_running: dict[str, Any], definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Cage:
    far_end = FarEnd(_running)
    far_end.reset()
    return Cage(far_end, definitions, tmp_path_factory.mktemp("cage"))


@pytest.fixture
def cage(full: Cage) -> Iterator[Cage]:
    """The same site for all tests: each only adds days and faults, and takes its faults away."""
    yield full
    full.far_end.control("DELETE", "faults")
    for path in (path for folder in (full.temporary, full.home) for path in folder.rglob("*") if path.is_file()):
        path.unlink()


def test_when_all_goes_well(cage: Cage) -> None:
    said = cage.run(
        ["--json", "plan", "--all"],
        ["remind", "demo", "--today", TODAY, "--dry-run", "--days", "3"],
        ["--json", "remind", "--today", TODAY],
        ["doctor", "demo"],
        ["report", "demo", "--today", TODAY, "--out", str(cage.reports)],
        ["--json", "export", "Actions", "Stakeholders", "--site", "demo", "--to", str(cage.reports / "lists.json")],
    )

    assert said.statuses() == [1, 0, 1, 1, 0, 0], said.out + said.err
    cage.no_secret_in(said)
    cage.nothing_personal_in(said.err)
    cage.headers_are_where_they_belong(said)
    hosts = {str(urlsplit(one["url"]).hostname) for one in said.sent}
    assert len(hosts) == 5, hosts  # sign-in, SharePoint, Graph, the workflow of the channel, and the switch
    assert '"event": "finished"' in said.err
    for canary in (ACTION, PARTY, ROLE, CONTACT):
        assert canary not in said.out
    for path in cage.reports.iterdir():
        content = path.read_bytes()
        assert not any(secret.encode() in content for secret in cage.secrets.values())
    assert any(ACTION.encode() in path.read_bytes() for path in cage.reports.iterdir())  # there it belongs


def test_when_things_go_wrong(cage: Cage) -> None:
    cage.far_end.faults(
        {"host": "sharepoint.com", "path": "batch", "do": "token-expired", "times": 1},
        {"host": "sharepoint.com", "path": "Actions", "do": "status:500", "times": 2},
        {"host": "graph.microsoft.com", "path": "/messages", "do": "reset-after", "times": 2},
        {"host": "logic.azure.com", "path": "/workflows/", "do": "status:400", "times": 9},
        {"host": "graph.microsoft.com", "path": "/users", "do": "status:403", "times": 9},
    )
    said = cage.run(
        ["remind", "demo", "--today", TODAY],
        ["--json", "doctor", "--all"],
    )

    assert 1 in said.statuses()
    cage.no_secret_in(said)
    cage.nothing_personal_in(said.err)
    cage.headers_are_where_they_belong(said)
    for canary in (ACTION, PARTY, ROLE, CONTACT):
        assert canary not in said.out


@pytest.mark.slow
def test_when_sign_in_is_refused(cage: Cage) -> None:
    cage.far_end.faults({"host": "login.microsoftonline.com", "path": "token", "do": "status:401", "times": 99})
    said = cage.run(["doctor", "demo"])

    assert said.statuses() == [1]
    cage.no_secret_in(said)
    cage.nothing_personal_in(said.out + said.err)


def test_when_nobody_expected_it(cage: Cage) -> None:
    said = cage.run(["remind", "demo", "--today", TODAY], RECORDED_BURST="batch")

    assert said.statuses() == [3]
    (log,) = [path for path in said.left if path.suffix == ".log"]
    assert "ZeroDivisionError" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0
    cage.no_secret_in(said)
    cage.nothing_personal_in(said.err + log.read_text("utf-8"))


@pytest.mark.slow
def test_when_a_project_is_closed_and_opened_again(cage: Cage) -> None:
    archive = cage.reports.parent / "archive"
    said = cage.run(["close", "demo", "--out", str(archive), "--yes"], ["reopen", "demo"])

    assert said.statuses() == [0, 0], said.out + said.err
    cage.no_secret_in(said)
    cage.nothing_personal_in(said.out + said.err)
    cage.headers_are_where_they_belong(said)
    files = [path.read_bytes() for path in archive.rglob("*") if path.is_file()]
    assert any(ACTION.encode() in content for content in files)
    assert not any(secret.encode() in content for content in files for secret in cage.secrets.values())


@pytest.mark.parametrize(
    "mistake",
    [
        "identity:\n  client_secret: SECRET\n",
        "identity:\n  secret_variable: [SECRET]\n",
        "teams:\n  - name: Projectteam\n    url: https://prod-00.westeurope.logic.azure.com/workflows/x?sig=SECRET\n",
        "network:\n  proxy: http://user:SECRET@proxy.example:8080\n  timeout_seconds: never\n",
        "mail:\n  password: SECRET\n",
        "teams: SECRET\nSECRET: yes\n",
    ],
)
def test_a_secret_written_into_the_config_is_not_repeated_by_its_mistake(
    mistake: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "geheimekanarie"
    start = "tenant: lindervoort.onmicrosoft.com\nsharepoint: https://lindervoort.sharepoint.com\n"
    (tmp_path / "tenant.yaml").write_text(start + mistake.replace("SECRET", secret, 1), "utf-8")
    (tmp_path / "sites.csv").write_text("key,name,url\n", "utf-8")
    for words in (["-v", "plan", "demo"], ["--json", "plan", "demo"]):
        assert main(["--lang", "en", "--config", str(tmp_path), *words]) == 2
        shown = capsys.readouterr()
        assert "tenant.yaml" in shown.out + shown.err
        assert secret not in shown.out + shown.err


def test_the_tokens_of_a_person_stand_in_one_file_for_that_person_only(
    far_end: FarEnd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home, upn = tmp_path / "home", far_end.ready["users"][0]["upn"]
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    shown = Session._show_code

    def typed_at_once(session: Session, address: str, code: str) -> None:
        shown(session, address, code)
        far_end.control("POST", "devicecode", {"user_code": code, "upn": upn, "action": "approve"})

    monkeypatch.setattr(Session, "_show_code", typed_at_once)
    folder = tmp_path / "config"
    shutil.copytree(far_end.config.folder, folder)
    client = str(far_end.control("GET", "")["public_client_id"])
    file = folder / "tenant.yaml"
    identity = f"identity: {{client_id: {client}, sign_in: device-code}}"
    file.write_text(re.sub(r"identity:\n(?:  .*\n)+", identity + "\n", file.read_text("utf-8")), "utf-8")

    status = main(["--lang", "en", "--config", str(folder), "-v", "plan", far_end.url, "--profile", "starter"])

    said = capfd.readouterr()
    assert status == 0, said.err
    assert "type the code" in said.err
    assert not TOKEN.search(said.out + said.err)
    assert upn not in said.out + said.err
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    (kept,) = [path for path in files if TOKEN.search(path.read_text("utf-8", "replace"))]
    assert kept.is_relative_to(home)
    assert kept.stat().st_mode & 0o077 == 0
    assert [path for path in files if path != kept and upn in path.read_text("utf-8", "replace")] == []


def test_what_init_writes_holds_no_secret_but_the_key_for_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECTLISTS_SECRET", PASSWORD)
    monkeypatch.setenv("PROJECTLISTS_CERTIFICATE_PASSWORD", PASSWORD)
    folder = tmp_path / "config"
    words = ["--tenant", "lindervoort.onmicrosoft.com", "--site", "https://lindervoort.sharepoint.com/sites/plein"]

    status = main(["--lang", "nl", "--config", str(folder), "-v", "init", "--yes", *words])

    said = capsys.readouterr()
    assert status == 0, said.err
    texts = {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    (key,) = [path for path, text in texts.items() if "PRIVATE KEY" in text]
    assert key.stat().st_mode & 0o077 == 0
    lines = texts[key].partition("-----END")[0].split("\n")[1:]
    texts = {path: text for path, text in texts.items() if path != key} | {Path("said"): said.out + said.err}
    assert len(texts) == 8  # the config, the page in two languages and two forms, the public half, what was said
    for text in texts.values():
        assert PASSWORD not in text
        assert not any(line and line in text for line in lines)
