"""People, teams, registrations, grants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from projectlists.sandbox.directory import GRAPH, SHAREPOINT, Directory, Member, clear
from projectlists.sandbox.store import Store

TENANT = "72ee41e1-5bc2-5e3f-a7ac-27a6bc69c846"


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    store = Store(tmp_path / "x.sqlite")
    yield Directory(store, TENANT)
    store.close()


def test_people_are_found_by_upn_mail_and_id(directory: Directory) -> None:
    anna = directory.add_user("Anna@gemeente.example", "Anna", mail="a.bakker@gemeente.example", job_title="Jurist")
    for key in ("anna@GEMEENTE.example", "A.Bakker@gemeente.example", anna.object_id, anna.object_id.upper()):
        assert directory.user(key) == anna
    assert directory.user("bert@gemeente.example") is None
    assert (anna.enabled, anna.preferred_language) == (True, "nl-NL")


def test_the_address_is_the_upn_unless_given(directory: Directory) -> None:
    assert directory.add_user("anna@gemeente.example", "Anna").mail == "anna@gemeente.example"


def test_an_account_may_have_no_mailbox(directory: Directory) -> None:
    assert directory.add_user("balie@gemeente.example", "Balie", has_mailbox=False).mail is None


def test_a_upn_is_taken_once(directory: Directory) -> None:
    directory.add_user("anna@gemeente.example", "Anna")
    with pytest.raises(ValueError, match="already"):
        directory.add_user("ANNA@gemeente.example", "Anna")


def test_nobody_signs_in_to_a_shared_mailbox(directory: Directory) -> None:
    box = directory.add_user("projecten@gemeente.example", "Projecten", shared_mailbox=True)
    assert (box.shared_mailbox, box.enabled) == (True, False)


def test_ids_come_back_after_clearing(directory: Directory) -> None:
    before = directory.add_user("anna@gemeente.example", "Anna")
    app = directory.add_application("Job")
    clear(directory.store)
    assert directory.users() == ()
    assert directory.application(app.app_id) is None
    assert directory.add_user("anna@gemeente.example", "Anna") == before
    assert directory.add_application("Job") == app


def test_teams(directory: Directory) -> None:
    anna = directory.add_user("anna@gemeente.example", "Anna")
    bert = directory.add_user("bert@gemeente.example", "Bert")
    team = directory.add_team("Projecten", owners=(bert.object_id,))
    directory.add_member(team.id, anna.object_id)
    channel = directory.add_channel(team.id, "Algemeen")
    assert directory.teams() == (team,)
    assert directory.team(team.id.upper()) == team
    assert directory.members(team.id) == (Member(bert.object_id, True), Member(anna.object_id, False))
    assert directory.channels(team.id) == (channel,)
    # identity-mail-teams.md §10.3
    assert channel.id.startswith("19:")
    assert channel.id.endswith("@thread.tacv2")


def test_consent_is_per_resource_and_kind(directory: Directory) -> None:
    app = directory.add_application("Job")
    directory.consent(app.app_id, GRAPH, roles=("User.Read.All",), scopes=("User.Read",))
    directory.consent(app.app_id, GRAPH, roles=("User.Read.All", "Mail.Send"))
    assert directory.roles(app.app_id.upper(), GRAPH) == {"User.Read.All", "Mail.Send"}
    assert directory.scopes(app.app_id, GRAPH) == {"User.Read"}
    assert directory.roles(app.app_id, SHAREPOINT) == frozenset()
    directory.withdraw(app.app_id, GRAPH, "Mail.Send")
    assert directory.roles(app.app_id, GRAPH) == {"User.Read.All"}


def test_secrets_are_kept_as_digests(directory: Directory) -> None:
    app = directory.add_application("Job")
    expires = datetime(2027, 1, 1, tzinfo=UTC)
    directory.add_secret(app.app_id, "abc", expires=expires)
    (kept,) = directory.secrets(app.app_id)
    # SHA-256 of "abc": the first test vector of FIPS 180.
    assert kept.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert kept.expires == expires


def test_one_role_per_app_on_a_site(directory: Directory) -> None:
    directory.set_grant("APP-1", "SITE-1", "write")
    directory.set_grant("app-1", "site-1", "manage")
    directory.set_grant("app-2", "site-1", "read")
    assert directory.grants("app-1", "Site-1") == {"manage"}
    assert directory.grants("app-1", "site-2") == frozenset()
    assert directory.site_grants("site-1") == {"app-1": "manage", "app-2": "read"}
    assert directory.remove_grant("app-1", "site-1")
    assert not directory.remove_grant("app-1", "site-1")


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_mailbox_roles(directory: Directory) -> None:
    scopes = directory.mailboxes
    scopes.add("app-1", "Projecten@gemeente.example", "Mail.Send")
    assert scopes.roles("APP-1", "projecten@gemeente.example", NOW) == {"Mail.Send"}
    assert scopes.roles("app-1", "anna@gemeente.example", NOW) == frozenset()
    scopes.remove("app-1", "projecten@gemeente.example", "Mail.Send")
    assert scopes.roles("app-1", "projecten@gemeente.example", NOW) == frozenset()


def test_a_mailbox_role_counts_from_one_moment_to_another(directory: Directory) -> None:
    scopes, box = directory.mailboxes, "projecten@gemeente.example"
    later, end = NOW + timedelta(hours=2), NOW + timedelta(hours=5)

    def holds(moment: datetime) -> bool:
        return bool(scopes.roles("app-1", box, moment))

    scopes.add("app-1", box, "Mail.Send", later)
    assert (holds(NOW), holds(later)) == (False, True)
    scopes.remove("app-1", box, "Mail.Send", end)
    assert scopes.assigned("app-1") == {}
    assert (holds(end - timedelta(seconds=1)), holds(end)) == (True, False)
    scopes.add("app-1", box, "Mail.Send", end + timedelta(hours=1))
    assert scopes.assigned("app-1") == {box: ["Mail.Send"]}
    assert (holds(end), holds(end + timedelta(hours=1))) == (False, True)
