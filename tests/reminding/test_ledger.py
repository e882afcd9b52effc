"""The ledger list through the real client: unique keys, lost answers, guarded writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from projectlists.definitions.model import Definitions
from projectlists.errors import Missing
from projectlists.provisioning.job import Wish
from projectlists.reminding.ledger import Ledger, LedgerRow, reminder_key
from tests.conftest import FarEnd

DAY = date(2026, 12, 1)
KEY = {
    "tenant": "t",
    "site_id": "s",
    "list_key": "Actions",
    "item": 1,
    "rule": "D",
    "stage": "D0",
    "due": DAY,
    "role": "owner",
}


def row(key: str, **values: object) -> LedgerRow:
    made = LedgerRow(key=key, kind="reminder", state="claimed", title=f"Rij {key}", day=DAY, mail_key="k")
    return replace(made, **values)


@pytest.fixture
def site(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    far_end.provisioned(definitions, Wish("starter"))
    return far_end


def ledger(site: FarEnd, definitions: Definitions, run: str) -> Ledger:
    return Ledger(site.open(), definitions.lists["ReminderLog"], run)


def test_a_key_is_32_hex_and_depends_on_each_part() -> None:
    # architecture.md decision 8; identity-mail-teams.md §8
    key = reminder_key(**KEY)  # type: ignore[arg-type]
    assert len(key) == 32
    assert int(key, 16) >= 0
    others = {name: 2 if name == "item" else date(2026, 12, 2) if name == "due" else "x" for name in KEY}
    keys = {reminder_key(**{**KEY, name: value}) for name, value in others.items()}  # type: ignore[arg-type]
    assert len(keys | {key}) == len(KEY) + 1


def test_who_makes_a_row_has_it(site: FarEnd, definitions: Definitions) -> None:
    first, second = ledger(site, definitions, "one"), ledger(site, definitions, "two")
    made = first.create([row("a", due=DAY, item=4, list="Actions", details={"home": "x"}), row("b")])
    assert {key: first.is_ours(found) for key, found in made.items()} == {"a": True, "b": True}
    met = second.create([row("b", mail_key="other"), row("c")])
    assert {key: second.is_ours(found) for key, found in met.items()} == {"b": False, "c": True}
    assert met["b"].mail_key == "k"
    found = second.find(["a", "c", "nowhere"])
    assert set(found) == {"a", "c"}
    a = found["a"]
    assert (a.due, a.item, a.list, a.day, a.details) == (DAY, 4, "Actions", DAY, {"home": "x", "run": "one"})


@pytest.mark.parametrize(
    "do", ["reset-before", "reset-after", "status:503", "status:504-after", "status:504", "status:429"]
)
@pytest.mark.parametrize("path", [r"\$batch", r"ReminderLog'\)/items$"])
def test_lost_answers_are_read_back(site: FarEnd, definitions: Definitions, do: str, path: str) -> None:
    book = ledger(site, definitions, "one")
    site.tenant.site(site.url).about()
    site.faults({"path": path, "do": do})
    made = book.create([row(name) for name in "abc"])
    assert all(book.is_ours(found) for found in made.values())
    assert set(made) == set("abc")
    site.faults({"path": path.replace("items$", "items\\("), "do": do})
    written = book.change([replace(found, state="sent") for found in made.values()])
    assert set(written) == set("abc")
    assert {found.state for found in book.find("abc").values()} == {"sent"}
    site.control("DELETE", "faults")


def test_a_guarded_write_yields_to_who_was_first(site: FarEnd, definitions: Definitions) -> None:
    # sharepoint-rest.md §1.7: 412 on another ETag
    first, second = ledger(site, definitions, "one"), ledger(site, definitions, "two")
    made = first.create([row("a")])["a"]
    assert set(second.change([replace(made, mail_key="two")])) == {"a"}
    assert first.change([replace(made, mail_key="one")]) == {}
    assert first.find(["a"])["a"].mail_key == "two"
    assert set(first.change([replace(made, state="sent")], guarded=False)) == {"a"}


def test_a_row_in_the_hands_of_a_person_does_no_harm(site: FarEnd, definitions: Definitions) -> None:
    book = ledger(site, definitions, "one")
    made = book.create([row("a")])["a"]
    remote = site.tenant.site(site.url)
    (answer,) = remote.run([remote.change("ReminderLog", made.id, {"Details": "geen json", "ItemNumber": None}, None)])
    answer.checked()
    found = book.find(["a"])["a"]
    assert (found.details, found.item) == ({}, None)


def test_a_site_without_ledger_says_so(far_end: FarEnd, definitions: Definitions) -> None:
    book = ledger(far_end, definitions, "one")
    with pytest.raises(Missing):
        book.create([row("a")])
    with pytest.raises(Missing):
        book.find(["a"])
