"""The page where a person enters the code of a sign-in, the only one with a form that changes something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.pages import html
from projectlists.sandbox.pages import visit as visits
from projectlists.sandbox.pages.words import Words
from projectlists.sandbox.tenant import Tenant

PATH = "/_sandbox/devicecode"
Outcome = Literal["approve", "decline", "unknown"]
"""What became of a form: the decision it made, or that no sign-in waits under its code."""


def page(
    tenant: Tenant,
    directory: Directory,
    request: Request,
    waiting: Sequence[str],
    outcome: Outcome | None = None,
) -> Response:
    """The page with the codes that wait; `outcome` is what became of the form just sent."""
    visit = visits.of(request)
    return html.page(
        tenant,
        visit,
        "devicecode.html",
        section=PATH,
        notice=Words(visit.language)(f"device.{outcome}.done") if outcome else "",
        failed=outcome == "unknown",
        waiting=waiting,
        people=[person for person in directory.users() if person.enabled],
    )
