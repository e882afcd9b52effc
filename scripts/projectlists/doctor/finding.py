"""One thing that was checked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["ok", "warning", "failed", "unknown"]
"""`unknown`: it could not be checked, because something before it failed or a right to look is missing."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one check (contract.md §3, `doctor`).

    `check` is its key; `site` the URL of the site it is about, None for the tenant or the machine. `message` says what
    was seen and, when it is not in order, what follows from that; `remedy` what to do and `who` can do it.
    """

    check: str
    outcome: Outcome
    message: str
    remedy: str = ""
    who: str = ""
    site: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result."""
        return asdict(self)


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether the job can run: nothing failed, and everything could be checked."""
    return all(finding.outcome in {"ok", "warning"} for finding in findings)
