"""Calculating formulas of columns and validations: `IF(ISBLANK([A]),0,[A]-[B])`, `=[Done]<=TODAY()`.

A formula compiles to a function of the row. Both `,` and `;` separate arguments. Functions beyond
`spreadsheet.FUNCTIONS` raise FormulaError when the formula is parsed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from lark import Lark, Transformer, v_args
from lark.exceptions import LarkError, VisitError

from projectlists.sandbox.sharepoint.spreadsheet import (
    FUNCTIONS,
    Context,
    Expression,
    ResultError,
    Value,
    compare,
    divide,
    number,
    power,
    text,
)

GRAMMAR = r"""
start: ["="] comparison
?comparison: joined (COMPARE joined)*
?joined: sum ("&" sum)*
?sum: product (SUM product)*
?product: power (PRODUCT power)*
?power: signed ("^" signed)*
?signed: SUM signed -> sign
       | percent
?percent: atom
        | atom "%" -> hundredth
?atom: NUMBER -> number
     | STRING -> string
     | COLUMN -> column
     | NAME "(" [comparison (SEPARATOR comparison)*] ")" -> call
     | NAME -> name
     | "(" comparison ")"
COMPARE: "<=" | ">=" | "<>" | "=" | "<" | ">"
SUM: "+" | "-"
PRODUCT: "*" | "/"
SEPARATOR: "," | ";"
NUMBER: /\d+(\.\d+)?/
STRING: /"(?:[^"]|"")*"/
COLUMN: /\[[^\]]+\]/
NAME: /[^\W\d]\w*/
%ignore /\s+/
"""
PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)
LONGEST, DEEPEST = 8_000, 60


class FormulaError(Exception):
    """The text is not a formula this service can calculate; the message says why."""


@dataclass(frozen=True)
class Formula:
    """A parsed formula: its text, the columns it names, and its function."""

    text: str
    columns: frozenset[str]
    expression: Expression

    def evaluate(self, cell: Callable[[str], Value], now: datetime) -> Value:
        """Calculate for one row; `now` is the site's time without zone. Raises ResultError for an error value."""
        try:
            result = self.expression(Context(cell, now))
        except (OverflowError, ValueError):
            raise ResultError("#NUM!") from None
        return number(result) if isinstance(result, float) else result


@lru_cache(maxsize=1_000)
def parse(formula: str) -> Formula:
    """Read a formula. Raises FormulaError."""
    if len(formula) > LONGEST or formula.count("(") > DEEPEST:
        raise FormulaError("the formula is too long or too deep")
    try:
        tree = PARSER.parse(formula.strip())
        compiler = _Compiler()
        expression = compiler.transform(tree)
    except VisitError as problem:
        raise FormulaError(str(problem.orig_exc)) from None
    except LarkError:
        raise FormulaError("the formula contains a syntax error") from None
    return Formula(formula, frozenset(compiler.columns), expression)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
}


@v_args(inline=True)
class _Compiler(Transformer[Any, Expression]):
    def __init__(self) -> None:
        super().__init__()
        self.columns: set[str] = set()

    def start(self, expression: Expression) -> Expression:
        return expression

    def number(self, token: str) -> Expression:
        value = float(token)
        return lambda _context: value

    def string(self, token: str) -> Expression:
        value = str(token)[1:-1].replace('""', '"')
        return lambda _context: value

    def column(self, token: str) -> Expression:
        return self._column(str(token)[1:-1])

    def name(self, token: str) -> Expression:
        if token.upper() in {"TRUE", "FALSE"}:
            value = token.upper() == "TRUE"
            return lambda _context: value
        return self._column(str(token))

    def _column(self, name: str) -> Expression:
        self.columns.add(name)
        return lambda context: context.cell(name)

    def sign(self, sign: str, inner: Expression) -> Expression:
        factor = -1.0 if sign == "-" else 1.0
        return lambda context: factor * number(inner(context))

    def hundredth(self, inner: Expression) -> Expression:
        return lambda context: number(inner(context)) / 100

    def power(self, *parts: Expression) -> Expression:
        return lambda context: _fold(parts, context)

    def sum(self, first: Expression, *rest: Any) -> Expression:
        return _chain(first, rest)

    def product(self, first: Expression, *rest: Any) -> Expression:
        return _chain(first, rest)

    def joined(self, *parts: Expression) -> Expression:
        return lambda context: "".join(text(part(context)) for part in parts)

    def comparison(self, first: Expression, *rest: Any) -> Expression:
        pairs = list(zip(rest[::2], rest[1::2], strict=True))

        def compared(context: Context) -> Value:
            value = first(context)
            for sign, part in pairs:
                value = compare(sign, value, part(context))
            return value

        return compared

    def call(self, name: str, *given: Any) -> Expression:
        function = FUNCTIONS.get(name.upper())
        if function is None:
            raise FormulaError(f"the function {name} is not available")
        arguments = [one for one in given if callable(one)]
        if not function.least <= len(arguments) <= function.most:
            raise FormulaError(f"the function {name} does not take {len(arguments)} arguments")
        return lambda context: function.calculate(context, arguments)


def _chain(first: Expression, rest: Sequence[Any]) -> Expression:
    pairs = [(_ARITHMETIC[sign], part) for sign, part in zip(rest[::2], rest[1::2], strict=True)]

    def chained(context: Context) -> Value:
        value = number(first(context))
        for operation, part in pairs:
            value = operation(value, number(part(context)))
        return value

    return chained


def _fold(parts: Sequence[Expression], context: Context) -> Value:
    value = number(parts[0](context))
    for part in parts[1:]:
        value = power(value, number(part(context)))
    return value
