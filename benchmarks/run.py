"""Requests and wall time of the everyday jobs on one site, against a sandbox with 100 ms latency."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LATENCY_MS = 100
PROGRAM = [sys.executable, "-m", "projectlists"]


def timed(words: Sequence[str]) -> tuple[float, str]:
    """Run the program: seconds, and what it put on standard output."""
    start = time.perf_counter()
    done = subprocess.run([*PROGRAM, *words], check=True, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout


def start(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a sandbox with latency; its process and ready document."""
    ready = folder / "ready.json"
    words = ["sandbox", "--seed", "sample", "--latency", str(LATENCY_MS), "--ready", str(ready)]
    process = subprocess.Popen([*PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not ready.exists():
        time.sleep(0.05)
    return process, json.loads(ready.read_text("utf-8"))


def main() -> None:
    """Measure and print the table."""
    best = min(timed(["--help"])[0] for _round in range(5))
    with tempfile.TemporaryDirectory() as name:
        process, ready = start(Path(name))
        try:
            jobs = {
                "provision: build the site": ["provision", "marktplein", "--yes"],
                "provision: verify it unchanged": ["provision", "marktplein", "--yes"],
                "remind: nothing due": ["remind", "marktplein"],
                "remind: again": ["remind", "marktplein"],
            }
            print("| job | requests | operations | seconds | latency floor |")
            print("|---|---|---|---|---|")
            for title, words in jobs.items():
                seconds, output = timed(["--config", ready["config"], "--json", *words])
                http = json.loads(output)["http"]
                floor = http["requests"] * LATENCY_MS / 1000
                print(f"| {title} | {http['requests']} | {http['operations']} | {seconds:.2f} | {floor:.1f} |")
        finally:
            process.terminate()
            process.wait()
    print(f"| `--help`, best of 5 | 0 | 0 | {best:.2f} | 0.0 |")


if __name__ == "__main__":
    main()
