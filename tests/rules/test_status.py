"""Status rules of guide.md §2.0.8, and those of §2.1, §2.2, §2.3 and §2.12."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.definitions.condition import Test
from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Link, Value
from projectlists.rules.status import Event, Flip, applied, flips, recall, sightings, trigger_text, writes
from tests.rows import list_of, row

ACTIONS = list_of("Actions")
STAKEHOLDERS = list_of("Stakeholders")
MOMENTS = list_of("CommunicationCalendar")
TEAM = list_of("TeamRoles")
TODAY = date(2026, 12, 3)
YESTERDAY = date(2026, 12, 2)


def flipped(definition: ListDefinition, item: Item, events: Iterable[Event] = ()) -> list[Flip]:
    done, closed = recall(definition, events)
    return list(flips(definition, [item], today=TODAY, done=done, closed=closed))


def changed(definition: ListDefinition, item: Item, events: Iterable[Event] = ()) -> dict[str, dict[str, Value]]:
    """Rule → what it changes."""
    return {flip.rule.id: dict(flip.changes) for flip in flipped(definition, item, events)}


def action(status: str | None, done_on: date | None = None, percent: int | None = 0) -> Item:
    return row(ActionStatus=status, ActionDoneOn=done_on, PercentDone=percent)


class Site:
    """One row and the tool's log, through runs and the hands of people."""

    def __init__(self, definition: ListDefinition, item: Item) -> None:
        self.definition = definition
        self.item = item
        self.log: list[Event] = []

    def run(self, today: date = TODAY) -> list[str]:
        """One run: flips, written and logged; then closed rows noted. The rules that acted."""
        done, closed = recall(self.definition, self.log)
        found = flips(self.definition, [self.item], today=today, done=done, closed=closed)
        self.log.extend(Event(flip.item.id, flip.rule.id, flip.trigger) for flip in found)
        self.item = applied(self.item, writes(found).get(self.item.id, {}))
        self.log.extend(Event(number, "", text) for number, text in sightings(self.definition, [self.item]))
        return [flip.rule.id for flip in found]

    def edit(self, **values: Value) -> None:
        self.item = applied(self.item, values)


class TestActions:
    """guide.md §2.1."""

    @pytest.mark.parametrize("status", ["new", "in_progress", "waiting"])
    def test_s1_date_filled(self, status: str) -> None:
        (flip,) = flipped(ACTIONS, action(status, YESTERDAY))
        assert flip.rule.id == "S1"
        assert flip.changes == {"ActionStatus": "done", "PercentDone": 100}
        assert (flip.list, flip.field, flip.before, flip.after) == ("Actions", "ActionStatus", status, "done")
        assert flip.trigger == "ActionDoneOn=2026-12-02"

    @pytest.mark.parametrize("status", ["new", "in_progress"])
    def test_s2_hundred_percent(self, status: str) -> None:
        assert changed(ACTIONS, action(status, None, 100)) == {"S2": {"ActionStatus": "done", "ActionDoneOn": TODAY}}

    def test_s2_not_while_waiting(self) -> None:
        assert changed(ACTIONS, action("waiting", None, 100)) == {}

    def test_s3_closed_by_hand(self) -> None:
        (flip,) = flipped(ACTIONS, action("done", None, 40))
        assert flip.changes == {"ActionDoneOn": TODAY, "PercentDone": 100}
        assert (flip.rule.id, flip.field, flip.before, flip.after) == ("S3", "ActionDoneOn", None, TODAY)

    def test_s4_started(self) -> None:
        assert changed(ACTIONS, action("new", None, 40)) == {"S4": {"ActionStatus": "in_progress"}}
        assert changed(ACTIONS, action("new", None, 0)) == {}
        assert changed(ACTIONS, action("new", None, None)) == {}

    def test_s1_comes_before_s4(self) -> None:
        # Both hold; as numbered, S1 acts, and S4 then no longer holds.
        assert list(changed(ACTIONS, action("new", YESTERDAY, 40))) == ["S1"]

    @pytest.mark.parametrize("status", ["Bij de drukker", None])
    def test_unknown_label_is_never_overwritten(self, status: str | None) -> None:
        assert changed(ACTIONS, action(status, YESTERDAY, 100)) == {}

    @pytest.mark.parametrize(
        "item", [action("cancelled", YESTERDAY, 100), action("done", YESTERDAY, 100), action("in_progress", None, 90)]
    )
    def test_nothing_to_do(self, item: Item) -> None:
        assert changed(ACTIONS, item) == {}

    @pytest.mark.parametrize("status", ["new", "in_progress", "waiting"])
    def test_s5_reopened(self, status: str) -> None:
        seen = [Event(1, "", "ActionDoneOn=2026-12-02;PercentDone=100")]
        (first, *rest) = flipped(ACTIONS, action(status, YESTERDAY, 100), seen)
        assert first.rule.id == "S5"
        assert first.changes == {"ActionDoneOn": None, "PercentDone": 90}
        # In a reopened row that somebody set to `new`, S4 sees 90 %.
        assert [flip.rule.id for flip in rest] == (["S4"] if status == "new" else [])

    def test_s5_only_when_the_trigger_fields_are_as_they_were(self) -> None:
        seen = [Event(1, "", "ActionDoneOn=2026-12-02;PercentDone=100")]
        assert list(changed(ACTIONS, action("in_progress", TODAY, 100), seen)) == ["S1"]

    def test_s5_comes_first_wherever_it_stands(self) -> None:
        # guide.md §2.1: looked at before S1 and S2.
        last = ACTIONS.model_copy(update={"status_rules": ACTIONS.status_rules[::-1]})
        seen = [Event(1, "", "ActionDoneOn=2026-12-02;PercentDone=100")]
        assert list(changed(last, action("in_progress", YESTERDAY, 100), seen)) == ["S5"]

    def test_s5_only_for_rows_that_are_open_again(self) -> None:
        rules = tuple(
            rule.model_copy(update={"when": Test(field="PercentDone", at_least=0)}) if rule.reopened else rule
            for rule in ACTIONS.status_rules
        )
        careless = ACTIONS.model_copy(update={"status_rules": rules})
        seen = [Event(1, "", "ActionDoneOn=2026-12-02;PercentDone=100")]
        assert changed(careless, action("done", YESTERDAY, 100), seen) == {}
        assert list(changed(careless, action("waiting", YESTERDAY, 100), seen)) == ["S5"]

    def test_s5_only_for_rows_seen_closed(self) -> None:
        assert list(changed(ACTIONS, action("in_progress", YESTERDAY, 100))) == ["S1"]
        other = [Event(2, "", "ActionDoneOn=2026-12-02;PercentDone=100")]
        assert list(changed(ACTIONS, action("in_progress", YESTERDAY, 100), other)) == ["S1"]


