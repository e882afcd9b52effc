"""The `$filter` language of items: its grammar, and what each expression means for the columns of a list.

Source: sharepoint-rest.md §6.5. What the service does not know (arithmetic, `endswith`, `tolower`, `not`, `in`, …) is
refused with a 400; so is a comparison of a column type that cannot stand in a filter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal, cast, get_args

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from projectlists.sandbox.sharepoint.conditions import (
    Column,
    Comparable,
    Comparison,
    Condition,
    DatePart,
    Operator,
    join,
)
from projectlists.sandbox.sharepoint.errors import bad_request
from projectlists.sandbox.sharepoint.model import ServiceError

GRAMMAR = r"""
start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: term (_AND term)*
?term: comparison
     | _LEFT disjunction _RIGHT
     | call -> truth
comparison: operand OPERATOR operand
?operand: call | path | literal
call: NAME _LEFT _argument ("," _argument)* _RIGHT
_argument: path | literal | call
path: NAME ("/" NAME)*
?literal: STRING -> text
        | MOMENT -> moment
        | GUID -> guid
        | NUMBER -> number
        | TRUE -> true
        | FALSE -> false
        | NULL -> null

_LEFT: "("
_RIGHT: ")"
_OR.3: /or(?![\w\/])/i
_AND.3: /and(?![\w\/])/i
OPERATOR.3: /(eq|ne|lt|le|gt|ge)(?![\w\/])/i
TRUE.3: /true(?![\w\/])/i
FALSE.3: /false(?![\w\/])/i
NULL.3: /null(?![\w\/])/i
MOMENT.4: /datetime(offset)?'[^']*'/i
GUID.4: /guid'[^']*'/i
STRING: /'(?:[^']|'')*'/
NUMBER: /-?\d+(\.\d+)?([eE][+-]?\d+)?[mMdDfFlL]?(?!\w)/
NAME: /[^\W\d][\w]*/
%ignore /\s+/
"""
PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)
LONGEST = 32_000
"""Characters of a filter that are still read; longer ones do not fit in a URL either."""
DEEPEST = 60
"""Parentheses within parentheses that are still read."""


@dataclass(frozen=True)
class Literals:
    """A literal as written: its kind and its value (a text, a float, a bool, or None)."""

    kind: Literal["text", "moment", "guid", "number", "truth", "null"]
    value: Any


@dataclass(frozen=True)
class _Path:
    name: str
    member: str | None = None
    part: DatePart | None = None


@dataclass(frozen=True)
class _Call:
    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class _Refused:
    """What is refused wherever it stands, kept as a message: what stands before it may be refused first."""

    message: str
    path: _Path | None = None
    """A column that is looked up first."""


@dataclass(frozen=True)
class _Comparison:
    """A comparison whose column and value are not looked up yet; `word` is an operator or `startswith`, …"""

    path: _Path
    word: str
    literal: Literals


@dataclass(frozen=True)
class _Junction:
    kind: Literal["and", "or"]
    parts: tuple[_Part, ...]


_Part = _Comparison | _Junction | _Refused
Resolve = Callable[[str, str | None], Column]
"""Finds a column by its name in item JSON (`OwnerId`, `Owner` + `EMail`); raises ServiceError when there is none."""
Convert = Callable[[Column, Literals], Comparable]
"""Turns a literal into a comparable of the column's type; raises ServiceError when it is of another type."""


def parse(text: str, resolve: Resolve, convert: Convert) -> Condition:
    """Read a filter. Raises ServiceError (400) on anything the service does not accept."""
    return _condition(_read(text), resolve, convert)


@lru_cache(maxsize=512)
def _read(text: str) -> _Part:
    """A filter without the columns of a list: a fleet is asked the same of every site.

    Raises ServiceError (400) when it does not follow the grammar.
    """
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        raise refusal(text[:50])
    try:
        tree = PARSER.parse(text)
    except LarkError:
        raise refusal(text) from None
    return _Reader(text).transform(tree)


def _condition(part: _Part, resolve: Resolve, convert: Convert) -> Condition:
    """What a part means for the columns of a list; from left to right, so that the first refusal counts."""
    match part:
        case _Refused():
            if part.path is not None:
                _column(part.path, resolve)
            raise bad_request(part.message)
        case _Junction():
            return join(part.kind, [_condition(one, resolve, convert) for one in part.parts])
    column = _column(part.path, resolve)
    if part.literal.kind == "null":
        return Comparison(column, "null" if part.word == "eq" else "present")
    value = convert(column, part.literal)
    if part.word not in _SEARCHES:
        return Comparison(column, cast(Operator, part.word), value)
    if not isinstance(value, str) or column.field.type == "DateTime":
        raise bad_request(f"The function '{part.word}' needs a text column; '{column.field.name}' is none.")
    return Comparison(column, _SEARCHES[part.word], value)


