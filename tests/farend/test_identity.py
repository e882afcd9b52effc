"""Signing in: offline checks first, then through the real msal and a sandbox."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from projectlists.config.model import Config, Identity, Network
from projectlists.errors import SignInRefused, Unreachable
from projectlists.farend.identity import GRAPH, SignIn
from projectlists.farend.network import Session
from tests.far_end import FarEnd
from tests.farend.certificates import key_pem, pem

SHAREPOINT = "https://lindervoort.sharepoint.com"


def offline(**identity: Any) -> Config:
    return Config(
        folder=Path(),
        tenant="contoso",
        sharepoint=SHAREPOINT,
        identity=Identity(client_id="app-1", **identity),
        network=Network(proxy="http://127.0.0.1:9"),  # nothing may be sent
    )


def test_a_secret_is_refused_for_sharepoint_before_any_call() -> None:
    # identity-mail-teams.md §2.4: SharePoint answers "Unsupported app only token."
    sign_in = SignIn(offline(secret_variable="SECRET"), environment={"SECRET": "x"})
    with pytest.raises(SignInRefused, match="certificate"):
        sign_in.token_for(SHAREPOINT)


def test_nothing_to_sign_in_with() -> None:
    with pytest.raises(SignInRefused, match="SECRET"):
        SignIn(offline(secret_variable="SECRET"), environment={}).token_for(GRAPH)


def changed(far_end: FarEnd, **parts: Any) -> Config:
    identity = {key: value for key, value in parts.items() if key in Identity.model_fields}
    others = {key: value for key, value in parts.items() if key not in identity}
    return far_end.config.model_copy(update={"identity": far_end.config.identity.model_copy(update=identity), **others})


def test_one_sign_in_gives_tokens_for_both_services(far_end: FarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    posts: list[dict[str, Any]] = []
    send = Session.request

    def spy(self: Session, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if method == "POST":
            posts.append(kwargs["data"])
        return send(self, method, url, *args, **kwargs)

    monkeypatch.setattr(Session, "request", spy)
    sign_in = SignIn(far_end.config)
    sharepoint, graph = sign_in.token_for(SHAREPOINT), sign_in.token_for(GRAPH)
    assert sharepoint["access_token"] != graph["access_token"]
    assert 3000 < sharepoint["expires_in"] <= 3299  # five minutes are kept back (§12.2)
    assert sign_in.token_for(SHAREPOINT)["access_token"] == sharepoint["access_token"]
    assert len(posts) == 2
    header = json.loads(urlsafe_b64decode(posts[0]["client_assertion"].split(b".")[0] + b"=="))
    assert header["alg"] == "PS256"  # §4.2: key and certificate, no SHA-1 thumbprint
    assert "x5t#S256" in header


def test_a_forgotten_token_is_asked_anew(far_end: FarEnd) -> None:
    sign_in = SignIn(far_end.config)
    sign_in.forget()
    sign_in.token_for(GRAPH)
    assert sign_in.token_for(GRAPH)["token_source"] == "cache"
    sign_in.forget()
    assert sign_in.token_for(GRAPH)["token_source"] == "identity_provider"


def test_a_secret_serves_graph(far_end: FarEnd) -> None:
    config = changed(far_end, certificate=None, secret_variable="SECRET")
    sign_in = SignIn(config, environment={"SECRET": far_end.ready["client_secret"]})
    assert sign_in.token_for(GRAPH)["access_token"]
    with pytest.raises(SignInRefused, match="secret is wrong") as refused:
        SignIn(config, environment={"SECRET": "no"}).token_for(GRAPH)
    assert refused.value.detail.startswith("AADSTS7000215")


def test_a_certificate_that_the_app_does_not_know(far_end: FarEnd, tmp_path: Path) -> None:
    path = tmp_path / "other.pem"
    path.write_text(key_pem() + pem(since=datetime(2020, 1, 1), until=datetime(2090, 1, 1)))
    with pytest.raises(SignInRefused, match="certificate is not known") as refused:
        SignIn(changed(far_end, certificate=path)).token_for(SHAREPOINT)
    assert refused.value.detail.startswith("AADSTS700027; correlation_id ")


def test_an_unknown_app_and_an_unknown_tenant(far_end: FarEnd) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(SignInRefused, match=unknown) as refused:
        SignIn(changed(far_end, client_id=unknown)).token_for(SHAREPOINT)
    assert refused.value.detail.startswith("AADSTS700016")
    with pytest.raises(SignInRefused, match=r"nowhere\.example"):
        SignIn(changed(far_end, tenant="nowhere.example")).token_for(SHAREPOINT)


def test_no_way_to_entra(far_end: FarEnd, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"proxy http://127\.0\.0\.1:9"):
        SignIn(changed(far_end, network=Network(proxy="http://127.0.0.1:9"))).token_for(GRAPH)
    other = tmp_path / "ca.pem"
    other.write_text(pem())
    network = far_end.config.network.model_copy(update={"ca_bundle": other})
    with pytest.raises(Unreachable, match="not trusted"):
        SignIn(changed(far_end, network=network)).token_for(GRAPH)


@pytest.mark.parametrize("status", [500, 503])
def test_entra_out_of_order(far_end: FarEnd, status: int) -> None:
    far_end.faults({"host": "login.microsoftonline.com", "method": "POST", "do": f"status:{status}"})
    with pytest.raises(SignInRefused, match="later"):
        SignIn(far_end.config).token_for(GRAPH)
