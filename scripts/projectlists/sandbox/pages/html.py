"""From templates to answers: the Jinja environment, and the headers that keep a page to itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from locale import windows_locale
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from projectlists.sandbox.http import Response
from projectlists.sandbox.pages.columns import TITLE_LINKS
from projectlists.sandbox.pages.icons import drawing
from projectlists.sandbox.pages.visit import Visit
from projectlists.sandbox.pages.words import Words
from projectlists.sandbox.sharepoint.model import FieldRecord
from projectlists.sandbox.tenant import Tenant

# Nothing from elsewhere, no scripts, no other page around ours. Forms go to this address only.
_POLICY: Final = (
    "default-src 'none'; style-src {style}; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_STRICT: Final = _POLICY.format(style="'self'")
# The body of a mail brings styling of its own; it has no scripts and no way out of its frame.
_WITH_MAIL: Final = _POLICY.format(style="'self' 'unsafe-inline'")
_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
_WORD_STARTS: Final = re.compile(r"\b\w")


def page(
    tenant: Tenant,
    visit: Visit,
    template: str,
    *,
    section: str = "",
    status: int = 200,
    mail: bool = False,
    **values: Any,
) -> Response:
    """A page in the visit's language. `section` is the address of the part it belongs to; `mail` is for mail bodies."""

    def local(address: str) -> str:
        """The page here for an address on the tenant's SharePoint; any other address as it is."""
        found = sharepoint_path(tenant, address)
        return visit.link(*found) if found else address

    common = {
        "visit": visit,
        "say": Words(visit.language),
        "local": local,
        "tenant": tenant,
        "now": tenant.clock.now(),
        "section": section,
    }
    text = _environment().get_template(template).render(**common, **values)
    policy = ("Content-Security-Policy", _WITH_MAIL if mail else _STRICT)
    headers = (policy, *_HEADERS, ("Content-Language", visit.language), ("Vary", "Accept-Language"))
    return Response.of_text(text, status, "text/html;charset=utf-8").with_headers(*headers)


def sharepoint_path(tenant: Tenant, address: str) -> tuple[str, dict[str, str]] | None:
    """Path and options of an absolute address on the tenant's SharePoint; None for one that leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.hostname != tenant.sharepoint_host:
        return None
    return unquote(parts.path) or "/", dict(parse_qsl(parts.query))


def plain_file(content: bytes, content_type: str) -> Response:
    """A file of the pages' own: the style sheet, the icon."""
    return Response(200, (("Content-Type", content_type), ("Content-Security-Policy", _STRICT), *_HEADERS), content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("projectlists.sandbox.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(drawing=drawing, initials=initials, language=language_tag, leading=leading_column)
    return environment


def initials(name: str) -> str:
    """The first letters of the first and last word of a name: `NL` for Noor Lindeveld."""
    letters: list[str] = _WORD_STARTS.findall(name)
    return (letters[0] + (letters[-1] if len(letters) > 1 else "")).upper() if letters else "?"


def language_tag(lcid: int) -> str:
    """The HTML language of a SharePoint language id such as 1043: `nl`."""
    return (windows_locale.get(lcid) or "en").partition("_")[0]


def leading_column(fields: Sequence[FieldRecord]) -> int:
    """The place of the column that names a row and leads to it: its title, else the first."""
    titles = {*TITLE_LINKS, "Title", "LinkFilename", "LinkFilenameNoMenu"}
    return next((place for place, field in enumerate(fields) if field.name in titles), 0)
