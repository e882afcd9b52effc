"""The words of the pages in Dutch and English, and dates and numbers as each language writes them (guide.md §6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from projectlists.sandbox.pages.catalogue import CATALOGUE
from projectlists.sandbox.pages.visit import Language

_LOCALES: Final[Mapping[Language, Locale]] = {"nl": Locale("nl", "NL"), "en": Locale("en", "GB")}
_PLACES: Final[Mapping[Language, int]] = {"nl": 0, "en": 1}
# The pages tell time as the tenant's people do, wherever the computer stands.
_ZONE: Final = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class Words:
    """What to say in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text under a key, its `{fields}` filled in. Raises KeyError when there is no such text."""
        return CATALOGUE[key][_PLACES[self.language]].format(**values)

    def counted(self, key: str, number: int) -> str:
        """A number with its noun, singular or plural: the texts `key.one` and `key.many`."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", number=self.number(number))

    @property
    def locale(self) -> Locale:
        """The locale of the language."""
        return _LOCALES[self.language]

    def number(self, value: float) -> str:
        """A number with separators for thousands."""
        return str(format_decimal(value, locale=self.locale))

    def size(self, size: int) -> str:
        """A size in bytes, from 1,000 on in kB or MB."""
        for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
            if size >= limit:
                return f"{format_decimal(round(size / limit, 1), locale=self.locale)} {unit}"
        return f"{self.number(size)} B"

    def moment(self, given: datetime | str) -> str:
        """Day and time: `wo 25 nov 2026 16:05`."""
        local = _local(given)
        pattern = "EEE d MMM yyyy HH:mm"
        return str(format_datetime(local, pattern, tzinfo=_ZONE, locale=self.locale))

    def long_moment(self, given: datetime) -> str:
        """Day and time in full: `woensdag 25 november 2026 16:05`."""
        return str(format_datetime(_local(given), "EEEE d MMMM yyyy HH:mm", tzinfo=_ZONE, locale=self.locale))

    def clock(self, given: str) -> str:
        """The time of day to the second: `16:05:09`."""
        return str(format_time(_local(given), "HH:mm:ss", tzinfo=_ZONE, locale=self.locale))

    def month(self, day: date) -> str:
        """Month and year: `november 2026`."""
        return str(format_date(day, "MMMM yyyy", locale=self.locale))

    def weekday(self, day: date) -> str:
        """The day of the week in short: `ma`."""
        return str(format_date(day, "EEE", locale=self.locale))


def _local(given: datetime | str) -> datetime:
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_ZONE)
