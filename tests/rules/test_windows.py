"""The deadlines for which a rule can have a step in a period: the inverse of what `due` does."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.definitions.rulemodel import Recipient, ReminderRule, Step
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import reminders
from projectlists.rules.windows import window
from tests.rows import list_of, profile_of, row

CALENDAR = WorkingCalendar()
WARNING = st.builds(lambda days: (-days, None, None), st.integers(0, 12))
LADDER = st.tuples(
    st.integers(1, 12), st.one_of(st.none(), st.integers(1, 4)), st.one_of(st.none(), st.integers(1, 6))
).map(lambda rung: rung if rung[1] else (rung[0], None, None))


@st.composite
def a_rule(draw: st.DrawFn) -> ReminderRule:
    steps = draw(st.lists(st.one_of(WARNING, LADDER), min_size=1, max_size=2))
    return ReminderRule(
        id="X1",
        date="DueDate",
        unit=draw(st.sampled_from(["working_days", "days"])),
        steps=tuple(
            Step(
                stage="D0" if days == 0 else f"D{days:+d}",
                days=days,
                repeat=repeat,
                times=times,
                to=(Recipient(field="ActionOwner", as_="owner"),),
            )
            for days, repeat, times in steps
        ),
    )


@settings(max_examples=250, deadline=None)
@given(a_rule(), st.dates(date(2026, 11, 1), date(2027, 6, 30)), st.data())
def test_the_window_of_a_rule_holds_every_deadline_with_a_step(
    rule: ReminderRule, first: date, data: st.DataObject
) -> None:
    """Weekends, Christmas, Easter and the two days of May included."""
    last = first + timedelta(days=data.draw(st.sampled_from([0, 3])))
    missed = data.draw(st.one_of(st.none(), st.integers(0, 12)))
    last_run = None if missed is None else first - timedelta(days=missed)
    definition = list_of("Actions").model_copy(update={"reminders": (rule,)})
    since, before = window(rule, rule.steps, first=first, last=last, last_run=last_run, calendar=CALENDAR)
    outside = [before + timedelta(days=ahead) for ahead in range(4)]
    outside += [since - timedelta(days=ago + 1) for ago in range(4)] if since else []
    items = [row(created=date(2026, 1, 1), DueDate=due, ActionStatus="new") for due in outside]
    for ahead in range((last - first).days + 1):
        today = first + timedelta(days=ahead)
        assert not reminders(definition, items, today=today, calendar=CALENDAR, last_run=last_run, profile=profile_of())
        last_run = max(today, last_run or today)
