"""Everything that can be expected to go wrong, one sentence each.

ProjectListsError               exit 1: the sentence says what happened, where, and what to do
├── UsageError                  exit 2: the command line asks for something that cannot be
├── InvalidInput                exit 2: definitions or config; carries every Problem at once
├── PlanRefused                 the plan holds something that must not or cannot be applied
├── PlanChanged                 the fingerprint that was approved is not the plan of this moment
├── NotConfirmed                the user said no
├── NotProvisioned              the site does not say which lists it has; `provision` makes them
├── ProjectClosed               the project is closed; it can be opened again
└── FarEndError                 the service, or the way to it
    ├── Unreachable             no connection: proxy, name, certificate, time-out; nothing was answered
    ├── SignInRefused           Entra gave no token; carries its code
    ├── AccessRefused           signed in, but not allowed here
    ├── Missing                 the thing addressed is not there
    ├── Conflict                somebody else changed it meanwhile, or the ETag no longer fits
    ├── Duplicate               a unique value or name exists already
    ├── ThresholdExceeded       more rows than the service filters (5,000)
    ├── Throttled               still refused after waiting as asked
    ├── Refused                 a rule of the service says no; carries its own words
    └── Unanswered              it may or may not have been done: connection lost or a 5xx after sending
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in a file, at a line (1-based; 0 when it is about the whole file)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class ProjectListsError(Exception):
    """An expected failure. Its text is for the user: what happened, where, what to do."""

    exit_status = 1


class UsageError(ProjectListsError):
    """The command line asks for something that cannot be."""

    exit_status = 2


class InvalidInput(ProjectListsError):
    """Definitions or config with mistakes; `problems` holds all of them."""

    exit_status = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PlanRefused(ProjectListsError):
    """The plan holds something that must not or cannot be applied."""


class PlanChanged(ProjectListsError):
    """The fingerprint that was approved is not the plan of this moment."""


class NotConfirmed(ProjectListsError):
    """The user said no."""


class NotProvisioned(ProjectListsError):
    """The site has no lists of ours, or does not remember which."""


class ProjectClosed(ProjectListsError):
    """The project is closed: its lists are read-only and nothing is reminded of."""


class FarEndError(ProjectListsError):
    """The service, or the way to it. `detail` holds the service's own code or words for the log."""

    def __init__(self, message: str, *, detail: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.detail = detail
        self.status = status


class Unreachable(FarEndError):
    """No connection; nothing was answered."""


class SignInRefused(FarEndError):
    """Entra gave no token. `detail` starts with its AADSTS code where there is one."""


class AccessRefused(FarEndError):
    """Signed in, but not allowed here."""


class Missing(FarEndError):
    """The thing addressed is not there."""


class Conflict(FarEndError):
    """Somebody else changed it meanwhile, or the ETag no longer fits."""


class Duplicate(FarEndError):
    """A unique value or name exists already."""


class ThresholdExceeded(FarEndError):
    """More rows than the service filters (5,000; sharepoint-rest.md §6.5)."""


class Throttled(FarEndError):
    """Still refused after waiting as asked. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float = 0.0, detail: str = "", status: int | None = None) -> None:
        super().__init__(message, detail=detail, status=status)
        self.retry_after = retry_after


class Refused(FarEndError):
    """A rule of the service says no; `detail` carries its own words."""


class Unanswered(FarEndError):
    """It may or may not have been done: connection lost, or a 5xx after sending."""
