"""What a list must be: columns, views, rules, words. The desired state, as typed and frozen data.

`lists/*.yaml` is written in exactly these models (guide.md §2); `definitions.load` reads the files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Attribute
from pydantic import PrivateAttr

from projectlists.definitions.condition import Condition, fields_of
from projectlists.definitions.names import (
    COLUMN_NAME,
    LETTER,
    ROW_KEY,
    InternalName,
    Key,
    ProfileKey,
)
from projectlists.definitions.rulemodel import Recurrence, ReminderRule, StatusRule
from projectlists.definitions.viewmodel import View
from projectlists.language import Language, Text, current
from projectlists.modelfile import Frozen

FieldType = Literal[
    "Text",
    "Note",
    "Number",
    "Currency",
    "DateTime",
    "Boolean",
    "Choice",
    "MultiChoice",
    "User",
    "Lookup",
    "URL",
    "Calculated",
]
GroupKey = Literal["owners", "members", "visitors", "core_team"]
RoleKey = Literal["read", "contribute", "edit", "full_control"]
INDEXABLE: frozenset[str] = frozenset({"Text", "Number", "Currency", "DateTime", "Choice", "Boolean", "Lookup", "User"})
"""Types SharePoint can index (sharepoint-rest.md §4.6)."""

BUILT_IN: dict[str, FieldType] = {
    "ID": "Number",
    "Created": "DateTime",
    "Modified": "DateTime",
    "Author": "User",
    "Editor": "User",
}
"""Columns that every list has by itself, as views and rules may read them."""

IMPORT_KEY = "ImportKey"
"""The column with what a row is called elsewhere (guide.md §2.0.4)."""


class Choice(Frozen):
    """One choice: a stable key and its label per language (guide.md §2.0.2)."""

    key: Key
    nl: str
    en: str
    was: tuple[str, ...] = Attribute(
        default=(), description="labels it had before, in any language; rows that still have one get the new label"
    )
    retired: bool = Attribute(default=False, description="no longer offered; rows that have it keep it")

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that stands for it: in both languages, and those it had before."""
        return tuple(dict.fromkeys((self.nl, self.en, *self.was)))

    def label(self, language: Language) -> str:
        """The label in a language."""
        return self.nl if language == "nl" else self.en


class ListField(Frozen):
    """One column. `name` is the internal name and never changes (guide.md §2.0.1)."""

    name: Annotated[str, Attribute(pattern=COLUMN_NAME)]
    type: FieldType
    title: Text
    description: Text | None = None
    required: bool = False
    indexed: bool = False
    unique: bool = False
    managed: bool = Attribute(default=False, description="filled by the tool: hidden in the new and edit forms")
    hidden_in_forms: bool = False
    retired: bool = Attribute(
        default=False, description="no longer used: out of forms and views, not made on new sites; its values stay"
    )
    default: str | int | float | bool | None = Attribute(
        default=None, description="a choice key, a number, true/false, or today / today+90"
    )
    choices: tuple[Choice, ...] = ()
    choice_set: str | None = Attribute(default=None, description="a shared set of choice_sets.yaml, such as priority")
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    maximum_length: int | None = None
    lookup: str | None = Attribute(default=None, description="key of the list this column looks up")
    formula: str | None = None
    result_type: Literal["Text", "Number", "DateTime", "Boolean", "Currency"] | None = None
    validation: str | None = Attribute(default=None, description="SharePoint formula, English function names")
    validation_message: Text | None = None
    format: str | None = Attribute(
        default=None,
        description=(
            "a named style. Texts: number (before the title), bold, pill, priority, stance, gate, lock, trend, light, "
            "tags. Dates: overdue, soon, expired. Yes/no: check. Numbers: bar (a percentage), blocks (1 to 5), score "
            "(a risk's), slip (days), shortage (below 0), share (of whole), alert (above 0), year"
        ),
    )
    whole: str | None = Attribute(default=None, description="with the style share: the column this is a part of")
    synonyms: tuple[str, ...] = Attribute(default=(), description="Excel headings that mean this column")


class Status(Frozen):
    """The life cycle: which field holds it, where work has not started, where it ends, which moves are allowed."""

    field: InternalName
    closing: tuple[str, ...]
    sleeping: tuple[str, ...] = Attribute(default=(), description="idea, dormant, on hold: nothing is due (§2.0.7 o)")
    moves: dict[str, tuple[str, ...]] = Attribute(default={})

    def allows(self, before: str, after: str) -> bool:
        """Whether a rule may move a row from one state to another."""
        return before == after or after in self.moves.get(before, ())


class Row(Frozen):
    """A row that a new list starts with (guide.md §2.13, §2.14). Afterwards it belongs to the people of the site.

    Its key is what the column ImportKey holds, so that it is found again after a run that broke off.
    """

    key: Annotated[str, Attribute(pattern=ROW_KEY)]
    profiles: tuple[ProfileKey, ...] = Attribute(default=(), description="only in these profiles; none named: in all")
    values: dict[str, Text | bool | int | float | str | tuple[str, ...]] = Attribute(
        description="by column: a text per language, a choice key, several of them, a number, true or false"
    )


