"""Each way to sign in, through the real msal, as far as a site that opens and Graph that answers."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from projectlists.config.model import Config
from projectlists.errors import SignInRefused
from projectlists.farend.identity import GRAPH, SignIn
from projectlists.farend.person import Desk
from projectlists.farend.tenant import Tenant
from projectlists.farend.workload import workload_token
from tests.far_end import FarEnd

SHAREPOINT = "https://lindervoort.sharepoint.com"


def signing_in(far_end: FarEnd, **parts: Any) -> Config:
    bare = {"certificate": None, "client_id": far_end.ready["client_id"], **parts}
    return far_end.config.model_copy(update={"identity": far_end.config.identity.model_copy(update=bare)})


def public(far_end: FarEnd) -> str:
    return str(far_end.control("GET", "")["public_client_id"])


def workload(far_end: FarEnd, **changes: Any) -> str:
    """What the issuer of a workload outside the tenant hands out."""
    federation = far_end.control("GET", "")["federation"]
    now = int(time.time())
    content = {
        "iss": federation["issuer"],
        "sub": federation["subject"],
        "aud": federation["audience"],
        "iat": now,
        "exp": now + 600,
        "jti": str(uuid.uuid4()),
        **changes,
    }
    return jwt.encode(content, Path(federation["key"]).read_bytes(), algorithm="RS256", headers={"kid": "workload"})


def test_a_pod_signs_in_with_the_token_in_its_file(far_end: FarEnd, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(workload(far_end) + "\n")
    tenant = Tenant(signing_in(far_end, sign_in="federated"), environment={"AZURE_FEDERATED_TOKEN_FILE": str(path)})

    assert tenant.site(far_end.url).about().title
    assert tenant.sign_in.token_for(GRAPH)["access_token"]


def test_the_token_of_a_pod_is_read_anew_because_it_changes(far_end: FarEnd, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(workload(far_end))
    sign_in = SignIn(signing_in(far_end, sign_in="federated"), environment={"AZURE_FEDERATED_TOKEN_FILE": str(path)})
    sign_in.token_for(GRAPH)

    path.write_text(workload(far_end, sub="repo:somebody/else:ref:refs/heads/main"))
    sign_in.forget()

    with pytest.raises(SignInRefused) as refused:
        sign_in.token_for(GRAPH)
    assert refused.value.detail.startswith("AADSTS7002")


@pytest.mark.parametrize(
    ("environment", "part"),
    [
        ({}, "no workload identity here"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "nowhere/token"}, "cannot be read"),
        (
            {"ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/t", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"},
            "id-token: write",
        ),
    ],
)
def test_no_token_of_a_workload(environment: dict[str, str], part: str, far_end: FarEnd) -> None:
    with pytest.raises(SignInRefused, match=part):
        workload_token(environment, far_end.config.network)


def test_an_empty_token_file(far_end: FarEnd, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")

    with pytest.raises(SignInRefused, match="is empty"):
        workload_token({"AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "token")}, far_end.config.network)


def test_a_workflow_on_github_asks_for_its_token(far_end: FarEnd) -> None:
    given = far_end.control("GET", "identity")["github"]
    tenant = Tenant(signing_in(far_end, sign_in="federated"), environment=given)

    assert tenant.site(far_end.url).about().title
    with pytest.raises(SignInRefused, match="id-token: write"):
        workload_token({**given, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "stale"}, far_end.config.network)


@pytest.mark.parametrize("place", ["imds", "app_service"])
@pytest.mark.parametrize("assigned", ["system", "user"])
def test_a_machine_in_azure(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch, place: str, assigned: str) -> None:
    given = far_end.control("GET", "identity")
    for name, value in given[place].items():
        monkeypatch.setenv(name, value)  # msal reads them itself
    client = given["managed_identity"]["client_id"] if assigned == "user" else None
    tenant = Tenant(signing_in(far_end, sign_in="managed-identity", client_id=client))

    assert tenant.site(far_end.url).about().title
    first = tenant.sign_in.token_for(GRAPH)["access_token"]
    assert tenant.sign_in.token_for(GRAPH)["access_token"] == first
    tenant.sign_in.forget()
    assert tenant.sign_in.token_for(GRAPH)["access_token"] != first


def test_a_machine_that_is_not_in_azure(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")

    with pytest.raises(SignInRefused, match="no managed identity"):
        SignIn(signing_in(far_end, sign_in="managed-identity", client_id=None)).token_for(GRAPH)


def answering(far_end: FarEnd, number: int, action: str = "approve") -> Callable[[str, str], None]:
    """A person who types the code at once."""

    def show(address: str, code: str) -> None:
        assert address.startswith("http")
        upn = far_end.ready["users"][number]["upn"]
        far_end.control("POST", "devicecode", {"user_code": code, "upn": upn, "action": action})

    return show


def test_a_person_signs_in_with_a_code_and_is_remembered(far_end: FarEnd, tmp_path: Path) -> None:
    config = signing_in(far_end, sign_in="device-code", client_id=public(far_end))
    SignIn(config, desk=Desk(answering(far_end, 0), tmp_path)).token_for(SHAREPOINT)

    def nobody(_address: str, _code: str) -> None:
        pytest.fail("asked again")

    again = SignIn(config, desk=Desk(nobody, tmp_path))
    again.token_for(SHAREPOINT)
    again.token_for(GRAPH)  # one sign-in serves both (identity-mail-teams.md §2.1)
    again.forget()
    renewed = again.token_for(SHAREPOINT)

    assert (
        jwt.decode(renewed["access_token"], options={"verify_signature": False})["upn"]
        == (far_end.ready["users"][0]["upn"])
    )
    (kept,) = tmp_path.glob("*.tokens")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_person_who_declines(far_end: FarEnd) -> None:
    config = signing_in(far_end, sign_in="device-code", client_id=public(far_end))

    with pytest.raises(SignInRefused, match="declined"):
        SignIn(config, desk=Desk(answering(far_end, 0, "decline"))).token_for(SHAREPOINT)


def test_a_scheduled_job_asks_nobody(far_end: FarEnd) -> None:
    config = signing_in(far_end, sign_in="device-code", client_id=public(far_end))

    with pytest.raises(SignInRefused, match="Nobody can be asked"):
        SignIn(config).token_for(SHAREPOINT)


BROWSER = """#!{python}
import re, sys, html, requests
session = requests.Session()
session.trust_env = False
session.proxies, session.verify = {{"https": {proxy!r}}}, {ca!r}
page = session.get(sys.argv[1] + "&login_hint=" + {upn!r}, timeout=30).text
action = html.unescape(re.search(r'action="([^"]+)"', page).group(1))
values = {{name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page)}}
open({seen!r}, "w").write(requests.post(action, data=values, timeout=30).text)
"""
"""A browser that signs in as one person and keeps the last page it saw."""


def test_a_person_signs_in_with_the_browser(far_end: FarEnd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network, upn = far_end.config.network, far_end.ready["users"][1]["upn"]
    script, seen = tmp_path / "browser", tmp_path / "seen.html"
    script.write_text(
        BROWSER.format(python=sys.executable, proxy=network.proxy, ca=str(network.ca_bundle), upn=upn, seen=str(seen))
    )
    script.chmod(0o755)
    # In a process of its own: Python looks for a browser once.
    code = (
        "import sys; from pathlib import Path; from projectlists.config import configfile; "
        "from projectlists.farend.identity import SignIn; config = configfile.load(Path(sys.argv[1])); "
        "identity = config.identity.model_copy(update={'sign_in': 'browser', 'client_id': sys.argv[2]}); "
        "print(SignIn(config.model_copy(update={'identity': identity})).token_for(sys.argv[3])['access_token'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, far_end.ready["config"], public(far_end), SHAREPOINT],
        env={**os.environ, "BROWSER": f"{script} %s &"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    token = done.stdout.strip().splitlines()[-1]
    assert jwt.decode(token, options={"verify_signature": False})["upn"] == upn
    assert "You can close this page" in wait_for(seen)


def wait_for(path: Path) -> str:
    """The browser writes its page a moment after the program has its answer."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if path.exists() and path.read_text():
            return path.read_text()
        threading.Event().wait(0.02)
    return ""


def test_no_way_round_for_a_secret(far_end: FarEnd) -> None:
    # §2.4: SharePoint answers "Unsupported app only token."; nothing is sent to find that out.
    config = signing_in(far_end, sign_in="secret", secret_variable="SECRET")
    sign_in = SignIn(config, environment={"SECRET": far_end.ready["client_secret"]})

    assert sign_in.token_for(GRAPH)["access_token"]
    with pytest.raises(SignInRefused, match="certificate"):
        sign_in.token_for(SHAREPOINT)
