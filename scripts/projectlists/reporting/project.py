"""A project as it was read: its lists, its rows, the day it is looked at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from projectlists.definitions.model import ListDefinition, Profile
from projectlists.item import Item
from projectlists.language import Language, _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience
from projectlists.rules.calendar import WorkingCalendar

RESTRICTED = frozenset({"Stakeholders", "BudgetLines", "Commitments"})
"""Lists with permissions of their own: not everybody who sees the site sees them (guide.md §2.0.11)."""


@dataclass(frozen=True)
class Project:
    """One site on one day. `unread` tells of lists that could not be read, and why."""

    name: str
    url: str
    language: Language
    profile: Profile
    as_of: date
    lists: Mapping[str, ListDefinition]
    items: Mapping[str, tuple[Item, ...]]
    unread: Mapping[str, str] = field(default_factory=dict)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    def shows(self, key: str, audience: Audience) -> bool:
        """Whether the rows of a list were read and may be shown."""
        return key in self.items and (audience == "team" or key not in RESTRICTED)

    def rows(self, key: str) -> tuple[Item, ...]:
        """The rows of a list; none when it was not read."""
        return self.items.get(key, ())

    def absence(self, key: str, title: str, audience: Audience) -> str:
        """Why a list is not in the report, in a sentence."""
        if key in self.unread:
            return _("{list} could not be read: {reason}").format(list=title, reason=self.unread[key])
        if key in self.items and audience == "wide" and key in RESTRICTED:
            return _("{list} is for the project team only, so it is left out here.").format(list=title)
        return _("This site has no {list}, so there is nothing to show.").format(list=title)

    def title_of(self, key: str, default: str) -> str:
        """What a list is called on this site."""
        return wording.listed(self.lists[key]) if key in self.lists else default