class TestHands:
    """What people do is respected until a trigger field changes (guide.md §2.0.8)."""

    def test_closed_reopened_and_closed_again_on_one_day(self) -> None:
        site = Site(ACTIONS, action("in_progress", TODAY, 50))
        assert site.run() == ["S1"]
        assert site.run() == []
        site.edit(ActionStatus="in_progress")
        assert site.run() == ["S5"]
        assert (site.item["ActionStatus"], site.item["ActionDoneOn"], site.item["PercentDone"]) == (
            "in_progress",
            None,
            90,
        )
        assert site.run() == []
        site.edit(ActionDoneOn=TODAY, PercentDone=100)
        assert site.run() == ["S1"]
        assert site.run() == []
        site.edit(ActionStatus="in_progress")
        assert site.run() == ["S5"]
        assert site.run() == []

    def test_closed_by_hand_and_reopened(self) -> None:
        site = Site(ACTIONS, action("done", None, 10))
        assert site.run() == ["S3"]
        site.edit(ActionStatus="in_progress")
        assert site.run() == ["S5"]
        site.edit(ActionStatus="done")
        assert site.run() == ["S3"]
        assert site.run() == []

    def test_closed_before_the_tool_came(self) -> None:
        site = Site(ACTIONS, action("done", YESTERDAY, 100))
        assert site.run() == []
        site.edit(ActionStatus="waiting")
        assert site.run() == ["S5"]

    def test_s4_undone(self) -> None:
        site = Site(ACTIONS, action("new", None, 40))
        assert site.run() == ["S4"]
        site.edit(ActionStatus="new")
        assert site.run() == []
        assert site.item["ActionStatus"] == "new"
        site.edit(PercentDone=50)
        assert site.run() == ["S4"]

    def test_a_filled_date_taken_away_by_hand(self) -> None:
        site = Site(ACTIONS, action("done", None, 100))
        assert site.run() == ["S3"]
        site.edit(ActionDoneOn=None)
        assert site.run() == []

    def test_published_taken_back(self) -> None:
        site = Site(MOMENTS, row(CommStatus="approved", ApprovedOn=YESTERDAY, PublishedOn=TODAY))
        assert site.run() == ["C-S1"]
        site.edit(CommStatus="planned")
        assert site.run() == []
        site.edit(PublishedOn=YESTERDAY)
        assert site.run() == ["C-S1"]


