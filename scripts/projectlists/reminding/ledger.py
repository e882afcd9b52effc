"""The site's memory: its list `ReminderLog`, one row per reminder, mail, automatic change and complete run.

The unique column LedgerKey decides between two that want the same: who creates the row has it. A write whose answer is
lost is read back by its key, and tells by the run in its details whether it was ours (architecture.md decision 8).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from projectlists.definitions.model import ListDefinition
from projectlists.errors import Conflict, Duplicate, FarEndError, Missing, Unanswered
from projectlists.farend import wire
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Item, Value
from projectlists.rules.calendar import AMSTERDAM
from projectlists.rules.odata import day_literal, text_literal
from projectlists.structure.settings import KEY as SETTINGS_KEY
from projectlists.structure.settings import LIST

RUN_KEY = "run"
PROJECT_CLOSED: Literal["project_closed"] = "project_closed"
"""The kind of the row that says, in the ledger of a programme, that one of its projects was closed."""
KEY_LENGTH = 32
ATTEMPTS = 3
_TITLE_LENGTH = 255


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger. `id`, `etag` and `modified` are the service's; empty for a row that is still to be made.

    `kind` is setting, run, log, reminder, bulletin, flip, next, mail, card, shard, round or project_closed; `details`
    is JSON, of which `run` names the run that wrote it.
    """

    key: str
    kind: str
    state: str
    title: str
    day: date | None
    mail_key: str = ""
    list: str = ""
    item: int | None = None
    rule: str = ""
    stage: str = ""
    due: date | None = None
    role: str = ""
    recipient: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
    etag: str = ""
    modified: datetime | None = None


def reminder_key(
    *, tenant: str, site_id: str, list_key: str, item: int, rule: str, stage: str, due: date, role: str
) -> str:
    """The one key of a reminder: it depends neither on the moment nor on the text (identity-mail-teams.md §8)."""
    return _hashed(tenant, site_id, list_key, item, rule, stage, due.isoformat(), role)


def bulletin_key(*, tenant: str, site_id: str, topic: str, role: str) -> str:
    """The one key of something that is told about a whole site."""
    return _hashed("bulletin", tenant, site_id, topic, role)


def card_key(channel: str, period: str) -> str:
    """The one key of a channel's card of a day or a week."""
    return _hashed("card", channel, period)


def closed_key(item: int, day: date) -> str:
    """The one key of a project in a programme's overview that was closed on a day."""
    return _hashed("closed", item, day.isoformat())


def memory_key(list_key: str, item: int) -> str:
    """The key of what the tool remembers of a row for its status rules (guide.md §2.0.8)."""
    return _hashed("memory", list_key, item)


def next_key(list_key: str, item: int) -> str:
    """The key of the row that comes after a row that was carried out (`recurrences`)."""
    return _hashed("next", list_key, item)


def round_key(day: date, count: int, index: int | None) -> str:
    """The key of a day's round of so many shards, and with an index that of one shard in it (`shards`)."""
    return _hashed("round", day.isoformat(), count, "" if index is None else index)


def mail_row_key(mail_key: str) -> str:
    """The key of the row of a mail: making it is the point of no return."""
    return f"mail-{mail_key}"


def _hashed(*parts: object) -> str:
    return sha256("|".join(str(part) for part in parts).encode()).hexdigest()[:KEY_LENGTH]


