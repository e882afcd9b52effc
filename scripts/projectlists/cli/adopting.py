"""`plan SITE --adopt FILE --list LIST`: a list of a site written as a definition."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from projectlists.cli.session import Session, unwritable
from projectlists.definitions import loading
from projectlists.definitions.model import file_name
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.language import _
from projectlists.structure.adoption import Adoption
from projectlists.structure.adoption import adopt as describe


def adopt(session: Session, names: Sequence[str], target: Path, listing: str) -> int:
    """Write the definition, say what it leaves out and what to do next; the exit status.

    Raises:
        UsageError: more than one site, a file with another name, or one that is there already.
    """
    sites = session.sites(names, every=False)
    if len(sites) != 1:
        raise UsageError(_("--adopt goes with one site."))
    site = session.remote(sites[0].url)
    session.note(_("Reading {site} …").format(site=site.url))
    found = site.list_named(listing)
    kept = site.settings()
    language = kept.language if kept else sites[0].language or site.about().language
    adoption = describe(found, language, session.definitions)
    file = _written(adoption, target)
    problems = _problems(session, adoption, file)
    if session.as_json:
        session.emit(
            {
                "site": site.url,
                "list": adoption.key,
                "file": str(file),
                "left_out": list(adoption.left_out),
                "problems": [str(problem) for problem in problems],
                "http": session.traffic(),
            }
        )
        return 1 if problems else 0
    session.tell(_("List {list} is described in {file}.").format(list=adoption.key, file=file))
    if adoption.left_out:
        session.tell(_("Left as they are on the site, because this file cannot say it:"))
        for sentence in adoption.left_out:
            session.tell(f"  {sentence}")
    for problem in problems:
        session.tell(str(problem))
    session.note(
        _(
            "Put the file in {folder}, translate its texts, and add the list to a site: provision SITE --lists {list}"
        ).format(folder=Path(session.config_folder) / "lists", list=adoption.key)
    )
    return 1 if problems else 0


def _written(adoption: Adoption, target: Path) -> Path:
    name = file_name(adoption.key)
    file = target / name if target.is_dir() else target
    if file.name != name:
        raise UsageError(
            _("The file of list {key} is called {name}; give that name, or a folder.").format(
                key=adoption.key, name=name
            )
        )
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(adoption.text)
    except FileExistsError:
        raise UsageError(_("{file} is there already; it was left as it is.").format(file=file)) from None
    except OSError as error:
        raise unwritable(file, error) from None
    return file


def _problems(session: Session, adoption: Adoption, file: Path) -> tuple[Problem, ...]:
    """What `validate` says of the file beside the other definitions: a title or letter may be taken."""
    own = Path(session.config_folder) / "lists"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / file.name).write_text(adoption.text, "utf-8")
        try:
            loading.load([loading.shipped_folder("lists"), *([own] if own.is_dir() else []), Path(folder)])
        except InvalidInput as error:
            return tuple(Problem(str(file), problem.line, problem.message) for problem in error.problems)
    return ()
