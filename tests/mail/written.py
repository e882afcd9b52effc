"""Lists, rows and mails that the tests of mail texts share; `Outline` reads HTML as a browser does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

from projectlists.definitions.condition import All, Test
from projectlists.definitions.model import Choice, ListDefinition, ListField, ListWords, Status
from projectlists.definitions.rulemodel import Recipient, ReminderRule, Setting, StatusRule, Step
from projectlists.definitions.viewmodel import View
from projectlists.item import Item, Value
from projectlists.language import Language, Text
from projectlists.mail.messages import Entry, EscalatedEntry, Message, Messages
from projectlists.mail.overviews import Fact, Finding, ListCount, Overview
from projectlists.mail.rows import Project

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


RISKS = DECISIONS.model_copy(
    update={
        "key": "Risks",
        "letter": "R",
        "title": text("Risicolijst", "Risk list"),
        "words": ListWords(
            one=text("risico", "risk"),
            many=text("risico's", "risks"),
            this=text("dit risico", "this risk"),
            owner=text("risico-eigenaar", "risk owner"),
        ),
    }
)
UNOWNED_VIEW = View(key="WithoutOwner", title=text("Zonder actiehouder", "Without owner"), fields=("Title",))
OTHER = Project("Stationsweg", f"{SITE}-2", "support@gemeente.example", f"{SITE}-2/Lists/ReminderSettings", "en")


def overview(rhythm: Literal["weekly", "daily", ""] = "weekly", role: str = "supporter") -> Overview:
    """An overview with everything in it: a fact, numbers, and more rows than are listed."""
    found = tuple(item(number, f"Zonder iemand {number}", date(2026, 12, number)) for number in range(1, 8))
    values = {"setting": "Hoeveel werkdagen vooraf", "value": "een week", "example": "7, 1"}
    return Overview(
        role,
        rhythm,
        counts=(ListCount(ACTIONS, 31, 4, 7), ListCount(RISKS, 12, 0, 1)),
        findings=(Finding(ACTIONS, UNOWNED_VIEW, found),),
        facts=(Fact("setting_wrong", values, f"{SITE}/Lists/ReminderSettings"),),
    )


def kinds(messages: Messages, language: Language) -> dict[str, Message]:
    """A mail of every kind, by name."""
    approval = entry(3, "Nieuwsbrief", date(2026, 11, 27), rules=(UNOWNED,), role="approver")
    related = tuple((DECISIONS, item(number, f"Bij {number}")) for number in range(30, 42))
    signal = replace(entry(6, "Draagvlak", TODAY, definition=RISKS, rules=(UNOWNED,)), signal=True, related=related)
    several = [*GUIDE, entry(4, "Same title", date(2026, 12, 3), project=OTHER), approval, signal]
    gone = Fact("account_gone", {"person": "Daan", "row": "T-3"}, f"{SITE}/Lists/TeamRoles", related)
    closed = Fact("project_closed", {"row": "H-3", "state": "Afgesloten"}, f"{SITE}/Lists/ProgrammeProjects")
    facts = Overview("supporter", facts=(*overview().facts, gone, closed))
    every: dict[str, Any] = {"today": TODAY, "language": language}
    return {
        "digest": messages.digest([*GUIDE, entry(7, "Meelezen", date(2026, 12, 2), info=True)], **every),
        "several": messages.digest(several, overviews=[(OTHER, overview())], **every),
        "approval": messages.digest([approval], **every),
        "signal": messages.digest([signal], **every),
        "overview": messages.digest([], overviews=[(MARKTPLEIN, overview())], **every),
        "manager": messages.digest([], overviews=[(MARKTPLEIN, overview("daily", "project_manager"))], **every),
        "message": messages.digest([], overviews=[(MARKTPLEIN, facts)], **every),
        "escalation": escalated(messages, language),
    }
