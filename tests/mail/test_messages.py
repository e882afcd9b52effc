"""Mail texts against guide.md §5.1-5.4: the guide's own examples, their order, their limits, and hostile titles."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions.condition import All, Test
from projectlists.definitions.model import (
    Choice,
    ListDefinition,
    ListField,
    ListWords,
    Recipient,
    ReminderRule,
    Setting,
    Status,
    StatusRule,
    Step,
)
from projectlists.item import Item, Value
from projectlists.language import Language, Text, plain
from projectlists.mail.messages import Entry, EscalatedEntry, Message, Messages
from projectlists.mail.rows import Project
from projectlists.mail.wording import shortened, subject
from projectlists.rules.calendar import WorkingCalendar

FOLDER = Path(__file__).parents[2] / "config" / "messages"
TODAY = date(2026, 12, 1)  # a Tuesday: the day of the guide's example
OWNER = Recipient.model_validate({"field": "ActionOwner", "as": "owner"})
SITE = "https://lindervoort.sharepoint.com/sites/marktplein"
MARKTPLEIN = Project("Marktplein", SITE, "support@gemeente.example", f"{SITE}/Lists/TeamRoles")


def text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


DEADLINE = ReminderRule(
    id="D",
    date="DueDate",
    steps=(Step(stage="D-7", days=-7, to=(OWNER,)), Step(stage="D+3", days=3, repeat=3, times=8, to=(OWNER,))),
)
UNOWNED = ReminderRule(
    id="W1",
    date="Created",
    steps=(Step(stage="W+2", days=2, to=(OWNER,)),),
    text=text("Deze actie heeft nog geen actiehouder.", "This action has no owner yet."),
)
ACTIONS = ListDefinition(
    key="Actions",
    letter="A",
    title=text("Actielijst", "Action list"),
    description=text("Wie doet wat", "Who does what"),
    words=ListWords(
        one=text("actie", "action"),
        many=text("acties", "actions"),
        this=text("deze actie", "this action"),
        owner=text("actiehouder", "action owner"),
    ),
    owner="ActionOwner",
    due="DueDate",
    progress="ProgressNote",
    status=Status(field="ActionStatus", closing=("done", "cancelled")),
    fields=(
        ListField(name="DueDate", type="DateTime", title=text("Deadline", "Deadline")),
        ListField(name="ActionDoneOn", type="DateTime", title=text("Uitgevoerd op", "Carried out on")),
        ListField(name="ProgressNote", type="Note", title=text("Stand van zaken", "Latest news")),
        ListField(
            name="ActionStatus",
            type="Choice",
            title=text("Status", "Status"),
            choices=(
                Choice(key="waiting", nl="Wacht op ander", en="Waiting for someone"),
                Choice(key="done", nl="Afgerond", en="Done"),
            ),
        ),
    ),
    views=(),
    reminders=(DEADLINE, UNOWNED),
    status_rules=(
        StatusRule(
            id="S1",
            when=All(all=(Test(field="ActionDoneOn", empty=False), Test(field="ActionStatus", one_of=("new",)))),
            trigger=("ActionDoneOn",),
            set=(Setting(field="ActionStatus", to="done"),),
            trace=text("uitgevoerd", "carried out"),
        ),
    ),
)
DECISIONS = ACTIONS.model_copy(
    update={
        "key": "Decisions",
        "letter": "B",
        "status_rules": (),
        "words": ListWords(
            one=text("besluit", "decision"),
            many=text("besluiten", "decisions"),
            this=text("dit besluit", "this decision"),
            owner=text("actiehouder", "action owner"),
        ),
    }
)


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages([FOLDER], WorkingCalendar())


def item(number: int, title: str, due: date | None = None, **values: Value) -> Item:
    stamp = datetime(2026, 11, 1, tzinfo=UTC)
    return Item(
        id=number,
        etag="",
        created=stamp,
        modified=stamp,
        created_on=stamp.date(),
        modified_on=stamp.date(),
        values={"Title": title, "DueDate": due, **values},
    )


def entry(
    number: int,
    title: str,
    due: date | None,
    *,
    definition: ListDefinition = ACTIONS,
    rules: tuple[ReminderRule, ...] = (DEADLINE,),
    project: Project = MARKTPLEIN,
    mark: str = "",
    role: str = "owner",
    info: bool = False,
    **values: Value,
) -> Entry:
    return Entry(project, definition, item(number, title, due, **values), due, rules, role, mark, info)


GUIDE = (
    entry(19, "Plan een gesprek met de winkeliersvereniging", date(2026, 12, 4), rules=()),
    entry(5, "Besluit uitvoeren: het definitief ontwerp", date(2026, 12, 4), definition=DECISIONS, rules=()),
    entry(4, "Werk de tekening bij met de extra bomen", date(2026, 11, 26)),
)


class Outline(HTMLParser):
    """Headings, links and visible words of a mail, read as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.links: dict[str, list[str]] = {}
        self.words = ""
        self._link: str | None = None
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._hidden = tag in {"title", "style"} or (self._hidden and tag != "body")
        if tag == "a":
            self._link = dict(attrs)["href"]
            self.links.setdefault(str(self._link), []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._link = None if tag == "a" else self._link
        self._hidden = False if tag in {"title", "style"} else self._hidden

    def handle_data(self, data: str) -> None:
        if self._link:
            self.links[self._link][-1] += data
        if not self._hidden:
            self.words += data


def one_line(words: str) -> str:
    return " ".join(words.split())


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


@pytest.mark.parametrize("language", ["nl", "en"])
def test_html_and_text_say_the_same_in_the_same_order(messages: Messages, language: Language) -> None:
    # guide.md §5.4 rule 3
    mail = messages.digest(
        [*GUIDE, entry(7, "Meelezen", date(2026, 12, 2), info=True), entry(8, "Vandaag", TODAY, mark="external")],
        today=TODAY,
        language=language,
    )
    outline = Outline(mail.html)
    position = 0
    seen = one_line(outline.words)
    for line in mail.text.splitlines():
        words = one_line(line.strip().removeprefix("- ").removesuffix(":"))
        if words.startswith("https://"):
            assert words in outline.links
            continue
        assert words in seen[position:], words
        position = seen.index(words, position)


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


@pytest.mark.parametrize("language", ["nl", "en"])
def test_html_is_accessible_and_fetches_nothing(messages: Messages, language: Language) -> None:
    # guide.md §5.4 rules 2, 4, 8, 10, 13
    rows = [entry(n, f"titel {n}", date(2026, 11, 20 + n)) for n in range(1, 9)]
    for mail in (messages.digest(rows, today=TODAY, language=language), escalated(messages, language)):
        outline = Outline(mail.html)
        assert f'<html lang="{language}">' in mail.html
        assert outline.tags.count("h1") == 1
        assert outline.tags.count("title") == 1
        assert not {"img", "link", "script", "iframe", "style", "table", "font"} & set(outline.tags)
        assert not [name for name, _value in outline.attributes if name in {"src", "background", "bgcolor", "color"}]
        assert "color:" not in mail.html.replace("color-scheme", "")
        assert "url(" not in mail.html
        texts = [one_line(words) for found in outline.links.values() for words in found]
        assert len(texts) == len(set(texts))
        assert mail.html.count("min-height:24px") == len(texts)


def test_titles_in_another_language_are_marked(messages: Messages) -> None:
    # WCAG 3.1.2: the site is Dutch, the mail English
    html = messages.digest([entry(1, "Bel de aannemer", TODAY)], today=TODAY, language="en").html
    assert html.count('<span lang="nl">Bel de aannemer</span>') == 2


HOSTILE = "<script>alert(1)</script>&\"'\r\nBcc: x@y.example\u202etxt.exe\u2066\x00\u2028{{ 7 * 7 }}"


def test_a_hostile_title_stays_text(messages: Messages) -> None:
    project = Project(HOSTILE, SITE, "support@gemeente.example", SITE)
    shown = "<script>alert(1)</script>&\"' Bcc: x@y.exampletxt.exe {{ 7 * 7 }}"
    for mail in (
        messages.digest([entry(1, HOSTILE, TODAY, project=project)], today=TODAY, language="nl", first_name=HOSTILE),
        messages.escalation(
            [
                EscalatedEntry(
                    project, ACTIONS, item(1, HOSTILE, ProgressNote=HOSTILE), date(2026, 11, 24), TODAY, HOSTILE
                )
            ],
            today=TODAY,
            language="nl",
            role="project_manager",
        ),
    ):
        assert f"- {shown} (A-1)\n" in mail.text
        assert "script" not in Outline(mail.html).tags
        assert shown in one_line(Outline(mail.html).words)
        for part in (mail.subject, mail.text, mail.html):
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\u2028]", part)
        assert "\n" not in mail.subject
        assert len(mail.subject) <= 60


