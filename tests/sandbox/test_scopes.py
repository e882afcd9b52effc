"""Reading scopes (identity-mail-teams.md §2.1, §4.6, §5)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import GRAPH, SHAREPOINT
from projectlists.sandbox.entra.errors import EntraError
from projectlists.sandbox.entra.scopes import Asked, application_scope, delegated_scope
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant

SITE = "https://lindervoort.sharepoint.com"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("scopes")
    store = Store(folder / "x.sqlite")
    yield Tenant("lindervoort", "t-1", folder, store, Clock())
    store.close()


@pytest.mark.parametrize(
    ("text", "url", "resource"),
    [
        (f"{SITE}/.default", SITE, SHAREPOINT),
        (f"{SITE}//.default", SITE, SHAREPOINT),
        ("https://LINDERVOORT.sharepoint.com/.default", SITE, SHAREPOINT),
        ("https://lindervoort-admin.sharepoint.com/.default", "https://lindervoort-admin.sharepoint.com", SHAREPOINT),
        ("https://graph.microsoft.com/.default", "https://graph.microsoft.com", GRAPH),
    ],
)
def test_scope_of_an_app(tenant: Tenant, text: str, url: str, resource: str) -> None:
    assert application_scope(text, tenant) == Asked(url, resource, (".default",), frozenset())


def test_scope_for_a_person(tenant: Tenant) -> None:
    asked = delegated_scope(f"{SITE}/AllSites.Manage offline_access openid", tenant)
    assert asked == Asked(SITE, SHAREPOINT, ("AllSites.Manage",), frozenset({"offline_access", "openid"}))
    assert asked.qualified(frozenset({"AllSites.Manage"})) == f"{SITE}/AllSites.Manage offline_access openid"


def test_a_bare_name_is_one_of_graphs(tenant: Tenant) -> None:
    assert delegated_scope("User.Read", tenant) == Asked(
        "https://graph.microsoft.com", GRAPH, ("User.Read",), frozenset()
    )


def test_default_does_not_mix_with_names(tenant: Tenant) -> None:
    with pytest.raises(EntraError) as caught:
        delegated_scope(f"{SITE}/.default {SITE}/AllSites.Read", tenant)
    assert caught.value.number == 70011


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text()
    | st.lists(st.sampled_from(["https://", "[", "/", SITE, ".default", " ", "openid", ":", "?"])).map("".join)
)
def test_reading_a_scope_never_fails_otherwise(tenant: Tenant, text: str) -> None:
    for read in (application_scope, delegated_scope):
        with contextlib.suppress(EntraError):
            assert read(text, tenant).resource in {SHAREPOINT, GRAPH}
