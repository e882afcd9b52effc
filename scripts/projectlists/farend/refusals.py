"""What a service's refusal means: read once, here, into the tree of `errors.py` (sharepoint-rest.md §1.8). Pure.

The status alone does not tell: SharePoint answers most refusals by a rule with 500, so its own code decides first.
Texts are never matched where a code exists, since they come in the language of the site.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from projectlists.errors import (
    AccessRefused,
    Conflict,
    Duplicate,
    FarEndError,
    Missing,
    Refused,
    ThresholdExceeded,
    Throttled,
    Unanswered,
)
from projectlists.language import _

DIGEST_CODES = frozenset({"-2130575251", "-2130575252", "-2146232832"})
"""Form digest wrong, expired, absent; they count only with 403 (§1.4)."""
_MISSING = frozenset({"-2130575322", "-2147024894", "-2130575338"})
_DUPLICATE = frozenset({"-2130575169", "-2130575342"})
_CONFLICT = frozenset({"-2130246326", "-2130575305"})
_THRESHOLD = frozenset({"-2147024860", "-2147024749"})
_UNKNOWN = frozenset({"", "-1"})


@dataclass(frozen=True)
class ServiceWords:
    """The error object of an answer: its code, the .NET class in it where there is one, and its text."""

    code: str = ""
    kind: str = ""
    text: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.kind, self.text) if part)


def words(body: object) -> ServiceWords:
    """The service's own words in any of the shapes they come in: `error`, `odata.error`, a bare description."""
    if not isinstance(body, Mapping):
        return ServiceWords(text=body.strip()[:500] if isinstance(body, str) else "")
    error: Any = body.get("odata.error", body.get("error"))
    if not isinstance(error, Mapping):
        description = body.get("error_description") or error or ""
        return ServiceWords(text=str(description)[:500])
    code, _comma, kind = str(error.get("code") or "").partition(",")
    message = error.get("message")
    text = message.get("value") if isinstance(message, Mapping) else message
    return ServiceWords(code.strip(), kind.strip(), " ".join(str(text or "").split())[:500])


def body_of(content: bytes, content_type: str) -> Any:
    """An answer's body: parsed when it is JSON, else its text; None when there is none."""
    if not content:
        return None
    text = content.decode("utf-8", errors="replace")
    if "json" in content_type or text[:1] in "{[":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """How long to wait: the larger of `Retry-After` and `RateLimit-Reset` (§1.6); 0 when neither is there."""
    found = {name.lower(): value for name, value in headers.items()}
    return max((_seconds(found.get(name, "")) for name in ("retry-after", "ratelimit-reset")), default=0.0)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def refusal(status: int, headers: Mapping[str, str], body: object, where: str) -> FarEndError:
    """The error for an answer with a status of 400 or more.

    `where` starts the sentence: what was being done (`purpose.py`), or what was addressed.
    """
    said = words(body)
    if status in {429, 503} or (status == 401 and "429" in said.text):  # a 401 has carried "429 TOO MANY REQUESTS"
        return Throttled(
            _("{where}: Microsoft 365 is too busy. Wait a few minutes and run again.").format(where=where),
            retry_after=seconds_to_wait(headers),
            detail=str(said),
            status=status,
        )
    make, sentence = _meaning(status, said)
    reason = said.text or _("no reason, only code {code}").format(code=said.code or status)
    return make(sentence.format(where=where, words=reason), detail=str(said), status=status)


def _meaning(status: int, said: ServiceWords) -> tuple[Callable[..., FarEndError], str]:  # noqa: PLR0911 - a table
    if status == 401:
        if "app only token" in said.text.lower():
            return AccessRefused, _(
                "{where}: SharePoint takes an app only with a certificate, not with a secret. Name one with "
                "identity.certificate in tenant.yaml."
            )
        return AccessRefused, _(
            "{where}: the sign-in is not accepted here. Check tenant and identity in tenant.yaml, or ask an "
            "administrator."
        )
    if status == 403:
        return AccessRefused, _("{where}: no access. Ask an administrator to give this app access.")
    if said.code in _DUPLICATE:
        return Duplicate, _("{where}: this exists already. Give it another name or value. Microsoft 365 says: {words}")
    if said.code in _THRESHOLD:
        return ThresholdExceeded, _(
            "{where}: the list has more rows than SharePoint can search at once. Move old rows to another list. "
            "Microsoft 365 says: {words}"
        )
    if said.code in _CONFLICT or status in {409, 412}:
        return Conflict, _("{where}: somebody else changed this at the same moment. Run again.")
    if said.code in _MISSING or status == 404:
        return Missing, _("{where}: not found. Check whether it was removed or has another address now.")
    if status >= 500 and status != 501 and said.code in _UNKNOWN:
        return Unanswered, _(
            "{where}: Microsoft 365 gave an error. Whether the work was done is not known. Run the same command again."
        )
    return Refused, _("{where}: refused. Put right what is wrong and run again. Microsoft 365 says: {words}")
