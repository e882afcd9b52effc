"""Reading the rows of a site that rules could concern, also in lists too large for one question.

All searches of a list are asked as one question, as the service counts questions. A list of more than 5,000 rows does
not take that: it answers only questions whose first column few enough rows pass (sharepoint-rest.md §6.5), so a long
list is asked search by search. A search that is refused is asked again in narrower parts; when those are refused too,
the list is read in stretches of row numbers. Rows that are merely useful are left out then. A run never fails for the
size of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from projectlists.definitions.condition import Around, tests_of
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.rulemodel import STATUS_SINCE
from projectlists.errors import FarEndError, Missing, ThresholdExceeded
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import Query, Rows, SharePointSite
from projectlists.item import Item
from projectlists.rules import history
from projectlists.rules.filters import Period, Search
from projectlists.rules.odata import alternatives
from projectlists.rules.relations import Rule, Wanted, may_concern, ties, wanted

LONGEST = 2000
"""Characters of a filter that holds several searches: the longest of them have as many by themselves."""
STRETCH = 4000
"""Row numbers asked for at once in a list that is too large: below the 5,000 that the service takes."""
_Answer: TypeAlias = Rows | FarEndError


@dataclass(frozen=True)
class Asked:
    """One search in one list; `names` limits the columns that are read."""

    definition: ListDefinition
    search: Search
    names: frozenset[str] | None = None

    def query(self, text: str) -> Query:
        """The search, or a narrower text, as a query."""
        definition = self.definition
        library = definition.kind == "library"
        return Query(definition.key, library=library, filter=text, options=wire.options(definition, self.names))


@dataclass(frozen=True)
class Joined:
    """Searches in one list, to be asked as one question."""

    parts: tuple[Asked, ...]

    @property
    def definition(self) -> ListDefinition:
        """The list."""
        return self.parts[0].definition

    @property
    def whole(self) -> Asked:
        """The question: the rows of any of them."""
        if len(self.parts) == 1:
            return self.parts[0]
        return Asked(self.definition, Search(alternatives(one.search.text for one in self.parts)))

    def takes(self, other: Asked) -> bool:
        """Whether there is room for another search."""
        one = Joined((*self.parts, other))
        return self.definition is other.definition and len(one.whole.search.text) <= LONGEST


def joined(searches: Iterable[Asked]) -> list[Joined]:
    """Searches, those of one list side by side, in as few questions as they fit in."""
    found: list[Joined] = []
    for one in searches:
        if found and found[-1].takes(one):
            found[-1] = Joined((*found[-1].parts, one))
        else:
            found.append(Joined((one,)))
    return found


def rows_of(
    remote: SharePointSite, asked: Sequence[Joined], answers: Sequence[Rows | FarEndError]
) -> list[tuple[ListDefinition, Rows]]:
    """The rows of questions whose first answers are in; the searches of a long list are asked one by one.

    What a long list answers to several at once may lack rows without saying so.
    """
    long = remote.about().long
    found: list[tuple[Asked, _Answer | None]] = []
    for one, answer in zip(asked, answers, strict=True):
        if len(one.parts) > 1 and (one.definition.key in long or isinstance(answer, ThresholdExceeded)):
            found += [(part, None) for part in one.parts]
        else:
            found.append((one.whole, answer))
    return [(one.definition, rows) for (one, _answer), rows in zip(found, _finished(remote, found), strict=True)]


def found_rows(remote: SharePointSite, asked: Sequence[Asked]) -> list[Rows]:
    """The rows of each search: one batch, and more only for lists that are too large.

    Raises:
        FarEndError: a list could not be read to the end, or is missing.
    """
    return settled(remote, asked, remote.attempted([one.query(one.search.text) for one in asked]))


def settled(remote: SharePointSite, asked: Sequence[Asked], answers: Sequence[Rows | FarEndError]) -> list[Rows]:
    """The rows of each search whose first answer is in; what was refused for its size is asked otherwise."""
    return _finished(remote, list(zip(asked, answers, strict=True)))


def _finished(remote: SharePointSite, searches: Sequence[tuple[Asked, _Answer | None]]) -> list[Rows]:
    """The rows of each search. What was not asked yet, and the narrower texts of what was refused, go in one batch.

    What was not asked yet is in a long list, so its narrower texts go along at once.
    """
    questions: list[tuple[int, str]] = []
    for number, (one, answer) in enumerate(searches):
        if answer is None:
            questions.append((number, one.search.text))
        if (answer is None or isinstance(answer, ThresholdExceeded)) and not one.search.optional:
            questions += [(number, text) for text in one.search.instead]
    asked = [searches[number][0].query(text) for number, text in questions]
    answers = dict(zip(questions, remote.attempted(asked) if asked else [], strict=True))
    found: list[Rows] = []
    for number, (one, first) in enumerate(searches):
        answer = answers[number, one.search.text] if first is None else first
        if isinstance(answer, ThresholdExceeded) and not one.search.optional:
            parts = {text: answers.get((number, text), answer) for text in one.search.instead or (one.search.text,)}
            found.append(tuple(row for text, part in parts.items() for row in _part(remote, one, text, part)))
        else:
            found.append(() if isinstance(answer, ThresholdExceeded) else _rows(answer))
    return found


def _part(remote: SharePointSite, asked: Asked, text: str, answer: _Answer) -> Rows:
    """The rows of a narrower text; when that is refused too the list is read to its end."""
    return _in_stretches(remote, asked, text) if isinstance(answer, ThresholdExceeded) else _rows(answer)


def _rows(answer: _Answer) -> Rows:
    if isinstance(answer, FarEndError):
        raise answer
    return answer


def _in_stretches(remote: SharePointSite, asked: Asked, text: str) -> Rows:
    path = remote.list_path(asked.definition.key, library=asked.definition.kind == "library")
    newest = Operation("GET", f"{path}/items", query={"$select": "Id", "$orderby": "Id desc", "$top": "1"})
    entries = remote.run([newest])[0].checked().entries
    last = int(entries[0].get("Id") or entries[0].get("ID") or 0) if entries else 0
    queries = [
        asked.query(f"Id ge {first} and Id lt {first + STRETCH}" + (f" and ({text})" if text else ""))
        for first in range(1, last + 1, STRETCH)
    ]
    return tuple(row for rows in remote.rows(queries) for row in rows)


def changes(lists: Sequence[ListDefinition], period: Period) -> list[Asked]:
    """What to ask in the first batch about lists whose changes set off rules of others."""
    return [_asked(lists, found) for found in dict.fromkeys(tie.changes(period) for tie in ties(lists))]


def _asked(lists: Sequence[ListDefinition], one: Wanted) -> Asked:
    return Asked(_list(lists, one.list), Search(one.text))


def _list(lists: Sequence[ListDefinition], key: str) -> ListDefinition:
    return next(found for found in lists if found.key == key)


@dataclass(frozen=True)
class Reader:
    """Reads what the rules of a site need in a period, beyond the first batch."""

    remote: SharePointSite
    lists: Sequence[ListDefinition]
    period: Period

    def concerned(self, changed: Mapping[tuple[str, str], Sequence[Item]]) -> dict[str, list[Item]]:
        """The rows that changes elsewhere can concern, by list; `changed` are the rows of `changes` by their search."""
        if not any(changed.values()):
            return {}
        wanted_rows: dict[Wanted, None] = {}
        for tie in ties(self.lists):
            asked = tie.changes(self.period)
            for found in tie.concerned(changed.get((asked.list, asked.text), ()), self.period):
                wanted_rows[found] = None
        return self._read(list(wanted_rows))

    def around(self, items: Mapping[str, Sequence[Item]], changed: Mapping[str, Sequence[Item]]) -> Around:
        """The rows of other lists that the rules ask for to judge these; `changed` are rows of lookups' targets.

        Those come with their versions, as a rule may ask when they changed.
        """
        if not any(items.values()) and not any(changed.values()):
            return {}
        found: dict[str, list[Item]] = {}
        through = {tie.other for tie in ties(self.lists) if tie.through}
        for key, rows in self._read(list(wanted(self.lists, items, self.period))).items():
            found.setdefault(key, []).extend(rows)
        targets = {key: rows for key, rows in changed.items() if key in through and rows}
        for key, dated in self.with_past(targets, of_targets=True).items():
            found.setdefault(key, []).extend(dated)
        return {key: tuple({item.id: item for item in rows}.values()) for key, rows in found.items()}

    def with_past(
        self, items: Mapping[str, Sequence[Item]], *, of_targets: bool = False
    ) -> dict[str, tuple[Item, ...]]:
        """The rows with the versions that rules ask for, and with the day on which they got their status."""
        chosen = [
            (definition, item, columns)
            for definition in self.lists
            if items.get(definition.key) and (columns := self._columns(definition, of_targets=of_targets))
            for item in items.get(definition.key, ())
            if of_targets or _asks_for_past(definition, item, self.period.last)
        ]
        answers = self.remote.run([self._versions(*one) for one in chosen])
        past: dict[tuple[str, int], tuple[Item, ...]] = {}
        for (definition, item, _columns), answer in zip(chosen, answers, strict=True):
            if isinstance(answer.error, Missing):  # thrown away since it was read
                continue
            rows = sorted(answer.checked().entries, key=lambda row: int(row.get("VersionId") or 0), reverse=True)
            past[definition.key, item.id] = wire.items_from(definition, self.period.zone, rows)
        definitions = {definition.key: definition for definition in self.lists}
        return {
            key: tuple(_dated(definitions[key], item, past.get((key, item.id), ())) for item in rows)
            for key, rows in items.items()
        }

    def _columns(self, definition: ListDefinition, *, of_targets: bool) -> tuple[str, ...]:
        if not of_targets:
            return history.columns(definition)
        changed = (rule.changed for one in self.lists for rule in one.reminders if rule.changed)
        names = [found.field for found in changed if found.through and definition.field(found.field)]
        return tuple(dict.fromkeys(names))

    def _versions(self, definition: ListDefinition, item: Item, columns: Sequence[str]) -> Operation:
        path = self.remote.list_path(definition.key, library=definition.kind == "library")
        select = ",".join(["VersionId", "Created", *columns])
        return Operation("GET", f"{path}/items({item.id})/versions", query={"$select": select})

    def _read(self, texts: Sequence[Wanted]) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        rows = found_rows(self.remote, [_asked(self.lists, one) for one in texts]) if texts else []
        for one, here in zip(texts, rows, strict=True):
            found.setdefault(one.list, []).extend(wire.items_from(_list(self.lists, one.list), self.period.zone, here))
        return found


def _asks_for_past(definition: ListDefinition, item: Item, today: date) -> bool:
    """Whether some rule that asks for former values could act on the row."""
    reminders = (rule for rule in definition.reminders if rule.is_event and not (rule.changed and rule.changed.through))
    rules: list[Rule] = [*reminders, *(rule for rule in definition.status_rules if _asks_for_change(rule.when))]
    return any(may_concern(definition, rule, item, today) for rule in rules)


def _asks_for_change(condition: Any) -> bool:
    return any(test.changed_since is not None for test in tests_of(condition))


def _dated(definition: ListDefinition, item: Item, past: tuple[Item, ...]) -> Item:
    if not past:
        return item
    found = replace(item, past=past)
    asks = any(rule.date == STATUS_SINCE for rule in definition.reminders)
    return replace(found, state_since=history.status_since(definition, found)) if asks else found


def each(items: Iterable[Item]) -> tuple[Item, ...]:
    """Every row once; of one read twice the last reading."""
    return tuple({item.id: item for item in items}.values())
