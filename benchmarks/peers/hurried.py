"""Time that passes faster, for the sandbox's budget and for the program's pace alike.

`hurried.py SPEED sandbox …` is the sandbox, of which a minute's budget lasts a minute of that time;
`hurried.py SPEED bootstrap CONFIG TABLE` sets up the sites of a table, and sleeps as much shorter.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from projectlists.bootstrapping import job
from projectlists.bootstrapping.table import read
from projectlists.cli import main as command
from projectlists.config import configfile
from projectlists.definitions.loading import load, shipped_folder
from projectlists.farend.pace import Pace
from projectlists.farend.tenant import Tenant
from projectlists.sandbox import gateway
from projectlists.sandbox.budget import Budget


def main() -> int:
    """Be the sandbox, or set up sites."""
    speed, what, *words = int(sys.argv[1]), *sys.argv[2:]

    def clock() -> float:
        return time.monotonic() * speed

    if what == "bootstrap":
        return bootstrap(clock, lambda seconds: time.sleep(seconds / speed), *map(Path, words))
    setattr(gateway, "Budget", lambda units: Budget(units, clock))  # noqa: B010 - the one seam there is
    return command([what, *words])


def bootstrap(clock: Callable[[], float], sleep: Callable[[float], Any], config: Path, table: Path) -> int:
    """What the command of that name does, in another time."""
    settings, definitions = configfile.load(config), load([shipped_folder("lists")])
    tenant = Tenant(settings, sleep=sleep, pace=Pace(clock=clock, sleep=sleep))
    found = read(table, [settings.sharepoint], tuple(definitions.profiles))
    options = job.Options(create=False, app=settings.identity.client_id)
    failed = [one for one in job.Bootstrap(tenant, definitions, options).run(found.projects) if not one.ok]
    for one in failed:
        print(one.key, one.outcome.error)
    print(tenant.traffic.as_json())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
