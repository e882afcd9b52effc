"""`projectlists doctor` from outside."""

from __future__ import annotations

import json

import pytest

from projectlists import cli
from tests.far_end import FarEnd


def test_json_has_a_document_with_every_check(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["--config", far_end.ready["config"], "--json", "doctor", far_end.url])

    document = json.loads(capsys.readouterr().out)
    assert status == 1
    assert document["ok"] is False  # the site has no lists yet
    for check in document["checks"]:
        assert set(check) >= {"check", "site", "outcome", "message", "remedy"}
        assert check["outcome"] in {"ok", "warning", "failed", "unknown"}
    assert {check["site"] for check in document["checks"]} == {None, far_end.url}
    assert {check["tenant"] for check in document["checks"]} == {far_end.config.tenant}


def test_text_says_what_to_do_and_who(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.control("POST", "refusals", [{"code": 53003}])

    status = cli.main(["--config", far_end.ready["config"], "--lang", "nl", "doctor"])

    out = capsys.readouterr().out
    assert status == 1
    assert "✗ niet in orde: Voorwaardelijke toegang houdt de aanmelding tegen. (AADSTS53003; correlation_id" in out
    assert "Wie dit kan doen: een beheerder van Entra." in out
    assert "? niet gecontroleerd: Dit kon niet worden gecontroleerd: aanmelden lukt niet." in out


def test_without_sites_the_tenant_is_examined(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["--config", far_end.ready["config"], "--lang", "en", "doctor"])

    out = capsys.readouterr().out
    assert status == 0
    assert "✓ in order: The clock of this machine is right." in out
    assert out.splitlines()[-1] == "The job can run. Take note of the lines with !."
