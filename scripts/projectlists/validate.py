"""JOB: check definitions and config offline, every problem at once (contract.md §2, `validate`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from projectlists.config import configfile
from projectlists.definitions import loading as definitions
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.language import _

_CONFIG_FILES = (configfile.TENANT_FILE, configfile.SITES_FILE, "tenant.example.yaml")


def validate(paths: Sequence[Path], config: Path | None = None) -> tuple[Problem, ...]:
    """Every problem in these list files, folders with lists and config folders; none when all is well.

    No paths: the shipped lists, and the config folder with its own lists when one is named. A folder or file is checked
    together with the shipped definitions, unless its folder stands by itself. Raises UsageError for a path that
    is not there.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(_("There is nothing at {path}; give a list file or a folder.").format(path=path))
    found = [problem for path in paths for problem in _problems_at(path)]
    if not paths:
        found += _definition_problems(definitions.shipped_folder("lists"))
        found += _config_problems(config) if config is not None else ()
    return tuple(dict.fromkeys(found))


def _problems_at(path: Path) -> Iterator[Problem]:
    if path.is_dir() and _is_config(path):
        yield from _config_problems(path)
    elif path.is_dir():
        yield from _definition_problems(path)
    elif path.parent.name == configfile.TENANTS_FOLDER and _is_config(path.resolve().parent.parent):
        found = _config_problems(path.parent.parent)
        yield from (problem for problem in found if Path(problem.file).resolve() == path.resolve())
    elif path.name in _CONFIG_FILES:
        yield from (problem for problem in _config_problems(path.parent) if problem.file == str(path))
    else:
        yield from (problem for problem in _file_problems(path) if problem.file == str(path))


def _is_config(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _CONFIG_FILES)


def _config_problems(folder: Path) -> Iterator[Problem]:
    try:
        configfile.load(folder)
    except InvalidInput as error:
        yield from error.problems
    for own in definitions.own_folders(folder):
        yield from _definition_problems(own)


def _definition_problems(folder: Path) -> Iterator[Problem]:
    base = [] if _is_complete(folder) else [definitions.shipped_folder("lists")]
    try:
        definitions.load([*base, folder])
    except InvalidInput as error:
        yield from error.problems


def _file_problems(path: Path) -> Iterator[Problem]:
    """Problems when this file stands among the files of its own folder, or among the shipped definitions."""
    folders = [path.parent] if _is_complete(path.parent) else [definitions.shipped_folder("lists")]
    if _is_own(path.parent):
        folders.append(path.parent)
    found = [file for folder in folders for file in definitions.definition_files(folder)]
    others = [other for other in found if other.resolve() != path.resolve()]
    try:
        definitions.load_files([*others, path])
    except InvalidInput as error:
        yield from error.problems


def _is_complete(folder: Path) -> bool:
    """Whether a folder stands by itself, as the shipped one does, instead of adding to that one."""
    shared = (definitions.COMMON, definitions.CHOICE_SETS, definitions.PROFILES)
    return all((folder / name).is_file() for name in shared) and not _is_own(folder)


def _is_own(folder: Path) -> bool:
    """Whether it is the folder with a municipality's own lists, inside its config folder."""
    return folder.name == "lists" and _is_config(folder.resolve().parent)
