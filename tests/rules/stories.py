"""Stories of expected mails, told in `mails/*.txt`: a row, what people do, the days of the runs, and who gets what.

How a story is written:

    == K-R1: the whole ladder | Stakeholders
    made 2026-01-05 | NextReviewOn=2026-12-05, StakeholderStatus=active, RelationOwner=fenna
    daily 2026-11-20 2026-12-10
    edit 2026-12-02 | NextReviewOn=2026-12-08
    2026-11-26 | D-7 fenna; (D-7 bram) | 4 3 2 1, Nov 30 27 26

`daily` has a run on every working day of a period, `run` on one day. What `edit`, `team` and `beside` say happens in
the afternoon, after that run; `again` is a second run, in the evening. `looked` is the day of the last run before all
these (the working day before, if it is not said), `first` that there was none. A last line says which mails go out on a
day, with the counting behind it; on other days there is none. A rule is named where it is not that of the heading; who
gets it for information stands in brackets; `[…]` says why somebody else gets it than the owner; `held` that nobody can.

The ledger is played here: a step that was sent to a role is not sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import cast

from projectlists.definitions.model import ListDefinition, ProfileKey
from projectlists.item import Item, Person, Reference, Value
from projectlists.rules.calculation import calculated
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar
from projectlists.rules.due import Reminder, reminders
from projectlists.rules.recipients import Addressee, DirectoryPerson, Held, Team, account_of, address
from tests.rows import profile_of, row, shipped

FOLDER = Path(__file__).parent / "mails"
CALENDAR = WorkingCalendar()
NAMES = ("noor", "bram", "yara", "fenna", "daan")
PEOPLE = {
    name: Person(number, name, f"{name}@gemeente.example", f"i:0#.f|membership|{name}@gemeente.example")
    for number, name in enumerate(NAMES, 1)
}
ROLES = {"noor": "project_manager", "bram": "supporter", "yara": "communication", "fenna": "member", "daan": "member"}
Values = dict[str, Value]
DAY, NUMBER = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d+(\.\d+)?")
ORDER = ("run", "edit", "team", "beside", "again")
"""What comes first on a day."""


@dataclass
class Story:
    """One story as it is written."""

    name: str
    rule: str
    list: str
    profile: ProfileKey
    lines: list[tuple[date, str, str]] = field(default_factory=list)
    made: date = date(2026, 1, 5)
    values: Values = field(default_factory=dict)
    looked: date | None = None
    first: bool = False
    expected: dict[date, list[str]] = field(default_factory=dict)


def list_of(key: str, profile: ProfileKey) -> ListDefinition:
    """A list as a project has it that has every other list that its rules ask for."""
    return next(found for found in shipped().chosen(profile, (key, "RunSheet")) if found.key == key)


def stories() -> Iterator[Story]:
    """Every story of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        story: Story | None = None
        for text in path.read_text("utf-8").splitlines():
            if text.startswith("== "):
                if story:
                    yield story
                heading, key, *profile = (part.strip() for part in text.removeprefix("== ").split("|"))
                chosen = cast("ProfileKey", profile[0] if profile else "project")
                story = Story(f"{path.stem}: {heading}", heading.partition(":")[0], key, chosen)
            elif story and text.strip() and not text.startswith("#"):
                _line(story, text)
        if story:
            yield story


def _line(story: Story, text: str) -> None:
    head, *rest = (part.strip() for part in text.split("|"))
    word, *days = head.split()
    given = [date.fromisoformat(day) for day in days]
    if word == "made":
        story.made, story.values = given[0], values_of(rest[0])
    elif word == "looked":
        story.looked = given[0]
    elif word == "first":
        story.first = True
    elif word == "daily":
        day = given[0]
        while day <= given[1]:
            story.lines += [(day, "run", "")] if CALENDAR.is_working_day(day) else []
            day += timedelta(days=1)
    elif word in ORDER:
        # Nothing goes out on other days (guide.md §2.0.7 b), so a run there would be a slip of the pen.
        assert word not in {"run", "again"} or CALENDAR.is_working_day(given[0]), (story.name, text)
        story.lines.append((given[0], word, rest[0] if rest else ""))
    else:
        story.expected[date.fromisoformat(word)] = sorted(_mail(story, part) for part in rest[0].split(";"))


def _mail(story: Story, text: str) -> str:
    """`D-7 fenna` with the rule of the story in front, unless another is named."""
    words = text.strip()
    bare = words.removeprefix("(")
    first = bare.split()[0]
    named = first if any(one.id == first for one in list_of(story.list, story.profile).reminders) else story.rule
    whole = bare if named == first else f"{named} {bare}"
    return f"({whole}" if bare != words else whole


def values_of(text: str) -> Values:
    """`DueDate=2026-12-01, ActionOwner=fenna`."""
    pairs = (part.split("=", 1) for part in text.split(",") if part.strip())
    return {name.strip(): _value(value.strip()) for name, value in pairs}


