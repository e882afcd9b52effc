"""The schedulers that are known, and the files that each of them wants.

Every file starts the job at one time of the day in the Netherlands (guide.md §6.3), whatever the clock of the machine
says and through both clock changes. Public holidays need nothing here: on them the job finds no step of any reminder.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from projectlists.language import _

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class Wish:
    """What the files are made for.

    `program` and `config` are absolute paths on the machine that will run the job; `at` is a whole hour of the day in
    the Netherlands, 3 to 22, away from the hours in which the clock changes; `shards` is how many jobs share the sites.
    """

    program: str
    config: str
    at: int = 8
    shards: int = 1


@dataclass(frozen=True)
class ScheduleFile:
    """One file, and where it goes."""

    name: str
    text: str


TARGETS: Mapping[str, tuple[str, ...]] = {
    "cron": ("projectlists.cron",),
    "systemd": ("projectlists-remind.timer", "projectlists-remind.service"),
    "windows": ("projectlists-remind.xml",),
    "github-actions": ("projectlists-remind.yml",),
    "azure-functions": ("function_app.py", "host.json", "requirements.txt"),
    "container-apps": ("projectlists-remind-job.yaml",),
    "kubernetes": ("projectlists-remind-cronjob.yaml",),
}
"""Key of a target → the files it wants, the most telling one first."""

OTHER_NAMES: Mapping[str, str] = {
    "windows-task-scheduler": "windows",
    "task-scheduler": "windows",
    "github": "github-actions",
    "azure": "azure-functions",
    "functions": "azure-functions",
    "azure-container-apps": "container-apps",
    "containerapps": "container-apps",
    "k8s": "kubernetes",
}

SHARDED = frozenset({"github-actions", "kubernetes"})
"""Targets that can start several jobs side by side, each with its own number."""


def target_named(name: str) -> str | None:
    """The key of a target by its name as people write it, or None."""
    plain = "-".join(name.lower().replace("_", " ").split())
    return OTHER_NAMES.get(plain, plain if plain in TARGETS else None)


def files_for(target: str, wish: Wish) -> tuple[ScheduleFile, ...]:
    """The files of one target, their explanations in the language of the program."""
    values = _values(wish)
    return tuple(
        ScheduleFile(name, _templates().get_template(f"{name}.jinja").render(values)) for name in TARGETS[target]
    )


def utc_hours(at: int) -> tuple[int, int]:
    """The hour of the day in UTC that is `at` in the Netherlands: in summer, in winter."""
    summer, winter = (
        datetime.combine(day, time(at), AMSTERDAM).astimezone(UTC).hour for day in (date(2026, 7, 1), date(2026, 1, 1))
    )
    return summer, winter


def _values(wish: Wish) -> dict[str, Any]:
    summer, winter = utc_hours(wish.at)
    return {
        "program": wish.program,
        "config": wish.config,
        "hour": wish.at,
        "summer": summer,
        "winter": winter,
        "shards": wish.shards,
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("projectlists.schedules", "files"),
        autoescape=select_autoescape(enabled_extensions=("xml.jinja",), default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words: Callable[[str], str] = _
    environment.globals["_"] = words
    environment.filters["crontab"] = _for_crontab
    environment.filters["unit"] = _for_unit
    return environment


def _for_unit(text: str) -> str:
    """A path for a line of a systemd unit: percent and dollar signs mean something there, spaces need quotes."""
    doubled = text.replace("%", "%%").replace("$", "$$")
    return f'"{doubled}"' if " " in doubled else doubled


def _for_crontab(text: str) -> str:
    """A word for the shell in a crontab, where a bare percent sign ends the command."""
    return shlex.quote(text).replace("%", "\\%")
