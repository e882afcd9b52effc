"""JOB many sites: the projects of a table, read as a whole first."""

from __future__ import annotations

from pathlib import Path

from projectlists.config.model import Site
from projectlists.config.sitetable import read_sites
from projectlists.errors import InvalidInput, UsageError
from projectlists.language import _


def projects(table: Path, sharepoint: str) -> tuple[Site, ...]:
    """The projects of a CSV table, in its order.

    Raises:
        UsageError: there is no such file, it is not CSV, or it has no rows.
        InvalidInput: rows with mistakes, all of them.
    """
    if not table.is_file():
        raise UsageError(_("There is no file {file}.").format(file=table))
    if table.suffix.lower() != ".csv":
        raise UsageError(_("{file} is not a CSV table. Save it as CSV UTF-8, then run again.").format(file=table))
    sites, problems = read_sites(table, sharepoint)
    if problems:
        raise InvalidInput(problems)
    if not sites:
        raise UsageError(_("{file} has no projects yet. Add a row for each project.").format(file=table))
    return sites
