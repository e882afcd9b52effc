"""Excel in and out of a list of 5,000 and 10,000 rows: requests, wall time and the most memory a run needed."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

sys.path.insert(0, str(Path(__file__).parent))
from run import PROGRAM, start, timed

STATES = ("open", "loopt", "klaar", "vervallen")


def workbook(path: Path, rows: int) -> Path:
    """An action list as people keep it."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("Acties"), book.add_format({"num_format": "d-m-yyyy"})
        sheet.write_row(0, 0, ["Nr", "Actie", "Deadline", "Status", "% gereed", "Opmerkingen"])
        for row in range(1, rows + 1):
            sheet.write_number(row, 0, row)
            sheet.write_string(row, 1, f"Actie {row} van het project")
            sheet.write_datetime(row, 2, date(2026, 1, 1) + timedelta(days=row % 700), day)
            sheet.write_string(row, 3, STATES[row % 4])
            sheet.write_number(row, 4, row % 100)
            sheet.write_string(row, 5, "Besproken in het projectteam; wordt volgende keer hernomen. " * 3)
    return path


def measured(words: Sequence[str]) -> tuple[float, int, int, str]:
    """Run the program in a process of its own: seconds, requests, most memory in MB, and its document."""
    read, write = os.pipe()
    began = time.perf_counter()
    process = os.posix_spawn(
        PROGRAM[0],
        [*PROGRAM, *words],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)],
    )
    os.close(write)
    with os.fdopen(read) as output:
        text = output.read()
    _pid, _status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    return seconds, json.loads(text).get("http", {}).get("requests", 0), usage.ru_maxrss // 1024, text


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process, ready = start(folder)
        try:
            config = ["--config", ready["config"], "--json"]
            timed([*config, "provision", "marktplein", "--yes"])
            five, ten = workbook(folder / "5.xlsx", 5_000), workbook(folder / "10.xlsx", 10_000)
            site = ["--site", "marktplein"]
            jobs = [
                ("export to .xlsx, no rows", ["export", "actions", *site, "--to", str(folder / "0.xlsx")]),
                ("import 5,000 new rows", ["import", "actions", str(five), *site, "--yes"]),
                ("import the same 5,000 again", ["import", "actions", str(five), *site, "--yes"]),
                ("import 10,000, of which 5,000 new", ["import", "actions", str(ten), *site, "--yes"]),
                ("export 10,000 to .xlsx", ["export", "actions", *site, "--to", str(folder / "out.xlsx")]),
                ("export 10,000 to .csv", ["export", "actions", *site, "--to", str(folder / "out.csv")]),
                ("export 10,000 to .json", ["export", "actions", *site, "--to", str(folder / "out.json")]),
                ("export 10,000 to .ics", ["export", "actions", *site, "--to", str(folder / "out.ics")]),
                (
                    "import the exported 10,000 unchanged",
                    ["import", "actions", str(folder / "out.xlsx"), *site, "--yes"],
                ),
            ]
            print("| job | requests | seconds | most memory |")
            print("|---|---|---|---|")
            for title, words in jobs:
                seconds, requests, megabytes, text = measured([*config, *words])
                rows = json.loads(text).get("rows")
                shown = f" ({', '.join(f'{count} {kind}' for kind, count in rows.items() if count)})" if rows else ""
                print(f"| {title}{shown} | {requests or '-'} | {seconds:.1f} | {megabytes} MB |", flush=True)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
