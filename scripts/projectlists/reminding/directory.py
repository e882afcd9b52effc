"""People in Entra: who has a working account and mailbox, and what they are called (identity-mail-teams.md §9.1).

Twenty people in one request. Without the right to read the directory, the addresses that SharePoint itself knows are
used, so that reminders still go out; who left is then only known from TeamRoles.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions

from projectlists.errors import AccessRefused, FarEndError, Missing, Throttled, Unanswered
from projectlists.farend.batch import literal
from projectlists.farend.refusals import body_of, refusal
from projectlists.farend.sharepoint import MEMBERSHIP
from projectlists.item import Person
from projectlists.language import _
from projectlists.rules.recipients import DirectoryPerson, account_of, is_group

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

BATCH = 20
"""Requests in one Graph `$batch` at most (identity-mail-teams.md §9.2)."""
ATTEMPTS = 4
_SELECT = "displayName,givenName,mail,accountEnabled"


class PeopleDirectory:
    """Looks people up and remembers them for the run."""

    def __init__(self, client: GraphClient, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep
        self._known: dict[str, DirectoryPerson | None] = {}
        self._open = True

    def people(self, persons: Iterable[Person]) -> dict[str, DirectoryPerson]:
        """The accounts of these people by `account_of`; who has none is absent.

        Raises:
            FarEndError: the directory could not be read, so it is not known who has an account.
        """
        wanted = {account_of(person): person for person in persons if account_of(person) and not is_group(person)}
        if self._open:
            try:
                self._look_up([account for account in wanted if account not in self._known])
            except AccessRefused:
                self._open = False
        if not self._open:
            self._known |= {
                account: DirectoryPerson(person.mail, name=person.name) if person.mail else None
                for account, person in wanted.items()
                if account not in self._known
            }
        return {account: found for account in wanted if (found := self._known.get(account)) is not None}

    def called(self, words: Iterable[str]) -> dict[str, tuple[Person, ...]]:
        """The people whose name starts with these words, or who have this address; at most five for each.

        `Person.id` is 0: a site gives its own number when it first meets somebody. Without the right to read the
        directory nobody is found.
        """
        found: dict[str, tuple[Person, ...]] = {}
        wanted = list(dict.fromkeys(words))
        try:
            for start in range(0, len(wanted), BATCH):
                part = wanted[start : start + BATCH]
                for word, answer in self._asked({word: _search(word) for word in part}).items():
                    entries = answer.get("value", ()) if isinstance(answer, Mapping) else ()
                    found[word] = tuple(_account(entry) for entry in entries)
        except AccessRefused:
            return {}
        return found

    def _look_up(self, accounts: Sequence[str]) -> None:
        for start in range(0, len(accounts), BATCH):
            left = list(accounts[start : start + BATCH])
            for attempt in range(ATTEMPTS):
                answers = self._asked({account: _address(account) for account in left})
                busy = {account: error for account, error in answers.items() if isinstance(error, Throttled)}
                self._known |= {account: _person(found) for account, found in answers.items() if account not in busy}
                left = list(busy)
                if not left:
                    break
                if attempt == ATTEMPTS - 1:
                    raise busy[left[0]]
                self._sleep(max(0.25 * 2**attempt, *(error.retry_after for error in busy.values())))

    def _asked(self, addresses: Mapping[str, str]) -> dict[str, Mapping[str, Any] | FarEndError]:
        """One `$batch`: the answer at each address, Missing, or Throttled, under the name it was asked by.

        Raises:
            FarEndError: any other answer.
        """
        requested = [
            {"id": str(number), "method": "GET", "url": address} for number, address in enumerate(addresses.values())
        ]
        answered = {str(part.get("id")): part for part in self._exchange({"requests": requested})}
        found: dict[str, Mapping[str, Any] | FarEndError] = {}
        for number, account in enumerate(addresses):
            part = answered.get(str(number))
            if part is None:
                raise Unanswered(_("The directory did not answer every question. Try again later."))
            status, body = int(part.get("status", 0)), part.get("body")
            if status < 400 and isinstance(body, Mapping):
                found[account] = body
                continue
            error = refusal(status, part.get("headers") or {}, body, _("The user directory of Microsoft 365"))
            if not isinstance(error, Missing | Throttled):
                raise error
            found[account] = error
        return found

    def _exchange(self, document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        for attempt in range(ATTEMPTS):
            options = RequestOptions("https://graph.microsoft.com/v1.0/$batch")
            options.method = HttpMethod.Post
            options.data = json.dumps(document).encode()
            options.headers = {"Content-Type": "application/json", "Accept": "application/json"}
            try:
                response = self._client.pending_request().execute_request_direct(options)
            except ClientRequestException as error:
                answer = error.response
                body = body_of(answer.content, answer.headers.get("Content-Type", ""))
                failure = refusal(answer.status_code, answer.headers, body, _("The user directory of Microsoft 365"))
                if attempt == ATTEMPTS - 1 or not isinstance(failure, Throttled | Unanswered):
                    raise failure from error
                self._sleep(max(getattr(failure, "retry_after", 0.0), 0.25 * 2**attempt))
            except requests.RequestException as error:
                # Only questions were asked: asking again does no harm.
                if attempt == ATTEMPTS - 1:
                    raise Unanswered(
                        _("The connection to the user directory was lost. Run the same command again."),
                        detail=type(error).__name__,
                    ) from error
                self._sleep(0.25 * 2**attempt)
            else:
                responses: Sequence[Mapping[str, Any]] = response.json().get("responses", ())
                return responses
        raise AssertionError("the last attempt returns or raises")


def _address(account: str) -> str:
    # A guest's `#EXT#` would cut the address off (§9.1).
    return f"/users/{quote(account, safe='@.')}?$select={_SELECT}"


def _search(words: str) -> str:
    """The address that finds people: `&` and `#` in a name would cut it off, so the filter is encoded whole (§9.1).

    A single word is a whole name or nothing: of a first name the directory knows more people than the project does.
    """
    text = literal(words)
    if "@" in words:
        condition = f"mail eq {text} or userPrincipalName eq {text}"
    else:
        condition = f"startswith(displayName,{text})" if " " in words else f"displayName eq {text}"
    return f"/users?$filter={quote(condition, safe='')}&$select=displayName,mail,userPrincipalName&$top=5"


def _account(entry: Mapping[str, Any]) -> Person:
    return Person(
        id=0,
        name=str(entry.get("displayName") or ""),
        mail=str(entry.get("mail") or "").lower(),
        login=f"{MEMBERSHIP}{entry.get('userPrincipalName')}",
    )


def _person(found: Mapping[str, Any] | FarEndError) -> DirectoryPerson | None:
    if isinstance(found, FarEndError):
        return None
    return DirectoryPerson(
        mail=str(found.get("mail") or "").lower(),
        enabled=found.get("accountEnabled") is not False,  # absent without the larger right (§9.1)
        name=str(found.get("displayName") or ""),
        first_name=str(found.get("givenName") or ""),
    )