class TestOtherLists:
    @pytest.mark.parametrize("status", ["idea", "planned", "drafting", "to_approve", "approved"])
    def test_c_s1_published(self, status: str) -> None:
        # guide.md §2.3; the date is filled in when only the link is there.
        linked = row(CommStatus=status, PublishedLink=Link("https://lindervoort.example/nieuws"), ApprovedOn=YESTERDAY)
        assert changed(MOMENTS, linked)["C-S1"] == {"CommStatus": "published", "PublishedOn": TODAY}
        dated = row(CommStatus=status, PublishedOn=YESTERDAY, ApprovedOn=YESTERDAY)
        assert changed(MOMENTS, dated)["C-S1"] == {"CommStatus": "published"}

    def test_c_s2_approved(self) -> None:
        item = row(CommStatus="to_approve", ApprovedOn=YESTERDAY)
        assert changed(MOMENTS, item) == {"C-S2": {"CommStatus": "approved"}}
        assert changed(MOMENTS, row(CommStatus="drafting", ApprovedOn=YESTERDAY)) == {}

    def test_c_s3_evaluated(self) -> None:
        item = row(CommStatus="published", PublishedOn=YESTERDAY, EffectNote="Veel vragen over parkeren.")
        assert changed(MOMENTS, item) == {"C-S3": {"CommStatus": "evaluated"}}

    def test_c_s4_approved_by_hand(self) -> None:
        (flip,) = flipped(MOMENTS, row(CommStatus="approved"))
        assert (flip.rule.id, flip.field, flip.changes) == ("C-S4", "ApprovedOn", {"ApprovedOn": TODAY})

    def test_rules_add_up_in_one_handling(self) -> None:
        # Published and evaluated in one go: two flips, one write, and nothing left for a second run.
        item = row(4, CommStatus="planned", PublishedOn=YESTERDAY, EffectNote="Goed bezocht.")
        found = flipped(MOMENTS, item)
        assert [(flip.rule.id, flip.before, flip.after) for flip in found] == [
            ("C-S1", "planned", "published"),
            ("C-S3", "published", "evaluated"),
        ]
        assert all(flip.item is item for flip in found)
        assert writes(found) == {4: {"CommStatus": "evaluated"}}

    def test_k_s2_next_review(self) -> None:
        # guide.md §2.2: passed on 1 December and edited on the 2nd: 3 December + 90 days is 3 March 2027
        # (28 days left in December, 31, 28, and 3 in March).
        item = row(StakeholderStatus="active", NextReviewOn=date(2026, 12, 1), modified=YESTERDAY)
        assert changed(STAKEHOLDERS, item) == {"K-S2": {"NextReviewOn": date(2027, 3, 3)}}
        untouched = replace(item, modified_on=date(2026, 12, 1))
        assert changed(STAKEHOLDERS, untouched) == {}

    def test_k_s2_in_a_process(self) -> None:
        # guide.md §3: 30 days instead of 90; 3 December + 30 days is 2 January.
        item = row(StakeholderStatus="active", NextReviewOn=date(2026, 12, 1), modified=YESTERDAY)
        assert changed(list_of("Stakeholders", "process"), item) == {"K-S2": {"NextReviewOn": date(2027, 1, 2)}}

    def test_t_s1_role_ended(self) -> None:
        # guide.md §2.12: RoleEnd before today; somebody paused stays paused.
        assert changed(TEAM, row(TeamStatus="active", RoleEnd=YESTERDAY)) == {"T-S1": {"TeamStatus": "left"}}
        assert changed(TEAM, row(TeamStatus="active", RoleEnd=TODAY)) == {}
        assert changed(TEAM, row(TeamStatus="paused", RoleEnd=YESTERDAY)) == {}


def test_a_move_the_life_cycle_forbids_is_not_made() -> None:
    # guide.md §2.0.8: without the move planned → published, C-S1 leaves a planned moment alone.
    assert MOMENTS.status is not None
    moves = {**MOMENTS.status.moves, "planned": ("drafting",)}
    stricter = MOMENTS.model_copy(update={"status": MOMENTS.status.model_copy(update={"moves": moves})})
    item = row(CommStatus="planned", PublishedOn=YESTERDAY)
    assert changed(stricter, item) == {}
    assert list(changed(MOMENTS, item)) == ["C-S1"]


