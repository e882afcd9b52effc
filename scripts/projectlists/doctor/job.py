"""The whole examination, in the order in which things depend on each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions
from projectlists.doctor import channels, connection, mailbox, signing, site
from projectlists.doctor.finding import Finding
from projectlists.farend.tenant import Tenant


def examine(
    config: Config,
    definitions: Definitions,
    tenant: Tenant,
    sites: Sequence[Site],
    *,
    today: date,
    environment: Mapping[str, str] = os.environ,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Finding]:
    """Findings as they come: this machine and the tenant first, then the mailbox, then each site. Changes nothing.

    What cannot be checked is a finding too; no expected error is raised.
    """
    yield from connection.connection(config, now)
    yield from signing.examine(config, tenant.sign_in, now(), environment)
    yield from mailbox.mailbox(config, tenant)
    yield from channels.channels(config, environment)
    for one in sites:
        yield from site.examine(tenant.site(one.url), one, config, definitions, today)
