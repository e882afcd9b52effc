"""Scopes: from the text a client sends to one resource and the permissions meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from projectlists.sandbox.directory import GRAPH, SHAREPOINT
from projectlists.sandbox.entra import errors
from projectlists.sandbox.tenant import Tenant

OPENID: Final = frozenset({"openid", "profile", "email", "offline_access"})
GRAPH_URL: Final = "https://graph.microsoft.com"
_DEFAULT: Final = ".default"


@dataclass(frozen=True)
class Asked:
    """What a scope text asks: one resource (its URL and its id), names of permissions, and the OpenID scopes beside."""

    url: str
    resource: str
    names: tuple[str, ...]
    openid: frozenset[str]

    @property
    def everything(self) -> bool:
        """Whether `.default` was asked: all that was consented."""
        return self.names == (_DEFAULT,)

    def qualified(self, names: frozenset[str]) -> str:
        """Permissions as an answer echoes them: `https://host/AllSites.Manage …` (identity-mail-teams.md §4.6)."""
        return " ".join([*(f"{self.url}/{name}" for name in sorted(names)), *sorted(self.openid)])


def application_scope(text: str, tenant: Tenant) -> Asked:
    """Read the scope of an app that asks in its own name: exactly one `{resource}/.default`.

    Raises EntraError 900144, 700022, 70011, 1002012 or 500011 (identity-mail-teams.md §5).
    """
    asked = _parse(text, tenant)
    if asked.openid or not asked.everything:
        raise errors.scope(
            1002012,
            f"The provided value for scope {text} is not valid. Client credential flows must have a scope value with "
            "/.default suffixed to the resource identifier (application ID URI).",
        )
    return asked


def delegated_scope(text: str, tenant: Tenant) -> Asked:
    """Read the scope of an app that acts for a person; without a resource it is Graph's `User.Read`.

    Raises EntraError as `application_scope` does; `.default` does not mix with names (70011).
    """
    if not set(text.split()) - OPENID:
        return Asked(GRAPH_URL, GRAPH, (), frozenset(text.split()))
    asked = _parse(text, tenant)
    if _DEFAULT in asked.names and not asked.everything:
        raise errors.scope(
            70011,
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter "
            f"'scope' is not valid. .default scope can't be combined with resource-specific scopes: {text}.",
        )
    return asked


def _parse(text: str, tenant: Tenant) -> Asked:
    if not text.strip():
        raise errors.missing_parameter("scope")
    words = text.split()
    openid = frozenset(words) & OPENID
    pairs = [_split(word) for word in words if word not in OPENID]
    if not pairs:
        raise _malformed(text)
    urls = {url for url, _ in pairs}
    if len(urls) > 1:
        raise errors.scope(
            700022,
            f"The provided value for the input parameter 'scope' is not valid because it contains more than one "
            f"resource. Scope {text} is not valid.",
        )
    url = urls.pop()
    if url == GRAPH_URL:
        resource = GRAPH
    elif url in {f"https://{tenant.sharepoint_host}", f"https://{tenant.admin_host}"}:
        resource = SHAREPOINT
    else:
        raise errors.unknown_resource(url, tenant.tenant_id)
    return Asked(url, resource, tuple(name for _, name in pairs), openid)


def _split(word: str) -> tuple[str, str]:
    if "://" not in word:
        # A bare name such as `User.Read` is one of Graph's; anything else is no scope at all.
        if "/" in word or word == _DEFAULT:
            raise _malformed(word)
        return GRAPH_URL, word
    try:
        parts = urlsplit(word)
    except ValueError as error:
        raise _malformed(word) from error
    resource_path, _, name = parts.path.rpartition("/")
    # A resource id that ends in a slash gives a double one before the name; a path is part of the resource's name.
    url = f"{parts.scheme}://{parts.netloc.lower()}{resource_path.rstrip('/')}"
    if not parts.netloc or not name:
        raise _malformed(word)
    return url, name


def _malformed(text: str) -> errors.EntraError:
    return errors.scope(
        70011,
        "The provided request must include a 'scope' input parameter. The provided value for the input parameter "
        f"'scope' is not valid. The scope {text} is not valid.",
    )
