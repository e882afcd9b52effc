"""`meter.py FILE PROGRAM …` runs a program and writes what it used to a file.

It is small on purpose: on Linux the most that a process held also counts what its parent held when it began.
"""

import json
import os
import sys
from pathlib import Path


def main() -> int:
    """Run, wait, write processor seconds and memory in MB."""
    file, *words = sys.argv[1:]
    process = os.posix_spawnp(words[0], words, os.environ)
    _pid, status, used = os.wait4(process, 0)
    divider = 1024**2 if sys.platform == "darwin" else 1024
    found = {"processor": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / divider}
    Path(file).write_text(json.dumps(found), "utf-8")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
