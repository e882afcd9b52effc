"""The views of a list as typed and frozen data (guide.md §2, *Views*)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Attribute

from projectlists.definitions.condition import Condition, fields_of
from projectlists.definitions.names import VIEW_KEY, ProfileKey
from projectlists.language import Text
from projectlists.modelfile import Frozen

Total = Literal["sum", "average", "lowest", "highest", "count"]


class Sort(Frozen):
    """Order of a view."""

    field: str
    descending: bool = False


class View(Frozen):
    """One view. Found again by its URL, which is made from `key` (architecture.md decision 5)."""

    key: Annotated[str, Attribute(pattern=VIEW_KEY)]
    title: Text
    profiles: tuple[ProfileKey, ...] = Attribute(default=(), description="only in these profiles; none named: in all")
    layout: Literal["list", "board", "calendar", "gallery"] = "list"
    default: bool = False
    fields: tuple[str, ...]
    filter: Condition | None = None
    sort: tuple[Sort, ...] = ()
    row_limit: Annotated[int, Attribute(gt=0, le=5000)] = Attribute(default=100, description="rows on a page")
    group: tuple[str, ...] = Attribute(default=(), description="at most two fields to group by")
    board: str | None = Attribute(default=None, description="the choice field a board has its columns from")
    start: str | None = Attribute(default=None, description="the date field a calendar starts at")
    end: str | None = None
    only_first: int | None = Attribute(default=None, description="shows no more rows than this; without it all")
    totals: dict[str, Total] = Attribute(default={}, description="what stands under a column: sum, count, ...")
    overview: tuple[Literal["supporter", "project_manager"], ...] = Attribute(
        default=(), description="whose overview by mail shows the rows of this view (guide.md §5.3)"
    )

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which the view is not the same view."""
        named = (self.board, self.start, self.end)
        return (
            *fields_of(self.filter),
            *(sort.field for sort in self.sort),
            *self.group,
            *self.totals,
            *(name for name in named if name),
        )

    def without(self, absent: frozenset[str]) -> View | None:
        """The view without these columns; None when it cannot be the same view without them.

        An order can be missed. A view by a group is another view without it, except the one that opens first.
        """
        needed = {*fields_of(self.filter), self.board, self.start, *(() if self.default else self.group)}
        if not absent.isdisjoint(needed):
            return None
        return self.model_copy(
            update={
                "fields": tuple(name for name in self.fields if name not in absent),
                "sort": tuple(sort for sort in self.sort if sort.field not in absent),
                "group": tuple(name for name in self.group if name not in absent),
                "totals": {name: kind for name, kind in self.totals.items() if name not in absent},
                "end": None if self.end in absent else self.end,
            }
        )
