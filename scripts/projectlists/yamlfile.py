"""YAML files with positions: plain data, and the line every part of it stands at.

YAML 1.2 as people write it: no tags, no merge keys, keys are words, a date stays text. Aliases are allowed; how much
they may unfold to is bounded. Every mistake becomes a `Problem` with its line.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from projectlists.errors import InvalidInput, Problem
from projectlists.language import _

Place: TypeAlias = tuple[str | int, ...]
"""Where something stands in the data: `("fields", 3, "title")`."""

LARGEST_FILE = 5_000_000
MOST_PARTS = 200_000
DEEPEST = 40
_CORE = "tag:yaml.org,2002:"
_TEXT = {_CORE + "str", _CORE + "timestamp"}
_OTHER_SCALARS = {_CORE + name for name in ("null", "bool", "int", "float")}


@dataclass(frozen=True)
class Document:
    """One file as read. `name` is how the user names the file; `data` is made of dict, list and scalars."""

    name: str
    data: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line (1-based) of a key or list item; of its nearest known parent when it is not there itself."""
        for length in range(len(place), -1, -1):
            line = self.lines.get(place[:length])
            if line is not None:
                return line
        return 1

    def problem(self, place: Place, message: str) -> Problem:
        """A mistake at a place."""
        return Problem(self.name, self.line_of(place), message)


def read(path: Path, name: str | None = None) -> Document:
    """Read a file; raises InvalidInput when it is not there, not UTF-8 or not YAML as meant here."""
    shown = name or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput([Problem(shown, 0, _("The file is not there."))]) from None
    except OSError as error:
        raise InvalidInput([Problem(shown, 0, _unreadable(error))]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInput([Problem(shown, line, _("This is not UTF-8 text; save the file as UTF-8."))]) from None
    return parse(text, shown)


def parse(text: str, name: str) -> Document:
    """Read YAML text; raises InvalidInput with every mistake that can be told apart."""
    if len(text) > LARGEST_FILE:
        raise InvalidInput([Problem(name, 0, _("The file is too large; something else must be in it."))])
    directive = _directive_line(text)
    if directive:
        raise InvalidInput([Problem(name, directive, _("Remove this line; a file here is plain YAML 1.2."))])
    yaml = YAML(typ="safe", pure=True)
    try:
        root = _composed(yaml, text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        sentence = _("There is an invisible character in this line; remove it.")
        raise InvalidInput([Problem(name, line, sentence)]) from None
    except MarkedYAMLError as error:
        raise InvalidInput([_syntax_problem(error, name)]) from None
    except (RecursionError, YAMLError, ValueError):
        raise InvalidInput([Problem(name, 0, _("This is not valid YAML, or it is nested too deep."))]) from None
    building = _Building(name, yaml)
    data = None if root is None else building.value(root, ())
    if building.problems:
        raise InvalidInput(dict.fromkeys(building.problems))
    return Document(name, data, building.lines)


def _directive_line(text: str) -> int:
    """The line of a `%` directive (which could change the meaning of words such as `on`), else 0."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return number if line.startswith("%") else 0
    return 0


def _composed(yaml: YAML, text: str) -> Node | None:
    with warnings.catch_warnings():
        # An anchor used twice is allowed in YAML 1.2; the library only finds it unusual.
        warnings.simplefilter("ignore")
        composed: Node | None = yaml.compose(text)
    return composed


class _Building:
    """Makes plain data from nodes, and notes lines and mistakes on the way."""

    def __init__(self, name: str, yaml: YAML) -> None:
        self.name = name
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[Problem] = []
        self._yaml = yaml
        self._parts = 0

    def value(self, node: Node, place: Place) -> Any:
        self._parts += 1
        if len(place) > DEEPEST or self._parts > MOST_PARTS:
            if not self.problems:
                self._complain(node, _("This is nested too deep or unfolds to too much; write it without aliases."))
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if node.tag not in {_CORE + "map", _CORE + "seq"}:
            return self._tagged(node)
        if isinstance(node, MappingNode):
            return dict(self._entries(node, place))
        return [self._at(item, (*place, index), item) for index, item in enumerate(node.value)]

    def _entries(self, node: MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or key.tag == _CORE + "merge":
                self._complain(key, _("A key must be a word."))
                continue
            name = str(key.value)
            if name in seen:
                sentence = _("The key {key} stands here for the second time; the first is in line {line}.")
                self._complain(key, sentence.format(key=name, line=seen[name]))
                continue
            seen[name] = _line(key)
            yield name, self._at(value, (*place, name), key)

    def _at(self, node: Node, place: Place, mark: Node) -> Any:
        self.lines[place] = _line(mark)
        return self.value(node, place)

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag in _TEXT:
            return node.value
        if node.tag not in _OTHER_SCALARS:
            return self._tagged(node)
        try:
            return self._yaml.constructor.construct_object(node)
        except (ValueError, YAMLError, KeyError):
            sentence = _("{value} cannot be read; put text between quotes.")
            self._complain(node, sentence.format(value=str(node.value)[:60]))
            return None

    def _tagged(self, node: Node) -> None:
        self._complain(node, _("Remove the tag {tag}; tags are not used here.").format(tag=node.tag))

    def _complain(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.name, _line(node), message))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax_problem(error: MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    reason = str(error.problem or error.context or "")
    if "\\t" in reason:
        message = _("There is a tab in this line; indent with spaces.")
    elif "another document" in reason or "single document" in str(error.context):
        message = _("A second document starts here; a file holds one. Remove the line with ---.")
    else:
        message = _("This is not valid YAML ({reason}).").format(reason=reason)
    return Problem(name, int(mark.line) + 1 if mark else 0, message)


def _unreadable(error: OSError) -> str:
    return _("The file cannot be read ({reason}).").format(reason=error.strerror)
