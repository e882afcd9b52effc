"""The same search and change of rows with the product's own rooms: one filter on an indexed column, one batch.

Argument: a JSON file as `comparison.py` makes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from projectlists.config import configfile
from projectlists.farend.sharepoint import Query
from projectlists.farend.tenant import Tenant


def main() -> None:
    """Find and mark what is due."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    site = Tenant(configfile.load(Path(given["config"]))).site(given["site"])
    text = f"DueDate lt datetime'{given['before']}' and (PercentDone eq null or PercentDone eq 0)"
    (rows,) = site.rows([Query("Actions", filter=text, options={"$select": "Id"})])
    answers = site.run([site.change("Actions", int(row["Id"]), {"PercentDone": 50}, None) for row in rows])
    assert len([answer.checked() for answer in answers]) == given["due"]


if __name__ == "__main__":
    main()
