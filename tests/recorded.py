"""Runs commands of the program in one process of their own, and keeps what went over the line.

`python -m tests.recorded FILE` reads a JSON list of commands (lists of words) from standard input, and writes one line
of JSON to FILE per request that was sent: its address and its headers. With `RECORDED_BURST` set, the request whose
address holds that text raises an error that nobody expects.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import requests

from projectlists.cli import main


def record(file: Path, burst: str | None) -> None:
    send = requests.adapters.HTTPAdapter.send

    def recording(adapter: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        with file.open("a", encoding="utf-8") as lines:
            headers = {name: str(value) for name, value in request.headers.items()}
            lines.write(json.dumps({"url": request.url, "headers": headers}) + "\n")
        if burst and burst in str(request.url):
            raise ZeroDivisionError
        return send(adapter, request, **options)

    requests.adapters.HTTPAdapter.send = recording  # type: ignore[method-assign]


if __name__ == "__main__":
    record(Path(sys.argv[1]), os.environ.get("RECORDED_BURST"))
    for words in json.load(sys.stdin):
        sys.stdout.write(f"\n{main(words)} {words}\n")
