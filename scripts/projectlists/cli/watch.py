"""A scheduled run as others watch it: its start and end in the log, and a call to a dead-man's switch."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from projectlists.cli.session import Session
from projectlists.errors import UsageError
from projectlists.farend.events import event
from projectlists.farend.network import Session as Line
from projectlists.language import _

PING_SECONDS = 10.0
FAILED = "/fail"


class Outcome:
    """How a run went; a run that says nothing has failed."""

    ok = False

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def tell(self, *, ok: bool, **counts: int) -> None:
        """Say how it went, in numbers."""
        self.ok = ok
        self.counts = counts


@contextmanager
def watched(session: Session, command: str, *, preview: bool) -> Iterator[Outcome]:
    """Tell the log and the switch that a command starts and how it ends, whatever happens in between.

    A preview is no run: the switch hears nothing of it, or it would hide that the job itself stayed away. A switch that
    cannot be reached is no reason to fail: its silence is what raises the alarm.
    """
    outcome, began = Outcome(), time.monotonic()
    address = "" if preview else _address(session)
    event("started", command=command)
    try:
        yield outcome
    finally:
        event("finished", command=command, ok=outcome.ok, seconds=round(time.monotonic() - began, 1), **outcome.counts)
        if address:
            _call(session, address if outcome.ok else address.rstrip("/") + FAILED)


def _address(session: Session) -> str:
    variable = session.config.logs.ping_variable
    if variable is None:
        return ""
    address = os.environ.get(variable, "")
    if not address:
        raise UsageError(
            _("The environment variable {variable} (logs.ping_variable in tenant.yaml) is empty.").format(
                variable=variable
            )
        )
    return address


def _call(session: Session, address: str) -> None:
    try:
        Line(session.config.network).get(address, timeout=PING_SECONDS).raise_for_status()
    except requests.RequestException as error:
        # The address is a secret of its own, and requests has it in the error.
        event("ping failed", kind=type(error).__name__)
        session.note(
            _("The address in {variable} could not be called.").format(variable=session.config.logs.ping_variable)
        )
