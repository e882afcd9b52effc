"""The JSON document of a command that failed before it had a result.

A script may look up every key of contract.md §3 whatever happened: here they are, with nothing in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROWS = ("new", "changed", "unchanged", "doubtful", "refused")
_SITES: Mapping[str, Any] = {"sites": [], "http": None}
_FILES: Mapping[str, Any] = {"files": []}
RESULTS: Mapping[str, Mapping[str, Any]] = {
    "plan": _SITES,
    "provision": _SITES,
    "bootstrap": _SITES,
    "remind": {"today": None, "sites": [], "flips": [], "reminders": [], "mails": [], "http": None},
    "validate": {"problems": []},
    "import": {
        "site": None,
        "list": None,
        "mapping": {},
        "rows": dict.fromkeys(ROWS, 0),
        "refused": [],
        "http": None,
    },
    "doctor": {"checks": []},
    "explain": {
        "site": None,
        "list": None,
        "item": None,
        "today": None,
        "due": [],
        "next": [],
        "history": [],
        "reasons": [],
    },
    "export": _FILES,
    "report": _FILES,
    "close": _FILES,
}
"""The keys of each command; `http` takes what went over the line so far."""


def document(command: str | None, sentence: str, http: Mapping[str, int]) -> dict[str, Any]:
    """What `--json` prints for a failure: `ok` false, the sentence, and the keys of the command that was asked for."""
    result = RESULTS.get(command or "", {})
    return {"ok": False, "error": sentence, **result, **({"http": http} if "http" in result else {})}
