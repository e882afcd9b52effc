"""What things in a definition may be called: patterns, and the types that hold them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Attribute

INTERNAL_NAME = r"^[A-Z][A-Za-z0-9]{0,31}$"
KEY = r"^[a-z][a-z0-9_]*$"
PROFILE_KEY = r"^[a-z][a-z0-9-]*$"
ROW_KEY = r"^[a-z][a-z0-9-]*$"
COLUMN_NAME = INTERNAL_NAME + r"|^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]{1,60}$"
"""Also names that SharePoint made itself, of columns that were there already: `Wijk_x0020_naam`, `field_1`."""
VIEW_KEY = r"^[A-Z][A-Za-z0-9]+$|^\w+([ _-]+\w+)+$"
"""Also file names that SharePoint made of titles, of views that were there already: `Mijn kijk`."""
LETTER = r"^[A-Z]{1,2}$"

InternalName = Annotated[str, Attribute(pattern=INTERNAL_NAME)]
Key = Annotated[str, Attribute(pattern=KEY)]
ProfileKey = Annotated[str, Attribute(pattern=PROFILE_KEY)]
"""One of the seven ways of working of contract.md §2, or one of a municipality's own."""
