"""The Teams channels that get a card: whether the address of each workflow is there and is one.

Nothing is posted. Whether a card is seen can only be told by somebody who looks: the service accepts a card before its
workflow has tried to show it (identity-mail-teams.md §10.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from projectlists.config.model import Config
from projectlists.doctor import people
from projectlists.doctor.finding import Finding
from projectlists.errors import UsageError
from projectlists.language import _
from projectlists.teams.webhook import address_of


def channels(config: Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    """A finding for each channel; none when no channel is configured. The address itself is never shown."""
    for channel in config.teams:
        try:
            address_of(channel, config.folder, environment)
        except UsageError as error:
            yield Finding(
                "teams",
                "failed",
                str(error),
                _("Put the address of the channel's workflow where the config says it is."),
                people.you(),
            )
        else:
            yield Finding(
                "teams",
                "ok",
                _(
                    "The address for the Teams channel {name} looks right. Look in the channel whether cards arrive."
                ).format(name=channel.name),
            )
