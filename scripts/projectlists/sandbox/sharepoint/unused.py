"""Collections that are always empty here: what can be hung on lists and sites, and never is.

Reading them is true of a new list; adding to them is not here.
"""

from __future__ import annotations

from typing import Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint.errors import not_implemented
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import answer_many

NAMES: Final = frozenset({"eventreceivers", "subscriptions", "usercustomactions"})


def handle(call: Call, rest: tuple[Segment, ...]) -> Response:
    """Answer `…/EventReceivers`, `…/Subscriptions` or `…/UserCustomActions`. Raises ServiceError (501) below them."""
    if len(rest) > 1 or rest[0].called or call.method not in {"GET", "HEAD"}:
        raise not_implemented(f"{call.method} {'/'.join(segment.name for segment in rest)}")
    return answer_many(call, ())
