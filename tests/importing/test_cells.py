"""Values to cells and back, and the single readers, on everything that hypothesis can think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projectlists.definitions.model import Definitions, ListField
from projectlists.exporting import commafile, spreadsheet
from projectlists.exporting.cells import Rendering, shared_names
from projectlists.exporting.table import Table
from projectlists.importing.days import day_of
from projectlists.importing.numbers import number_of
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import Language
from tests.importing.books import JAN, KARIN, PEOPLE, TODAY, planned
from tests.rows import row

LISTS = ("Actions", "BudgetLines", "CommunicationCalendar", "Decisions", "Risks", "TeamRoles")
# What SharePoint keeps: no zero sign, no halves of signs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
TWIN = Person(15, KARIN.name, "karin.bos@partner.example", "i:0#.f|membership|karin.bos@partner.example")


def a_value(field: ListField) -> st.SearchStrategy[Value]:  # noqa: PLR0911 - one line a type
    keys = [choice.key for choice in field.choices]
    match field.type:
        case "Choice":
            return st.sampled_from([None, *keys, "Zelf bedacht"])
        case "MultiChoice":
            return st.lists(st.sampled_from([*keys, "Zelf, bedacht"]), max_size=3, unique=True).map(tuple)
        case "Number" | "Currency":
            return st.none() | st.integers(-(10**9), 10**9) | st.decimals(-9999, 9999, places=2).map(float)
        case "DateTime":
            return st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31))
        case "Boolean":
            return st.booleans()
        case "User":
            return st.sampled_from([None, JAN, KARIN, TWIN])
        case "Lookup":
            return st.none() | st.builds(Reference, st.integers(1, 9), TEXTS)
        case "URL":
            return st.none() | TEXTS.filter(bool).map(lambda text: Link(f"https://x.example/{text}", text))
        case _:
            return st.none() | TEXTS | st.sampled_from(["=1+1", "'=1", "-", "+", "_x0041_", "1.250", "wk 12", "\ttab"])


@st.composite
def an_item(draw: st.DrawFn, definitions: Definitions, key: str, number: int) -> Item:
    fields = definitions.lists[key].fields
    values = {field.name: draw(a_value(field)) for field in fields if field.name != "Title"}
    return row(number, **{"Title": draw(TEXTS.map(lambda text: f"T {text}")), **values})


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), key=st.sampled_from(LISTS), language=st.sampled_from(["nl", "en"]))
def test_what_was_exported_comes_back_unchanged(
    definitions: Definitions, ending: str, data: st.DataObject, key: str, language: Language
) -> None:
    items = [data.draw(an_item(definitions, key, number)) for number in (1, 2)]
    people = (*PEOPLE, TWIN)
    table = Table(definitions.lists[key], Rendering(definitions, language, shared_names(people)), "site-1")
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"a{ending}"
        if ending == ".xlsx":
            spreadsheet.write(file, "x", [(table, items)])
        else:
            commafile.write(file, table, items)
        plans = planned(file, definitions, key, existing=items, people=people, language=language)

    assert [(plan.outcome, plan.reason, dict(plan.values)) for plan in plans] == [("unchanged", "", {})] * 2


@st.composite
def an_edit(draw: st.DrawFn, definitions: Definitions, key: str) -> dict[str, Value]:
    """New values for some columns, as somebody can fill them in."""
    edited: dict[str, Value] = {}
    words = st.text("abcdef é€=+-'1", min_size=1, max_size=20).map(str.strip).filter(bool)
    for field in definitions.lists[key].fields:
        if field.managed or field.name == "ImportKey" or not draw(st.booleans()):
            continue
        low, high = field.minimum or 0, field.maximum or 10_000
        keys = [choice.key for choice in field.choices]
        values: dict[str, st.SearchStrategy[Value]] = {
            "Text": words if field.name == "Title" else words.map(lambda text: f"T {text}"),
            "Note": words,
            "Choice": st.sampled_from(keys or [""]),
            "MultiChoice": st.lists(st.sampled_from(keys or [""]), min_size=1, unique=True).map(tuple),
            "Number": st.integers(int(low), int(high)),
            "Currency": st.decimals(0, 99_999, places=2).map(float),
            "DateTime": st.dates(date(1900, 3, 1), date(2199, 12, 31)),
            "Boolean": st.booleans(),
            "User": st.sampled_from([JAN, TWIN]),
            "URL": st.just(Link("https://x.example/a", "https://x.example/a")),
        }
        if field.type in values:
            edited[field.name] = draw(values[field.type])
    return edited


def alike(one: Value, other: Value) -> bool:
    """Whether people would call two values the same: choices have no order, spaces around a text do not count."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return set(one) == set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), key=st.sampled_from(LISTS), language=st.sampled_from(["nl", "en"]))
