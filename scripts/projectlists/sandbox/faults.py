"""Faults on order: rules that make a request fail, late or lost, so that a client's care can be tested."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import unquote

from projectlists.sandbox.http import Request

Kind = Literal["status", "reset", "delay", "token-expired"]
_ACTION: Final = re.compile(
    r"status:(?P<status>[2-5]\d\d)(?P<late>-after)?|reset-(?P<reset>before|after)|delay:(?P<ms>\d{1,6})"
)
_KEYS: Final = frozenset({"host", "method", "path", "after", "times", "do"})


class RuleError(ValueError):
    """A rule that cannot be read; the message says why."""


@dataclass(frozen=True)
class Action:
    """What a rule does. `late`: the work is done first. `status` is the answer's, `milliseconds` the delay."""

    kind: Kind
    late: bool = False
    status: int = 0
    milliseconds: int = 0


@dataclass(frozen=True)
class Rule:
    """When a rule applies: host and effective method (None: any), a pattern searched in path and query.

    The first `after` requests that match pass unharmed, the next `times` are hit.
    """

    host: str | None
    method: str | None
    path: re.Pattern[str]
    after: int
    times: int
    action: Action
    do: str

    def matches(self, request: Request) -> bool:
        """Whether a request or operation is one this rule is about; the path counts as sent and percent-decoded."""
        return (
            (self.host is None or self.host == request.host.lower())
            and (self.method is None or self.method == request.effective_method)
            and (self.path.search(request.target) or self.path.search(unquote(request.target))) is not None
        )


@dataclass
class _Standing:
    rule: Rule
    passed: int = 0
    fired: int = 0


class Faults:
    """The rules in force, tried in the order they came.

    A request that a rule lets pass goes on to the next rule; the first rule that fires is the only one that does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []

    def add(self, rules: Sequence[Rule]) -> None:
        """Put rules behind those in force."""
        with self._lock:
            self._standing += [_Standing(rule) for rule in rules]

    def clear(self) -> None:
        """Lift all rules."""
        with self._lock:
            self._standing = []

    def take(self, request: Request) -> Action | None:
        """The fault for this request, counted; None when it may pass."""
        with self._lock:
            for each in self._standing:
                if each.fired >= each.rule.times or not each.rule.matches(request):
                    continue
                if each.passed < each.rule.after:
                    each.passed += 1
                    continue
                each.fired += 1
                return each.rule.action
            return None

    def overview(self) -> list[dict[str, Any]]:
        """The rules as given, each with how many requests it let pass and how many it hit."""
        with self._lock:
            return [
                {
                    "host": each.rule.host,
                    "method": each.rule.method,
                    "path": each.rule.path.pattern,
                    "after": each.rule.after,
                    "times": each.rule.times,
                    "do": each.rule.do,
                    "passed": each.passed,
                    "fired": each.fired,
                }
                for each in self._standing
            ]


def parse(document: Any) -> list[Rule]:
    """Read the rules of `POST faults`: a list of objects. Raises RuleError and then nothing is in force of it.

    `host` and `method` may be absent (any); `path` absent is any; `after` is 0 and `times` 1 unless given.
    """
    if not isinstance(document, list):
        raise RuleError("Faults are a JSON list of rules.")
    return [_rule(each) for each in document]


def _rule(document: Any) -> Rule:
    if not isinstance(document, dict):
        raise RuleError("A fault rule is a JSON object.")
    if unknown := sorted(set(document) - _KEYS):
        raise RuleError(f"Unknown in a fault rule: {', '.join(unknown)}.")
    host, method, do = (_text(document, key) for key in ("host", "method", "do"))
    if do is None:
        raise RuleError("A fault rule needs 'do'.")
    try:
        path = re.compile(_text(document, "path") or "")
    except re.error as error:
        raise RuleError(f"The path of a fault rule is a regular expression: {error}.") from error
    return Rule(
        host=host.lower() if host else None,
        method=method.upper() if method else None,
        path=path,
        after=_count(document, "after", 0),
        times=_count(document, "times", 1),
        action=_action(do),
        do=do,
    )


def _action(do: str) -> Action:
    if do == "token-expired":
        return Action("token-expired", status=401)
    read = _ACTION.fullmatch(do)
    if read is None:
        raise RuleError(
            f"'{do}' is none of status:N, status:N-after, reset-before, reset-after, delay:MS, token-expired."
        )
    if read["status"]:
        return Action("status", late=read["late"] is not None, status=int(read["status"]))
    if read["reset"]:
        return Action("reset", late=read["reset"] == "after")
    return Action("delay", milliseconds=int(read["ms"]))


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise RuleError(f"'{key}' of a fault rule is a text.")
    return value


def _count(document: Mapping[str, Any], key: str, default: int) -> int:
    value = document.get(key)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RuleError(f"'{key}' of a fault rule is a whole number, 0 or more.")
    return value
