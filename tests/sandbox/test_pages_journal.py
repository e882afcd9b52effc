"""The request log for people: which request carried which batch, what counts as failed."""

from __future__ import annotations

from dataclasses import replace

from projectlists.sandbox.pages import journal
from projectlists.sandbox.pages.journal import Batch, Entry

HOST = "lindervoort.sharepoint.com"
PLAIN = Entry(1, HOST, "GET", "/sites/a/_api/web", 200, 1.0, 10, None, "2026-11-24T07:00:00.000+00:00")
CARRIER = replace(PLAIN, method="POST", path="/sites/a/_api/$batch")
INNER = replace(PLAIN, path="/sites/a/_api/web/lists", batch=1)


def numbered(*entries: Entry) -> list[Entry]:
    return [replace(entry, number=number) for number, entry in enumerate(entries, start=1)]


def test_operations_stand_with_the_request_that_carried_them() -> None:
    lines = journal.arranged(numbered(PLAIN, CARRIER, INNER, INNER, PLAIN))
    assert [type(line) for line in lines] == [Entry, Batch, Entry]
    batch = lines[1]
    assert isinstance(batch, Batch)
    assert batch.carrier is not None
    assert batch.carrier.number == 2
    assert [one.number for one in batch.operations] == [3, 4]


def test_two_batches_at_once_find_their_sites() -> None:
    other, inner = replace(CARRIER, path="/sites/b/_api/%24batch"), replace(INNER, path="/sites/b/_api/web", batch=2)
    first, second = journal.arranged(numbered(CARRIER, other, INNER, inner))
    assert isinstance(first, Batch)
    assert isinstance(second, Batch)
    assert (first.number, first.carrier and first.carrier.number) == (1, 1)
    assert (second.number, second.carrier and second.carrier.number) == (2, 2)


def test_a_refused_batch_carried_nothing() -> None:
    throttled = replace(CARRIER, status=429)
    lines = journal.arranged(numbered(CARRIER, throttled, INNER))
    assert isinstance(lines[0], Batch)
    assert lines[1] == replace(throttled, number=2)


def test_a_batch_whose_request_is_not_logged_stands_alone() -> None:
    (batch,) = journal.arranged(numbered(INNER, replace(INNER, status=404)))
    assert isinstance(batch, Batch)
    assert batch.carrier is None
    assert batch.failures == 1


def test_outcomes() -> None:
    outcomes = {status: replace(PLAIN, status=status).outcome for status in (200, 302, 404, 429, 503, 500, 0)}
    assert outcomes == {200: "good", 302: "good", 404: "bad", 429: "slow", 503: "slow", 500: "bad", 0: "bad"}
    assert replace(PLAIN, status=404).phrase == "Not Found"
    assert replace(PLAIN, status=0).phrase == ""
