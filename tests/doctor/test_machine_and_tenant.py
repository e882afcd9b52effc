"""The doctor before any site: each thing that can be wrong is named, and what lies behind it is not guessed at."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from projectlists.config.model import Config, Network
from projectlists.doctor.connection import connection
from projectlists.doctor.finding import Finding, healthy
from projectlists.doctor.mailbox import mailbox
from projectlists.doctor.signing import CHECKS, credential, examine, tokens
from projectlists.farend.identity import SignIn
from projectlists.farend.tenant import Tenant
from tests.far_end import FarEnd
from tests.farend.certificates import key_pem, pem

PROPAGATED = timedelta(hours=3)
"""Longer than Exchange takes to hear of a change (identity-mail-teams.md §2.5: 30 minutes to 2 hours)."""


def now() -> datetime:
    return datetime.now(UTC)


def outcomes(findings: Any) -> dict[str, str]:
    return {finding.check: finding.outcome for finding in findings}


def of(findings: Any, check: str) -> Finding:
    (found,) = [finding for finding in findings if finding.check == check]
    return found


def with_network(far_end: FarEnd, **changes: Any) -> Config:
    return far_end.config.model_copy(update={"network": far_end.config.network.model_copy(update=changes)})


def with_identity(far_end: FarEnd, **changes: Any) -> Config:
    return far_end.config.model_copy(update={"identity": far_end.config.identity.model_copy(update=changes)})


def test_everything_in_order(far_end: FarEnd) -> None:
    found = [
        *connection(far_end.config, now),
        *examine(far_end.config, SignIn(far_end.config), now()),
        *mailbox(far_end.config, Tenant(far_end.config)),
    ]

    assert {finding.check for finding in found if finding.outcome == "ok"} >= {
        *("proxy", "name", "connection", "certificates", "tenant", "clock", "certificate"),
        *("sign-in-sharepoint", "sign-in-graph", "mailbox", "mail-send"),
    }
    assert healthy(found)
    assert far_end.control("GET", "mail") == []
    drafts = [entry for entry in far_end.log(host="graph") if entry["method"] == "DELETE"]
    assert [entry["status"] for entry in drafts] == [204]  # the draft it tried with is gone


# The link that fails is failed, those before it are in order, those behind it could not be checked.
def test_a_proxy_that_is_not_there(far_end: FarEnd) -> None:
    found = outcomes(connection(with_network(far_end, proxy="http://127.0.0.1:9"), now))

    assert found == {
        "proxy": "failed",
        **dict.fromkeys(("name", "connection", "certificates", "tenant", "clock"), "unknown"),
    }


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A proxy that answers every request to connect with one status."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_error(status)

        def log_message(self, *_arguments: Any) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses(far_end: FarEnd, status: int) -> None:
    with answering(status) as proxy:
        found = of(connection(with_network(far_end, proxy=proxy), now), "proxy")

    assert found.outcome == "failed"
    assert "lindervoort.sharepoint.com" in found.remedy


def test_a_network_that_opens_the_traffic(far_end: FarEnd, tmp_path: Path) -> None:
    other = tmp_path / "ca.pem"
    other.write_text(pem())

    found = connection(with_network(far_end, ca_bundle=other), now)

    assert outcomes(found)["certificates"] == "failed"
    assert (outcomes(found)["connection"], outcomes(found)["tenant"]) == ("ok", "unknown")
    assert str(other) in of(found, "certificates").message  # a file is named, but not the right one
    assert of(found, "certificates").who == "the network administrator"

    found = connection(with_network(far_end, ca_bundle=None), now)

    assert outcomes(found)["certificates"] == "failed"
    assert "network.ca_bundle" in of(found, "certificates").remedy


def test_a_name_that_is_not_found(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_keywords: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    found = outcomes(connection(far_end.config.model_copy(update={"network": Network()}), now))

    assert (found["proxy"], found["name"], found["clock"]) == ("ok", "failed", "unknown")


def test_a_machine_that_is_not_let_through(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    loopback = socket.getaddrinfo("127.0.0.1", 9, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_keywords: loopback)

    found = outcomes(connection(far_end.config.model_copy(update={"network": Network()}), now))

    assert (found["proxy"], found["name"], found["connection"]) == ("ok", "ok", "failed")


def test_a_tenant_that_is_not_known(far_end: FarEnd) -> None:
    found = connection(far_end.config.model_copy(update={"tenant": "nowhere.example"}), now)

    assert of(found, "tenant").message == "The tenant nowhere.example is not known."
    assert outcomes(found)["clock"] == "ok"


@pytest.mark.parametrize("status", [500, 503])
def test_a_sign_in_service_out_of_order(far_end: FarEnd, status: int) -> None:
    far_end.faults({"host": "login.microsoftonline.com", "method": "GET", "do": f"status:{status}"})

    found = outcomes(connection(far_end.config, now))

    assert (found["name"], found["connection"], found["tenant"]) == ("ok", "failed", "unknown")


@pytest.mark.parametrize(
    ("minutes", "outcome", "words"),
    [
        (-20, "failed", "20 minutes fast"),  # the tenant is behind, so this machine is fast
        (20, "failed", "20 minutes slow"),
        (4, "ok", "right"),
        (-4, "ok", "right"),
    ],
)
def test_the_clock(far_end: FarEnd, minutes: int, outcome: str, words: str) -> None:
    far_end.control("POST", "clock", {"now": (now() + timedelta(minutes=minutes)).isoformat()})

    found = of(connection(far_end.config, now), "clock")

    assert found.outcome == outcome
    assert words in found.message


@pytest.mark.parametrize(
    ("days", "outcome", "words"),
    [
        (31, "ok", "is valid until"),
        (30, "warning", "expires on"),
        (1, "warning", "expires on"),
        (-1, "failed", "expired on"),
    ],
)
def test_the_life_of_a_certificate(far_end: FarEnd, tmp_path: Path, days: int, outcome: str, words: str) -> None:
    moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    path = tmp_path / "app.pem"
    path.write_text(key_pem() + pem(until=moment + timedelta(days=days), since=moment - timedelta(days=400)))

    found = credential(with_identity(far_end, certificate=path), moment)

    assert found.outcome == outcome
    assert words in found.message


def test_a_secret_is_no_credential_for_sharepoint(far_end: FarEnd) -> None:
    config = with_identity(far_end, certificate=None, secret_variable="SECRET")
    found = [*tokens(config, SignIn(config, environment={"SECRET": far_end.ready["client_secret"]}))]

    assert credential(config, now()).outcome == "failed"
    assert outcomes(found)["sign-in-sharepoint"] == "failed"
    assert outcomes(found)["rights-sharepoint"] == "unknown"
    assert outcomes(found)["sign-in-graph"] == "ok"


def test_without_a_certificate_that_can_be_read_nobody_is_blamed_for_the_sign_in(
    far_end: FarEnd, tmp_path: Path
) -> None:
    config = with_identity(far_end, certificate=tmp_path / "gone.pem")

    found = list(examine(config, SignIn(config), now()))

    assert outcomes(found) == {"certificate": "failed", **dict.fromkeys(CHECKS, "unknown")}
    assert of(found, "certificate").who == "you"


def test_a_wrong_certificate(far_end: FarEnd, tmp_path: Path) -> None:
    path = tmp_path / "other.pem"
    path.write_text(key_pem() + pem(until=datetime(2090, 1, 1)))
    config = with_identity(far_end, certificate=path)

    found = of(tokens(config, SignIn(config)), "sign-in-sharepoint")

    assert found.outcome == "failed"
    assert found.message.startswith("The certificate is not known for this app. (AADSTS700027; correlation_id ")
    assert found.who == "an administrator of Entra"


# identity-mail-teams.md §5: each number, a word of the meaning, a word of the remedy, and who can do it.
CODES = [
    (7000215, "secret is wrong", "value", "you"),
    (7000222, "expired", "new one", "an administrator of Entra"),
    (700030, "name in the certificate", "Upload", "an administrator of Entra"),
    (700024, "clock", "Set it right", "you"),
    (500133, "clock", "Set it right", "you"),
    (700229, "token", "job itself", "you"),
    (700016, "not known", "client_id", "you"),
    (7000112, "disabled", "Enable", "an administrator of Entra"),
    (70001, "disabled", "Enable", "an administrator of Entra"),
    (100007, "region", "MSAL_FORCE_REGION", "you"),
    (65001, "no consent", "adminconsent?client_id=", "an administrator of Entra"),
    (90094, "no consent", "adminconsent", "an administrator of Entra"),
    (90095, "no consent", "adminconsent", "an administrator of Entra"),
    (65004, "declined", "accept", "you"),
    (50105, "not assigned", "Assign", "an administrator of Entra"),
    (50020, "does not belong", "municipal account", "you"),
    (16000, "does not belong", "municipal account", "you"),
    (51004, "does not belong", "municipal account", "you"),
    (50034, "does not belong", "municipal account", "you"),
    (50057, "disabled", "manage accounts", "an administrator of Entra"),
    (50126, "password", "browser", "you"),
    (50055, "expired", "Change it", "you"),
    (50056, "missing", "Change it", "you"),
    (50144, "password", "Change it", "you"),
    (50053, "locked", "Wait", "an administrator of Entra"),
    (50076, "second proof", "browser", "you"),
    (50074, "second proof", "browser", "you"),
    (50078, "second proof", "browser", "you"),
    (50079, "no second proof", "mfasetup", "you"),
    (50072, "no second proof", "mfasetup", "you"),
    (53004, "no second proof", "mfasetup", "you"),
    (53010, "no second proof", "mfasetup", "you"),
    (50097, "municipality manages", "work computer", "you"),
    (53000, "municipality manages", "work computer", "you"),
    (53001, "municipality manages", "work computer", "you"),
    (53002, "municipality manages", "work computer", "you"),
    (53003, "Conditional Access", "correlation id", "an administrator of Entra"),
    (530032, "security policy", "correlation id", "an administrator of Entra"),
    (530034, "security policy", "correlation id", "an administrator of Entra"),
    (530035, "security policy", "correlation id", "an administrator of Entra"),
    (700082, "expired", "Sign in again", "you"),
    (70008, "expired", "Sign in again", "you"),
    (70043, "expired", "Sign in again", "you"),
    (50173, "withdrawn", "Sign in again", "you"),
    (50132, "withdrawn", "Sign in again", "you"),
    (50133, "withdrawn", "Sign in again", "you"),
    (50196, "again and again", "fewer jobs", "you"),
    (90038, "another cloud", "tenant.yaml", "you"),
    (900382, "another cloud", "tenant.yaml", "you"),
    (900432, "another cloud", "tenant.yaml", "you"),
    (90055, "too busy", "later", "you"),
]


@pytest.mark.parametrize(("code", "meaning", "remedy", "who"), CODES)
def test_every_refusal_of_entra_is_named(far_end: FarEnd, code: int, meaning: str, remedy: str, who: str) -> None:
    far_end.control("POST", "refusals", [{"code": code}])

    found = of(tokens(far_end.config, SignIn(far_end.config)), "sign-in-sharepoint")

    assert found.outcome == "failed"
    assert meaning in found.message
    assert f"AADSTS{code}" in found.message
    assert remedy in found.remedy
    assert found.who == who


def consent(far_end: FarEnd, **resources: list[str]) -> None:
    far_end.control("POST", "rights", {"application": resources})


def rights(far_end: FarEnd) -> dict[str, Finding]:
    return {finding.check: finding for finding in tokens(far_end.config, SignIn(far_end.config))}


@pytest.mark.parametrize(
    ("held", "outcome"),
    [(["Sites.Selected"], "ok"), (["Sites.FullControl.All"], "warning"), ([], "failed"), (["User.Read.All"], "failed")],
)
def test_rights_on_sharepoint(far_end: FarEnd, held: list[str], outcome: str) -> None:
    consent(far_end, sharepoint=held)

    assert rights(far_end)["rights-sharepoint"].outcome == outcome


@pytest.mark.parametrize(
    ("held", "outcome", "words"),
    [
        (["User.Read.All"], "ok", "working account"),
        (["User.ReadBasic.All"], "warning", "names but not"),
        (["Sites.Selected"], "warning", "cannot see accounts"),
        (["User.Read.All", "Mail.Send"], "warning", "every mailbox of the municipality: Mail.Send"),
    ],
)
def test_rights_on_graph(far_end: FarEnd, held: list[str], outcome: str, words: str) -> None:
    consent(far_end, graph=held)

    found = rights(far_end)["rights-graph"]

    assert found.outcome == outcome
    assert words in found.message


def test_a_person_who_may_mail_does_so_from_an_own_mailbox(far_end: FarEnd) -> None:
    consent(far_end, graph=["User.Read.All", "Mail.Send"])  # stands for a scope: it lets no one into another's mailbox
    identity = far_end.config.identity.model_copy(update={"sign_in": "device-code"})
    personal = far_end.config.model_copy(update={"identity": identity})

    found = {finding.check: finding for finding in tokens(personal, SignIn(far_end.config))}

    assert found["rights-graph"].outcome == "ok"


def roles(far_end: FarEnd, *held: str) -> list[Finding]:
    assert far_end.config.mail is not None
    consent(far_end, graph=["User.Read.All"])
    far_end.control("POST", "rights", {"mailboxes": {far_end.config.mail.mailbox: list(held)}})
    far_end.control("POST", "clock", {"now": (now() + PROPAGATED).isoformat()})
    return list(mailbox(far_end.config, Tenant(far_end.config)))


@pytest.mark.parametrize(
    ("held", "box", "send"),
    [
        (("Application Mail.ReadWrite", "Application Mail.Send"), "ok", "ok"),
        (("Application Mail.ReadWrite",), "ok", "failed"),
        (("Application Mail.Send",), "failed", "unknown"),
        ((), "failed", "unknown"),
    ],
)
def test_roles_on_the_mailbox(far_end: FarEnd, held: tuple[str, ...], box: str, send: str) -> None:
    found = roles(far_end, *held)

    assert outcomes(found) == {"mailbox": box, "mail-send": send}
    assert {finding.who for finding in found if finding.outcome == "failed"} <= {"an Exchange administrator"}


@pytest.mark.parametrize(
    ("held", "send"), [(("Application Mail.Send",), "ok"), (("Application Mail.ReadWrite",), "failed"), ((), "failed")]
)
def test_a_mailbox_that_only_sends_needs_no_right_to_draft(far_end: FarEnd, held: tuple[str, ...], send: str) -> None:
    assert far_end.config.mail is not None
    mail = far_end.config.mail.model_copy(update={"send_only": True})
    far_end.config = far_end.config.model_copy(update={"mail": mail})

    found = roles(far_end, *held)

    assert outcomes(found) == {"mailbox": "ok" if send == "ok" else "unknown", "mail-send": send}
    assert not [finding for finding in found if "Mail.ReadWrite" in finding.remedy]
    assert far_end.control("GET", "mail") == []


def test_a_mailbox_that_is_not_there(far_end: FarEnd) -> None:
    assert far_end.config.mail is not None
    mail = far_end.config.mail.model_copy(update={"mailbox": "nobody@gemeente.example"})

    found = list(mailbox(far_end.config.model_copy(update={"mail": mail}), Tenant(far_end.config)))

    assert of(found, "mailbox").outcome == "failed"
    assert "nobody@gemeente.example" in of(found, "mailbox").message


def test_no_mailbox_at_all(far_end: FarEnd) -> None:
    found = list(mailbox(far_end.config.model_copy(update={"mail": None}), Tenant(far_end.config)))

    assert outcomes(found) == {"mailbox": "warning", "mail-send": "unknown"}
