"""One run of the job spread over several processes, and still one digest per person.

Each shard works on its own sites: status rules, and what is due there. Nobody mails yet: a shard writes in the ledger
of the fleet's first site that it is done, and which of its sites have something to tell. Whoever finds all shards done
makes the row of the round, which only one can make (unique key), reads those sites and mails for all.

What may go wrong (architecture.md decision 8):
- A shard that dies is started again by its scheduler; its sites are read again, nothing is doubled there.
- The sender dies: started again it finds its own row and goes on; any other shard does so after half an hour.
- A shard never comes: nothing is mailed in this round, and its sites' heartbeats stay behind. `remind --all` sends what
  waits, or the next day's run, which looks back to the last day that was finished.
- The round is over, and a shard comes again: it mails for its own sites, as a run without shards does.
- The first site cannot be used: each shard mails for itself. Somebody may get two digests then, but nothing twice.
Claims guard every single reminder in each of these cases (`claims.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from projectlists.config.model import Site
from projectlists.errors import UsageError
from projectlists.language import Language, Text, _
from projectlists.reminding.ledger import Ledger, LedgerRow, round_key

STALE = timedelta(minutes=30)
"""After this time a sender that did not finish is taken for dead by the other shards."""
_PART = Text(nl="Deel {index} van {count} is klaar", en="Part {index} of {count} is done")
_ROUND = Text(nl="Mails van {count} delen samen", en="Mails of {count} parts together")
Turn = Literal["wait", "all", "alone"]
"""What a shard does about mails: leave them to another, send for all, or for its own sites only."""


@dataclass(frozen=True)
class Share:
    """Share `index` (from 0) of `count` of a fleet; all shares together are the fleet, each site once.

    Raises:
        UsageError: there is no such share.
    """

    fleet: tuple[Site, ...]
    index: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 <= self.index < self.count:
            raise UsageError(_("Shards count from 0: give 0/4, 1/4, 2/4 or 3/4 for four of them."))

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites of this share."""
        return tuple(self._sorted()[self.index :: self.count])

    @property
    def meeting_place(self) -> str:
        """The address of the site in whose ledger the shards find each other."""
        return self._sorted()[0].url

    def named(self, urls: Sequence[str]) -> tuple[Site, ...]:
        """Sites of the fleet by address; those that are not in it any more are left out."""
        wanted = set(urls)
        return tuple(site for site in self._sorted() if site.url in wanted)

    def _sorted(self) -> list[Site]:
        return sorted(self.fleet, key=lambda site: site.url)


class Round:
    """The shards of one day, as one of them sees it. `ledger` is that of the meeting place."""

    def __init__(
        self, ledger: Ledger, share: Share, today: date, now: Callable[[], datetime], language: Language = "nl"
    ) -> None:
        self._ledger = ledger
        self._share = share
        self._today = today
        self._now = now
        self._language = language
        self._row: LedgerRow | None = None
        self.waiting: tuple[str, ...] = ()

    def turn(self, waiting: Sequence[str]) -> Turn:
        """Say that this shard is done, which of its sites have something to tell, and what it does now.

        After `all`, `waiting` holds the addresses of the sites of every shard that have something to tell.

        Raises:
            FarEndError: the meeting place cannot be read or written.
        """
        standing = self._ledger.find([self._key()]).get(self._key())
        if standing is not None and standing.state == "done":
            return "alone"
        self._report(waiting)
        keys = [self._key(index) for index in range(self._share.count)]
        reports = self._ledger.find(keys)
        if len(reports) < len(keys):
            return "wait"
        self.waiting = tuple(url for row in reports.values() for url in _waiting(row.details))
        return self._taken()

    def finish(self, *, done: bool) -> None:
        """Close the round; one in which mails failed stays open, for any shard that comes again."""
        if self._row is not None:
            self._ledger.change([replace(self._row, state="done" if done else "open")], guarded=False)

    def _taken(self) -> Turn:
        details = {"shard": self._share.index, "stamp": self._now().isoformat(timespec="seconds")}
        title = _ROUND.in_language(self._language).format(count=self._share.count)
        wanted = LedgerRow(self._key(), "round", "sending", title, self._today, details=details)
        standing = self._ledger.create([wanted])[wanted.key]
        if self._ledger.is_ours(standing):
            self._row = standing
            return "all"
        if standing.state == "done":
            return "alone"
        mine = standing.details.get("shard") == self._share.index
        if standing.state == "sending" and not mine and not self._is_stale(standing):
            return "wait"
        taken = self._ledger.change([replace(wanted, id=standing.id, etag=standing.etag)])
        self._row = taken.get(wanted.key)
        return "all" if self._row is not None else "wait"

    def _report(self, waiting: Sequence[str]) -> None:
        title = _PART.in_language(self._language).format(index=self._share.index + 1, count=self._share.count)
        row = LedgerRow(
            self._key(self._share.index), "shard", "done", title, self._today, details={"sites": [*waiting]}
        )
        standing = self._ledger.create([row])[row.key]
        if not self._ledger.is_ours(standing):
            self._ledger.change([replace(row, id=standing.id)], guarded=False)

    def _key(self, index: int | None = None) -> str:
        return round_key(self._today, self._share.count, index)

    def _is_stale(self, row: LedgerRow) -> bool:
        try:
            return self._now() - datetime.fromisoformat(str(row.details["stamp"])) >= STALE
        except (KeyError, ValueError, TypeError):
            return True


def _waiting(details: Mapping[str, object]) -> list[str]:
    found = details.get("sites")
    return [str(url) for url in found] if isinstance(found, list) else []
