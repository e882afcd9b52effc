"""The log of the program: one line an event, with the number of the run; no names, addresses or titles in it.

Libraries stay silent: at these levels they write request bodies and addresses.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from projectlists.farend.events import LOGGER

RUN = uuid4().hex[:12]
"""The number of this run: the same in every line."""


class Text(logging.Formatter):
    """A line for people: moment, run, event, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        return f"{_moment(record)} {RUN} {record.getMessage()} {fields}".rstrip()


class Lines(logging.Formatter):
    """A line for programs: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        content = {"time": _moment(record), "level": record.levelname.lower(), "run": RUN, "event": record.getMessage()}
        return json.dumps({**content, **_fields(record)}, ensure_ascii=False, default=str)


def start(*, verbose: bool) -> None:
    """Begin with what the command line says; the config may say more later."""
    for name in ("msal", "urllib3", "office365"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _use(Text(), logging.INFO if verbose else logging.CRITICAL)


def follow(form: str, *, verbose: bool, wanted: bool) -> None:
    """Go on as the config says: `form` is text or json, `wanted` whether there is a log without -v."""
    _use(Lines() if form == "json" else Text(), logging.INFO if verbose or wanted else logging.CRITICAL)


def _use(formatter: logging.Formatter, level: int) -> None:
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(level)
    LOGGER.propagate = False


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return fields