class ListWords(Frozen):
    """How mails speak of one row: `an action`, `2 actions`, `Open this action`."""

    one: Text
    many: Text
    this: Text
    owner: Text = Attribute(description="what its owner is called: actiehouder / action owner")


class Permission(Frozen):
    """What a group of the site may do with a list that has permissions of its own (guide.md §2.0.11)."""

    group: GroupKey = Attribute(description="a group every site has, or core_team: one that is made when needed")
    role: RoleKey


class ListDefinition(Frozen):
    """One list. Its key is its URL name and never changes."""

    key: InternalName
    letter: Annotated[str, Attribute(pattern=LETTER)]
    title: Text
    description: Text
    kind: Literal["list", "library"] = "list"
    system: bool = Attribute(default=False, description="the tool's own list: hidden, in every profile")
    adopted: bool = Attribute(
        default=False,
        description="taken over from a site: without the columns every list gets, and with a default view of its own",
    )
    words: ListWords | None = None
    owner: InternalName | None = Attribute(default=None, description="the person column that owns a row")
    external_owner: InternalName | None = None
    due: InternalName | None = Attribute(default=None, description="the date that counts as the row's deadline")
    due_when: Condition | None = Attribute(
        default=None, description="the rows whose deadline counts, of those that are open; without it all of them"
    )
    due_time: InternalName | None = Attribute(
        default=None, description="the text column with the time of that day, such as 19:30; mails keep to its order"
    )
    progress: InternalName | None = Attribute(default=None, description="the note that escalations quote")
    review: InternalName | None = Attribute(
        default=None, description="the date to look at the row again; how far ahead is the profile's review_days"
    )
    status: Status | None = None
    index: tuple[str, ...] = Attribute(default=(), description="built-in fields to index, such as Modified")
    validation: str | None = Attribute(default=None, description="list formula over internal names in brackets")
    validation_message: Text | None = None
    permissions: tuple[Permission, ...] = Attribute(
        default=(), description="permissions of its own, for these groups only; without them those of the site"
    )
    search: bool = Attribute(default=True, description="false keeps its rows out of search results")
    attachments: bool | None = Attribute(default=None, description="whether rows may have files; unnamed: either way")
    minor_versions: bool | None = Attribute(default=None, description="drafts (0.1, 0.2) beside published versions")
    fields: tuple[ListField, ...]
    views: tuple[View, ...]
    reminders: tuple[ReminderRule, ...] = ()
    status_rules: tuple[StatusRule, ...] = ()
    recurrence: Recurrence | None = None
    rows: tuple[Row, ...] = Attribute(default=(), description="what a new list starts with")

    def field(self, name: str) -> ListField | None:
        """The column with this internal name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def lookups(self) -> tuple[ListField, ...]:
        """The columns that point to another list."""
        return tuple(field for field in self.fields if field.lookup)


class OtherChoices(Frozen):
    """The choices a profile puts in the place of a shared set, such as the phases of a programme (guide.md §3)."""

    choices: tuple[Choice, ...]
    default: str
    except_lists: tuple[str, ...] = Attribute(default=(), description="lists that keep the shared set")


class Without(Frozen):
    """What a profile does without in one list: columns, and views by key. What needs them sleeps (guide.md §3)."""

    fields: tuple[str, ...] = ()
    views: tuple[str, ...] = ()


class Profile(Frozen):
    """A way of working: which lists, who is escalated to, what differs (guide.md §3)."""

    key: ProfileKey
    title: Text
    lists: tuple[str, ...]
    optional: tuple[str, ...] = ()
    escalation_role: str = "project_manager"
    deadline_days: tuple[int, ...] | None = Attribute(
        default=None, description="working days before a deadline; without it as each list says (set D)"
    )
    review_days: int = Attribute(default=90, description="days until a stakeholder is looked at again")
    titles: dict[str, Text] = Attribute(default={}, description="other titles of lists, by key")
    choice_sets: dict[str, OtherChoices] = Attribute(default={}, description="other choices, by key of the shared set")
    without: dict[str, Without] = Attribute(default={}, description="what lists do without, by their key")
    origins: tuple[ProfileKey, ...] = Attribute(default=(), description="filled in by extends: what it started from")

    def is_one_of(self, keys: tuple[str, ...]) -> bool:
        """Whether something for these profiles is for this one; nothing named stands for all."""
        return not keys or not {self.key, *self.origins}.isdisjoint(keys)


class Definitions(Frozen):
    """Everything declared: lists by key in order of creation, and profiles."""

    lists: dict[str, ListDefinition]
    profiles: dict[str, Profile]
    _chosen: dict[tuple[ProfileKey, tuple[str, ...]], tuple[ListDefinition, ...]] = PrivateAttr(default_factory=dict)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, which has its own memory of what was chosen: other lists give other choices."""
        copied = super().model_copy(update=update, deep=deep)
        copied._chosen = {}
        return copied

    def list_named(self, name: str) -> ListDefinition | None:
        """A list by its key; case does not matter (contract.md §3)."""
        return next((found for key, found in self.lists.items() if key.lower() == name.lower()), None)

    def title_of(self, key: str) -> str:
        """What people call a list, in the program's language; its key when nothing is declared under it."""
        found = self.lists.get(key)
        return found.title.in_language(current()) if found else key

    def chosen(self, profile: ProfileKey, extra: tuple[str, ...] = ()) -> tuple[ListDefinition, ...]:
        """The lists a site gets, as its profile has them: system lists, the profile's, and the extra ones.

        In order of creation. A lookup whose target list is not among them is left out, and views and rules that need
        it sleep, until that list is added (guide.md §2.0.14). Sites that have the same get the same objects: a run over
        many of them holds the lists once.
        """
        if (profile, extra) not in self._chosen:
            self._chosen[profile, extra] = self._made(profile, extra)
        return self._chosen[profile, extra]

    def _made(self, profile: ProfileKey, extra: tuple[str, ...]) -> tuple[ListDefinition, ...]:
        as_is = self.profiles[profile]
        wanted = {*as_is.lists, *extra}
        keys = {key for key, found in self.lists.items() if found.system or key in wanted}
        return tuple(_in_profile(_without(found, keys), as_is) for key, found in self.lists.items() if key in keys)


