"""The daily digest against guide.md §5.1 and §5.2: its examples, order, limits and numbers."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.language import Language
from projectlists.mail.messages import Messages
from projectlists.mail.rows import Project
from tests.mail.written import (
    ACTIONS,
    DECISIONS,
    GUIDE,
    RISKS,
    SITE,
    TODAY,
    UNOWNED,
    Outline,
    entry,
    kinds,
    one_line,
)


def test_the_guides_dutch_digest(messages: Messages) -> None:
    # guide.md §5.1; 26 November is 3 working days late on 1 December: 27, 30 November, 1 December.
    mail = messages.digest(GUIDE, today=TODAY, language="nl")
    assert mail.subject == "Marktplein: 1 actie te laat, 2 deze week"
    assert (
        mail.text
        == f"""Beste collega,

Je hebt 1 actie die te laat is en 2 acties voor deze week.

Te laat
- Werk de tekening bij met de extra bomen (A-4)
  Deadline: donderdag 26 november, 3 werkdagen te laat
  Open deze actie:
  {SITE}/Lists/Actions/DispForm.aspx?ID=4

Deze week
- Plan een gesprek met de winkeliersvereniging (A-19)
  Deadline: vrijdag 4 december, over 3 werkdagen
  Open deze actie:
  {SITE}/Lists/Actions/DispForm.aspx?ID=19
- Besluit uitvoeren: het definitief ontwerp (B-5)
  Deadline: vrijdag 4 december, over 3 werkdagen
  Open dit besluit:
  {SITE}/Lists/Decisions/DispForm.aspx?ID=5

Klaar met een actie?
Open de actie en vul bij "Uitgevoerd op" de datum in. De status wordt dan vanzelf "Afgerond".

Lukt het niet op tijd?
Pas de deadline aan of laat het weten aan de projectondersteuner:
support@gemeente.example

