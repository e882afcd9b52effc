"""Pages about mail: what was delivered, the folders of a mailbox, one letter."""

from __future__ import annotations

from typing import Any, Final

from projectlists.sandbox.directory import Person
from projectlists.sandbox.http import Response
from projectlists.sandbox.pages import html, letters
from projectlists.sandbox.pages.house import House, NotFoundError
from projectlists.sandbox.pages.letters import Letter
from projectlists.sandbox.pages.paging import cut
from projectlists.sandbox.pages.visit import Visit
from projectlists.sandbox.pages.words import Words

PATH: Final = "/mail"


def page(house: House, visit: Visit, rest: str) -> Response:
    """The page at `/mail/{rest}`. Raises NotFoundError."""
    say = Words(visit.language)
    match rest.split("/"):
        case [""]:
            return _delivered(house, visit, say)
        case ["delivered", key]:
            return _letter(house, visit, letters.one_delivered(house, key), PATH, say("mail.delivered"))
        case [upn, "message", key]:
            letter, folder = letters.in_mailbox(house, letters.mailbox(house, upn), key)
            return _letter(house, visit, letter, f"{PATH}/{upn}/{folder}", say(f"folder.{folder}"))
        case [upn, folder]:
            owner = letters.mailbox(house, upn)
            held = letters.folder(house, owner, folder)
            heading = f"{owner.name}: {say(f'folder.{folder}')}"
            base = f"{PATH}/{owner.upn}/message/"
            return _list(house, visit, held, heading=heading, base=base, owner=owner, current=folder)
    raise NotFoundError


def _delivered(house: House, visit: Visit, say: Words) -> Response:
    arrived = letters.delivered(house)
    to = visit.option("to").lower()
    kept = tuple(
        one for one in arrived if not to or to in (address.lower() for address in (*one.to, *one.cc, *one.bcc))
    )
    recipients = sorted({address for one in arrived for address in (*one.to, *one.cc, *one.bcc)})
    base = f"{PATH}/delivered/"
    return _list(house, visit, kept, heading=say("mail.delivered"), base=base, recipients=recipients)


def _list(
    house: House,
    visit: Visit,
    held: tuple[Letter, ...],
    *,
    owner: Person | None = None,
    current: str = "",
    **values: Any,
) -> Response:
    return html.page(
        house.tenant,
        visit,
        "mail.html",
        section=PATH,
        shown=cut(held, visit.option("page")),
        boxes=[(box, letters.counts(house, box)) for box in letters.mailboxes(house)],
        deliveries=len(letters.delivered(house)),
        owner=owner,
        current=current,
        **values,
    )


def _letter(house: House, visit: Visit, letter: Letter, folder_path: str, folder_name: str) -> Response:
    return html.page(
        house.tenant,
        visit,
        "letter.html",
        section=PATH,
        mail=True,
        letter=letter,
        folder_path=folder_path,
        folder_name=folder_name,
    )