def test_what_was_edited_changes_and_nothing_else(
    definitions: Definitions, ending: str, data: st.DataObject, key: str, language: Language
) -> None:
    before = data.draw(an_item(definitions, key, 1))
    edit = data.draw(an_edit(definitions, key))
    people = (*PEOPLE, TWIN)
    table = Table(definitions.lists[key], Rendering(definitions, language, shared_names(people)), "site-1")
    edited = replace(before, values={**before.values, **edit})
    expected = {name: value for name, value in edit.items() if not alike(value, before[name])}
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"a{ending}"
        if ending == ".xlsx":
            spreadsheet.write(file, "x", [(table, [edited])])
        else:
            commafile.write(file, table, [edited])
        (plan,) = planned(file, definitions, key, existing=[before], people=people, language=language)

    assert set(plan.values) == set(expected)
    assert all(alike(value, expected[name]) for name, value in plan.values.items())
    assert plan.outcome == ("changed" if plan.values else "unchanged")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_in_every_spelling(day: date) -> None:
    names = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    months = names.split("|")
    spellings = [
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day:02}/{day.month:02}/{day.year % 100:02}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {months[day.month - 1]} {day.year}",
        f"{day.day} {months[day.month - 1][:3]}. '{day.year % 100:02}",
        day.isoformat(),
    ]
    if day.month != 3:  # maart is written mrt
        assert {day_of(text, TODAY) for text in spellings} == {day}
    assert day_of(f"{day.day} mrt {day.year}", TODAY) == date(day.year, 3, day.day)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 52))
def test_a_week_without_a_year_is_the_nearest(today: date, week: int) -> None:
    found = day_of(f"wk {week}", today)

    assert found is not None
    assert (found.isocalendar().week, found.isoweekday()) == (week, 5)
    assert abs(found - today) <= timedelta(days=185)


@given(st.text())
@example("32-1-2026")
@example("wk 54")
@example("1-1-0001")
@example("99999999999999999999")
def test_no_text_breaks_a_reader(definitions: Definitions, text: str) -> None:
    field = definitions.lists["Actions"].field("PercentDone")
    assert field is not None
    assert isinstance(day_of(text, TODAY), date | None)
    assert isinstance(number_of(text, field), float | int | None)


@given(st.decimals(-9_999_999, 9_999_999, places=2))
def test_an_amount_is_read_in_every_spelling(definitions: Definitions, amount: object) -> None:
    field = definitions.lists["BudgetLines"].field("BudgetChange")
    assert field is not None
    number = float(str(amount))
    whole, _point, cents = f"{abs(number):,.2f}".partition(".")
    minus = "-" if number < 0 else ""
    spellings = [
        f"€ {minus}{whole.replace(',', '.')},{cents}",
        f"{minus}{whole.replace(',', ' ')},{cents}",
        f"{minus}{whole}.{cents} EUR",
        f"{minus}€{whole.replace(',', '')},{cents}",
    ]
    assert [number_of(text, field) for text in spellings] == [number] * 4
