"""The form digest: given by `contextinfo`, asked for on writes only in strict mode (sharepoint-rest.md §1.4).

With a bearer token the service asks for none and takes any. The strict mode is for clients that must survive a digest
that is missing, foreign or too old.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from projectlists.sandbox.settings import Settings
from projectlists.sandbox.sharepoint.errors import digest_expired, digest_invalid, digest_missing
from projectlists.sandbox.sharepoint.model import Call, Web
from projectlists.sandbox.tenant import Tenant

SECONDS = 1800
"""How long a digest is good."""
_MOMENT = "%d %b %Y %H:%M:%S -0000"


def give(tenant: Tenant, web: Web) -> str:
    """A digest for a site, good from now by the tenant's clock."""
    return _signed(tenant, web, tenant.clock.now().strftime(_MOMENT))


def check(call: Call) -> None:
    """Refuse a write without a good digest, in the strict mode. Raises ServiceError (403)."""
    reading = call.method in {"GET", "HEAD"} or [one.key for one in call.segments] == ["contextinfo"]
    # The operations of a batch come without: the batch itself has been asked for one (§7.1).
    if not call.tenant.digests or reading or call.request.batch is not None:
        return
    given = call.request.headers.get("X-RequestDigest")
    if not given:
        raise digest_missing()
    moment = given.partition(",")[2]
    if not hmac.compare_digest(given.encode(), _signed(call.tenant, call.web, moment).encode()):
        raise digest_invalid()
    since = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
    if call.tenant.clock.now() - since >= timedelta(seconds=SECONDS):
        raise digest_expired()


def _signed(tenant: Tenant, web: Web, moment: str) -> str:
    """The digest of a moment: nothing is kept, and a restart of the sandbox leaves it good."""
    signature = hmac.new(_key(tenant), f"{web.site_id},{moment}".encode(), hashlib.sha512)
    return f"0x{signature.hexdigest().upper()},{moment}"


def _key(tenant: Tenant) -> bytes:
    settings = Settings(tenant.store)
    with tenant.store.transaction():
        key = settings.get("digest_key")
        if key is None:
            key = secrets.token_hex(32)
            settings.set("digest_key", key)
    return key.encode()
