"""Answers that can be right, and those that cannot."""

from __future__ import annotations

import pytest

from projectlists.setup.answers import Answers, problem, sharepoint_of

GIVEN = {"sharepoint": "https://lindervoort.sharepoint.com"}


@pytest.mark.parametrize(
    ("tenant", "address"),
    [
        ("Lindervoort.onmicrosoft.com", "https://lindervoort.sharepoint.com"),
        ("lindervoort.nl", ""),
        ("11111111-2222-3333-4444-555555555555", ""),
    ],
)
def test_the_usual_address_of_sharepoint(tenant: str, address: str) -> None:
    assert sharepoint_of(tenant) == address


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("tenant", "lindervoort.onmicrosoft.com"),
        ("tenant", "11111111-2222-3333-4444-555555555555"),
        ("sharepoint", "https://lindervoort.sharepoint.com"),
        ("site", "https://lindervoort.sharepoint.com/sites/Marktplein"),
        ("site", "https://LINDERVOORT.sharepoint.com/teams/a/b"),
        ("mailbox", ""),
        ("mailbox", "projecten@gemeente.example"),
        ("client_id", "11111111-2222-3333-4444-555555555555"),
        ("client_id", ""),
        ("proxy", "http://proxy.gemeente.example:8080"),
        ("name", "anything at all"),
    ],
)
def test_answers_that_can_be_right(question: str, answer: str) -> None:
    assert problem(question, answer, GIVEN) is None


@pytest.mark.parametrize(
    ("question", "answer", "part"),
    [
        ("tenant", "gemeente lindervoort", "no directory ID"),
        ("sharepoint", "lindervoort.sharepoint.com", "an address such as"),
        ("sharepoint", "https://lindervoort.sharepoint.com/sites/x", "an address such as"),
        ("site", "https://other.sharepoint.com/sites/x", "begins with https://lindervoort.sharepoint.com/"),
        ("site", "https://lindervoort.sharepoint.com", "begins with"),
        ("site", "https://lindervoort.sharepoint.com/sites/x?web=1", "Leave out"),
        ("mailbox", "projecten", "no mail address"),
        ("client_id", "projectlists", "no application ID"),
        ("proxy", "http://anne:geheim@proxy.example:8080", "without a password"),
        ("proxy", "proxy:8080", "http://proxy.example:8080"),
        ("ca_bundle", "/nowhere/ca.pem", "not there"),
    ],
)
def test_answers_that_cannot(question: str, answer: str, part: str) -> None:
    found = problem(question, answer, GIVEN)

    assert found is not None
    assert part in found


@pytest.mark.parametrize(
    ("site", "key"),
    [
        ("https://x.sharepoint.com/sites/Marktplein", "marktplein"),
        ("https://x.sharepoint.com/sites/Plan%202026", "plan-202026"),
        ("https://x.sharepoint.com/sites/--", "site"),
    ],
)
def test_the_short_name_of_a_site(site: str, key: str) -> None:
    answers = Answers("x.nl", "https://x.sharepoint.com", site, "X", "project", "nl")

    assert answers.key == key
