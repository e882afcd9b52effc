"""SharePoint's own time zone numbers and the zones they stand for (sharepoint-rest.md §2.2). Pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from projectlists.errors import Refused
from projectlists.language import _

_NAMES = {
    2: "Europe/London",
    3: "Europe/Paris",
    4: "Europe/Amsterdam",
    5: "Europe/Athens",
    6: "Europe/Budapest",
    7: "Europe/Minsk",
    8: "America/Sao_Paulo",
    9: "America/Halifax",
    10: "America/New_York",
    11: "America/Chicago",
    12: "America/Denver",
    13: "America/Los_Angeles",
    14: "America/Anchorage",
    15: "Pacific/Honolulu",
    17: "Pacific/Auckland",
    18: "Australia/Brisbane",
    19: "Australia/Adelaide",
    20: "Asia/Tokyo",
    21: "Asia/Singapore",
    23: "Asia/Kolkata",
    24: "Asia/Dubai",
    27: "Asia/Jerusalem",
    29: "Atlantic/Azores",
    31: "Atlantic/Reykjavik",
    33: "America/Caracas",
    39: "Etc/GMT+12",
    45: "Asia/Shanghai",
    49: "Africa/Cairo",
    50: "Africa/Johannesburg",
    51: "Europe/Moscow",
    57: "Europe/Warsaw",
    59: "Europe/Helsinki",
    93: "UTC",
}


def zone_of(number: int) -> ZoneInfo:
    """The zone for a SharePoint number, such as 4 for Amsterdam.

    Raises:
        Refused: the number is not known, so dates cannot be told.
    """
    name = _NAMES.get(number)
    if name is None:
        raise Refused(
            _(
                "The time zone of this site (number {number}) is not known. Choose '(UTC+01:00) Amsterdam, Berlin' in "
                "the regional settings of the site."
            ).format(number=number)
        )
    return ZoneInfo(name)
