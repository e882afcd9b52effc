"""The jobs as a person or a scheduler starts them: whole commands, through the real clients and a sandbox."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from projectlists.cli import main
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from tests.far_end import FarEnd

HTTP = {"requests", "operations", "throttled", "retried"}


class Program:
    """The program with the config that leads to the sandbox."""

    def __init__(self, far_end: FarEnd, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.far_end = far_end
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Run it: exit status, standard output, standard error."""
        status = main(["--lang", "en", "--config", str(self.folder), *words])
        shown = self._capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, shown.out, shown.err

    def json(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Run it with --json: exit status and the one document."""
        status, out, _err = self("--json", *words)
        document: dict[str, Any] = json.loads(out)
        return status, document

    def edit(self, old: str, new: str) -> None:
        """Change the tenant file."""
        file = self.folder / "tenant.yaml"
        text = file.read_text("utf-8")
        assert re.search(old, text)
        file.write_text(re.sub(old, new, text), "utf-8")


def program_for(far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program with a config in which the sandbox's site is called demo."""
    folder = tmp_path / "config"
    shutil.copytree(far_end.config.folder, folder)
    (folder / "sites.csv").write_text(
        f"key,name,url,profile,language\ndemo,Proefproject,{far_end.url},starter,nl\n", "utf-8"
    )
    return Program(far_end, folder, capsys)


@pytest.fixture
def program(far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return program_for(far_end, tmp_path, capsys)


@pytest.fixture
def built(program: Program, definitions: Definitions) -> Program:
    status, _out, _err = program.far_end.once(
        "demo", lambda: program("provision", "demo", "--yes"), definitions=definitions
    )
    assert status == 0
    return program


def row(program: Program, key: str, values: dict[str, Any]) -> int:
    site = program.far_end.open()
    (answer,) = site.run([site.addition(key, values)])
    return int(answer.checked().entity["Id"])


def team(program: Program) -> None:
    """The manager and the supporter, since Friday 20 November 2026: the day on which all rows that follow are made."""
    program.far_end.control("POST", "clock", {"now": "2026-11-20T08:00:00Z"})
    people = program.far_end.open().people([user["upn"] for user in program.far_end.ready["users"]][:2])
    manager, supporter = people.values()
    row(program, "TeamRoles", {"Title": "PM", "TeamRole": "Projectmanager", "TeamMemberId": manager.id})
    row(program, "TeamRoles", {"Title": "OP", "TeamRole": "Ondersteuningsprofessional", "TeamMemberId": supporter.id})


def late_action(program: Program, owner: int | None) -> int:
    """An action that is due on Wednesday 25 November 2026: D0 that day."""
    values = {"Title": "Bel de aannemer", "DueDate": "2026-11-24T23:00:00Z", "ActionOwnerId": owner}
    return row(program, "Actions", values)


def test_plan_then_provision_then_nothing(program: Program) -> None:
    status, document = program.json("plan", "demo", "--check")
    assert status == 1
    (site,) = document["sites"]
    assert (site["site"], site["ok"], site["error"], site["applied"]) == (program.far_end.url, True, None, 0)
    assert {"verb", "kind", "list", "name", "attribute", "from", "to"} <= set(site["changes"][0])
    assert set(document["http"]) >= HTTP
    assert program.far_end.writes() == []

    status, made = program.json("provision", "demo", "--yes", "--plan", site["fingerprint"])
    assert (status, made["sites"][0]["fingerprint"]) == (0, site["fingerprint"])
    assert made["sites"][0]["applied"] > 100

    status, again = program.json("plan", "demo", "--check")
    assert (status, again["sites"][0]["changes"]) == (0, [])


def test_a_plan_of_yesterday_is_not_applied(program: Program) -> None:
    status, _out, err = program("provision", "demo", "--plan", "000000000000")

    assert status == 1
    assert "000000000000" in err
    assert program.far_end.writes() == []


def test_without_a_person_or_yes_nothing_is_applied(program: Program) -> None:
    status, _out, err = program("provision", "demo")

    assert status == 2  # as with every command that asks
    assert "--yes" in err
    assert program.far_end.writes() == []
    assert program.far_end.writes() == []


def test_a_site_may_be_named_by_its_address(program: Program) -> None:
    assert program("plan", program.far_end.url)[0] == 0


def test_remind_mails_once(built: Program) -> None:
    team(built)
    owner = built.far_end.open().people([built.far_end.ready["users"][2]["upn"]])
    (person,) = owner.values()
    number = late_action(built, person.id)

    status, preview = built.json("remind", "demo", "--today", "2026-11-25", "--dry-run")
    assert (status, [one["outcome"] for one in preview["reminders"]]) == (0, ["preview"])
    assert built.far_end.control("GET", "mail") == []

    status, first = built.json("remind", "--today", "2026-11-25")
    assert status == 0
    assert first["today"] == "2026-11-25"
    assert first["sites"] == [{"site": built.far_end.url, "ok": True, "error": None}]
    (reminder,) = first["reminders"]
    expected = {"site": built.far_end.url, "list": "Actions", "item": number, "rule": "D", "stage": "D0"}
    expected |= {"due": "2026-11-25", "recipient": person.mail, "outcome": "sent"}
    assert {key: reminder[key] for key in expected} == expected
    assert [(mail["to"], mail["items"], mail["outcome"]) for mail in first["mails"]] == [(person.mail, 1, "sent")]
    assert set(first["http"]) >= HTTP

    status, second = built.json("remind", "--today", "2026-11-25")
    assert (status, [one["outcome"] for one in second["reminders"]]) == (0, ["already"])
    (mail,) = built.far_end.control("GET", "mail")
    assert mail["to"] == [person.mail]
    assert "aannemer" not in mail["subject"]


def test_an_owner_who_left_is_the_supporters_affair(built: Program) -> None:
    team(built)
    left, supporter = built.far_end.ready["users"][3]["upn"], built.far_end.ready["users"][1]["upn"]
    (person,) = built.far_end.open().people([left]).values()
    row(
        built,
        "TeamRoles",
        {"Title": "Weg", "TeamRole": "Projectmedewerker", "TeamMemberId": person.id, "TeamStatus": "Vertrokken"},
    )
    late_action(built, person.id)

    status, document = built.json("remind", "--today", "2026-11-25")

    assert status == 0
    # The action itself, and that somebody left (guide.md §2.0.7 g, T-R2): one mail.
    assert {(one["rule"], one["stage"], one["recipient"], one["outcome"]) for one in document["reminders"]} == {
        ("D", "D0", supporter.lower(), "sent"),
        ("T-R2", "D0", supporter.lower(), "sent"),
    }
    assert [mail["to"] for mail in document["mails"]] == [supporter.lower()]


def test_a_refused_mailbox_is_one_sentence_and_nothing_is_lost(built: Program) -> None:
    team(built)
    (person,) = built.far_end.open().people([built.far_end.ready["users"][2]["upn"]]).values()
    late_action(built, person.id)
    built.far_end.faults({"host": "graph.microsoft.com", "path": "messages", "do": "status:403", "times": 20})

    status, document = built.json("remind", "--today", "2026-11-25")
    assert status == 1
    assert [one["outcome"] for one in document["reminders"]] == ["failed"]
    assert built.far_end.config.mail is not None
    assert built.far_end.config.mail.mailbox in document["mails"][0]["reason"]

    built.far_end.control("DELETE", "faults")
    status, document = built.json("remind", "--today", "2026-11-25")
    assert (status, [one["outcome"] for one in document["reminders"]]) == (0, ["sent"])
    assert len(built.far_end.control("GET", "mail")) == 1


def test_a_list_that_somebody_deleted(built: Program) -> None:
    (answer,) = built.far_end.open().run([Operation("DELETE", "web/GetList('/sites/demo/Lists/Actions')", etag="*")])
    answer.checked()

    status, document = built.json("remind", "--today", "2026-11-25")
    assert status == 1
    assert "Actions" in document["sites"][0]["error"]

    status, plan = built.json("provision", "demo", "--yes")
    assert status == 0
    assert {change["list"] for change in plan["sites"][0]["changes"]} == {"Actions"}


def test_remind_before_provision_says_what_to_do(program: Program) -> None:
    status, document = program.json("remind", "--today", "2026-11-25")

    assert status == 1
    assert "projectlists provision demo" in document["sites"][0]["error"]


def test_a_site_without_permission(program: Program) -> None:
    program.far_end.faults(
        {"host": "lindervoort.sharepoint.com", "path": "/sites/demo/", "do": "status:403", "times": 50}
    )
    status, document = program.json("plan", "demo")

    assert status == 1
    assert "/sites/demo" in document["sites"][0]["error"]
    assert document["sites"][0]["ok"] is False


def test_config_without_a_certificate(program: Program) -> None:
    program.edit(r"\n *certificate:[^\n]*", "")
    status, _out, err = program("plan", "demo")

    assert status == 2
    assert re.search(r"tenant\.yaml:\d+: .*certificate", err)


def test_an_expired_certificate(program: Program, tmp_path: Path) -> None:
    expired = tmp_path / "expired.pem"
    expired.write_bytes(certificate(datetime(2025, 1, 31, tzinfo=UTC)))
    program.edit(r"certificate: [^\n]*", f"certificate: {expired}")
    status, document = program.json("plan", "demo")

    assert status == 1
    assert "expired.pem" in document["sites"][0]["error"]
    assert "2025" in document["sites"][0]["error"]
    assert program.far_end.log(host="login") == []


def test_a_proxy_that_is_not_there(program: Program) -> None:
    program.edit(r"proxy: [^\n]*", "proxy: http://127.0.0.1:9")
    status, document = program.json("plan", "demo")

    assert status == 1
    assert "127.0.0.1:9" in document["sites"][0]["error"]


def test_a_report_that_cannot_be_written_is_one_sentence(program: Program, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file, not a folder", "utf-8")

    status, document = program.json("report", "demo", "--out", str(tmp_path / "full" / "here"))
    assert status == 1
    assert "Choose another place with --out." in document["error"]


def test_an_unknown_site_names_the_known_ones(program: Program) -> None:
    status, _out, err = program("plan", "demoo")

    assert status == 2
    assert "demo" in err


def certificate(expires: datetime) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "expired")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(expires - timedelta(days=365))
        .not_valid_after(expires)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def test_rows_get_a_new_label_and_it_can_be_undone(program: Program, tmp_path: Path) -> None:
    assert program("provision", "demo", "--yes")[0] == 0
    site = program.far_end.open()
    row = {"Title": "Bestek nakijken", "ActionStatus": "In behandeling"}
    site.run([Operation("POST", f"{site.list_path('Actions')}/items", row)])[0].checked()
    own = program.folder / "lists"
    own.mkdir()
    text = (shipped_folder("lists") / "actions.yaml").read_text("utf-8")
    label = "nl: In behandeling, en: In progress"
    assert label in text
    text = text.replace(label, "nl: Bezig, en: In progress, was: [In behandeling]")
    (own / "actions.yaml").write_text(text, "utf-8")

    _status, shown, _err = program("plan", "demo")
    assert "rows that get a new label: 1 (In behandeling → Bezig)" in shown
    document = program.json("plan", "demo", "--check")[1]
    change = next(each for each in document["sites"][0]["changes"] if each["attribute"] == "labels")
    assert (change["from"], change["to"], change["rows"]) == (["In behandeling"], ["Bezig"], 1)

    status, _out, err = program("provision", "demo", "--yes", "--undo-to", str(tmp_path))
    assert status == 0
    (file,) = tmp_path.glob("undo-demo-*.json")
    assert str(file) in err
    kept = json.loads(file.read_text("utf-8"))
    value = {"list": "Actions", "item": 1, "column": "ActionStatus", "old": "In behandeling", "new": "Bezig"}
    assert kept["values"] == [value]

    assert program("provision", "demo", "--undo", str(file), "--yes")[0] == 2
    assert program("provision", "--undo", str(file))[0] == 2  # nobody to ask
    status, document = program.json("provision", "--undo", str(file), "--yes")
    assert status == 0
    assert document["sites"] == [{"site": site.url, "ok": True, "error": None, "restored": 1, "left": 0}]
    (answer,) = site.run([Operation("GET", f"{site.list_path('Actions')}/items(1)")])
    assert answer.entity["ActionStatus"] == "In behandeling"


def test_a_file_that_is_no_undo_file(program: Program, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}", "utf-8")
    status, _out, err = program("provision", "--undo", str(tmp_path / "other.json"), "--yes")
    assert status == 2
    assert "other.json" in err


def test_a_pod_of_an_indexed_job_takes_its_share(built: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")
    status, _out, err = built("remind", "--today", "2026-11-25")
    assert (status, "JOB_COMPLETIONS" in err) == (2, True)

    monkeypatch.setenv("JOB_COMPLETIONS", "2")
    status, document = built.json("remind", "--today", "2026-11-25")
    assert (status, document["sites"]) == (0, [])  # the one site is in share 0

    status, document = built.json("remind", "--today", "2026-11-25", "--shard", "0/1")
    assert (status, len(document["sites"])) == (0, 1)
