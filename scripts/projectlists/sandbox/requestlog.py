"""Every request and every operation of a batch, in the order of arrival, as lines of JSON on disk.

On disk, because a run over a fleet makes more entries than should be held in memory. Bodies, headers and secrets in
addresses are never written.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_FILE_NAME: Final = "requests.jsonl"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SECRETS: Final = re.compile(
    r"(?i)([?&](?:sig|code|client_secret|client_assertion|access_token|refresh_token|id_token)=)[^&]*"
)


@dataclass(frozen=True)
class Entry:
    """One request, or one operation of a batch.

    `number` counts arrivals from 1. `method` is the effective one. `path` is path and query as sent, secrets struck
    out. `status` is what the client got; 0 when the connection was cut. `ms` is the time the service took and `bytes`
    the size of the answer's body. `batch` is the number of the batch an operation came in; null for a request of its
    own, and so for the request that carries a batch. `time` is the tenant's, ISO, at arrival.
    """

    number: int
    host: str
    method: str
    path: str
    status: int
    ms: float
    bytes: int
    batch: int | None
    time: str


class RequestLog:
    """Appends entries to a file in the tenant's folder; starts empty."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._file = (folder / _FILE_NAME).open("w+", encoding="utf-8")

    def arrive(self) -> int:
        """The number of a request that comes in now: it fixes its place, whenever it is answered."""
        with self._lock:
            self._number += 1
            return self._number

    def add(self, entry: Entry) -> None:
        """Write an entry; it is in the file before the answer goes out."""
        line = _ENCODER.encode(vars(entry))
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def clear(self) -> None:
        """Empty the log; numbers go on."""
        with self._lock:
            self._file.seek(0)
            self._file.truncate()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()


def read(folder: Path) -> list[dict[str, Any]]:
    """All answered entries of a tenant's log in order of arrival; empty when there is none."""
    return sorted(_lines(folder / _FILE_NAME), key=lambda entry: int(entry["number"]))


def struck_out(target: str) -> str:
    """A path with query in which secrets (`sig=…`, `code=…`) are replaced by three dots."""
    return _SECRETS.sub(r"\1...", target)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            # The last line may be half written while others go on.
            if line.endswith("\n"):
                yield json.loads(line)
