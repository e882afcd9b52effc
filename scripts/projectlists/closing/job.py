"""JOB the end of a project, and its new beginning. Both go on where they stopped.

The order matters: the package first, for it changes nothing; then the site remembers that it is closed and who had
which role, so that reminders stop and nothing gets lost; then the lists are locked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count, islice
from pathlib import Path

from projectlists.closing import locks, package
from projectlists.closing.package import Package, Progress
from projectlists.definitions.model import Definitions
from projectlists.errors import NotConfirmed, ProjectListsError
from projectlists.exporting.sitelists import SiteLists, site_lists
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import _
from projectlists.structure.settings import LIST, Closing, Settings


@dataclass(frozen=True)
class Closed:
    """A closed project: its package, and the day that counts."""

    package: Package
    day: date


def close(
    site: SharePointSite,
    definitions: Definitions,
    out: Path,
    today: date,
    *,
    key: str,
    confirm: Callable[[Package], bool] | None = None,
    progress: Progress = lambda _title, _done, _of: None,
) -> Closed:
    """Archive a project, stop its reminders and make its lists read-only. Nothing is deleted.

    The package comes in a folder of its own inside `out`, called after the site's `key` and the day. `confirm` is asked
    when it is there, with what it says about personal data; None stands for yes.

    Raises:
        NotConfirmed: the answer was no; the package stays, the site is as it was.
        NotProvisioned: the site has no lists of ours.
        ProjectListsError: the package cannot be written, or the app may not change permissions.
        FarEndError: the site cannot be read or changed; run it again.
    """
    found = site_lists(site, definitions)
    if found.settings.closing is None:
        made = _packaged(
            site, found, definitions, _unused(out / f"{key}-{today.isoformat()}"), day=today, progress=progress
        )
        if confirm is not None and not confirm(made):
            raise NotConfirmed(_("The project stays open. The package is in {folder}.").format(folder=made.folder))
        closing = Closing(today, locks.present(site, found.lists))
        _remember(site, replace(found.settings, closing=closing))
    else:
        # The package of an earlier attempt, or one of the lists as they are since.
        closing = found.settings.closing
        folder = out / f"{key}-{closing.on.isoformat()}"
        made = package.existing(folder) or _packaged(
            site, found, definitions, folder, day=closing.on, progress=progress
        )
    locks.lock(site, found.lists, closing.roles)
    return Closed(made, closing.on)


def reopen(site: SharePointSite, definitions: Definitions) -> bool:
    """Open a closed project again: permissions as before, reminders on. False when it was not closed.

    Raises:
        NotProvisioned: the site has no lists of ours.
        ProjectListsError: the app may not change permissions.
        FarEndError: the site cannot be read or changed; run it again.
    """
    found = site_lists(site, definitions)
    closing = found.settings.closing
    if closing is None:
        return False
    locks.unlock(site, found.lists, closing.roles)
    _remember(site, replace(found.settings, closing=None))
    return True


def _packaged(
    site: SharePointSite, found: SiteLists, definitions: Definitions, folder: Path, *, day: date, progress: Progress
) -> Package:
    """The package, written beside its place and moved there when it is whole."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".projectlists-", dir=folder.parent))
        try:
            made = package.write(site, found, definitions, draft, day=day, progress=progress)
            draft.chmod(0o755)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise ProjectListsError(
            _("{folder} cannot be written: {reason}. Choose another place with --out.").format(
                folder=folder, reason=error.strerror or error
            )
        ) from error
    files = tuple(folder / path.relative_to(draft) for path in made.files)
    return replace(made, folder=folder, files=files)


def _unused(folder: Path) -> Path:
    """A folder that is not there yet: an earlier package is never overwritten."""
    others = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(one for one in (folder, *islice(others, 1000)) if not one.exists())


def _remember(site: SharePointSite, settings: Settings) -> None:
    (answer,) = site.run([site.change(LIST, settings.id, settings.body(), "*")])
    answer.checked()
