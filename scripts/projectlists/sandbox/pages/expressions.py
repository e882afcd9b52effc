"""Expressions of column formatting: `=if([$DueDate] < @now, 'Te laat', '')`, or the same as a tree in JSON.

An expression is read once and evaluated per row. Values are texts, floats, truth values, aware datetimes, lists, and
mappings for people, lookups and links. Comparing and adding follow JavaScript, as the service's own formatting does: an
empty value counts as 0, a date as its milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from projectlists.sandbox.pages import operations
from projectlists.sandbox.pages.operations import ExpressionError

_GRAMMAR = r"""
?start: either
?either: both | either "||" both -> or
?both: same | both "&&" same -> and
?same: order | same "==" order -> equal | same "!=" order -> unequal
?order: sum | order "<" sum -> less | order "<=" sum -> at_most | order ">" sum -> more | order ">=" sum -> at_least
?sum: product | sum "+" product -> add | sum "-" product -> subtract
?product: unary | product "*" unary -> multiply | product "/" unary -> divide | product "%" unary -> remainder
?unary: atom | "-" unary -> negative | "!" unary -> not
?atom: NUMBER -> number
     | TEXT -> text
     | TRUTH -> truth
     | REFERENCE -> reference
     | NAME "(" [either ("," either)*] ")" -> call
     | "(" either ")"
NUMBER: /\d+(\.\d+)?/
TEXT: /'(?:[^'\\]|\\.)*'/ | /"(?:[^"\\]|\\.)*"/
TRUTH.2: /(true|false)(?!\w)/
REFERENCE: /@[A-Za-z]+(\.\w+)*/ | /\[[$!][^\]]+\]/
NAME: /[A-Za-z_]\w*/
%ignore /\s+/
"""
_PARSER = Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)
# The service names operators by sign in a tree; here they go by the names of the grammar above.
_SIGNS: Mapping[str, str] = {
    "||": "or",
    "&&": "and",
    "==": "equal",
    "!=": "unequal",
    "<": "less",
    "<=": "at_most",
    ">": "more",
    ">=": "at_least",
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "remainder",
    "!": "not",
    "?": "if",
}
_LONGEST = 8_000

Resolve = Callable[[str], Any]
"""Gives the value behind a reference such as `@currentField.title`, `@now` or `[$DueDate]`."""


@dataclass(frozen=True)
class Literal:
    """A value written down."""

    value: Any


@dataclass(frozen=True)
class Reference:
    """A value of the row or of its surroundings."""

    name: str


@dataclass(frozen=True)
class Operation:
    """An operator or function with what it works on."""

    name: str
    operands: tuple[Node, ...]


Node = Literal | Reference | Operation


def read(given: Any) -> Node:
    """Read an expression: a text (an expression after `=`, a reference, or just text), a number, or a tree.

    Raises ExpressionError.
    """
    try:
        return _node(given)
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None


def evaluate(node: Node, resolve: Resolve) -> Any:
    """The value of an expression for the row that `resolve` reads. Raises ExpressionError."""
    match node:
        case Literal(value):
            return value
        case Reference(name):
            return resolve(name)
        case Operation("if", operands):
            if len(operands) != 3:
                raise ExpressionError("if takes three values")
            condition, then, otherwise = operands
            return evaluate(then if operations.truth(evaluate(condition, resolve)) else otherwise, resolve)
        case Operation("or" | "and" as name, (first, *rest)):
            left = evaluate(first, resolve)
            for one in rest:
                if operations.truth(left) == (name == "or"):
                    return left
                left = evaluate(one, resolve)
            return left
        case Operation(name, operands):
            return operations.apply(name, [evaluate(one, resolve) for one in operands])


def _node(given: Any) -> Node:
    match given:
        case str() if given.startswith("="):
            return _parsed(given[1:])
        case str() if given.startswith(("@", "[$", "[!")):
            # A text that only begins like a reference is shown as it is.
            return Reference(given) if _is_reference(given) else Literal(given)
        case bool() | str():
            return Literal(given)
        case int() | float():
            return Literal(float(given))
        case {"operator": str() as operator, "operands": list() as operands}:
            name = _SIGNS.get(operator) or operator.removesuffix("()")
            if name == "subtract" and len(operands) == 1:
                name = "negative"
            return Operation(_canonical(name), tuple(_node(one) for one in operands))
    raise ExpressionError("an expression is a text, a number or an operator with operands")


def _is_reference(text: str) -> bool:
    try:
        return isinstance(_parsed(text), Reference)
    except ExpressionError:
        return False


@lru_cache(maxsize=512)
def _parsed(text: str) -> Node:
    if len(text) > _LONGEST:
        raise ExpressionError("the expression is too long")
    try:
        return _of_tree(_PARSER.parse(text))
    except LarkError:
        raise ExpressionError(f"the expression cannot be read: {text}") from None


def _of_tree(tree: Any) -> Node:
    name, children = str(tree.data), tree.children
    if isinstance(children[0], Token):
        written = str(children[0])
        match name:
            case "number":
                return Literal(float(written))
            case "truth":
                return Literal(written == "true")
            case "text":
                return Literal(_unquoted(written))
            case "reference":
                return Reference(written)
        return Operation(_canonical(written), tuple(_of_tree(child) for child in children[1:]))
    return Operation(name, tuple(_of_tree(child) for child in children if isinstance(child, Tree)))


def _canonical(name: str) -> str:
    if name in _SIGNS.values() or name == "negative":
        return name
    if name not in operations.FUNCTIONS:
        raise ExpressionError(f"the function '{name}' is not known here")
    return name


def _unquoted(token: str) -> str:
    text, quote = token[1:-1], token[0]
    return text.replace(f"\\{quote}", quote)
