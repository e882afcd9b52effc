"""The definition files of one or more folders, loaded with every problem at once.

A folder holds one YAML file per list, and beside them `common.yaml` (columns every list has), `choice_sets.yaml`
(shared choices) and `profiles.yaml` (ways of working, and the order in which lists are made). A later folder adds to an
earlier one, puts its own list, choice set or profile in the place of one with the same key, or changes what is there
(`extends`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from projectlists.definitions.checks.choices import choice_set_problems, choice_sets_changed
from projectlists.definitions.checks.profiles import list_problems, profile_problems, profiles_file_problems
from projectlists.definitions.checks.subject import Surroundings
from projectlists.definitions.extension import extended, is_extension, unknown_list
from projectlists.definitions.listfile import ListFile, cross_problems, forms, key_from_name, key_of, list_file
from projectlists.definitions.model import Choice, Definitions, ListDefinition, ListField, Profile
from projectlists.definitions.names import InternalName, Key
from projectlists.definitions.ownprofiles import written_out
from projectlists.errors import InvalidInput, Problem
from projectlists.language import _
from projectlists.modelfile import Frozen, Model, model_from
from projectlists.yamlfile import Document, read

COMMON, CHOICE_SETS, PROFILES = "common.yaml", "choice_sets.yaml", "profiles.yaml"
ROLE_LIST, ROLE_COLUMN = "TeamRoles", "TeamRole"


class CommonColumns(Frozen):
    """`common.yaml`: the columns that every list but the tool's own has (guide.md §2.0.4)."""

    common_fields: tuple[ListField, ...]


class ChoiceSets(Frozen):
    """`choice_sets.yaml`: choices that several lists share (guide.md §2.0.13)."""

    choice_sets: dict[Key, tuple[Choice, ...]]


class Profiles(Frozen):
    """`profiles.yaml`: the order in which lists are made (guide.md §2.0.14) and the profiles (§3)."""

    order: tuple[InternalName, ...] = ()
    profiles: tuple[Profile, ...] = ()


@dataclass
class _Gathered:
    """What the folders hold, as far as read."""

    common: tuple[ListField, ...] = ()
    choice_sets: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    profile_files: list[tuple[Document, tuple[Profile, ...]]] = field(default_factory=list)
    profile_data: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, Document] = field(default_factory=dict)
    extensions: dict[str, list[Document]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def load(folders: Sequence[Path]) -> Definitions:
    """Load the definitions of all folders together; raises InvalidInput with every problem in them."""
    missing = [problem for folder in folders for problem in _folder_problems(folder)]
    found = [path for folder in folders if folder.is_dir() for path in definition_files(folder)]
    return load_files(found, missing)


def load_files(paths: Iterable[Path], known_problems: Sequence[Problem] = ()) -> Definitions:
    """Load exactly these files together, later ones over earlier ones; raises InvalidInput with every problem."""
    gathered = _Gathered(problems=list(known_problems))
    for path in paths:
        try:
            _gather(gathered, path)
        except InvalidInput as error:
            gathered.problems += error.problems
            gathered.unread.add(path.name)
    _extend(gathered)
    files = {key: _list_file(gathered, found) for key, found in gathered.lists.items()}
    lists = {key: file.definition for key, file in files.items() if file.definition is not None}
    problems = [*gathered.problems, *_problems(gathered, files, lists)]
    if problems:
        raise InvalidInput(sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.message)))
    ordered = [*(key for key in gathered.order if key in lists), *(key for key in lists if key not in gathered.order)]
    return Definitions(
        lists={key: lists[key] for key in ordered},
        profiles={profile.key: profile for _document, profiles in gathered.profile_files for profile in profiles},
    )


def shipped_folder(name: str) -> Path:
    """The folder `lists` or `config` that comes with the program: beside the package, or in a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "shipped" / name
    return shipped if shipped.is_dir() else package.parents[1] / name


def own_folders(config: Path) -> tuple[Path, ...]:
    """The folder with a municipality's own lists inside its config folder; none when there is nothing in it."""
    folder = config / "lists"
    return (folder,) if folder.is_dir() and definition_files(folder) else ()


def definition_files(folder: Path) -> tuple[Path, ...]:
    """The YAML files of a folder, in order of name; without examples (`actions.example.yaml`)."""
    found = (path for path in folder.glob("*.yaml") if path.is_file())
    return tuple(sorted(path for path in found if not path.name.endswith(".example.yaml")))


