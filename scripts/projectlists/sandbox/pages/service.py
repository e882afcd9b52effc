"""The pages for people on the web address: sites and lists as SharePoint shows them, mail, cards, the request log.

Addresses of sites, views and rows are SharePoint's own with another host, so that a link from a mail is found here too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final

from projectlists.sandbox import requestlog
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.graph import mail
from projectlists.sandbox.graph.mail import Mail
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.pages import channel, html, journal, mailpages, sitepages
from projectlists.sandbox.pages import visit as visits
from projectlists.sandbox.pages.house import House, NotFoundError
from projectlists.sandbox.pages.journal import Filter
from projectlists.sandbox.pages.paging import cut
from projectlists.sandbox.pages.visit import Visit
from projectlists.sandbox.pages.words import Words
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.teams import service as teams
from projectlists.sandbox.tenant import Service, Tenant

_log = logging.getLogger(__name__)
_FILES: Final[Mapping[str, str]] = {"/style.css": "text/css;charset=utf-8", "/icon.svg": "image/svg+xml"}


def make(tenant: Tenant, directory: Directory) -> Service:
    """Make the service of all pages. It takes GET and HEAD only and changes nothing in the tenant."""
    house = House(tenant, directory, Schema(tenant, directory), Mail(tenant.store, tenant.clock))
    files = {path: _file(path, content_type) for path, content_type in _FILES.items()}

    def handle(request: Request) -> Response:
        visit = visits.of(request)
        if request.method not in {"GET", "HEAD"}:
            return _problem(house, visit, 405, "problem.method").with_headers(("Allow", "GET, HEAD"))
        if request.path in files:
            return files[request.path]
        try:
            return _page(house, visit)
        except NotFoundError:
            return _problem(house, visit, 404, "problem.missing")
        except Exception:
            _log.exception("%s: defect in the pages", request.path)
            return _problem(house, visit, 500, "problem.defect")

    return handle


def _page(house: House, visit: Visit) -> Response:
    path = visit.path.rstrip("/") or "/"
    own: Mapping[str, Callable[[House, Visit], Response]] = {"/": _home, "/teams": _teams, "/requests": _requests}
    if path in own:
        return own[path](house, visit)
    if path == mailpages.PATH or path.startswith(f"{mailpages.PATH}/"):
        return mailpages.page(house, visit, path.removeprefix(mailpages.PATH).strip("/"))
    return sitepages.page(house, visit, path)


def _home(house: House, visit: Visit) -> Response:
    webs = [(web, len(house.schema.lists(web.url))) for web in house.schema.webs()]
    # The root site is furniture; the projects come first.
    webs.sort(key=lambda entry: not entry[0].url)
    return html.page(
        house.tenant,
        visit,
        "home.html",
        section="/",
        shown=cut(webs, visit.option("page")),
        mails=len(mail.delivered(house.tenant.store)),
        cards=len(teams.posted(house.tenant.store)),
        requests=sum(entry["batch"] is None for entry in requestlog.read(house.tenant.folder)),
        moved=abs(house.tenant.clock.offset_seconds) >= 1,
    )


def _teams(house: House, visit: Visit) -> Response:
    return html.page(
        house.tenant,
        visit,
        "teams.html",
        section="/teams",
        shown=cut(channel.posts(house), visit.option("page")),
        failed=[run for run in teams.runs(house.tenant.store) if run["error"]],
    )


def _requests(house: House, visit: Visit) -> Response:
    wanted = Filter(
        host=visit.option("host"),
        failed=visit.option("failed") == "1",
        newest=visit.option("order") != "oldest",
        page=visit.option("page"),
    )
    return html.page(
        house.tenant, visit, "requests.html", section="/requests", journal=journal.read(house, wanted), wanted=wanted
    )


def _problem(house: House, visit: Visit, status: int, key: str) -> Response:
    say = Words(visit.language)
    return html.page(
        house.tenant, visit, "problem.html", status=status, heading=say(key), explanation=say(f"{key}.explanation")
    )


def _file(path: str, content_type: str) -> Response:
    content = resources.files("projectlists.sandbox.pages").joinpath(path.lstrip("/")).read_bytes()
    return html.plain_file(content, content_type)
