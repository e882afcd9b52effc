"""What happens, for the log: an event and plain fields. Whoever writes one sees to it that nobody is named in it."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("projectlists.events")


def event(name: str, **fields: object) -> None:
    """Something happened; `fields` are numbers, keys and ids, never names, addresses or titles."""
    LOGGER.info(name, extra={"fields": fields})