def profile_keys(own: Iterable[Path] = ()) -> tuple[str, ...]:
    """The keys of all profiles, read as they stand; what is wrong in a file is told by `load`."""
    keys: list[str] = []
    for folder in (shipped_folder("lists"), *own):
        try:
            data = read(folder / PROFILES).data
        except InvalidInput:
            continue
        entries = data.get("profiles") if isinstance(data, dict) else None
        found = entries if isinstance(entries, list) else ()
        keys += (str(one.get("key")) for one in found if isinstance(one, dict))
    return tuple(dict.fromkeys(keys))


def _folder_problems(folder: Path) -> Iterator[Problem]:
    if not folder.is_dir():
        yield Problem(str(folder), 0, _("There is no folder here; give the folder with the lists."))
    elif not definition_files(folder):
        yield Problem(str(folder), 0, _("There are no .yaml files in this folder."))


def _gather(gathered: _Gathered, path: Path) -> None:
    document = read(path)
    if path.name == COMMON:
        gathered.common = _model(document, CommonColumns).common_fields
    elif path.name == CHOICE_SETS:
        sets = _model(document, ChoiceSets).choice_sets
        gathered.problems += choice_sets_changed(document, sets, gathered.choice_sets)
        gathered.choice_sets |= sets
        gathered.problems += choice_set_problems(document, sets)
    elif path.name == PROFILES:
        document, gathered.profile_data, problems = written_out(document, gathered.profile_data)
        gathered.problems += problems
        content = _model(document, Profiles)
        gathered.order = tuple(dict.fromkeys((*gathered.order, *content.order)))
        gathered.problems += profiles_file_problems(document, content.order, content.profiles)
        gathered.profile_files.append((document, content.profiles))
    else:
        _gather_list(gathered, document)


def _gather_list(gathered: _Gathered, document: Document) -> None:
    key = key_of(document)
    there = [*gathered.extensions.get(key, []), *(found for found in [gathered.lists.get(key)] if found)]
    for other in there:
        if Path(other.name).parent == Path(document.name).parent:
            sentence = _("List {key} is in {file} already; a list has one file.")
            gathered.problems.append(document.problem(("key",), sentence.format(key=key, file=Path(other.name).name)))
            return
    if is_extension(document):
        gathered.extensions.setdefault(key, []).append(document)
        return
    # Last, so that what it has in common with another list is told about this file.
    gathered.lists.pop(key, None)
    gathered.lists[key] = document


def _list_file(gathered: _Gathered, document: Document) -> ListFile:
    return list_file(document, gathered.common, gathered.choice_sets)


def _extend(gathered: _Gathered) -> None:
    """Put each list that a municipality changes in the place of the list underneath."""
    for key, documents in gathered.extensions.items():
        for document in documents:
            base = gathered.lists.pop(key, None)
            if base is None:
                if key_from_name(document.name) not in map(key_from_name, gathered.unread):
                    gathered.problems += unknown_list(document, gathered.lists.keys())
                continue
            definition = _list_file(gathered, base).definition
            gathered.lists[key], problems = extended(document, base, definition, gathered.choice_sets)
            gathered.problems += problems


def _model(document: Document, kind: type[Model]) -> Model:
    content, mistakes = model_from(document, kind, forms=forms())
    if content is None:
        raise InvalidInput(problem for _place, problem in mistakes)
    return content


def _known(names: Iterable[str], said_in: str, gathered: _Gathered) -> frozenset[str] | None:
    """The names, with those of lists that could not be read; None when the file that says so could not be."""
    if said_in in gathered.unread:
        return None
    return frozenset({*names, *(key_from_name(name) for name in gathered.unread)})


def _problems(
    gathered: _Gathered, files: Mapping[str, ListFile], lists: Mapping[str, ListDefinition]
) -> Iterator[Problem]:
    role_column = lists[ROLE_LIST].field(ROLE_COLUMN) if ROLE_LIST in lists else None
    surroundings = Surroundings(
        lists=_known({*gathered.order, *gathered.lists}, PROFILES, gathered),
        choice_sets=_known(gathered.choice_sets, CHOICE_SETS, gathered),
        roles=frozenset(choice.key for choice in role_column.choices) if role_column else None,
        profiles=None if PROFILES in gathered.unread or not gathered.profile_data else frozenset(gathered.profile_data),
        # Of a list with mistakes in its own file nothing certain can be said.
        definitions={key: lists[key] for key, file in files.items() if key in lists and not file.problems},
    )
    for file in files.values():
        yield from file.problems
        yield from cross_problems(file, surroundings)
    yield from list_problems(
        {key: (lists[key], file.document) for key, file in files.items() if key in lists and not file.problems}
    )
    for document, profiles in gathered.profile_files:
        yield from profile_problems(document, profiles, surroundings, lists)
