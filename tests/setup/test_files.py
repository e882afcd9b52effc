"""What `init` writes: a config that loads, pages that say what this tenant needs, nothing overwritten or told on."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from projectlists.config import configfile
from projectlists.errors import UsageError
from projectlists.farend.certificate import certificate_of
from projectlists.setup import newcertificate
from projectlists.setup.answers import NOT_YET, Answers
from projectlists.setup.files import administrator_page, as_html, write

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
APP = "11111111-2222-3333-4444-555555555555"
ANSWERS = Answers(
    tenant="lindervoort.onmicrosoft.com",
    sharepoint="https://lindervoort.sharepoint.com",
    site="https://lindervoort.sharepoint.com/sites/marktplein",
    name='Marktplein, "fase 2"; # nieuw',
    profile="small-project",
    language="nl",
    mailbox="projecten@gemeente.example",
    client_id=APP,
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "sign_in", ["certificate", "managed-identity", "federated", "browser", "device-code", "secret"]
)
@pytest.mark.parametrize("bare", [True, False])
def test_what_is_written_can_be_loaded(tmp_path: Path, language: str, sign_in: str, bare: bool) -> None:
    answers = replace(ANSWERS, sign_in=sign_in, **({"mailbox": "", "client_id": ""} if bare else {}))  # type: ignore[arg-type]
    if sign_in == "certificate":
        newcertificate.make(tmp_path / answers.certificate, NOW)

    write(tmp_path, answers, language)  # type: ignore[arg-type]
    config = configfile.load(tmp_path)

    assert config.identity.mode == sign_in
    if not (bare and sign_in == "managed-identity"):
        assert config.identity.client_id == (NOT_YET if bare else APP)
    assert (config.mail.mailbox if config.mail else "") == answers.mailbox
    (site,) = config.sites
    assert (site.key, site.name, site.profile) == ("marktplein", ANSWERS.name, "small-project")


def test_a_network_is_written_too(tmp_path: Path) -> None:
    bundle = tmp_path / "net work.pem"
    bundle.write_text("")
    newcertificate.make(tmp_path / "projectlists.pem", NOW)

    write(tmp_path, replace(ANSWERS, proxy="http://proxy.example:8080", ca_bundle=str(bundle)), "nl")

    network = configfile.load(tmp_path).network
    assert (network.proxy, network.ca_bundle) == ("http://proxy.example:8080", bundle)


@pytest.mark.parametrize("name", ["tenant.yaml", "sites.csv"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(UsageError, match=name):
        write(tmp_path, ANSWERS, "nl")

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "mine"}


def test_a_new_certificate_signs_in_for_two_years_and_is_for_one_reader(tmp_path: Path) -> None:
    made = newcertificate.make(tmp_path / "new" / "app.pem", NOW)
    identity = configfile.load(config_with(made.private)).identity

    found = certificate_of(identity, {}, NOW)

    assert (made.expires.date().isoformat(), made.public.name) == ("2028-11-24", "app.cer")
    assert found.certificate.not_valid_after_utc == made.expires
    assert stat.S_IMODE(made.private.stat().st_mode) == 0o600
    assert b"PRIVATE KEY" not in made.public.read_bytes()
    with pytest.raises(FileExistsError):
        newcertificate.make(made.private, NOW)


def config_with(certificate: Path) -> Path:
    folder = certificate.parent
    write(folder, replace(ANSWERS, certificate=certificate.name), "en")
    return folder


# identity-mail-teams.md §2.5: the classic mistake, the union rule, both roles, the scope, and the negative test.
@pytest.mark.parametrize(
    "part",
    [
        "Sites.Selected",
        f"--appId {APP}",
        "--siteUrl https://lindervoort.sharepoint.com/sites/marktplein",
        "PrimarySmtpAddress -eq 'projecten@gemeente.example'",
        "Application Mail.ReadWrite",
        "Application Mail.Send",
        "Test-ServicePrincipalAuthorization",
        "--cert @projectlists.cer",
        "projectlists doctor",
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_has_every_step_with_the_values_of_this_tenant(language: str, part: str) -> None:
    assert part in administrator_page(ANSWERS, language)  # type: ignore[arg-type]


def test_an_app_that_is_still_to_be_made_is_made_in_step_one() -> None:
    page = administrator_page(replace(ANSWERS, client_id="", mailbox=""), "en")

    assert "az ad app create" in page
    assert NOT_YET not in page
    assert "az ad app create" not in administrator_page(ANSWERS, "en")


def test_text_stays_text_in_the_page() -> None:
    page = as_html(administrator_page(replace(ANSWERS, mailbox="o'brien<b>@gemeente.example"), "nl"), "nl")

    assert "<b>" not in page
    assert "'o''brien" in page
    assert '<html lang="nl">' in page
