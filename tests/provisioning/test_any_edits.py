"""Whatever is edited in a definition, and whatever people do on the site meanwhile: the definition is reached, and
nothing that people entered is lost.

One list with a choice column; its rows are followed by key in a model of their own, beside the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projectlists.definitions.model import Choice, Definitions, ListDefinition, ListField
from projectlists.definitions.viewmodel import View
from projectlists.farend.batch import Operation
from projectlists.language import Text
from projectlists.provisioning.job import Wish, plan_site, provision
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd

THINGS = "web/GetList('/sites/demo/Lists/Things')"
LABELS = [f"Label {letter}" for letter in "abcdefgh"]
EDITS = (
    *("choice_added", "choice_renamed", "choice_retired", "choice_restored", "choices_reordered"),
    *("column_added", "column_retitled", "column_retired", "list_retitled", "view_refiltered"),
    *("row_added", "row_changed", "user_column", "user_view", "user_choice", "provisioned"),
)
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 11)), min_size=1, max_size=10)


@dataclass
class World:
    """What is declared, and what people should find: rows by id with the key (or own label) of their state."""

    far_end: FarEnd
    log: ListDefinition
    choices: tuple[Choice, ...] = (Choice(key="k0", nl="Start", en="Start"), Choice(key="k1", nl="Einde", en="End"))
    columns: tuple[ListField, ...] = ()
    title: str = "Dingen"
    filtered: str = "k0"
    rows: dict[int, tuple[str, str]] = field(default_factory=dict)
    user_columns: list[str] = field(default_factory=list)
    user_views: list[str] = field(default_factory=list)
    user_choices: list[str] = field(default_factory=list)
    made: int = 0

    def number(self) -> int:
        self.made += 1
        return self.made

    def definitions(self) -> Definitions:
        state = ListField(name="State", type="Choice", title=Text("Stand", "State"), choices=self.choices)
        title = ListField(name="Title", type="Text", title=Text("Ding", "Thing"), required=True)
        names = ("Title", "State", *(column.name for column in self.columns))
        view = View.model_validate(
            {"key": "Open", "title": {"nl": "Open", "en": "Open"}, "default": True, "fields": names}
            | {"filter": {"field": "State", "not_equals": self.filtered}}
        )
        things = ListDefinition(
            key="Things",
            letter="T",
            title=Text(self.title, self.title),
            description=Text("Alles", "All"),
            fields=(title, state, *self.columns),
            views=(view,),
        )
        profile = {"key": "starter", "title": {"nl": "s", "en": "s"}, "lists": ["Things"]}
        lists = {"Things": things, "ReminderLog": self.log}
        return Definitions.model_validate({"lists": lists, "profiles": {"starter": profile}})

    def do(self, *operations: Operation) -> list[Any]:
        return [answer.checked().entity for answer in self.far_end.open().run(list(operations))]

    def offered(self) -> list[str]:
        return list(self.do(Operation("GET", f"{THINGS}/fields/getbyinternalnameortitle('State')"))[0]["Choices"])

    def key_of(self, label: str) -> str:
        """The key a label on the site stands for; a label of people stands for itself."""
        return next((choice.key for choice in self.choices if label in choice.labels), label)

    def label_of(self, key: str) -> str:
        return next((choice.nl for choice in self.choices if choice.key == key), key)

    def free_label(self, number: int) -> str | None:
        taken = {label for choice in self.choices for label in choice.labels} | set(self.user_choices)
        free = [label for label in LABELS if label not in taken]
        return free[number % len(free)] if free else None

    def apply(self, edit: str, number: int) -> None:
        getattr(self, f"_{edit}")(number)

    def _choice_added(self, number: int) -> None:
        label = self.free_label(number)
        if label:
            added = Choice(key=f"n{self.number()}", nl=label, en=f"{label} en")
            place = number % (len(self.choices) + 1)
            self.choices = (*self.choices[:place], added, *self.choices[place:])

    def _choice_renamed(self, number: int) -> None:
        place = number % len(self.choices)
        old = self.choices[place]
        # Every other time an earlier label of the same choice comes back.
        back = next(iter(old.was), None) if number % 2 else None
        label = back or self.free_label(number)
        if label and not old.retired:
            was = tuple(dict.fromkeys(earlier for earlier in (*old.was, old.nl) if earlier != label))
            self._change(place, Choice(key=old.key, nl=label, en=old.en, was=was))

    def _choice_retired(self, number: int) -> None:
        place = number % len(self.choices)
        if sum(not choice.retired for choice in self.choices) > 1:
            self._change(place, self.choices[place].model_copy(update={"retired": True}))

    def _choice_restored(self, number: int) -> None:
        place = number % len(self.choices)
        self._change(place, self.choices[place].model_copy(update={"retired": False}))

    def _change(self, place: int, choice: Choice) -> None:
        self.choices = (*self.choices[:place], choice, *self.choices[place + 1 :])

    def _choices_reordered(self, number: int) -> None:
        place = number % len(self.choices)
        self.choices = (*self.choices[place:], *self.choices[:place])

    def _column_added(self, _number: int) -> None:
        name = f"Extra{self.number()}"
        self.columns = (*self.columns, ListField(name=name, type="Text", title=Text(name, name)))

    def _column_retitled(self, number: int) -> None:
        title = f"Titel {self.number()}"
        self._column(number, title=Text(title, title))

    def _column_retired(self, number: int) -> None:
        self._column(number, retired=True)

    def _column(self, number: int, **changed: Any) -> None:
        if self.columns:
            place = number % len(self.columns)
            column = self.columns[place].model_copy(update=changed)
            self.columns = (*self.columns[:place], column, *self.columns[place + 1 :])

    def _list_retitled(self, _number: int) -> None:
        self.title = f"Dingen {self.number()}"

    def _view_refiltered(self, number: int) -> None:
        self.filtered = self.choices[number % len(self.choices)].key

    def _row_added(self, number: int) -> None:
        labels = self.offered()
        label, title = labels[number % len(labels)], f"Rij {self.number()}"
        (row,) = self.do(Operation("POST", f"{THINGS}/items", {"Title": title, "State": label}))
        self.rows[row["Id"]] = (title, self.key_of(label))

    def _row_changed(self, number: int) -> None:
        if self.rows:
            labels, ids = self.offered(), list(self.rows)
            chosen, label = ids[number % len(ids)], labels[number % len(labels)]
            self.do(Operation("MERGE", f"{THINGS}/items({chosen})", {"State": label}))
            self.rows[chosen] = (self.rows[chosen][0], self.key_of(label))

    def _user_column(self, _number: int) -> None:
        name = f"Eigen{self.number()}"
        xml = f"<Field Type='Text' Name='{name}' DisplayName='{name}' />"
        body = {"parameters": {"SchemaXml": xml, "Options": 8}}
        self.do(Operation("POST", f"{THINGS}/fields/createfieldasxml", body))
        self.user_columns.append(name)

    def _user_view(self, _number: int) -> None:
        title = f"Kijk {self.number()}"
        body = {"parameters": {"Title": title, "ViewFields": ["LinkTitle"], "Query": ""}}
        self.do(Operation("POST", f"{THINGS}/views/add", body))
        self.user_views.append(title)

    def _user_choice(self, _number: int) -> None:
        label = f"Eigen keuze {self.number()}"
        body = {"__metadata": {"type": "SP.FieldChoice"}, "Choices": {"results": [*self.offered(), label]}}
        headers = {"Content-Type": "application/json;odata=verbose"}
        path = f"{THINGS}/fields/getbyinternalnameortitle('State')"
        self.do(Operation("MERGE", path, body, headers=headers))
        self.user_choices.append(label)

    def _provisioned(self, _number: int) -> None:
        result = provision(self.far_end.open(), self.definitions(), Wish("starter"))
        assert (result.ok, result.error) == (True, None)
        self.check()

    def check(self) -> None:
        assert plan_site(self.far_end.open(), self.definitions()).work == ()
        listing, fields, views, items = self.do(
            Operation("GET", THINGS),
            Operation("GET", f"{THINGS}/fields"),
            Operation("GET", f"{THINGS}/views"),
            Operation("GET", f"{THINGS}/items", query={"$top": "500"}),
        )
        assert listing["Title"] == self.title
        titles = {entity["InternalName"]: entity["Title"] for entity in fields["value"]}
        assert {name: titles[name] for name in self.user_columns} == {name: name for name in self.user_columns}
        assert titles["State"] == "Stand"
        assert all(titles[column.name] == column.title.nl for column in self.columns if not column.retired)
        assert set(self.user_views) <= {view["Title"] for view in views["value"]}
        ours = [choice.nl for choice in self.choices if not choice.retired]
        assert self.offered() == [*ours, *self.user_choices]
        found = {row["Id"]: (row["Title"], self.key_of(row["State"])) for row in items["value"]}
        assert found == self.rows
        usable = {choice.key for choice in self.choices if not choice.retired}
        stored = {row["Id"]: row["State"] for row in items["value"]}
        assert all(stored[item] == self.label_of(key) for item, (_title, key) in self.rows.items() if key in usable)


@pytest.fixture(scope="module")
def world(definitions: Definitions) -> Iterator[World]:
    with running(Options(seed="none")) as ready:
        yield World(FarEnd(ready), definitions.lists["ReminderLog"])


def live(world: World, steps: list[tuple[str, int]]) -> None:
    world.far_end.reset()
    fresh = replace(world, rows={}, user_columns=[], user_views=[], user_choices=[])
    fresh.apply("provisioned", 0)
    for edit, number in (*steps, ("provisioned", 0)):
        fresh.apply(edit, number)


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_any_edits(world: World, steps: list[tuple[str, int]]) -> None:
    live(world, steps)


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_very_many_edits(world: World, steps: list[tuple[str, int]]) -> None:
    live(world, steps)


@pytest.mark.parametrize(
    "steps",
    [
        # A retired choice that returns under another label; a label that comes back, with rows from both times.
        [("row_added", 1), ("choice_retired", 1), ("provisioned", 0), ("choice_restored", 1), ("choice_renamed", 1)],
        [("row_added", 0), ("choice_renamed", 0), ("provisioned", 0), ("row_added", 0), ("choice_renamed", 3)],
        [("user_choice", 0), ("row_added", 2), ("choice_added", 0), ("choices_reordered", 1), ("choice_renamed", 0)],
        [("column_added", 0), ("user_column", 0), ("provisioned", 0), ("column_retired", 0), ("user_view", 0)],
    ],
)
def test_chosen_edits(world: World, steps: list[tuple[str, int]]) -> None:
    live(world, steps)
