"""Values as people read them, in the language of the site: for `FieldValuesAsText`, list views and pages."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from locale import windows_locale
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from projectlists.sandbox.sharepoint import moments, values
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import FieldRecord, Web
from projectlists.sandbox.sharepoint.rows import Row

YES_NO = {"nl": ("Ja", "Nee"), "en": ("Yes", "No")}
CURRENCIES = {"NL": "EUR", "DE": "EUR", "FR": "EUR", "BE": "EUR", "ES": "EUR", "GB": "GBP", "US": "USD"}


@lru_cache
def locale_of(lcid: int) -> Locale:
    """The locale of a SharePoint language id such as 1043; American English for one that is not known."""
    try:
        return Locale.parse(windows_locale.get(lcid, "en_US"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_US")


def text(cells: Cells, row: Row, field: FieldRecord) -> str:
    """A column of a row as text; empty when the column is."""
    kept = cells.kept(row, field)
    if kept is None:
        return ""
    locale = locale_of(cells.web.locale_id)
    if values.is_moment(field) and isinstance(kept, str) and not kept.startswith("#"):
        return moment(field, moments.local(kept, cells.zone), locale)
    if values.is_pointer(field):
        return "; ".join(cells.label(field, one) for one in (kept if isinstance(kept, list) else [kept]))
    if isinstance(kept, list):
        return "; ".join(kept)
    if isinstance(kept, dict):
        return f"{kept['Url']}, {kept['Description']}"
    return plain(cells.web, field, kept, locale)


def plain(web: Web, field: FieldRecord, kept: Any, locale: Locale) -> str:
    """A number, truth value or text as people read it."""
    if isinstance(kept, bool):
        words = YES_NO.get((windows_locale.get(web.language) or "en")[:2], YES_NO["en"])
        return words[0] if kept else words[1]
    if field.type == "Counter" or not isinstance(kept, int | float):
        return str(kept)
    decimals = field.properties.get("DisplayFormat", -1)
    pattern = "#,##0" + (f".{'0' * decimals}" if decimals and decimals > 0 else "" if decimals == 0 else ".##########")
    if field.properties.get("ShowAsPercentage"):
        return str(format_percent(kept, format=f"{pattern}%", locale=locale))
    if field.type == "Currency" or field.properties.get("OutputType") == 10:
        region = locale_of(int(field.properties.get("CurrencyLocaleId") or web.locale_id))
        return str(format_currency(kept, CURRENCIES.get(region.territory or "", "EUR"), locale=region))
    return str(format_decimal(kept, format=pattern, locale=locale))


def moment(field: FieldRecord, local: datetime, locale: Locale) -> str:
    """A date, with its time unless the column keeps days, in the short form of the locale with the whole year."""
    return _day(local, locale) if values.date_only(field) else instant(local, locale)


def instant(local: datetime, locale: Locale) -> str:
    """A date with its time, in the short form of the locale with the whole year."""
    return f"{_day(local, locale)} {format_time(local, format='short', locale=locale)}"


def _day(local: datetime, locale: Locale) -> str:
    return str(format_date(local, format=date_pattern(locale), locale=locale))


@lru_cache
def date_pattern(locale: Locale) -> str:
    """The short date pattern of a locale with a year of four digits and no leading zeros: `d-M-yyyy`."""
    pattern = str(locale.date_formats["short"].pattern)
    for letter, form in (("y", "yyyy"), ("M", "M"), ("d", "d")):
        for length in (4, 3, 2, 1):
            if letter * length in pattern:
                pattern = pattern.replace(letter * length, form)
                break
    return pattern
