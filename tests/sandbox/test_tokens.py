"""Checking access tokens (identity-mail-teams.md §6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import Person
from projectlists.sandbox.entra.tokens import Claims, TokenRefused, Tokens

TENANT = "72ee41e1-5bc2-5e3f-a7ac-27a6bc69c846"
SITE = "https://lindervoort.sharepoint.com"
ANNA = Person("o-1", "anna@gemeente.example", "Anna", None, None, None, None, True, None, None, None, False)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(TENANT, clock, KEY)


def issue(tokens: Tokens, **change: Any) -> str:
    return tokens.issue(**{"app_id": "a-1", "audience": SITE, "credential": "2", "object_id": "o-9", **change})


def refused(tokens: Tokens, header: str, audience: str = SITE) -> str:
    with pytest.raises(TokenRefused) as caught:
        tokens.verify(header, audience)
    return caught.value.reason


def test_an_apps_claims(tokens: Tokens) -> None:
    token = issue(tokens, roles={"Sites.Selected"})
    assert tokens.verify(f"Bearer {token}", SITE) == Claims(
        "a-1", True, "2", frozenset({"Sites.Selected"}), frozenset(), None, "o-9", TENANT, SITE
    )


def test_a_persons_claims(tokens: Tokens) -> None:
    token = issue(tokens, credential="0", object_id="o-1", person=ANNA, scopes=["User.Read", "AllSites.Manage"])
    claims = tokens.verify(f"bearer {token}", SITE)
    assert (claims.app_only, claims.upn, claims.roles) == (False, "anna@gemeente.example", frozenset())
    assert claims.scopes == {"User.Read", "AllSites.Manage"}


def test_roles_are_absent_when_nothing_is_consented(tokens: Tokens) -> None:
    assert "roles" not in jwt.decode(issue(tokens), options={"verify_signature": False})


@pytest.mark.parametrize(
    "asked", [SITE, SITE + "/", "lindervoort.sharepoint.com", "https://LINDERVOORT.sharepoint.com"]
)
def test_the_audience_may_be_asked_as_url_or_host(tokens: Tokens, asked: str) -> None:
    assert tokens.verify(f"Bearer {issue(tokens)}", asked).audience == SITE


@pytest.mark.parametrize(
    ("audience", "asked"),
    [
        (f"00000003-0000-0ff1-ce00-000000000000/lindervoort.sharepoint.com@{TENANT}", SITE),
        ("00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"),
    ],
)
def test_both_forms_of_audience_are_good(tokens: Tokens, audience: str, asked: str) -> None:
    assert tokens.verify(f"Bearer {issue(tokens, audience=audience)}", asked).audience == audience


@pytest.mark.parametrize("asked", ["https://graph.microsoft.com", "https://lindervoort-admin.sharepoint.com"])
def test_a_token_opens_its_own_service_only(tokens: Tokens, asked: str) -> None:
    assert refused(tokens, f"Bearer {issue(tokens)}", asked) == "audience"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic eDp5", "token"])
def test_no_token(tokens: Tokens, header: str) -> None:
    assert refused(tokens, header) == "missing"


def test_no_token_of_ours(tokens: Tokens) -> None:
    assert refused(tokens, "Bearer a.b.c") == "invalid"
    # An ID token has our signature, but no claim of an access token.
    assert refused(tokens, f"Bearer {tokens.sign({'aud': SITE, 'exp': 9e9, 'nbf': 0, 'oid': 'o-1'})}") == "invalid"
    forger = Tokens(TENANT, Clock(), rsa.generate_private_key(public_exponent=65537, key_size=2048))
    assert refused(tokens, f"Bearer {issue(forger)}") == "signature"
    claims = jwt.decode(issue(tokens), options={"verify_signature": False})
    assert refused(tokens, f"Bearer {jwt.encode(claims, None, algorithm='none')}") == "invalid"


def test_life_time_on_the_tenants_clock_with_five_minutes_of_grace(tokens: Tokens, clock: Clock) -> None:
    start = datetime(2026, 11, 30, 8, tzinfo=UTC)
    clock.set(start)
    header = f"Bearer {issue(tokens)}"
    # 3599 s of life and 300 s of grace.
    clock.set(start + timedelta(seconds=3890))
    assert tokens.verify(header, SITE)
    clock.set(start + timedelta(seconds=3905))
    assert refused(tokens, header) == "expired"
    clock.set(start - timedelta(seconds=290))
    assert tokens.verify(header, SITE)
    clock.set(start - timedelta(seconds=310))
    assert refused(tokens, header) == "invalid"
