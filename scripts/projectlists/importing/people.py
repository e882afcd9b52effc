"""Names in a cell to people of the site (guide.md §2.0.12). Pure.

Somebody is called by address, by full name, by role in the team, by first name, surname or initials, in that order; the
first way that fits counts. Two people who fit the same way are never chosen between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from projectlists.definitions.model import ListDefinition
from projectlists.exporting.cells import account
from projectlists.importing.words import normal
from projectlists.item import Item, Person

_EVERYBODY = frozenset(
    {"allen", "iedereen", "alle", "all", "everyone", "everybody", "team", "projectteam", "hele team"}
)
_NOBODY = frozenset({"-", "ntb", "nog te bepalen", "onbekend", "tbd", "geen", "nvt", "x", "vacature"})
_ROLES = {
    "pm": "project_manager",
    "pl": "project_manager",
    "projectleider": "project_manager",
    "aog": "official_client",
    "ao": "official_client",
    "bog": "political_client",
    "bo": "political_client",
}
"""How roles are called in lists beside their own labels (guide.md §2.15, §6.9)."""
_PREFIXES = frozenset(
    ("van", "de", "der", "den", "het", "'t", "in", "op", "te", "ter", "ten", "aan", "von", "el", "la", "du")
)
_BETWEEN = re.compile(r"\s*(?:[;/&+\n]|\s(?:en|and)\s)\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\];,]+@[^\s<>()\[\];,]+")


@dataclass(frozen=True)
class Called:
    """Who a cell calls: the first one found, and what is left over.

    `others` are the words for further people and for people nobody knows; `unclear` are those that fit several people,
    `unknown` those that fit nobody; `everybody` tells that a group is meant.
    """

    person: Person | None = None
    others: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    everybody: bool = False


class KnownPeople:
    """The people of a site: its users and its team, and those found in the directory since."""

    def __init__(self, users: Iterable[Person], team: Iterable[Item] = (), roles: ListDefinition | None = None) -> None:
        self._team: list[tuple[set[str], Person]] = []
        people: dict[str, Person] = {}
        for item in team:
            person = item.person("TeamMember")
            if person is None or item["TeamStatus"] == "left":
                continue
            people.setdefault(identity(person), person)
            self._team.append((_role_names(item, roles), person))
        members = [person for _names, person in self._team]
        for person in users:
            people[identity(person)] = person
        self._people = list(people.values())
        self._members = [people[identity(person)] for person in members]
        self._found: dict[str, tuple[Person, ...]] = {}

    def add(self, words: str, people: Sequence[Person]) -> None:
        """What the directory of the organisation answered to words that the site does not know."""
        self._found[normal(words)] = tuple(people)

    def strangers(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The names and addresses in these cells that the site does not know; initials are not looked up elsewhere."""
        words = dict.fromkeys(word for text in texts for word in self.called(text).unknown)
        return tuple(word for word in words if "@" in word or (len(word) > 3 and not word.isupper()))

    def called(self, text: str) -> Called:
        """Who a cell calls."""
        word = normal(text)
        if word in _NOBODY:
            return Called()
        if word in _EVERYBODY:
            return Called(others=(text.strip(),), everybody=True)
        whole = self._named(text)
        if len(whole) == 1:
            return Called(whole[0])
        if whole:
            return Called(others=(text.strip(),), unclear=(text.strip(),))
        parts = [part for part in _split(text) if part]
        if len(parts) < 2:
            return Called(others=(text.strip(),), unknown=(text.strip(),))
        return self._first_of(parts)

    def _first_of(self, parts: Sequence[str]) -> Called:
        person: Person | None = None
        others: list[str] = []
        unclear: list[str] = []
        unknown: list[str] = []
        for part in parts:
            found = self._named(part)
            if len(found) == 1 and person is None:
                person = found[0]
                continue
            others.append(part)
            if not found:
                unknown.append(part)
            elif len(found) > 1:
                unclear.append(part)
        if person is None:
            return Called(None, tuple(others), tuple(unclear), tuple(unknown))
        return Called(person, tuple(others))

    def _named(self, text: str) -> list[Person]:
        address = _ADDRESS.search(text)
        if address:
            wanted = address[0].casefold().strip(".,")
            found = [each for each in self._people if wanted in {each.mail.casefold(), account(each).casefold()}]
            return found or list(self._found.get(normal(text), ()))
        name = _turned(text)
        ways: tuple[tuple[Sequence[Person], Callable[[Person], bool]], ...] = (
            (self._people, lambda person: normal(person.name) == name),
            (self._by_role(name), lambda _person: True),
            (self._people, lambda person: _short(normal(person.name)) == _short(name) and " " in name),
            (self._members, lambda person: name in _calls(person)),
            (self._people, lambda person: name in _calls(person)),
            (self._members, lambda person: name.replace(" ", "") in _initials(person)),
            (self._people, lambda person: name.replace(" ", "") in _initials(person)),
        )
        for people, fits in ways:
            found_here = {identity(person): person for person in people if fits(person)}
            if found_here:
                return list(found_here.values())
        return list(self._found.get(normal(text), ()))

    def _by_role(self, name: str) -> list[Person]:
        wanted = {name, _ROLES.get(name, name)}
        known = {identity(person): person for person in self._people}
        return [known[identity(person)] for names, person in self._team if wanted & names]


def identity(person: Person) -> str:
    """What tells people apart, whichever site or directory they come from."""
    return (account(person) or person.mail or person.name).casefold()


def _role_names(item: Item, roles: ListDefinition | None) -> set[str]:
    key = item.text("TeamRole")
    field = roles.field("TeamRole") if roles else None
    labels = [
        label for choice in (field.choices if field else ()) if choice.key == key for label in (choice.nl, choice.en)
    ]
    return {normal(text) for text in (item.text("Title"), *labels) if text} | {key}


def _split(text: str) -> Iterator[str]:
    for part in _BETWEEN.split(text.strip()):
        yield from (piece.strip() for piece in part.split(","))


def _turned(text: str) -> str:
    """`Vries, A. de` as `a de vries`."""
    surname, comma, rest = text.partition(",")
    return normal(f"{rest} {surname}" if comma and rest.strip() else text)


def _short(name: str) -> str:
    """First letter and surname: `anna de vries` and `a de vries` are both `a de vries`."""
    first, _space, rest = name.partition(" ")
    return f"{first[:1]} {rest}"


def _calls(person: Person) -> set[str]:
    """First name, surname, and surname with what stands before it."""
    tokens = _turned(person.name).split()
    if len(tokens) < 2:
        return {normal(person.name)}
    surname = [token for token in tokens[1:] if token not in _PREFIXES]
    return {tokens[0], " ".join(tokens[1:]), " ".join(surname)} - {""}


def _initials(person: Person) -> set[str]:
    """`Jan de Vries` is JdV, and JV."""
    tokens = _turned(person.name).split()
    if len(tokens) < 2:
        return set()
    return {
        "".join(token[0] for token in tokens),
        "".join(token[0] for token in tokens if token not in _PREFIXES),
    }
