"""The site table `sites.csv`: one project site a row, separated by commas or semicolons (as Dutch Excel saves it)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from projectlists.config.model import Site
from projectlists.definitions.loading import profile_keys
from projectlists.errors import Problem
from projectlists.language import LANGUAGES, _

COLUMNS = ("key", "name", "url", "profile", "language", "team", "channel")
NEEDED = ("key", "url")
_CHANNEL = re.compile(r"19:[^/?#\s]+@thread\.(tacv2|skype)")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def read_sites(
    path: Path, sharepoints: Sequence[str], profiles: Collection[str] | None = None
) -> tuple[tuple[Site, ...], tuple[Problem, ...]]:
    """The sites of a table, and every mistake in it. No table is an empty one; a header only is fine.

    `sharepoints` are the addresses of which each site must be on one; none when they are not known. `profiles` are the
    keys to choose from; None stands for those that come with the program.
    """
    if not path.is_file():
        return (), ()
    name = str(path)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return (), (Problem(name, 0, _("This is not UTF-8 text; save the table as CSV UTF-8.")),)
    except OSError as error:
        return (), (Problem(name, 0, _("The file cannot be read ({reason}).").format(reason=error.strerror)),)
    sites: list[Site] = []
    problems: list[Problem] = []
    known = profile_keys() if profiles is None else profiles
    for line, row in _rows(text, name, problems):
        mistakes = list(row_problems(row, sites, sharepoints, known))
        problems += (Problem(name, line, mistake) for mistake in mistakes)
        if not mistakes:
            sites.append(site_of(row))
    return tuple(sites), tuple(problems)


def _rows(text: str, name: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells of every row that has any; what is wrong with the table as a whole goes to `problems`."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if header is None:
                header = [cell.lower() for cell in stripped]
                mistakes = list(_header_problems(header))
                problems += (Problem(name, start, mistake) for mistake in mistakes)
                if mistakes:
                    return
            elif len(stripped) > len(header) and any(stripped[len(header) :]):
                sentence = _("Cells in this row: {count}; in the header: {expected}. Put text with a comma in quotes.")
                problems.append(Problem(name, start, sentence.format(count=len(stripped), expected=len(header))))
            else:
                yield start, dict(zip(header, stripped, strict=False))
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, _("This is not a CSV table ({reason}).").format(reason=error)))


def _header_problems(header: list[str]) -> Iterator[str]:
    for column in NEEDED:
        if column not in header:
            sentence = _("The column {column} is missing; the header is {header}.")
            yield sentence.format(column=column, header=",".join(COLUMNS))
    for position, column in enumerate(header):
        if column not in COLUMNS:
            yield _("The column {column} is not known; the header is {header}.").format(
                column=column, header=",".join(COLUMNS)
            )
        elif column in header[:position]:
            yield _("The column {column} appears twice.").format(column=column)


def row_problems(
    row: Mapping[str, str], sites: Sequence[Site], sharepoints: Sequence[str], profiles: Collection[str]
) -> Iterator[str]:
    """What is wrong with a row, by column, beside the sites of the rows before it."""
    key, url = row.get("key", ""), row.get("url", "").rstrip("/")
    if not _KEY.fullmatch(key):
        sentence = _("The key {key} cannot be used; write letters, digits, dots and dashes, such as marktplein.")
        yield sentence.format(key=key or "''")
    elif any(site.key.casefold() == key.casefold() for site in sites):
        yield _("The key {key} appears twice; give each site its own.").format(key=key)
    yield from _url_problems(key, url, sharepoints)
    if any(site.url.casefold() == url.casefold() for site in sites):
        yield _("The site {url} appears twice.").format(url=url)
    profile, language = row.get("profile", ""), row.get("language", "")
    if profile and profile not in profiles:
        sentence = _("There is no profile {profile}; choose from {known}.")
        yield sentence.format(profile=profile, known=", ".join(profiles))
    if language and language not in LANGUAGES:
        sentence = _("There is no language {language}; choose from {known}.")
        yield sentence.format(language=language, known=", ".join(LANGUAGES))
    yield from _channel_problems(row.get("team", ""), row.get("channel", ""))


def _channel_problems(team: str, channel: str) -> Iterator[str]:
    """Both or neither, as the address of a channel in Teams holds them (identity-mail-teams.md §10.3)."""
    if bool(team) != bool(channel):
        yield _("Give both team and channel, or neither.")
    if team and not is_uuid(team):
        yield _("team must be the id of a team ({example}), not {value}.").format(
            example="00000000-0000-0000-0000-000000000000", value=team
        )
    if channel and not _CHANNEL.fullmatch(channel):
        yield _("channel must be the id of a channel ({example}), not {value}.").format(
            example="19:abc@thread.tacv2", value=channel
        )


def is_uuid(text: str) -> bool:
    """Whether a text is an id as Entra writes it."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _url_problems(key: str, url: str, sharepoints: Sequence[str]) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable or " " in url or not url.isprintable():  # urlsplit passes control characters over
        sentence = _("The url of {key} must be a site address such as {example}, not {url}.")
        example = (
            sharepoints[0].rstrip("/") if sharepoints else "https://example.sharepoint.com"
        ) + "/sites/marktplein"
        yield sentence.format(key=key, example=example, url=url or "''")
    elif sharepoints and parts.netloc.casefold() not in {urlsplit(one).netloc.casefold() for one in sharepoints}:
        sentence = _("The site {url} is not on {sharepoint}. Another tenant needs a file in the folder tenants.")
        yield sentence.format(url=url, sharepoint=_(" or ").join(sharepoints))


def site_of(row: Mapping[str, str]) -> Site:
    """The site of a row without problems."""
    return Site.model_validate(
        {
            "key": row["key"],
            "name": row.get("name") or row["key"],
            "url": row["url"].rstrip("/"),
            "profile": row.get("profile") or None,
            "language": row.get("language") or None,
            "team": row.get("team") or None,
            "channel": row.get("channel") or None,
        }
    )
