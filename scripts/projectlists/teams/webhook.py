"""One channel's workflow: a card is posted once, never again when the answer is lost (identity-mail-teams.md §10.1).

The whole address is a secret. It is read from an environment variable or a file, and stands in no message or log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import requests

from projectlists.config.model import TeamsChannel
from projectlists.errors import FarEndError, Missing, Refused, Throttled, Unanswered, Unreachable, UsageError
from projectlists.farend.channel import never_sent
from projectlists.farend.refusals import seconds_to_wait
from projectlists.language import _

RETIRED = ".webhook.office.com"
"""Where connectors had their addresses; they are retired (§10.1, "Differences from retired connectors")."""
HOSTS = (".logic.azure.com", ".environment.api.powerplatform.com")
ATTEMPTS = 3
LONGEST_WAIT = 120.0


@dataclass(frozen=True)
class Posting:
    """What became of a card: `accepted`, `refused` (certainly not posted), or `unknown`."""

    outcome: Literal["accepted", "refused", "unknown"]
    error: FarEndError | None = None


def address_of(channel: TeamsChannel, folder: Path, environment: Mapping[str, str]) -> str:
    """The webhook address of a channel, from where the config says it is.

    Raises:
        UsageError: it is not there, or it is none that a workflow has. The message never holds it.
    """
    if channel.url_variable:
        address = environment.get(channel.url_variable, "").strip()
        place = channel.url_variable
    else:
        path = folder / (channel.url_file or Path())
        place = str(path)
        try:
            address = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            address = ""
    if not address:
        raise UsageError(
            _("The address of the Teams channel {name} is missing: fill in {place}.").format(
                name=channel.name, place=place
            )
        )
    host = _host(address)
    if host.endswith(RETIRED):
        raise UsageError(
            _(
                "{place} holds the address of a connector of Teams, and those are retired. In the channel, choose "
                "Workflows, then 'Post to a channel when a webhook request is received', and put its address there."
            ).format(place=place)
        )
    if not host.endswith(HOSTS):
        raise UsageError(
            _("{place} does not hold the address of a workflow of Teams ({hosts}).").format(
                place=place, hosts=", ".join(f"*{host}" for host in HOSTS)
            )
        )
    return address


class Webhook:
    """Posts to one address. `session` goes through the configured network."""

    def __init__(
        self, session: requests.Session, name: str, address: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._session = session
        self._name = name
        self._address = address
        self._sleep = sleep

    def post(self, body: bytes) -> Posting:
        """Post a card. Only after 429, which promises that nothing was done, is the same card posted again."""
        for _attempt in range(ATTEMPTS):
            posting = self._once(body)
            wait = posting.error.retry_after if isinstance(posting.error, Throttled) else 0.0
            if not isinstance(posting.error, Throttled) or wait > LONGEST_WAIT:
                return posting
            self._sleep(max(wait, 1.0))
        return posting

    def _once(self, body: bytes) -> Posting:
        try:
            response = self._session.post(self._address, data=body, headers={"Content-Type": "application/json"})
        except requests.RequestException as error:
            # The error's own text holds the address.
            if never_sent(error):
                return Posting(
                    "refused", Unreachable(_("No connection to the workflow of {name}.").format(name=self._name))
                )
            return Posting("unknown", self._doubtful(None))
        return self._answered(response)

    def _answered(self, response: requests.Response) -> Posting:
        status = response.status_code
        if status < 300:
            return Posting("accepted")
        if status == 429:
            return Posting(
                "refused",
                Throttled(
                    _("The workflow of {name} is too busy.").format(name=self._name),
                    retry_after=seconds_to_wait(response.headers),
                    status=status,
                ),
            )
        if status >= 500:
            return Posting("unknown", self._doubtful(status))
        if status == 404:
            sentence = _("The workflow of {name} does not exist any more. Make a new one and fill in its address.")
            return Posting("refused", Missing(sentence.format(name=self._name), status=status))
        sentence = _("The workflow of {name} refuses the card (HTTP {status}). Copy its address again.")
        return Posting("refused", Refused(sentence.format(name=self._name, status=status), status=status))

    def _doubtful(self, status: int | None) -> Unanswered:
        sentence = _("It is not known whether the card reached {name}; it is not posted again.")
        return Unanswered(sentence.format(name=self._name), status=status)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "").lower() if parts.scheme == "https" else ""