class Ledger:
    """The ledger of one site. `definition` is that of the list ReminderLog; `run` names this run."""

    def __init__(self, site: SharePointSite, definition: ListDefinition, run: str) -> None:
        self._site = site
        self._definition = definition
        self._run = run
        self._options = wire.options(definition)

    def opening(self, since: date) -> list[Query]:
        """The reads with which a run begins: settings and last run, everything unfinished, everything since a day.

        The zone of the site is not known yet; a day of another zone begins at most a day earlier or later.
        """
        recent = f"DayOn ge {day_literal(since, AMSTERDAM)}"
        return [self._query(_is(SETTINGS_KEY, RUN_KEY)), self.unfinished(), self._query(recent)]

    def unfinished(self) -> Query:
        """Everything that was begun and not ended."""
        return self._query(f"LedgerState eq {text_literal('claimed')}")

    def about(self, list_key: str, item: int) -> str:
        """The filter for everything that is known of one row of a list."""
        return f"ItemNumber eq {item} and ListKey eq {text_literal(list_key)}"

    def rows_from(self, pages: Iterable[Iterable[Mapping[str, Any]]]) -> dict[str, LedgerRow]:
        """The rows that `opening` read, by key."""
        found = [_row(item) for page in pages for item in self._items(page)]
        return {row.key: row for row in found}

    def find(self, keys: Iterable[str]) -> dict[str, LedgerRow]:
        """The rows with these keys: one indexed look-up each, 100 in a request (sharepoint-rest.md §6.5)."""
        path = self._site.list_path(LIST)
        operations = [self._query(_is(key)).operation(path) for key in dict.fromkeys(keys)]
        return self.rows_from(answer.checked().entries for answer in self._site.run(operations))

    def create(self, rows: Sequence[LedgerRow]) -> dict[str, LedgerRow]:
        """Make rows. Of each key the row that now stands there: ours (see `is_ours`) or the one that was first.

        Raises:
            FarEndError: some rows could not be made.
        """
        standing: dict[str, LedgerRow] = {}
        missing = {row.key: self._signed(row) for row in rows}
        lost: FarEndError | None = None
        for _attempt in range(ATTEMPTS):
            if not missing:
                return standing
            made, lost = self._posted(list(missing.values()))
            standing |= made
            standing |= self.find(key for key in missing if key not in standing)
            missing = {key: row for key, row in missing.items() if key not in standing}
        if missing and lost is not None:
            raise lost
        return standing

    def change(self, rows: Sequence[LedgerRow], *, guarded: bool = True) -> dict[str, LedgerRow]:
        """Write rows that exist (by `id`). Of each key the row as written; absent where somebody else was first.

        `guarded` writes only over the version that was read. Without it the last writer wins.

        Raises:
            FarEndError: some rows could not be written.
        """
        written: dict[str, LedgerRow] = {}
        left = {row.key: self._signed(row) for row in rows}
        lost: FarEndError | None = None
        for _attempt in range(ATTEMPTS):
            if not left:
                return written
            done, refused, lost = self._merged(list(left.values()), guarded)
            written |= done
            left = {key: row for key, row in left.items() if key not in done and key not in refused}
            for key, standing in self.find(left).items():
                if _same(standing, left[key]):
                    written[key] = standing
                    left.pop(key)
                elif guarded and standing.etag != left[key].etag:
                    left.pop(key)
        if left and lost is not None:
            raise lost
        return written

    def close(self, beat: LedgerRow, entry: LedgerRow | None) -> None:
        """Write the heartbeat of a run and, beside it in the same request, its entry in the log.

        Raises:
            FarEndError: the heartbeat could not be written. An entry that is lost is only missed by its reader.
        """
        rows = [self._signed(row) for row in (beat, entry) if row is not None]
        bodies = [(row.id, self._body(row)) for row in rows]
        operations = [
            self._site.change(LIST, number, body, None) if number else self._site.addition(LIST, body)
            for number, body in bodies
        ]
        try:
            written = self._site.run(operations)[0].error is None
        except Unanswered:
            written = False
        if written:
            return
        if beat.id:
            self.change([beat], guarded=False)
        else:
            self.create([beat])

    def is_ours(self, row: LedgerRow) -> bool:
        """Whether this run wrote the row."""
        return row.details.get("run") == self._run

    def _query(self, text: str) -> Query:
        return Query(LIST, filter=text, options=self._options)

    def _items(self, entries: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
        return wire.items_from(self._definition, self._site.about().zone, entries)

    def _signed(self, row: LedgerRow) -> LedgerRow:
        return replace(row, title=row.title[:_TITLE_LENGTH], details={**row.details, "run": self._run})

    def _posted(self, rows: Sequence[LedgerRow]) -> tuple[dict[str, LedgerRow], FarEndError | None]:
        """The rows of which it is certain that they were made now, and why others were not."""
        try:
            answers = self._site.run([self._site.addition(LIST, self._body(row)) for row in rows])
        except Unanswered as error:
            return {}, error
        made: dict[str, LedgerRow] = {}
        lost: FarEndError | None = None
        for row, answer in zip(rows, answers, strict=True):
            if answer.error is None and answer.entity.get("Id"):
                made[row.key] = replace(row, id=int(answer.entity["Id"]), etag=answer.etag or "")
            elif isinstance(answer.error, Missing):
                raise answer.error
            elif answer.error is not None and not isinstance(answer.error, Duplicate):
                lost = answer.error
        return made, lost

    def _merged(
        self, rows: Sequence[LedgerRow], guarded: bool
    ) -> tuple[dict[str, LedgerRow], set[str], FarEndError | None]:
        """The rows of which it is certain that they were written, the keys somebody else has, why others were not."""
        operations = [
            self._site.change(LIST, row.id, self._body(row), row.etag or None if guarded else None) for row in rows
        ]
        try:
            answers = self._site.run(operations)
        except Unanswered as error:
            return {}, set(), error
        written: dict[str, LedgerRow] = {}
        refused: set[str] = set()
        lost: FarEndError | None = None
        for row, answer in zip(rows, answers, strict=True):
            if answer.error is None:
                written[row.key] = replace(row, etag=answer.etag or "")
            elif isinstance(answer.error, Conflict | Missing):
                refused.add(row.key)
            else:
                lost = answer.error
        return written, refused, lost

    def _body(self, row: LedgerRow) -> dict[str, Any]:
        values: dict[str, Value] = {
            "Title": row.title,
            "LedgerKey": row.key,
            "LedgerKind": row.kind,
            "LedgerState": row.state,
            "MailKey": row.mail_key or None,
            "ListKey": row.list or None,
            "ItemNumber": row.item,
            "RuleId": row.rule or None,
            "Stage": row.stage or None,
            "DueOn": row.due,
            "RoleKey": row.role or None,
            "Recipient": row.recipient or None,
            "DayOn": row.day,
            "Details": json.dumps(dict(row.details), ensure_ascii=False, sort_keys=True),
        }
        kept = {name: value for name, value in values.items() if row.id or value is not None}
        return wire.values_for(self._definition, "en", self._site.about().zone, kept)


class Ledgers:
    """The ledgers of the sites that a run works on, made when first asked for. `site` opens a site by its address."""

    def __init__(self, site: Callable[[str], SharePointSite], definition: ListDefinition, run: str) -> None:
        self._site = site
        self._definition = definition
        self._run = run
        self._found: dict[str, Ledger] = {}

    def of(self, url: str) -> Ledger:
        """The ledger of a site, by its address."""
        if url not in self._found:
            self._found[url] = Ledger(self._site(url), self._definition, self._run)
        return self._found[url]

    def forget(self, url: str) -> None:
        """Let go of a site that is done with."""
        self._found.pop(url, None)


def _is(*keys: str) -> str:
    return " or ".join(f"LedgerKey eq {text_literal(key)}" for key in keys)


def _row(item: Item) -> LedgerRow:
    number = item["ItemNumber"]
    return LedgerRow(
        key=item.text("LedgerKey"),
        kind=item.text("LedgerKind"),
        state=item.text("LedgerState"),
        title=item.text("Title"),
        day=item.day("DayOn"),
        mail_key=item.text("MailKey"),
        list=item.text("ListKey"),
        item=number if isinstance(number, int) else None,
        rule=item.text("RuleId"),
        stage=item.text("Stage"),
        due=item.day("DueOn"),
        role=item.text("RoleKey"),
        recipient=item.text("Recipient"),
        details=_details(item.text("Details")),
        id=item.id,
        etag=item.etag,
        modified=item.modified,
    )


def _details(text: str) -> Mapping[str, Any]:
    """Details as written; empty when somebody typed something else there."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _same(standing: LedgerRow, wanted: LedgerRow) -> bool:
    return replace(standing, id=0, etag="", modified=None) == replace(wanted, id=0, etag="", modified=None)