def test_trigger_text_is_stable() -> None:
    item = row(ActionDoneOn=date(2026, 12, 3), PercentDone=100.0, Flag=True, Kinds=("b", "a"), Title="x")
    assert trigger_text(["ActionDoneOn", "PercentDone"], item) == "ActionDoneOn=2026-12-03;PercentDone=100"
    assert trigger_text(["PercentDone"], row(PercentDone=100)) == trigger_text(["PercentDone"], item)
    assert trigger_text(["Flag", "Kinds", "Title", "Nothing"], item) == "Flag=yes;Kinds=a,b;Title=x;Nothing="
    assert trigger_text(["Link"], row(Link=Link("https://a.example", "a"))) == "Link=https://a.example"
    # Amounts differ by a cent, and a whole amount is the same with and without its point.
    assert trigger_text(["Amount"], row(Amount=1234567.5)) == "Amount=1234567.5"
    assert trigger_text(["Amount"], row(Amount=12345678.0)) == trigger_text(["Amount"], row(Amount=12345678))


def test_sightings_are_closed_rows_that_a_reopening_would_touch() -> None:
    items = [
        row(1, ActionStatus="done", ActionDoneOn=YESTERDAY, PercentDone=100),
        row(2, ActionStatus="in_progress", ActionDoneOn=YESTERDAY, PercentDone=100),
        row(3, ActionStatus="cancelled", PercentDone=20),
        row(4, ActionStatus="cancelled", PercentDone=95),
    ]
    assert sightings(ACTIONS, items) == (
        (1, "ActionDoneOn=2026-12-02;PercentDone=100"),
        (4, "ActionDoneOn=;PercentDone=95"),
    )
    # No rule of this list is about reopened rows.
    assert sightings(MOMENTS, [row(CommStatus="published", PublishedOn=YESTERDAY)]) == ()


DATES = st.one_of(st.none(), st.dates(date(2026, 11, 20), TODAY))
ACTION_ROWS = st.builds(
    action,
    st.sampled_from(["new", "in_progress", "waiting", "done", "cancelled", "Bij de drukker", None]),
    DATES,
    st.one_of(st.none(), st.sampled_from([0, 1, 50, 90, 91, 100])),
)


@st.composite
def moment_rows(draw: st.DrawFn) -> Item:
    assert MOMENTS.status is not None
    return row(
        CommStatus=draw(st.sampled_from([*MOMENTS.status.moves, "Onbekend", None])),
        ApprovedOn=draw(DATES),
        PublishedOn=draw(DATES),
        PublishedLink=draw(st.sampled_from([None, Link("https://lindervoort.example")])),
        EffectNote=draw(st.sampled_from([None, "Goed."])),
    )


EDITS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "ActionStatus": st.sampled_from(["new", "in_progress", "waiting", "done", "cancelled"]),
            "ActionDoneOn": DATES,
            "PercentDone": st.sampled_from([0, 40, 100]),
        },
    ),
    max_size=4,
)


def test_reopened_twice_the_second_time_is_as_the_first() -> None:
    # Each reopening caps 100 at 90 (S5), and what is begun is not new (S4): also when it was so before.
    site = Site(ACTIONS, row(ActionStatus="new", ActionDoneOn=date(2026, 11, 20)))
    assert site.run() == ["S1"]
    site.edit(ActionStatus="new")
    assert site.run() == ["S5", "S4"]
    site.edit(ActionDoneOn=date(2026, 11, 20))
    assert site.run() == ["S1"]
    site.edit(ActionStatus="new")
    assert site.run() == ["S5", "S4"]
    assert site.run() == []


@settings(max_examples=200, deadline=None)
@given(ACTION_ROWS, EDITS)
def test_a_second_run_finds_nothing(item: Item, edits: list[dict[str, Value]]) -> None:
    """Whatever people did in between, a run leaves nothing to do for the next one."""
    site = Site(ACTIONS, item)
    for edit in [{}, *edits]:
        site.edit(**edit)
        acted = site.run()
        assert len(acted) == len(set(acted))
        assert site.run() == []


@settings(max_examples=200, deadline=None)
@given(moment_rows())
def test_rules_never_loop_even_without_memory(item: Item) -> None:
    found = flips(MOMENTS, [item], today=TODAY, done={}, closed={})
    after = applied(item, writes(found).get(item.id, {}))
    assert flips(MOMENTS, [after], today=TODAY, done={}, closed={}) == ()


@settings(max_examples=200, deadline=None)
@given(ACTION_ROWS)
def test_every_flip_changes_something_and_keeps_to_the_life_cycle(item: Item) -> None:
    assert ACTIONS.status is not None
    now = item
    for flip in flipped(ACTIONS, item):
        assert all(now[name] != value for name, value in flip.changes.items())
        if "ActionStatus" in flip.changes:
            assert ACTIONS.status.allows(now.text("ActionStatus"), str(flip.changes["ActionStatus"]))
        now = applied(now, flip.changes)
