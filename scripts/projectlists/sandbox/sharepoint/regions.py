"""A site's region: time zone, locale and languages as the service shows them (sharepoint-rest.md §2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from locale import windows_locale
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol

from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.projection import Resource
from projectlists.sandbox.sharepoint.schema import zone

NAMES: Mapping[int, str] = {
    2: "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
    3: "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
    4: "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    13: "(UTC-08:00) Pacific Time (US and Canada)",
    93: "(UTC) Coordinated Universal Time",
}

# The languages every tenant here can show, beside those of a site.
_INSTALLED = frozenset({1033, 1043})


def culture(lcid: int) -> str | None:
    """The culture name of a language id: 1043 is `nl-NL`; None for one nobody knows."""
    name = windows_locale.get(lcid)
    return name.replace("_", "-") if name else None


def lcid(culture_name: str) -> int | None:
    """The language id of a culture name, whatever the case."""
    wanted = culture_name.replace("-", "_").lower()
    return next((number for number, name in windows_locale.items() if name.lower() == wanted), None)


SETTABLE: Mapping[str, Sequence[object]] = {
    "FirstDayOfWeek": range(7),
    "FirstWeekOfYear": range(3),
    "Time24": (True, False),
    "WorkDayEndHour": range(0, 1440, 60),
    "WorkDayStartHour": range(0, 1440, 60),
    "WorkDays": range(1, 128),
}
"""What of a region can be set beside its locale, with the values it takes."""


def settings(web: Web) -> Resource:
    """The regional settings; the locale gives the separators."""
    name = culture(web.locale_id) or "en-US"
    locale = _locale(name)
    day_first = locale.date_formats["short"].pattern
    date_separator = next((mark for mark in day_first if mark in "-/."), "/")
    decimal = get_decimal_symbol(locale)
    return Resource(
        "SP.RegionalSettings",
        "Web/RegionalSettings",
        {
            "AdjustHijriDays": 0,
            "CalendarType": 1,
            "Collation": 25,
            "DateFormat": 1 if day_first.lower().startswith("d") else 0,
            "DateSeparator": date_separator,
            "DecimalSeparator": decimal,
            "FirstDayOfWeek": (locale.first_week_day + 1) % 7,
            "FirstWeekOfYear": 2 if locale.min_week_days == 4 else 0,
            "IsEastAsia": False,
            "IsRightToLeft": locale.text_direction == "rtl",
            "IsUIRightToLeft": locale.text_direction == "rtl",
            "ListSeparator": ";" if decimal == "," else ",",
            "LocaleId": web.locale_id,
            "NegativeSign": "-",
            "Time24": "H" in locale.time_formats["short"].pattern,
            "TimeSeparator": ":",
            "WorkDayEndHour": 1020,
            "WorkDayStartHour": 480,
            "WorkDays": 62,
            **web.properties.get("Region", {}),
        },
        links={"TimeZone": lambda: time_zone(web)},
    )


def time_zone(web: Web) -> Resource:
    """The time zone; biases in minutes, UTC = local + Bias (+ DaylightBias in summer)."""
    standard, summer = _offsets(zone(web))
    information = {
        "Bias": -standard,
        "DaylightBias": standard - summer,
        "StandardBias": 0,
    }
    return Resource(
        "SP.TimeZone",
        "Web/RegionalSettings/TimeZone",
        {
            "Description": NAMES[web.time_zone_id],
            "Id": web.time_zone_id,
            "Information": Complex(information, "SP.TimeZoneInformation"),
        },
    )


CLOCKS: Mapping[str, str] = {"utctolocaltime": "UTCToLocalTime", "localtimetoutc": "LocalTimeToUTC"}
"""The methods of a time zone that convert a moment, by key."""


def converted(web: Web, given: object, *, to_local: bool) -> str | None:
    """A moment of UTC on the site's clock, or the other way round; None for what is no moment."""
    try:
        moment = datetime.fromisoformat(str(given)).replace(tzinfo=None)
    except ValueError:
        return None
    source, goal = (UTC, zone(web)) if to_local else (zone(web), UTC)
    try:
        found = moment.replace(tzinfo=source).astimezone(goal)
    except OverflowError:
        return None
    text = found.strftime("%Y-%m-%dT%H:%M:%S")
    return text if to_local else f"{text}Z"


def time_zones(web: Web) -> list[Resource]:
    """The time zones a site can have."""
    return [time_zone(replace(web, time_zone_id=number)) for number in sorted(NAMES)]


def installed_languages(of_site: Iterable[int]) -> Resource:
    """The languages a site can speak, those it already speaks among them."""
    found = sorted(_INSTALLED.union(of_site))
    items = [Complex(_language(number), "SP.Language") for number in found]
    return Resource(
        "SP.LanguageCollection",
        "Web/RegionalSettings/InstalledLanguages",
        {"Items": Collection(items, "SP.Language")},
    )


def _language(number: int) -> Mapping[str, str | int]:
    name = culture(number) or "en-US"
    return {"DisplayName": _locale(name.partition("-")[0]).english_name or name, "LanguageTag": name, "Lcid": number}


def _offsets(place: ZoneInfo) -> tuple[int, int]:
    """Minutes ahead of UTC in winter and in summer."""
    hours = [
        (datetime(2026, month, 1, tzinfo=place).utcoffset() or timedelta()) // timedelta(minutes=1) for month in (1, 7)
    ]
    return hours[0], max(hours)


@lru_cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en-US", sep="-")
