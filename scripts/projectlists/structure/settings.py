"""What a site remembers of itself, in one row of its own log. Pure.

The row lies in the system list `ReminderLog` under the key `settings`; `Details` holds the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from projectlists.definitions.names import ProfileKey
from projectlists.language import LANGUAGES, Language, _

LIST = "ReminderLog"
KEY = "settings"


@dataclass(frozen=True)
class Closing:
    """That a project is closed, and what to put back when it opens again.

    `roles` holds, by list, the numbers of who had which roles before; None for a list with the permissions of the site.
    """

    on: date
    roles: Mapping[str, tuple[tuple[int, int], ...] | None]


@dataclass(frozen=True)
class Settings:
    """A site's choices. `id` and `etag` are those of the row, where it was read from one.

    `filled` are the lists that got the rows they start with; that happens once. `closing` is there while the project
    is closed: then nothing is reminded of or changed.
    """

    profile: ProfileKey
    lists: tuple[str, ...] = ()
    language: Language = "nl"
    filled: tuple[str, ...] = ()
    closing: Closing | None = None
    id: int = 0
    etag: str | None = None

    def as_values(self) -> dict[str, str | tuple[str, ...]]:
        """The choices by name, for comparing."""
        return {"profile": self.profile, "lists": self.lists, "language": self.language, "filled": self.filled}

    def body(self) -> dict[str, str]:
        """The row that holds them."""
        return {
            "Title": _("Settings of this site"),
            "LedgerKey": KEY,
            "LedgerKind": "setting",
            "Details": json.dumps({**self.as_values(), **({"closed": _written(self.closing)} if self.closing else {})}),
        }


def settings_from(row: Mapping[str, Any], etag: str | None) -> Settings | None:
    """The settings in a row; None when it holds none that make sense, so that they are written anew."""
    try:
        details = json.loads(row.get("Details") or "")
    except ValueError:
        return None
    if not isinstance(details, Mapping) or not isinstance(details.get("profile"), str):
        return None
    language = details.get("language")
    return Settings(
        profile=details["profile"],
        lists=tuple(str(key) for key in details.get("lists") or ()),
        language=cast(Language, language) if language in LANGUAGES else "nl",
        filled=tuple(str(key) for key in details.get("filled") or ()),
        closing=_closing(details.get("closed")),
        id=int(row.get("Id") or 0),
        etag=etag,
    )


def _written(closing: Closing) -> dict[str, Any]:
    return {"on": closing.on.isoformat(), "roles": dict(closing.roles)}


def _closing(written: object) -> Closing | None:
    if not isinstance(written, Mapping):
        return None
    roles = {
        str(key): None if pairs is None else tuple((int(principal), int(role)) for principal, role in pairs)
        for key, pairs in (written.get("roles") or {}).items()
    }
    return Closing(date.fromisoformat(str(written.get("on"))), roles)
