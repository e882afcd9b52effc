"""Making sites: asked of the tenant's root, waited for, joined to a hub, given their people (sharepoint-rest.md §2.5).

A site that is there is never made again: its state is asked first, so that a run that broke off goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from projectlists.errors import Conflict, Duplicate, Missing, Refused, Throttled, Unanswered
from projectlists.farend.batch import Answer, Operation, literal
from projectlists.farend.channel import Channel
from projectlists.farend.sharepoint import MEMBERSHIP, SharePointSite
from projectlists.language import LCID, Language, _

SiteKind = Literal["team", "communication"]
NOT_FOUND, PROVISIONING, READY, FAILED, TAKEN = range(5)
LOOKS = (1.0, 2.0, 4.0, 8.0, *(15.0,) * 40)
"""Seconds between looks at a site that is being made: ten minutes together."""
_LOST = 4
"""Looks, 15 seconds together, after which a site is not coming that the service said nothing about."""
SETTLING = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between looks at a site that is said to be ready and does not answer yet."""
_OWNERS, _MEMBERS = "web/AssociatedOwnerGroup/users", "web/AssociatedMemberGroup/users"
_ZONE = 4
"""Amsterdam and Berlin, as SharePoint counts time zones (§2.2)."""


@dataclass(frozen=True)
class NewSite:
    """A site as it is wished for. People are user principal names; `hub` is the address of a hub site."""

    url: str
    title: str
    language: Language
    kind: SiteKind = "team"
    owner: str = ""
    members: tuple[str, ...] = ()
    hub: str = ""