def _without(definition: ListDefinition, keys: set[str]) -> ListDefinition:
    """The list without lookups to lists that are not among `keys`, and without what needs those lists."""
    absent = frozenset(field.name for field in definition.fields if field.lookup and field.lookup not in keys)
    return _without_columns(definition, absent, lists=keys)


def _without_columns(
    definition: ListDefinition,
    absent: frozenset[str],
    views: frozenset[str] = frozenset(),
    *,
    lists: Collection[str] | None = None,
) -> ListDefinition:
    """The list without these columns and views. Rules and views that need a column sleep; the default view stays.

    `lists` are the lists there are, where that matters: a rule that asks another one sleeps as well.
    """

    def is_whole(rule: ReminderRule | StatusRule) -> bool:
        return absent.isdisjoint(rule.needs) and (lists is None or set(lists).issuperset(rule.lists))

    kept = (view.without(absent) for view in definition.views if view.key not in views)
    return definition.model_copy(
        update={
            "due_when": definition.due_when if absent.isdisjoint(fields_of(definition.due_when)) else None,
            "fields": tuple(field for field in definition.fields if field.name not in absent),
            "rows": tuple(_row_without(row, absent) for row in definition.rows),
            "views": tuple(view for view in kept if view is not None),
            "reminders": tuple(rule for rule in definition.reminders if is_whole(rule)),
            "status_rules": tuple(rule for rule in definition.status_rules if is_whole(rule)),
        }
    )


def _row_without(row: Row, absent: frozenset[str]) -> Row:
    return row.model_copy(update={"values": {key: row.values[key] for key in row.values if key not in absent}})


def _in_profile(definition: ListDefinition, profile: Profile) -> ListDefinition:
    """The list as a profile has it (guide.md §3, "Defaults that differ")."""
    review = f"today+{profile.review_days}"
    gone = profile.without.get(definition.key, Without())
    definition = _without_columns(definition, frozenset(gone.fields), frozenset(gone.views))
    return definition.model_copy(
        update={
            "title": profile.titles.get(definition.key, definition.title),
            "views": tuple(view for view in definition.views if profile.is_one_of(view.profiles)),
            "rows": tuple(row for row in definition.rows if profile.is_one_of(row.profiles)),
            "fields": tuple(
                field.model_copy(update={"default": review})
                if field.name == definition.review
                else _with_other_choices(field, definition.key, profile)
                for field in definition.fields
            ),
            "status_rules": tuple(_with_review(rule, definition.review, review) for rule in definition.status_rules),
        }
    )


def _with_other_choices(field: ListField, list_key: str, profile: Profile) -> ListField:
    other = profile.choice_sets.get(field.choice_set or "")
    if other is None or list_key in other.except_lists:
        return field
    default = field.default if field.default is None else other.default
    return field.model_copy(update={"choices": other.choices, "default": default})


def _with_review(rule: StatusRule, name: str | None, day: str) -> StatusRule:
    settings = tuple(
        setting.model_copy(update={"to": day}) if setting.field == name and not setting.clear else setting
        for setting in rule.set
    )
    return rule.model_copy(update={"set": settings})


def file_name(key: str) -> str:
    """The file of a list: `CommunicationCalendar` → `communication_calendar.yaml` (contract.md §3)."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower() + ".yaml"
