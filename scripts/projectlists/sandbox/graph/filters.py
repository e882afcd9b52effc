"""The `$filter` language Graph answers for people and messages: read once, then tried on any entity.

Comparisons, `and`/`or`/`not`, `in`, `startswith`/`endswith`/`contains`, and `any`/`all` over collections
(identity-mail-teams.md §7.4, §9.1). Anything else is refused, never guessed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from lark import Lark, Token, Transformer, Tree
from lark.exceptions import LarkError, VisitError

Entity = Mapping[str, Any]
Scope = dict[str, Any]
Test = Callable[[Scope], bool]

_GRAMMAR = r"""
    ?start: disjunction
    ?disjunction: conjunction ("or" conjunction)*
    ?conjunction: negation ("and" negation)*
    ?negation: "not" negation -> negate
        | test
    ?test: comparison | membership | function | quantified | "(" disjunction ")" | path -> truth
    comparison: path OPERATOR literal
    membership: path "in" "(" literal ("," literal)* ")"
    function: FUNCTION "(" path "," literal ")"
    quantified: path QUANTIFIER "(" [NAME ":" disjunction] ")"
    path: NAME ("/" NAME)*
    ?literal: TEXT | MOMENT | NUMBER | CONSTANT
    OPERATOR.2: /(eq|ne|gt|ge|lt|le)(?=\s)/
    FUNCTION.2: /(startswith|endswith|contains)(?=\s*\()/i
    QUANTIFIER.2: /\/(any|all)(?=\s*\()/i
    CONSTANT.2: /(true|false|null)\b/
    MOMENT.3: /\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?/
    NUMBER: /-?\d+(\.\d+)?/
    NAME: /[A-Za-z_]\w*/
    TEXT: /'([^']|'')*'/
    %ignore /\s+/
"""
_PARSER = Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)
_GUID_IN_BRACES = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TEXT_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": lambda value, part: value.startswith(part),
    "endswith": lambda value, part: value.endswith(part),
    "contains": lambda value, part: part in value,
}
# Directory queries with these need `ConsistencyLevel: eventual` (identity-mail-teams.md §9.1).
_ADVANCED = re.compile(r"\bendswith\s*\(|\bnot\b|\sne\s", re.IGNORECASE)


class FilterError(ValueError):
    """The text is no filter this service knows. `unknown` names the property when that is the reason."""

    def __init__(self, message: str, unknown: str | None = None) -> None:
        super().__init__(message)
        self.unknown = unknown


def compiled(text: str, properties: frozenset[str]) -> Callable[[Entity], bool]:
    """Read a filter over entities with these top-level properties; raises FilterError.

    Texts compare without case, except those of properties called `id` or ending in `Id`: names in extended
    property ids are case-sensitive, values are not (identity-mail-teams.md §7.4).
    """
    tree = _tree(text)
    try:
        unknown = next((name for name in _top_level_names(tree) if name not in properties), None)
        test: Test = _Meaning().transform(tree)
    except VisitError as error:
        raise FilterError(str(error.orig_exc)) from error
    except RecursionError as error:
        raise FilterError("The filter is nested too deeply.") from error
    if unknown is not None:
        raise FilterError(f"Could not find a property named '{unknown}'.", unknown=unknown)
    return lambda entity: test(dict(entity))


def properties_of(text: str) -> frozenset[str]:
    """The top-level properties a filter looks at; raises FilterError."""
    return frozenset(_top_level_names(_tree(text)))


def needs_eventual_consistency(text: str) -> bool:
    """Whether the directory answers this filter only as an advanced query (identity-mail-teams.md §9.1)."""
    return bool(_ADVANCED.search(re.sub(r"'([^']|'')*'", "''", text)))


def _tree(text: str) -> Tree[Token]:
    try:
        return _PARSER.parse(text)
    except LarkError as error:
        raise FilterError(str(error).splitlines()[0]) from error


def _top_level_names(tree: Tree[Token], bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The first names of all paths that do not start at a lambda's variable."""
    if tree.data == "path":
        first = str(tree.children[0])
        if first not in bound:
            yield first
        return
    inner = bound
    if tree.data == "quantified" and tree.children[2] is not None:
        inner = bound | {str(tree.children[2])}
    for child in tree.children:
        if isinstance(child, Tree):
            yield from _top_level_names(child, inner)


