"""What headings mean, kept in a file for next time: a proposal that people can correct.

```yaml
list: Actions
columns:
  Wat: Title
  Opm: null        # left out
```
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from projectlists.definitions.model import ListDefinition
from projectlists.errors import InvalidInput, Problem, ProjectListsError
from projectlists.importing.headings import ColumnMapping
from projectlists.language import _
from projectlists.yamlfile import Document, read


def load(path: Path, definition: ListDefinition) -> dict[str, str | None]:
    """Heading → internal name, or None for a heading that is left out; empty when there is no file yet.

    Raises:
        InvalidInput: the file is no mapping of this list; every mistake with its line.
    """
    if not path.exists():
        return {}
    document = read(path)
    problems = list(_problems(document, definition))
    if problems:
        raise InvalidInput(problems)
    columns: dict[str, str | None] = document.data["columns"]
    return {str(heading): name for heading, name in columns.items()}


def save(path: Path, definition: ListDefinition, mapping: ColumnMapping) -> None:
    """Write what the headings were taken to mean."""
    columns: dict[str, str | None] = {match.heading: match.field for match in mapping.matches}
    columns |= dict.fromkeys(mapping.left_out)
    try:
        with path.open("w", encoding="utf-8") as file:
            YAML().dump({"list": definition.key, "columns": columns}, file)
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
        field = definition.field(name) if isinstance(name, str) else None
        if name is not None and (field is None or field.type == "Calculated" or field.managed):
            sentence = _("{column} is not a column that can be filled. Choose from {known}.")
            known = ", ".join(each.name for each in definition.fields if each.type != "Calculated" and not each.managed)
            line = document.line_of(("columns", heading))
            yield Problem(document.name, line, sentence.format(column=name, known=known))
