"""The words of the pages: complete in both languages, all of them used."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from string import Formatter

import pytest

from projectlists.sandbox.graph.mailbox import FOLDERS
from projectlists.sandbox.http import Headers, Request
from projectlists.sandbox.pages import visit
from projectlists.sandbox.pages.catalogue import CATALOGUE
from projectlists.sandbox.pages.words import Words


def sources() -> list[str]:
    folder = resources.files("projectlists.sandbox.pages")
    places = [*folder.iterdir(), *folder.joinpath("templates").iterdir()]
    return [
        one.read_text("utf-8") for one in places if one.name.endswith((".py", ".html")) and one.name != "catalogue.py"
    ]


def used() -> set[str]:
    keys: set[str] = set()
    for text in sources():
        keys |= set(re.findall(r'say\(\s*"([\w.]+)"[,)]', text)) | set(
            re.findall(r'Words\(visit\.language\)\("([\w.]+)"', text)
        )
        keys |= {f"{key}.{form}" for key in re.findall(r'counted\("([\w.]+)"', text) for form in ("one", "many")}
        # Keys that stand in a list in a template, or are handed on.
        keys |= set(re.findall(r'"(nav\.\w+)"', text))
        keys |= {
            f"{key}{more}"
            for key in re.findall(r'"(problem\.\w+)"', text)
            if key not in {"problem.home", "problem.html"}
            for more in ("", ".explanation")
        }
    return (
        keys
        | {f"folder.{name}" for name in FOLDERS}
        | {f"device.{one}.done" for one in ("approve", "decline", "unknown")}
    )


def test_every_text_asked_for_exists_and_none_is_left_over() -> None:
    assert used() - set(CATALOGUE) == set()
    assert set(CATALOGUE) - used() == set()


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_both_languages_say_something_with_the_same_fields(key: str) -> None:
    dutch, english = CATALOGUE[key]
    assert dutch.strip()
    assert english.strip()
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (dutch, english)]
    assert fields[0] == fields[1]


def test_dates_and_numbers_are_written_as_each_language_does() -> None:
    nl, en = Words("nl"), Words("en")
    # 23:30 UTC is half past midnight of the next day in Amsterdam (guide.md §6.3).
    assert nl.moment("2026-11-24T23:30:00Z") == "wo 25 nov 2026 00:30"
    assert en.moment("2026-11-24T23:30:00Z") == "Wed 25 Nov 2026 00:30"
    assert (nl.month(date(2026, 12, 1)), en.month(date(2026, 12, 1))) == ("december 2026", "December 2026")
    assert (nl.number(1234), en.number(1234)) == ("1.234", "1,234")
    assert (nl.size(999), nl.size(1_500), en.size(2_500_000)) == ("999 B", "1,5 kB", "2.5 MB")
    assert (nl.counted("requests", 1), nl.counted("requests", 2)) == ("1 verzoek", "2 verzoeken")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "nl"),
        ("en-GB,en;q=0.9", "en"),
        ("nl;q=0.4, en;q=0.8", "en"),
        ("de, fr;q=0.9", "nl"),
        ("de, en;q=0.2", "en"),
        ("en;q=0, nl;q=0.1", "nl"),
        ("en;q=nonsense", "nl"),
        ("NL-BE", "nl"),
    ],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert visit.accepted(header) == language


def test_a_chosen_language_goes_along_in_every_link() -> None:
    asked = Request("GET", "127.0.0.1", "/mail", "lang=en&to=x", Headers([("Accept-Language", "nl")]))
    here = visit.of(asked)
    assert here.language == "en"
    assert here.link("/sites/a b", {"me": "", "ID": 1}) == "/sites/a%20b?ID=1&lang=en"
    assert here.with_options(to=None, page=2) == "/mail?lang=en&page=2"
    assert visit.of(Request("GET", "127.0.0.1", "/", "lang=fr")).link("/mail") == "/mail"