def _value(text: str) -> Value:
    if text in PEOPLE:
        return PEOPLE[text]
    if text in {"yes", "no"}:
        return text == "yes"
    if text[:1] in {"@", "+"}:
        return Reference(int(text[1:])) if text[0] == "@" else tuple(text[1:].split("+"))
    if DAY.fullmatch(text):
        return date.fromisoformat(text)
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text or None


class Playing:
    """A story while it is played: the rows, the team, and what was sent."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.definition: ListDefinition = list_of(story.list, story.profile)
        self.item = _first(self.definition, 1, story.made, story.values)
        self.beside: dict[str, dict[int, Item]] = {}
        self.team = {name: {"TeamRole": role, "TeamStatus": "active"} for name, role in ROLES.items()}
        self.gone: set[str] = set()
        self.sent: set[tuple[str, str, date, str]] = set()
        runs = [day for day, kind, _text in story.lines if kind == "run"]
        self.looked = None if story.first else story.looked or CALENDAR.before(min(runs), 1)

    def play(self) -> dict[date, list[str]]:
        """The mails of each day that has any."""
        found: dict[date, list[str]] = {}
        for day, kind, text in sorted(self.story.lines, key=lambda line: (line[0], ORDER.index(line[1]))):
            if kind == "edit":
                self.item = _edited(self.definition, self.item, day, values_of(text))
            elif kind == "team":
                self._change_team(*text.split())
            elif kind == "beside":
                self._change_beside(day, *text.split(None, 2))
            elif mails := sorted(self._run(day)):
                found[day] = sorted([*found.get(day, []), *mails])
        return found

    def _change_team(self, name: str, word: str, *others: str) -> None:
        if word == "gone":
            self.gone.add(name)
        elif word == "is":
            self.team[name]["TeamRole"] = others[0]
        else:
            self.team[name]["TeamStatus"] = word
            self.team[name]["DeputyUser"] = PEOPLE[others[0]] if others else None  # type: ignore[assignment]

    def _change_beside(self, day: date, key: str, number: str, text: str) -> None:
        rows = self.beside.setdefault(key, {})
        known, definition = rows.get(int(number)), list_of(key, self.story.profile)
        values = values_of(text)
        rows[int(number)] = (
            _edited(definition, known, day, values) if known else _first(definition, int(number), day, values)
        )

    def _run(self, today: date) -> Iterator[str]:
        profile = profile_of(self.story.profile)
        around = {key: tuple(rows.values()) for key, rows in self.beside.items()}
        around[self.definition.key] = (self.item, *around.get(self.definition.key, ()))
        members = [
            row(number, TeamMember=PEOPLE[name], **cast("Values", values))
            for number, (name, values) in enumerate(self.team.items(), 1)
        ]
        team = Team.from_items(members, today, profile)
        directory = {
            account_of(person): DirectoryPerson(person.mail) for name, person in PEOPLE.items() if name not in self.gone
        }
        due = reminders(
            self.definition,
            [self.item],
            today=today,
            calendar=CALENDAR,
            last_run=self.looked,
            profile=profile,
            around=around,
        )
        found = [(one, address(one, team, directory)) for one in due]
        held = {(one.rule, one.stage) for one, addressees in found if isinstance(addressees, Held)}
        yield from (f"{rule} {stage} held" for rule, stage in held)
        for one, addressees in found:
            # Who reads an escalation along does so in its mail.
            waits = one.escalation and (one.rule, one.stage) in held
            if not isinstance(addressees, Held) and not waits:
                yield from self._told(one, addressees)
        # As the job does: what was held is looked for again.
        self.looked = self.looked if held else today

    def _told(self, one: Reminder, addressees: tuple[Addressee, ...]) -> Iterator[str]:
        for addressee in addressees:
            place = (one.rule, one.stage, one.due, addressee.role)
            if place not in self.sent:
                self.sent.add(place)
                mark = f" [{addressee.mark}]" if addressee.mark else ""
                text = f"{one.rule} {one.stage} {addressee.mail.partition('@')[0]}{mark}"
                yield f"({text})" if addressee.info else text


def _at(day: date) -> datetime:
    return datetime.combine(day, time(12), AMSTERDAM)


def _first(definition: ListDefinition, number: int, day: date, values: Values) -> Item:
    item = calculated(definition, row(number, created=day, since=day, **values))
    return replace(item, past=(item,))


def _edited(definition: ListDefinition, item: Item, day: date, values: Values) -> Item:
    """The row after a change by hand, with that as its newest version."""
    status = definition.status.field if definition.status else ""
    now = calculated(definition, replace(item, values={**item.values, **values}))
    since = day if now[status] != item[status] else item.state_since
    version = replace(now, created=_at(day), created_on=day, past=())
    return replace(now, modified=_at(day), modified_on=day, state_since=since, past=(version, *item.past))
