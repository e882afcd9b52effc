"""Moments as items keep them: UTC texts such as `2026-12-01T08:00:00Z`, and what clients send for them.

A date-only value is the site's midnight of that day, in UTC; a text without zone is the site's time
(sharepoint-rest.md §6.3, §6.6; the second is the reading of §11.6 that hurts a careless client most).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE | re.ASCII)
FIRST, LAST = "1900-01-01T00:00:00Z", "8900-12-31T23:59:59Z"
"""The moments SharePoint can keep; it has a day less at both ends in zones away from UTC."""


def parse(text: str, zone: ZoneInfo) -> str:
    """Read an ISO 8601 text as a UTC text. Raises ValueError when it is none."""
    if not _ISO.fullmatch(text.strip()):
        raise ValueError(f"not a moment: {text}")
    moment = datetime.fromisoformat(text.strip().upper())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    try:
        return written(aware)
    except OverflowError as problem:
        raise ValueError(f"not a moment: {text}") from problem


def written(moment: datetime) -> str:
    """An aware moment as a UTC text, cut to the second."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def local(text: str, zone: ZoneInfo) -> datetime:
    """A kept moment in the site's time, without zone."""
    return datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None)


def midnight(day: date, zone: ZoneInfo) -> str:
    """The start of a day on the site, as a UTC text."""
    return written(datetime.combine(day, time(), zone))


def day_start(text: str, zone: ZoneInfo) -> str:
    """The start of the site's day a kept moment falls on."""
    return midnight(local(text, zone).date(), zone)