class NewSites:
    """Makes sites. `root` is the line to the tenant's root site; `site` gives any other by its address.

    `by_person` says that a person signed in: only people make team sites that come with a group (§2.5).
    """

    def __init__(
        self,
        root: Channel,
        site: Callable[[str], SharePointSite],
        *,
        by_person: bool,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root = root
        self._site = site
        self._by_person = by_person
        self._sleep = sleep

    def ensure(self, wanted: NewSite) -> bool:
        """Make the site, unless it is there; give it its hub and people. Whether it was made now.

        Raises:
            Refused: the service does not make it, got stuck with it, or needs an owner for it.
            Duplicate: the address belongs to a site that was deleted.
            Unanswered: it is not ready after ten minutes, or the question for it got lost.
            FarEndError: any other error on the way.
        """
        status = self._status(wanted.url)
        making = status == NOT_FOUND
        if making:
            status = self._created(wanted)
        unheard = status == NOT_FOUND
        for look, seconds in enumerate(LOOKS):
            if status in {READY, FAILED} or (unheard and status == NOT_FOUND and look == _LOST):
                break
            self._sleep(seconds)
            status = self._status(wanted.url)
        if status != READY:
            raise _not_ready(wanted.url, status)
        self._settled(wanted.url)
        self._furnish(wanted)
        return making

    def _status(self, url: str) -> int:
        answer = self._root.call(Operation("GET", "SPSiteManager/Status", query={"url": literal(url)}))
        return int(answer.entity.get("SiteStatus") or 0)

    def _created(self, wanted: NewSite) -> int:
        """Ask for the site; its state. An answer that was lost is no reason to ask again: its state is looked at."""
        with_group = wanted.kind == "team" and self._by_person
        if not wanted.owner and not with_group:
            raise Refused(
                _("The site {site} needs an owner before it can be made. Fill in the column owner.").format(
                    site=wanted.url
                )
            )
        try:
            answer = self._root.call(_group_request(wanted) if with_group else _request(wanted))
        except Unanswered:
            return self._status(wanted.url)
        status = int(answer.entity.get("SiteStatus") or 0)
        said = str(answer.entity.get("ErrorMessage") or "")
        if status in {PROVISIONING, READY}:
            return status
        found = self._status(wanted.url)
        if found in {PROVISIONING, READY}:
            return found
        if status == TAKEN or "already exists" in said:
            raise Duplicate(
                _(
                    "The address {site} is taken, perhaps by a site in the recycle bin of the tenant. Choose another "
                    "one or ask an administrator to remove that site."
                ).format(site=wanted.url)
            )
        raise Refused(
            _("SharePoint does not make the site {site}. Check its address and that its owner has an account. {words}")
            .format(site=wanted.url, words=said)
            .strip()
        )

    def _settled(self, url: str) -> None:
        """Wait until a site answers: one that is called ready may not do so for some seconds (§2.5)."""
        harmless = [Operation("GET", "web", query={"$select": "Id"}), Operation("GET", _OWNERS)]
        for seconds in (*SETTLING, None):
            try:
                for answer in self._site(url).run(harmless):
                    answer.checked()
            except (Missing, Conflict, Duplicate, Throttled, Refused):
                if seconds is None:
                    raise
                self._sleep(seconds)
            else:
                return

    def _furnish(self, wanted: NewSite) -> None:
        """Hub, owner and members, as far as they are not there yet."""
        site = self._site(wanted.url)
        hub_now = Operation("GET", "site", query={"$select": "HubSiteId"})
        about, owners, members = site.run([hub_now, Operation("GET", _OWNERS), Operation("GET", _MEMBERS)])
        joining = {
            **_joining(_OWNERS, [wanted.owner] if wanted.owner else [], owners),
            **_joining(_MEMBERS, wanted.members, members),
        }
        operations = list(joining.values())
        if wanted.hub:
            hub = self._hub(wanted.hub)
            if str(about.checked().entity.get("HubSiteId") or "").lower() != hub:
                operations.append(Operation("POST", f"site/JoinHubSite({literal(hub)})"))
        answers = site.run(operations)
        strangers = [
            login for (_path, login), answer in zip(joining, answers, strict=False) if isinstance(answer.error, Missing)
        ]
        if strangers:
            raise Missing(
                _("Nobody in the organisation has the account {account}. Check this row of the table.").format(
                    account=", ".join(strangers)
                )
            )
        for answer in answers:
            answer.checked()

    def _hub(self, url: str) -> str:
        entries = self._root.call(Operation("GET", "hubSites")).entries
        for entry in entries:
            if str(entry.get("SiteUrl") or "").rstrip("/").casefold() == url.rstrip("/").casefold():
                return str(entry.get("ID") or "").lower()
        raise Missing(_("{hub} is no hub site. Check the column hub.").format(hub=url))


def _not_ready(url: str, status: int) -> Refused | Unanswered:
    if status == FAILED:
        sentence = _("SharePoint could not finish the site {site}. Have an administrator remove it, then run again.")
        return Refused(sentence.format(site=url))
    if status == NOT_FOUND:
        return Unanswered(_("The site {site} was not made: the question for it got lost. Run again.").format(site=url))
    return Unanswered(
        _("The site {site} is still being made after ten minutes. Run again later: it goes on from there.").format(
            site=url
        )
    )


def _joining(path: str, logins: Sequence[str], found: Answer) -> dict[tuple[str, str], Operation]:
    """The operations that add people to a group, by group and person; whoever is in it is left alone."""
    there = {str(entry.get("LoginName") or "").casefold() for entry in found.checked().entries}
    return {
        (path, login): Operation("POST", path, {"LoginName": f"{MEMBERSHIP}{login}"})
        for login in logins
        if f"{MEMBERSHIP}{login}".casefold() not in there
    }


def _request(wanted: NewSite) -> Operation:
    template = "SITEPAGEPUBLISHING#0" if wanted.kind == "communication" else "STS#3"
    body = {
        "Title": wanted.title,
        "Url": wanted.url,
        "Lcid": LCID[wanted.language],
        "Owner": wanted.owner,
        "WebTemplate": template,
        "TimeZoneId": _ZONE,
    }
    return Operation("POST", "SPSiteManager/create", {"request": body})


def _group_request(wanted: NewSite) -> Operation:
    body = {
        "displayName": wanted.title,
        "alias": urlsplit(wanted.url).path.rpartition("/")[2],
        "isPublic": False,
        "optionalParams": {"CreationOptions": [f"SPSiteLanguage:{LCID[wanted.language]}"]},
    }
    return Operation("POST", "GroupSiteManager/CreateGroupEx", body)