class _Meaning(Transformer[Token, Any]):
    """From the tree to a test; a scope holds the entity's properties and the variables of lambdas."""

    def TEXT(self, token: Token) -> str:  # noqa: N802 - lark finds terminals by their names
        return token[1:-1].replace("''", "'")

    def NUMBER(self, token: Token) -> float:  # noqa: N802
        return float(token)

    def MOMENT(self, token: Token) -> datetime:  # noqa: N802
        try:
            return _moment(token)
        except ValueError as error:
            raise FilterError(f"'{token}' is no moment.") from error

    def CONSTANT(self, token: Token) -> bool | None:  # noqa: N802
        return {"true": True, "false": False, "null": None}[token]

    def path(self, names: list[Token]) -> tuple[str, ...]:
        return tuple(str(name) for name in names)

    def comparison(self, parts: list[Any]) -> Test:
        path, comparator, literal = parts
        return lambda scope: _compare(str(comparator), path, _resolve(path, scope), literal)

    def membership(self, parts: list[Any]) -> Test:
        path, *literals = parts
        return lambda scope: any(_compare("eq", path, _resolve(path, scope), one) for one in literals)

    def function(self, parts: list[Any]) -> Test:
        name, path, literal = parts
        if not isinstance(literal, str):
            raise FilterError(f"{name} compares with a text.")
        test = _TEXT_FUNCTIONS[str(name).lower()]

        def holds(scope: Scope) -> bool:
            value = _resolve(path, scope)
            return isinstance(value, str) and test(_plain(path, value), _plain(path, literal))

        return holds

    def quantified(self, parts: list[Any]) -> Test:
        path, quantifier, variable, body = parts
        matches_any = str(quantifier).lower() == "/any"

        def holds(scope: Scope) -> bool:
            entries = _resolve(path, scope) or []
            if body is None:
                return bool(entries)
            found = (body(scope | {str(variable): entry}) for entry in entries)
            return any(found) if matches_any else all(found)

        return holds

    def truth(self, parts: list[Any]) -> Test:
        path = parts[0]
        return lambda scope: _resolve(path, scope) is True

    def negate(self, parts: list[Test]) -> Test:
        return lambda scope: not parts[0](scope)

    def conjunction(self, parts: list[Test]) -> Test:
        return lambda scope: all(part(scope) for part in parts)

    def disjunction(self, parts: list[Test]) -> Test:
        return lambda scope: any(part(scope) for part in parts)


def _resolve(path: tuple[str, ...], scope: Scope) -> Any:
    value: Any = scope
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _compare(comparator: str, path: tuple[str, ...], value: Any, literal: Any) -> bool:
    if isinstance(literal, datetime) and isinstance(value, str):
        with suppress(ValueError):
            value = _moment(value)
    if isinstance(literal, str) and isinstance(value, str):
        value, literal = _plain(path, value), _plain(path, literal)
    if comparator in {"eq", "ne"}:
        return bool(value == literal) == (comparator == "eq")
    comparable = type(value) is type(literal) or (isinstance(value, int | float) and isinstance(literal, float))
    return comparable and _ORDER[comparator](value, literal)


def _plain(path: tuple[str, ...], text: str) -> str:
    """A text for comparison: ids keep their case but for GUIDs in braces, everything else loses it."""
    if path[-1] == "id" or path[-1].endswith("Id"):
        return _GUID_IN_BRACES.sub(lambda found: found.group().lower(), text)
    return text.casefold()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
