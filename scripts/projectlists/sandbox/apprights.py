"""What an app may do: sign in at all, consent in Entra, roles on mailboxes in Exchange; shown and set by a control.

Consent counts for tokens issued from then on. Exchange hears of a change after a while (identity-mail-teams.md §2.5).
Rights on single sites are granted over Graph, as on the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.directory import GRAPH, SHAREPOINT, Directory
from projectlists.sandbox.mailboxscopes import PROPAGATION

Kind = Literal["application", "delegated"]
_KINDS: Final[tuple[Kind, ...]] = ("application", "delegated")
_RESOURCES: Final = {"sharepoint": SHAREPOINT, "graph": GRAPH}


class RightsError(ValueError):
    """Rights that cannot be read; the message says why."""


def show(directory: Directory, app_id: str) -> dict[str, Any]:
    """`{"app_id", "enabled", "application": {"sharepoint": […], "graph": […]}, "delegated": {…}, "mailboxes": {…}}`.

    `mailboxes` has a list of roles per mailbox; `enabled` is false for an app that may not sign in at all.
    """
    application = directory.application(app_id)
    return {
        "app_id": app_id,
        "enabled": application is not None and application.enabled,
        **{
            kind: {name: sorted(_held(directory, app_id, resource, kind)) for name, resource in _RESOURCES.items()}
            for kind in _KINDS
        },
        "mailboxes": directory.mailboxes.assigned(app_id),
    }


def change(directory: Directory, clock: Clock, app_id: str, document: Any) -> str:
    """Replace the rights named in a document of the form `show` gives; returns the client id of the app.

    `app_id` is the app meant when the document names none. Raises RightsError and then nothing has changed.
    """
    given = _mapping(document, "Rights", {"app_id", "enabled", *_KINDS, "mailboxes"})
    app_id = str(given.get("app_id", app_id))
    if directory.application(app_id) is None:
        raise RightsError(f"There is no app {app_id}.")
    enabled = given.get("enabled")
    if enabled is not None and not isinstance(enabled, bool):
        raise RightsError("'enabled' is true or false.")
    consents = {kind: _mapping(given.get(kind, {}), kind, set(_RESOURCES)) for kind in _KINDS}
    wanted = {(kind, name): _texts(texts) for kind, named in consents.items() for name, texts in named.items()}
    mailboxes = {name: _texts(texts) for name, texts in _mapping(given.get("mailboxes", {}), "mailboxes").items()}
    with directory.store.transaction():
        if enabled is not None:
            directory.enable_application(app_id, enabled=enabled)
        for (kind, name), permissions in wanted.items():
            _consent(directory, app_id, _RESOURCES[name], kind, permissions)
        for mailbox, roles in mailboxes.items():
            _assign(directory, clock, app_id, mailbox, roles)
    return app_id


def _held(directory: Directory, app_id: str, resource: str, kind: Kind) -> frozenset[str]:
    return directory.roles(app_id, resource) if kind == "application" else directory.scopes(app_id, resource)


def _consent(directory: Directory, app_id: str, resource: str, kind: Kind, permissions: frozenset[str]) -> None:
    for gone in _held(directory, app_id, resource, kind) - permissions:
        directory.withdraw(app_id, resource, gone, kind)
    if kind == "application":
        directory.consent(app_id, resource, roles=tuple(permissions))
    else:
        directory.consent(app_id, resource, scopes=tuple(permissions))


def _assign(directory: Directory, clock: Clock, app_id: str, mailbox: str, roles: frozenset[str]) -> None:
    heard = clock.now() + PROPAGATION
    assigned = directory.mailboxes.assigned(app_id).items()
    held = {role for name, found in assigned if name.lower() == mailbox.lower() for role in found}
    for role in roles - held:
        directory.mailboxes.add(app_id, mailbox, role, heard)
    for role in held - roles:
        directory.mailboxes.remove(app_id, mailbox, role, heard)


def _mapping(given: Any, what: str, known: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise RightsError(f"{what} is a JSON object.")
    if known is not None and (unknown := sorted(set(given) - known)):
        raise RightsError(f"Unknown in {what}: {', '.join(unknown)}.")
    return given


def _texts(given: Any) -> frozenset[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        raise RightsError("Permissions and roles are a list of texts.")
    return frozenset(given)
