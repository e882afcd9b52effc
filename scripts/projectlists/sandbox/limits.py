"""How hard the tenant is on its callers: the budget, conflicts, digests, full mailboxes; shown and set by a control."""

from __future__ import annotations

from typing import Any, Final

from projectlists.sandbox.tenant import Tenant

_LONGEST: Final = 3600


class LimitError(ValueError):
    """Limits that cannot be read; the message says why."""


def show(tenant: Tenant) -> dict[str, Any]:
    """The limits in force.

    `resource_units`: SharePoint's budget per minute, null for none. `save_conflicts`: whether the second column made on
    one list in a batch is answered with 409 although it was made (sharepoint-rest.md §1.7). `site_creation_seconds`:
    how long a new site has SiteStatus 1 (§2.5), by the tenant's clock. `digests`: whether a write needs a form digest,
    which the service asks of no bearer token (§1.4). `full_mailboxes`: addresses whose mailbox takes nothing more;
    `blocked_senders`: addresses that may not send any more (identity-mail-teams.md §7.7). `workflow_enabled`: whether
    the flow behind the webhook is switched on (§10.1). `known_recipients`: whether mail to an address in a domain of
    the tenant comes back when no account has it (§7.2); without it such an address stands for a group or a list.
    """
    return {
        "resource_units": tenant.resource_units_per_minute,
        "save_conflicts": tenant.save_conflicts,
        "site_creation_seconds": tenant.site_creation_seconds,
        "digests": tenant.digests,
        "full_mailboxes": sorted(tenant.full_mailboxes),
        "blocked_senders": sorted(tenant.blocked_senders),
        "workflow_enabled": tenant.workflow_enabled,
        "known_recipients": tenant.known_recipients,
    }


def change(tenant: Tenant, document: Any) -> None:
    """Set the limits named in a document of the form `show` gives. Raises LimitError and then nothing has changed."""
    if not isinstance(document, dict):
        raise LimitError("Limits are a JSON object.")
    wanted = {**show(tenant), **document}
    if unknown := sorted(set(wanted) - set(show(tenant))):
        raise LimitError(f"There is no limit {', '.join(unknown)}.")
    units, seconds = wanted["resource_units"], wanted["site_creation_seconds"]
    if units is not None and (type(units) is not int or units < 1):
        raise LimitError("'resource_units' is a whole number from 1, or null.")
    for name in ("save_conflicts", "digests", "workflow_enabled", "known_recipients"):
        if not isinstance(wanted[name], bool):
            raise LimitError(f"'{name}' is true or false.")
    if type(seconds) not in {int, float} or not 0 <= seconds <= _LONGEST:
        raise LimitError(f"'site_creation_seconds' is a number from 0 to {_LONGEST}.")
    full, blocked = (_addresses(wanted, name) for name in ("full_mailboxes", "blocked_senders"))
    tenant.resource_units_per_minute = units
    tenant.save_conflicts = wanted["save_conflicts"]
    tenant.digests = wanted["digests"]
    tenant.full_mailboxes = full
    tenant.blocked_senders = blocked
    tenant.workflow_enabled = wanted["workflow_enabled"]
    tenant.known_recipients = wanted["known_recipients"]
    tenant.site_creation_seconds = seconds


def _addresses(wanted: dict[str, Any], name: str) -> frozenset[str]:
    given = wanted[name]
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise LimitError(f"'{name}' is a list of addresses.")
    return frozenset(one.lower() for one in given)