Je krijgt deze mail omdat je actiehouder bent in het project Marktplein.
Alle acties bekijken:
{SITE}/Lists/Actions
Alle besluiten bekijken:
{SITE}/Lists/Decisions
Herinneringen aanpassen:
{SITE}/Lists/TeamRoles
"""
    )


def test_the_guides_english_digest(messages: Messages) -> None:
    # guide.md §5.2
    mail = messages.digest(GUIDE, today=TODAY, language="en", first_name="Anna")
    assert mail.subject == "Marktplein: 1 action overdue, 2 this week"
    for line in (
        "Dear Anna,",
        "You have 1 overdue action and 2 actions for this week.",
        "  Deadline: Thursday 26 November, 3 working days late",
        "  Deadline: Friday 4 December, in 3 working days",
        'Open the action and fill in the date at "Carried out on". The status then becomes "Done" by itself.',
        "Not going to make it?",
        "Change the deadline or tell the project supporter:",
        "You receive this mail because you own actions in the project Marktplein.",
        "See all actions:",
        "Change your reminders:",
    ):
        assert line in mail.text.splitlines()


def test_sections_come_in_the_guides_order_and_each_by_date(messages: Messages) -> None:
    # guide.md §5.2: overdue, today, this week (rest of the ISO week), later (only rows with a step today)
    mail = messages.digest(
        [
            entry(1, "later", date(2026, 12, 10)),
            entry(2, "zondag", date(2026, 12, 6), rules=()),
            entry(3, "vandaag", TODAY),
            entry(4, "laat", date(2026, 11, 27)),
            entry(5, "later nog", date(2026, 11, 24)),
            entry(6, "maandag", date(2026, 12, 7)),
            entry(7, "mee", TODAY, info=True),
        ],
        today=TODAY,
        language="nl",
    )
    kept = [
        line.split(" (")[0].removeprefix("- ")
        for line in mail.text.splitlines()
        if line.startswith("- ") or line in {"Te laat", "Vandaag", "Deze week", "Later", "Ter info"}
    ]
    assert kept == [
        *("Te laat", "later nog", "laat", "Vandaag", "vandaag", "Deze week", "zondag"),
        *("Later", "maandag", "later", "Ter info", "mee"),
    ]
    assert mail.subject == "Marktplein: 2 acties te laat, 2 deze week"
    assert (
        "Je hebt 2 acties die te laat zijn, 2 acties voor deze week (1 voor vandaag) en 2 acties voor later."
        in mail.text
    )


@pytest.mark.parametrize(
    ("due", "subject_nl", "intro_nl"),
    [
        (date(2026, 11, 26), "Marktplein: 1 actie te laat", "Je hebt 1 actie die te laat is."),
        (date(2026, 12, 4), "Marktplein: 1 actie deze week", "Je hebt 1 actie voor deze week."),
        (TODAY, "Marktplein: 1 actie deze week", "Je hebt 1 actie voor vandaag."),
        (date(2026, 12, 10), "Marktplein: 1 actie binnenkort", "Je hebt 1 actie voor later."),
    ],
)
def test_subject_patterns(messages: Messages, due: date, subject_nl: str, intro_nl: str) -> None:
    mail = messages.digest([entry(1, "a", due)], today=TODAY, language="nl")
    assert (mail.subject, intro_nl in mail.text) == (subject_nl, True)


@pytest.mark.parametrize(
    ("due", "today", "said"),
    [
        (date(2026, 12, 2), TODAY, "woensdag 2 december, morgen"),
        # Friday → Monday: 1 working day; the day is named (guide.md §2.0.7 D-1)
        (date(2026, 12, 7), date(2026, 12, 4), "maandag 7 december, over 1 werkdag"),
        # Friday → Sunday: no working day between, the name of the day is enough (§2.0.7 l)
        (date(2026, 12, 6), date(2026, 12, 4), "Deadline: zondag 6 december\n"),
        (date(2026, 11, 30), TODAY, "maandag 30 november, 1 werkdag te laat"),
        (date(2027, 1, 4), date(2026, 12, 22), "maandag 4 januari 2027, over 7 werkdagen"),
        (date(2025, 12, 31), date(2026, 1, 2), "woensdag 31 december 2025, 1 werkdag te laat"),
    ],
)
def test_dates_in_words(messages: Messages, due: date, today: date, said: str) -> None:
    # 22 December 2026 → 4 January 2027: 23, 24, 28, 29, 30, 31 December and 4 January; 25 December and 1 January
    # are holidays.
    mail = messages.digest([entry(1, "a", due)], today=today, language="nl")
    assert said in mail.text


def test_neuter_words_get_their_own_pronouns(messages: Messages) -> None:
    mail = messages.digest([entry(1, "a", date(2026, 11, 26), definition=DECISIONS)], today=TODAY, language="nl")
    assert "Je hebt 1 besluit dat te laat is." in mail.text
    assert "Open dit besluit:" in mail.text
    assert mail.subject == "Marktplein: 1 besluit te laat"


@pytest.mark.parametrize(
    ("language", "times"),
    [
        ("nl", ["donderdag 3 december, 9.00 uur,", "donderdag 3 december, 19.30 uur,", "donderdag 3 december, over"]),
        ("en", ["Thursday 3 December, 9:00,", "Thursday 3 December, 19:30,", "Thursday 3 December, in"]),
    ],
)
def test_lines_of_one_day_stand_in_order_of_time(messages: Messages, language: Language, times: list[str]) -> None:
    # guide.md §2.9 RS-R2; §6.2: 19.30 uur in a Dutch sentence. What has no time of its own comes last.
    sheet = ACTIONS.model_copy(update={"due_time": "StartTime"})
    starts = ((1, "19:30"), (2, ""), (3, "09:00"))
    day = date(2026, 12, 3)
    rows = [entry(number, "x", day, definition=sheet, StartTime=start) for number, start in starts]
    mail = messages.digest(rows, today=TODAY, language=language)
    found = [line.split(": ", 1)[1] for line in mail.text.splitlines() if line.startswith("  Deadline: ")]
    assert all(line.startswith(time) for line, time in zip(found, times, strict=True)), found
    assert [mail.text.index(f"(A-{number})") for number in (3, 1, 2)] == sorted(
        mail.text.index(f"(A-{number})") for number in (3, 1, 2)
    )


def test_context_is_limited_to_15_rows_but_a_step_is_always_listed(messages: Messages) -> None:
    # guide.md §5.2: "en nog 4 acties" with a link to the view
    context = [entry(n, f"context {n}", date(2026, 11, 2 + n), rules=()) for n in range(1, 20)]
    steps = [entry(n, f"stap {n}", date(2026, 11, 26)) for n in range(101, 121)]
    mail = messages.digest([*context, *steps], today=TODAY, language="nl")
    assert mail.text.count("- stap") == 20
    assert mail.text.count("- context") == 15
    assert f"En nog 4 acties:\n{SITE}/Lists/Actions\n" in mail.text
    assert mail.subject == "Marktplein: 39 acties te laat"


def test_a_rule_that_waits_stands_under_today_with_its_question(messages: Messages) -> None:
    # W1 has no deadline to speak of: what is asked is said (guide.md §2.1 Reminders)
    mail = messages.digest(
        [entry(7, "Zonder", None, rules=(UNOWNED,), role="supporter", mark="no_owner")], today=TODAY, language="nl"
    )
    assert "Vandaag\n- Zonder (A-7) – zonder actiehouder\n  Deze actie heeft nog geen actiehouder.\n" in mail.text
    assert "omdat je projectondersteuner bent" in mail.text


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        ("nl", ["zonder actiehouder", "extern", "als vervanger", "wacht op ander"]),
        ("en", ["without action owner", "external", "as deputy", "waiting for someone"]),
    ],
)
def test_marks_are_words(messages: Messages, language: Language, marks: list[str]) -> None:
    rows = [
        *(entry(n, f"t{n}", TODAY, mark=mark) for n, mark in enumerate(["no_owner", "external", "deputy"], 1)),
        entry(4, "t4", TODAY, ActionStatus="waiting"),
    ]
    mail = messages.digest(rows, today=TODAY, language=language)
    for number, mark in enumerate(marks, 1):
        assert f"- t{number} (A-{number}) – {mark}\n" in mail.text


def test_several_projects_have_a_section_each_and_unique_link_texts(messages: Messages) -> None:
    # guide.md §5.4 rule 5 (unique when read alone), architecture.md decision 9 (one digest over all projects)
    other = Project("Stationsweg", "https://x.example/sites/b", "support@gemeente.example", "https://x.example/t")
    rows = [entry(4, "Zelfde", TODAY), entry(4, "Zelfde", date(2026, 12, 3), project=other)]
    mail = messages.digest(rows, today=TODAY, language="nl")
    assert mail.subject == "2 projecten: 2 acties deze week"
    assert mail.text.index("Project Marktplein\n\nVandaag") < mail.text.index("Project Stationsweg\n\nDeze week")
    assert "in de projecten Marktplein en Stationsweg." in mail.text
    texts = [one_line(words) for found in Outline(mail.html).links.values() for words in found]
    assert len(texts) == len(set(texts))
    assert "Open deze actie: Zelfde (A-4, Stationsweg)" in texts
    assert mail.text.count("support@gemeente.example") == 1


@pytest.mark.parametrize(
    ("kinds_of_rows", "subject_nl", "intro_nl", "intro_en"),
    [
        # A decision on its way is an action too (guide.md §5.1); what is mixed otherwise has no name but its own.
        ("AB", "2 acties deze week", "Je hebt 2 acties voor deze week", "You have 2 actions for this week"),
        ("BB", "2 besluiten deze week", "Je hebt 2 besluiten voor deze week", "You have 2 decisions for this week"),
        ("R", "1 risico deze week", "Je hebt 1 risico voor deze week", "You have 1 risk for this week"),
        ("AR", "2 punten deze week", "Je hebt 2 punten voor deze week", "You have 2 items for this week"),
    ],
)
def test_rows_are_counted_by_their_own_names(
    messages: Messages, *, kinds_of_rows: str, subject_nl: str, intro_nl: str, intro_en: str
) -> None:
    lists = {"A": ACTIONS, "B": DECISIONS, "R": RISKS}
    rows = [entry(n, "x", date(2026, 12, 4), definition=lists[key]) for n, key in enumerate(kinds_of_rows, 1)]
    dutch = messages.digest(rows, today=TODAY, language="nl")
    assert dutch.subject == f"Marktplein: {subject_nl}"
    assert f"{intro_nl}.\n" in dutch.text
    assert f"{intro_en}.\n" in messages.digest(rows, today=TODAY, language="en").text


def test_each_number_has_the_name_of_its_own_rows(messages: Messages) -> None:
    rows = [
        entry(1, "a", date(2026, 11, 26), definition=RISKS),
        entry(2, "b", date(2026, 12, 4), definition=DECISIONS),
    ]
    mail = messages.digest(rows, today=TODAY, language="nl")
    assert mail.subject == "Marktplein: 1 risico te laat, 1 deze week"
    assert "Je hebt 1 risico dat te laat is en 1 besluit voor deze week." in mail.text


@pytest.mark.parametrize(
    ("kind", "language", "title", "first"),
    [
        ("approval", "nl", "Marktplein: 1 actie wacht op je akkoord", "Er wacht 1 actie op je akkoord."),
        ("approval", "en", "Marktplein: 1 action waiting for your approval", "1 action is waiting for your approval."),
        ("signal", "nl", "Marktplein: signaal over 1 risico", "Er is een signaal over 1 risico."),
        ("signal", "en", "Marktplein: signal about 1 risk", "There is a signal about 1 risk."),
        ("overview", "nl", "Marktplein: weekoverzicht", "Dit is het weekoverzicht van het project Marktplein."),
        ("overview", "en", "Marktplein: weekly overview", "This is the weekly overview of the project Marktplein."),
        ("manager", "nl", "Marktplein: dagoverzicht", "Dit is het dagoverzicht van het project Marktplein."),
        ("message", "en", "Marktplein: message about the reminders", "This is the message about the reminders of"),
        ("several", "nl", "2 projecten: 1 actie te laat, 3 deze week", "Er wacht ook 1 actie op je akkoord."),
    ],
)
def test_other_mails_have_the_same_frame(
    messages: Messages, *, kind: str, language: Language, title: str, first: str
) -> None:
    # guide.md §5.3, "Other mails with the same frame"
    mail = kinds(messages, language)[kind]
    assert mail.subject == title
    assert first in mail.text
    assert mail.text.startswith("Beste collega," if language == "nl" else "Dear colleague,")


def test_an_overview_lists_five_rows_and_links_to_the_rest(messages: Messages) -> None:
    text = kinds(messages, "nl")["overview"].text
    assert "- Actielijst: open 31, te laat 4, deze week 7\n" in text
    assert "Actielijst, zonder actiehouder: 7\n- Zonder iemand 1 (A-1), deadline: 1 december\n" in text
    assert "Zonder iemand 5" in text
    assert "Zonder iemand 6" not in text
    rest = 'Bekijk alle 7 acties in "Zonder actiehouder" van Actielijst'
    assert f"{rest}:\n{SITE}/Lists/Actions/WithoutOwner.aspx\n" in text
    assert 'kan niet worden gelezen: "een week".' in text
    assert "omdat je projectondersteuner bent in het project Marktplein." in text


def test_rows_of_other_lists_stand_below_the_row_they_belong_to(messages: Messages) -> None:
    text = kinds(messages, "nl")["signal"].text
    first = f"  - Open dit besluit: Bij 30 (B-30)\n    {SITE}/Lists/Decisions/DispForm.aspx?ID=30\n"
    assert f"  Hoort hierbij:\n{first}" in text
    assert "Bij 39 (B-39)" in text
    assert "Bij 40" not in text
    assert "  - En nog 2.\n" in text
