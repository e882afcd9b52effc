"""What headings mean, kept in a file for next time: a proposal that people can correct.

```yaml
list: Actions
columns:
  Wat: Title
  Opm: null        # left out
colours:           # only what somebody confirmed
  92D050: done
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ruamel.yaml import YAML

from projectlists.definitions.model import ListDefinition
from projectlists.errors import InvalidInput, Problem, ProjectListsError
from projectlists.farend.wire import FILE
from projectlists.importing.headings import ColumnMapping
from projectlists.language import _
from projectlists.yamlfile import Document, read


def load(path: Path, definition: ListDefinition) -> tuple[dict[str, str | None], dict[str, str]]:
    """Heading → internal name (None for one that is left out), and colour → state; empty when there is no file yet.

    Raises:
        InvalidInput: the file is no mapping of this list; every mistake with its line.
    """
    if not path.exists():
        return {}, {}
    document = read(path)
    problems = list(_problems(document, definition))
    if problems:
        raise InvalidInput(problems)
    columns: dict[str, str | None] = document.data["columns"]
    colours: dict[str, str] = document.data.get("colours") or {}
    return {str(heading): name for heading, name in columns.items()}, {
        str(each).upper(): state for each, state in colours.items()
    }


def save(path: Path, definition: ListDefinition, mapping: ColumnMapping, colours: Mapping[str, str]) -> None:
    """Write what the headings were taken to mean, and what somebody said of the colours."""
    columns: dict[str, str | None] = dict(mapping.as_json())
    columns |= dict.fromkeys(mapping.left_out)
    try:
        with path.open("w", encoding="utf-8") as file:
            YAML().dump({"list": definition.key, "columns": columns, "colours": dict(colours)}, file)
    except OSError as error:
        raise ProjectListsError(
            _("{file} cannot be written: {reason}. Close it if it is open, or choose another place.").format(
                file=path, reason=error.strerror or error
            )
        ) from error


def _problems(document: Document, definition: ListDefinition) -> Iterator[Problem]:
    data = document.data
    columns = data.get("columns") if isinstance(data, dict) else None
    if not isinstance(columns, dict) or data.get("list") != definition.key:
        sentence = _("This is not a mapping of list {list}. Choose another file, or remove this one.")
        yield Problem(document.name, 0, sentence.format(list=definition.key))
        return
    for heading, name in columns.items():
        if name == FILE and definition.kind == "library":
            continue
        field = definition.field(name) if isinstance(name, str) else None
        if name is not None and (field is None or field.type == "Calculated" or field.managed):
            sentence = _("{column} is not a column that can be filled. Choose from {known}.")
            known = ", ".join(each.name for each in definition.fields if each.type != "Calculated" and not each.managed)
            line = document.line_of(("columns", heading))
            yield Problem(document.name, line, sentence.format(column=name, known=known))
    states = definition.field(definition.status.field) if definition.status else None
    keys = [choice.key for choice in states.choices] if states else []
    for colour, state in (data.get("colours") or {}).items():
        if state not in keys:
            sentence = _("{state} is not a state of this list. Choose from {known}.")
            line = document.line_of(("colours", colour))
            yield Problem(document.name, line, sentence.format(state=state, known=", ".join(keys)))