def _column(path: _Path, resolve: Resolve) -> Column:
    column = resolve(path.name, path.member)
    return date_part(column, path.part) if path.part else column


def _depth(text: str) -> int:
    steps = ({"(": 1, ")": -1}.get(character, 0) for character in text)
    return max(accumulate(steps), default=0)


def refusal(text: str) -> ServiceError:
    """The answer to an expression the service cannot read."""
    return bad_request(_not_valid(text))


def _not_valid(text: str) -> str:
    return f'The expression "{text}" is not valid.'


def date_part(column: Column, part: str) -> Column:
    """The column's year, month, …; only dates have them. Raises ServiceError otherwise."""
    if column.field.type != "DateTime" or column.member:
        raise bad_request(f"The function '{part}' needs a date column; '{column.field.name}' is none.")
    return Column(column.field, part=cast(DatePart, part))


@v_args(inline=True)
class _Reader(Transformer[Token, _Part]):
    def __init__(self, text: str) -> None:
        super().__init__(visit_tokens=False)
        self.not_valid = _Refused(_not_valid(text))

    def start(self, part: _Part) -> _Part:
        return part

    def disjunction(self, *parts: _Part) -> _Part:
        return _Junction("or", parts)

    def conjunction(self, *parts: _Part) -> _Part:
        return _Junction("and", parts)

    def text(self, token: str) -> Literals:
        return Literals("text", str(token)[1:-1].replace("''", "'"))

    def moment(self, token: str) -> Literals:
        return Literals("moment", str(token).split("'")[1])

    def guid(self, token: str) -> Literals:
        return Literals("guid", str(token).split("'")[1])

    def number(self, token: str) -> Literals:
        return Literals("number", float(str(token).rstrip("mMdDfFlL")))

    def true(self, _token: str) -> Literals:
        return Literals("truth", True)

    def false(self, _token: str) -> Literals:
        return Literals("truth", False)

    def null(self, _token: str) -> Literals:
        return Literals("null", None)

    def path(self, *names: str) -> _Path | _Refused:
        if len(names) > 2:
            return _Refused("Bulk expansion and selection of related items is not supported.")
        return _Path(str(names[0]), str(names[1]) if len(names) == 2 else None)

    def call(self, name: str, *arguments: Any) -> _Call | _Path | _Refused:
        refused = _first_refused(*arguments)
        if refused is not None:
            return refused
        lower = str(name).lower()
        if lower in get_args(DatePart) and len(arguments) == 1 and isinstance(arguments[0], _Path):
            path = arguments[0]
            return _Path(path.name, path.member, cast(DatePart, lower))
        if lower in _SEARCHES and len(arguments) == 2:
            return _Call(lower, arguments)
        return _Refused(f"The function '{name}' is not supported in a filter of list items.")

    def truth(self, call: Any) -> _Part:
        if isinstance(call, _Refused):
            return call
        if not isinstance(call, _Call):
            return self.not_valid
        path, literal = call.arguments if call.name == "startswith" else reversed(call.arguments)
        if not isinstance(path, _Path) or not isinstance(literal, Literals) or literal.kind != "text":
            return self.not_valid
        return _Comparison(path, call.name, literal)

    def comparison(self, left: Any, operator: str, right: Any) -> _Part:
        refused = _first_refused(left, right)
        if refused is not None:
            return refused
        word = operator.lower()
        if isinstance(left, _Call) or isinstance(right, _Call):
            return self._call_compared(left, word, right)
        if isinstance(left, Literals) and isinstance(right, _Path):
            left, right, word = right, left, _TURNED.get(word, word)
        if not isinstance(left, _Path) or not isinstance(right, Literals):
            # Two columns cannot be compared, and neither can two constants.
            return self.not_valid
        if right.kind == "null" and word not in {"eq", "ne"}:
            return replace(self.not_valid, path=left)
        return _Comparison(left, word, right)

    def _call_compared(self, left: Any, word: str, right: Any) -> _Part:
        call, literal = (left, right) if isinstance(left, _Call) else (right, left)
        is_true = isinstance(literal, Literals) and (literal.kind, literal.value) in {("truth", True), ("number", 1.0)}
        return self.truth(call) if word == "eq" and is_true else self.not_valid


def _first_refused(*operands: Any) -> _Refused | None:
    return next((one for one in operands if isinstance(one, _Refused)), None)


_SEARCHES: Mapping[str, Operator] = {"startswith": "starts", "substringof": "contains"}
_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