@given(st.text())
def test_plain_is_one_line_and_stable(words: str) -> None:
    assert plain(words).splitlines() in ([], [plain(words)])
    assert plain(plain(words)) == plain(words)


@given(st.text(max_size=80), st.text(max_size=80))
def test_subjects_are_one_line_of_60_characters_at_most(project: str, rest: str) -> None:
    made = subject(project, rest)
    assert len(made) <= 60
    assert made.splitlines() in ([], [made])


def test_a_long_project_name_gives_way_in_the_subject() -> None:
    assert subject("Herinrichting van het Marktplein en omliggende straten", "12 acties te laat, 3 deze week") == (
        "Herinrichting van het…: 12 acties te laat, 3 deze week"
    )
    assert shortened("Een heel lang woord", 12) == "Een heel…"


def escalated(messages: Messages, language: Language, today: date = TODAY) -> Message:
    # guide.md §5.3: due 24 November, on 1 December 5 working days overdue (25, 26, 27, 30 November, 1 December)
    rows = [
        EscalatedEntry(
            MARKTPLEIN,
            ACTIONS,
            item(
                1,
                "Maak het overzicht van kabels en leidingen compleet",
                ProgressNote="Twee van de drie nutsbedrijven hebben gereageerd.",
            ),
            date(2026, 11, 24),
            TODAY,
            "civieltechnisch adviseur",
        ),
        EscalatedEntry(
            MARKTPLEIN,
            ACTIONS,
            item(
                5,
                "Controleer of de extra bomen boven het riool passen",
                ConfidentialityLevel="strict",
                ProgressNote="x",
            ),
            date(2026, 11, 24),
            TODAY,
            "adviseur groen",
            "civieltechnisch adviseur",
        ),
    ]
    return messages.escalation(rows, today=today, language=language, role="project_manager")


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
