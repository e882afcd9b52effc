"""The escalation against guide.md §5.3."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.language import Text
from projectlists.mail.messages import EscalatedEntry, Messages
from tests.mail.written import (
    ACTIONS,
    MARKTPLEIN,
    SITE,
    TODAY,
    escalated,
    item,
)


def test_the_guides_dutch_escalation(messages: Messages) -> None:
    mail = escalated(messages, "nl")
    assert mail.subject == "Marktplein: 2 acties 5 werkdagen te laat"
    assert (
        mail.text
        == f"""Beste projectmanager,

2 acties zijn nu 5 werkdagen te laat. Kun je samen met de actiehouder kijken wat nodig is?

- Maak het overzicht van kabels en leidingen compleet (A-1)
  Actiehouder: civieltechnisch adviseur
  Deadline: 24 november, 5 werkdagen te laat
  Laatste stand: Twee van de drie nutsbedrijven hebben gereageerd.
  Open deze actie:
  {SITE}/Lists/Actions/DispForm.aspx?ID=1
- Controleer of de extra bomen boven het riool passen (A-5)
  Actiehouder: adviseur groen (tijdelijk afwezig, vervanger: civieltechnisch adviseur)
  Deadline: 24 november, 5 werkdagen te laat
  Laatste stand: Zie de lijst
  Open deze actie:
  {SITE}/Lists/Actions/DispForm.aspx?ID=5

Je kunt een nieuwe deadline afspreken, een andere actiehouder kiezen of de actie laten vervallen.

Je krijgt dit bericht één keer per actie. De projectondersteuner en de actiehouders lezen mee.

Vragen? Mail de projectondersteuner:
support@gemeente.example
"""
    )


def test_the_guides_english_escalation(messages: Messages) -> None:
    mail = escalated(messages, "en")
    assert mail.subject == "Marktplein: 2 actions 5 working days overdue"
    for line in (
        "Dear project manager,",
        "2 actions are now 5 working days overdue. Could you look with the owner at what is needed?",
        "  Owner: adviseur groen (temporarily absent, deputy: civieltechnisch adviseur)",
        "  Deadline: 24 November, 5 working days late",
        "You can agree a new deadline, choose another owner or drop the action.",
        "You receive this once per action. The project supporter and the owners read along.",
    ):
        assert line in mail.text.splitlines()


def test_after_a_missed_run_an_escalation_says_or_more(messages: Messages) -> None:
    # guide.md §5.3; the step fell on 1 December, the run is on 3 December
    mail = escalated(messages, "nl", date(2026, 12, 3))
    assert mail.subject == "Marktplein: 2 acties 5 of meer werkdagen te laat"
    assert "Deadline: 24 november, 7 werkdagen te laat" in mail.text


def test_news_of_stakeholders_is_never_quoted(messages: Messages) -> None:
    stakeholders = ACTIONS.model_copy(update={"key": "Stakeholders"})
    row = EscalatedEntry(MARKTPLEIN, stakeholders, item(1, "t", ProgressNote="geheim"), date(2026, 11, 24), TODAY)
    mail = messages.escalation([row], today=TODAY, language="nl", role="programme_manager", first_name="")
    assert "geheim" not in mail.text + mail.html
    assert "Laatste stand: Zie de lijst" in mail.text
    assert "Actiehouder: niemand" in mail.text
    assert mail.text.startswith("Beste programmamanager,")
    assert mail.subject == "Marktplein: 1 actie 5 werkdagen te laat"


def test_news_is_cut_at_200_characters(messages: Messages) -> None:
    row = EscalatedEntry(MARKTPLEIN, ACTIONS, item(1, "t", ProgressNote="woord " * 60), date(2026, 11, 24), TODAY, "x")
    text = messages.escalation([row], today=TODAY, language="nl", role="project_manager").text
    news = next(line for line in text.splitlines() if "Laatste stand" in line).removeprefix("  Laatste stand: ")
    assert 190 < len(news) <= 200
    assert news.endswith("woord…")


@pytest.mark.parametrize(
    ("owner", "owners"),
    [
        ("actiehouder", "actiehouders"),
        ("verantwoordelijke", "verantwoordelijken"),
        ("contactpersoon", "contactpersonen"),
        ("teamlid", "teamleden"),
        ("risico-eigenaar", "risico-eigenaren"),
    ],
)
def test_owners_have_their_dutch_plural(messages: Messages, owner: str, owners: str) -> None:
    assert ACTIONS.words is not None
    words = ACTIONS.words.model_copy(update={"owner": Text(nl=owner, en="owner")})
    row = EscalatedEntry(
        MARKTPLEIN, ACTIONS.model_copy(update={"words": words}), item(1, "t"), date(2026, 11, 24), TODAY
    )
    mail = messages.escalation([row], today=TODAY, language="nl", role="project_manager", first_name="")
    assert f"De projectondersteuner en de {owners} lezen mee." in mail.text
