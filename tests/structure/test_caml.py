"""View queries, worked out by hand from guide.md §2.1 and sharepoint-rest.md §6.9."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions.model import ListDefinition
from projectlists.definitions.viewmodel import View
from projectlists.structure.caml import normalised, query

TEXT = {"nl": "x", "en": "y"}
FIELDS: list[dict[str, Any]] = [
    {
        "name": "ActionStatus",
        "type": "Choice",
        "title": TEXT,
        "required": True,
        "choices": [{"key": "done", "nl": "Afgerond", "en": "Done"}, {"key": "cancelled", "nl": "R&D <nu>", "en": "C"}],
    },
    {
        "name": "ActionOrigin",
        "type": "Choice",
        "title": TEXT,
        "choices": [{"key": "risk", "nl": "Risico", "en": "Risk"}],
    },
    {"name": "ActionOwner", "type": "User", "title": TEXT},
    {"name": "DueDate", "type": "DateTime", "title": TEXT},
    {"name": "IsInternal", "type": "Boolean", "title": TEXT},
    {"name": "Level", "type": "Number", "title": TEXT},
]


def made(view: dict[str, Any], language: Any = "nl") -> str:
    view = {"key": "View", "title": TEXT, "fields": ["Title"], **view}
    definition = ListDefinition.model_validate(
        {"key": "Actions", "letter": "A", "title": TEXT, "description": TEXT, "fields": FIELDS, "views": [view]}
    )
    return query(definition, View.model_validate(view), language)


def where(filter_: dict[str, Any], language: Any = "nl") -> str:
    return made({"filter": filter_}, language)


def ref(name: str) -> str:
    return f'<FieldRef Name="{name}" />'


DONE = f'{ref("ActionStatus")}<Value Type="Choice">Afgerond</Value>'
CANCELLED = f'{ref("ActionStatus")}<Value Type="Choice">R&amp;D &lt;nu&gt;</Value>'


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (
            {"field": "ActionOwner", "is_me": True},
            f'<Eq>{ref("ActionOwner")}<Value Type="Integer"><UserID /></Value></Eq>',
        ),
        ({"field": "ActionOwner", "empty": True}, f"<IsNull>{ref('ActionOwner')}</IsNull>"),
        ({"field": "ActionOwner", "empty": False}, f"<IsNotNull>{ref('ActionOwner')}</IsNotNull>"),
        ({"field": "ActionStatus", "equals": "done"}, f"<Eq>{DONE}</Eq>"),
        ({"field": "ActionStatus", "one_of": ["done", "cancelled"]}, f"<Or><Eq>{DONE}</Eq><Eq>{CANCELLED}</Eq></Or>"),
        # required, so it is never empty and Neq suffices
        (
            {"field": "ActionStatus", "none_of": ["done", "cancelled"]},
            f"<And><Neq>{DONE}</Neq><Neq>{CANCELLED}</Neq></And>",
        ),
        # not required: an empty field is unequal too, as `condition.matches` says
        (
            {"field": "ActionOrigin", "not_equals": "risk"},
            f"<Or><IsNull>{ref('ActionOrigin')}</IsNull>"
            f'<Neq>{ref("ActionOrigin")}<Value Type="Choice">Risico</Value></Neq></Or>',
        ),
        ({"field": "DueDate", "before": "today"}, f'<Lt>{ref("DueDate")}<Value Type="DateTime"><Today /></Value></Lt>'),
        (
            {"field": "DueDate", "until": "today+7"},
            f'<Leq>{ref("DueDate")}<Value Type="DateTime"><Today OffsetDays="7" /></Value></Leq>',
        ),
        (
            {"field": "Modified", "since": "today-90"},
            f'<Geq>{ref("Modified")}<Value Type="DateTime"><Today OffsetDays="-90" /></Value></Geq>',
        ),
        (
            {"field": "DueDate", "after": "2026-12-01"},
            f'<Gt>{ref("DueDate")}<Value Type="DateTime">2026-12-01T00:00:00Z</Value></Gt>',
        ),
        ({"field": "IsInternal", "equals": True}, f'<Eq>{ref("IsInternal")}<Value Type="Boolean">1</Value></Eq>'),
        ({"field": "IsInternal", "equals": False}, f'<Eq>{ref("IsInternal")}<Value Type="Boolean">0</Value></Eq>'),
        ({"field": "Level", "at_least": 3}, f'<Geq>{ref("Level")}<Value Type="Number">3</Value></Geq>'),
        ({"field": "Level", "above": 1234567}, f'<Gt>{ref("Level")}<Value Type="Number">1234567</Value></Gt>'),
        ({"field": "Level", "at_most": 2.5}, f'<Leq>{ref("Level")}<Value Type="Number">2.5</Value></Leq>'),
    ],
)
def test_each_operator(filter_: dict[str, Any], expected: str) -> None:
    assert where(filter_) == f"<Where>{expected}</Where>"


def test_labels_come_in_the_language_of_the_site() -> None:
    assert '<Value Type="Choice">Done</Value>' in where({"field": "ActionStatus", "equals": "done"}, "en")


def test_and_and_or_take_two_members() -> None:
    tests = [{"field": name, "empty": True} for name in ("DueDate", "Level", "ActionOwner")]
    null = {name: f"<IsNull>{ref(name)}</IsNull>" for name in ("DueDate", "Level", "ActionOwner")}
    assert where({"any": tests}) == (
        f"<Where><Or><Or>{null['DueDate']}{null['Level']}</Or>{null['ActionOwner']}</Or></Where>"
    )
    assert where({"all": tests[:1]}) == f"<Where>{null['DueDate']}</Where>"


def test_order_and_groups() -> None:
    assert made({"sort": [{"field": "DueDate"}, {"field": "Title", "descending": True}], "group": ["ActionOwner"]}) == (
        f'<GroupBy GroupLimit="30">{ref("ActionOwner")}</GroupBy>'
        f'<OrderBy>{ref("DueDate")}<FieldRef Ascending="FALSE" Name="Title" /></OrderBy>'
    )


def test_a_calendar_asks_for_the_month_shown() -> None:
    # sharepoint-rest.md §5; without an end column the start stands for both
    assert made({"layout": "calendar", "start": "DueDate"}) == (
        f'<Where><DateRangesOverlap>{ref("DueDate")}{ref("DueDate")}<Value Type="DateTime"><Month /></Value>'
        "</DateRangesOverlap></Where>"
    )


def test_two_columns_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="two columns"):
        where({"field": "DueDate", "before": "Modified"})


@pytest.mark.parametrize(
    "other",
    [
        "<Where><Lt><FieldRef Name='DueDate'/><Value Type='DateTime'><Today/></Value></Lt></Where>",
        '\n<Where>\n <Lt><FieldRef Name="DueDate" LookupId="FALSE"></FieldRef>\n'
        '<Value Type="DateTime"><Today /></Value></Lt></Where> ',
        "<Query><Where><Lt><FieldRef Name='DueDate'/><Value Type='DateTime'><Today/></Value></Lt></Where></Query>",
    ],
)
def test_spelling_does_not_count(other: str) -> None:
    assert normalised(other) == where({"field": "DueDate", "before": "today"})


def test_meaning_does_count() -> None:
    query_ = where({"field": "DueDate", "before": "today"})
    assert normalised(query_.replace("Lt>", "Leq>")) != query_
    assert normalised('<OrderBy><FieldRef Name="A" Ascending="FALSE"/></OrderBy>') != normalised(
        '<OrderBy><FieldRef Name="A" Ascending="TRUE"/></OrderBy>'
    )


@given(st.text(max_size=60))
def test_any_text_can_be_normalised_once_and_for_all(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
