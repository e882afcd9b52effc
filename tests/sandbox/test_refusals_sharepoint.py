"""SharePoint's refusals with status, code and whole text, over plain HTTP (sharepoint-rest.md §1.4, §1.8)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from projectlists.sandbox.sharepoint import query as item_query
from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.csom_calls import post, query, setting
from tests.sandbox.sharepoint_calls import Site, failure
from tests.sandbox.test_sharepoint_csom_tenant import ADMIN, BY_URL, tenant_query

CORE = "Microsoft.SharePoint.SPException"
ROOT = "/sites/demo/Shared Documents"
FILE = f"web/GetFileByServerRelativeUrl('{ROOT}/a.txt')"
ADDRESS = f"https://lindervoort.sharepoint.com{ROOT}/a.txt"
LIBRARY = "web/lists/getbytitle('Documents')"
APP = "i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


@pytest.fixture
def library(site: Site) -> Site:
    """The site with one file in its library."""
    site.post(f"web/GetFolderByServerRelativeUrl('{ROOT}')/Files/add(url='a.txt',overwrite=true)", "one")
    return site


@pytest.fixture
def person_token(sandbox: Sandbox) -> Callable[[int], str]:
    """A SharePoint token of one of the seeded people."""

    return sandbox.person_token


def test_a_list_by_an_id_that_is_not_there(site: Site) -> None:
    assert failure(site.call("GET", "web/lists(guid'3b2d0bdc-1d3c-4f3c-8d5a-0f6f5f1e2a11')")) == (
        404,
        f"-2130575322, {CORE}",
        "List does not exist.\n\nThe page you selected contains a list that does not exist."
        " It may have been deleted by another user.",
    )


# Files that somebody has


@pytest.mark.parametrize(
    "change",
    [
        ("PUT", f"{FILE}/$value", None, "two"),
        ("POST", f"web/GetFolderByServerRelativeUrl('{ROOT}')/Files/add(url='a.txt',overwrite=true)", None, "two"),
        ("POST", f"{LIBRARY}/items(1)", "MERGE", {"Title": "x"}),
        ("POST", f"{FILE}/moveto(newurl='{ROOT}/b.txt',flags=1)", None, None),
        ("POST", f"{FILE}/recycle", None, None),
        ("POST", FILE, "DELETE", None),
        ("POST", f"{FILE}/CheckOut", None, None),
    ],
)
def test_a_file_another_checked_out(
    library: Site, person_token: Callable[[int], str], change: tuple[str, str, str | None, Any]
) -> None:
    method, path, tunnel, body = change
    library.post(f"{FILE}/CheckOut()")
    before = library.get(FILE)
    token = f"Bearer {person_token(1)}"
    answer = library.call(method, path, body, tunnel=tunnel, IF_MATCH="*", Authorization=token)
    assert failure(answer) == (
        423,
        "-2130575306, Microsoft.SharePoint.SPFileCheckOutException",
        f'The file "{ADDRESS}" is checked out for editing by {APP}.',
    )
    assert library.get(FILE) == before


def test_a_file_is_checked_out_and_in(library: Site, person_token: Callable[[int], str]) -> None:
    shown = f"{FILE}?$select=CheckOutType,CheckInComment,Level,CheckedOutByUser/Title&$expand=CheckedOutByUser"
    free = {"CheckOutType": 2, "CheckInComment": "", "Level": 1, "CheckedOutByUser": None}
    assert library.get(shown) == free
    library.post(f"{FILE}/CheckOut()")
    assert library.get(shown) == {
        **free,
        "CheckOutType": 0,
        "Level": 255,
        "CheckedOutByUser": {"Title": "SharePoint App"},
    }
    # Whoever has it goes on working; a second check-out is refused even then.
    assert library.call("PUT", f"{FILE}/$value", "two").status_code == 204
    assert failure(library.call("POST", f"{FILE}/CheckOut()"))[0] == 423
    token = f"Bearer {person_token(1)}"
    assert failure(library.call("POST", f"{FILE}/CheckIn(comment='mine',checkintype=1)", Authorization=token))[0] == 423
    library.post(f"{FILE}/CheckIn(comment='done',checkintype=1)")
    assert library.get(shown) == {**free, "CheckInComment": "done"}
    assert library.call("PUT", f"{FILE}/$value", "three", Authorization=token).status_code == 204


def test_a_check_out_is_given_up(library: Site) -> None:
    assert failure(library.call("POST", f"{FILE}/UndoCheckOut()")) == (
        500,
        f"-2147467259, {CORE}",
        f'The file "{ADDRESS}" is not checked out.',
    )
    assert (
        failure(library.call("POST", f"{FILE}/CheckIn(comment='x')"))[2] == f'The file "{ADDRESS}" is not checked out.'
    )
    library.post(f"{FILE}/CheckOut()")
    library.post(f"{FILE}/UndoCheckOut()")
    assert library.get(f"{FILE}?$select=CheckOutType") == {"CheckOutType": 2}
    library.post(f"{FILE}/CheckOut()")
    library.call("PUT", f"{FILE}/$value", "two")
    assert library.call("POST", f"{FILE}/UndoCheckOut()").status_code == 501


@pytest.mark.parametrize("arguments", ["comment=5", "comment='x',checkintype=7", f"comment='{'x' * 1024}'"])
def test_a_check_in_with_something_else(library: Site, arguments: str) -> None:
    library.post(f"{FILE}/CheckOut()")
    assert failure(library.call("POST", f"{FILE}/CheckIn({arguments})"))[0] == 400


def test_a_file_somebody_has_open(sandbox: Sandbox, library: Site) -> None:
    upn = sandbox.ready["users"][0]["upn"]
    lock = {"file": f"{ROOT}/A.txt", "by": upn}
    assert sandbox.control("POST", "locks", json=lock).json() == [lock]
    assert failure(library.call("PUT", f"{FILE}/$value", "two")) == (
        423,
        "-2147018894, Microsoft.SharePoint.SPFileLockException",
        f'The file "{ADDRESS}" is locked for shared use by {upn} [membership].',
    )
    assert failure(library.call("POST", f"{FILE}/recycle"))[0] == 423
    assert sandbox.control("DELETE", "locks").status_code == 204
    assert sandbox.control("GET", "locks").json() == []
    assert library.call("PUT", f"{FILE}/$value", "two").status_code == 204


@pytest.mark.parametrize("body", [b"", b"[]", b'{"file": 1, "by": "x"}', b'{"file": "/x"}'])
def test_locks_that_cannot_be_read(sandbox: Sandbox, body: bytes) -> None:
    assert sandbox.control("POST", "locks", data=body).status_code == 400
    assert sandbox.control("GET", "locks").json() == []


# Grouping


def stream(site: Site, title: str, grouped: str) -> Any:
    xml = f"<View><Query><GroupBy>{grouped}</GroupBy></Query></View>"
    path = f"web/lists/getbytitle('{title}')/RenderListDataAsStream"
    return site.call("POST", path, {"parameters": {"ViewXml": xml}})


def test_grouping_by_a_column_that_is_not_there(site: Site) -> None:
    site.make_list()
    assert failure(stream(site, "Actions", "<FieldRef Name='Nope'/>")) == (
        500,
        "-1, Microsoft.SharePoint.Client.UnknownError",
        "Unknown Error",
    )


def test_grouping_on_two_levels_in_a_large_library(library: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    two = "<FieldRef Name='Title'/><FieldRef Name='Created'/>"
    assert stream(library, "Documents", two).status_code == 200
    # 5,000 files would take a minute; the limit comes down instead.
    monkeypatch.setattr(item_query, "THRESHOLD", 0)
    assert failure(stream(library, "Documents", two)) == (
        500,
        f"-2147467259, {CORE}",
        "Cannot complete this action.\n\nPlease try again.",
    )


# Form digests


def digest_of(site: Site) -> str:
    return str(site.post("contextinfo")["FormDigestValue"])


def strict(sandbox: Sandbox) -> None:
    assert sandbox.control("POST", "limits", json={"digests": True}).status_code == 200


def test_a_bearer_token_needs_no_digest(site: Site) -> None:
    # §1.4: with OAuth bearer auth SharePoint does not require it, and §10.2: accept any.
    assert site.call("POST", "web/lists", {"Title": "None", "BaseTemplate": 100}).status_code == 201
    wrong = {"X_RequestDigest": "0xAB,22 Nov 2020 09:00:00 -0000"}
    assert site.call("POST", "web/lists", {"Title": "Any", "BaseTemplate": 100}, **wrong).status_code == 201


def test_strict_digests(sandbox: Sandbox, site: Site) -> None:
    strict(sandbox)
    made = {"Title": "Made", "BaseTemplate": 100}
    assert failure(site.call("POST", "web/lists", made)) == (
        403,
        f"-2146232832, {CORE}",
        "The security validation for this page is missing.",
    )
    digest = digest_of(site)
    signature, _, moment = digest.partition(",")
    later = "31 Dec 2099 09:00:00 -0000"
    for wrong in ("0xAB,22 Nov 2020 09:00:00 -0000", "é", signature, f"{signature},{later}", f"0x00,{moment}"):
        assert failure(site.call("POST", "web/lists", made, X_RequestDigest=wrong.encode())) == (  # type: ignore[arg-type]
            403,
            f"-2130575251, {CORE}",
            "The security validation for this page is invalid and might be corrupted. Please use your web browser's"
            " Back button to try your operation again.",
        )
    assert site.get("web/lists?$filter=Title eq 'Made'") == {"value": []}
    assert site.call("POST", "web/lists", made, X_RequestDigest=digest).status_code == 201


def test_strict_digests_grow_old(sandbox: Sandbox, site: Site) -> None:
    strict(sandbox)
    digest = digest_of(site)
    now = datetime.datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"])
    made = {"Title": "Made", "BaseTemplate": 100}
    sandbox.set_clock((now + datetime.timedelta(seconds=1801)).isoformat())
    assert failure(site.call("POST", "web/lists", made, X_RequestDigest=digest)) == (
        403,
        f"-2130575252, {CORE}",
        "The security validation for this page has timed out. Click Back in your Web browser, refresh the page, and"
        " try your operation again.",
    )
    sandbox.set_clock((now + datetime.timedelta(seconds=1700)).isoformat())
    assert site.call("POST", "web/lists", made, X_RequestDigest=digest).status_code == 201


def test_a_batch_has_one_digest_for_all(sandbox: Sandbox, site: Site) -> None:
    strict(sandbox)
    body = '{"Title":"Made","BaseTemplate":100}'
    part = (
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"POST {sandbox.site}/_api/web/lists HTTP/1.1\r\nContent-Type: application/json;odata=nometadata\r\n\r\n"
        f"{body}\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    assert failure(sandbox.api("POST", "$batch", headers=headers, data=part))[:2] == (403, f"-2146232832, {CORE}")
    answer = sandbox.api("POST", "$batch", headers={**headers, "X-RequestDigest": digest_of(site)}, data=part)
    assert (answer.status_code, "HTTP/1.1 201" in answer.text) == (200, True)


# A site the administration has locked


def set_lock(sandbox: Sandbox, state: str) -> None:
    _, results = tenant_query(sandbox, BY_URL.format(sandbox.site))
    identity = results[5]["_ObjectIdentity_"].replace("\n", "&#xA;")
    paths = f'<Identity Id="4" Name="{identity}" /><Method Id="7" ParentId="4" Name="Update" />'
    action = f'{setting(6, 4, "LockState", state)}<ObjectPath Id="8" ObjectPathId="7" />'
    head, _ = query(sandbox, action, paths, at=ADMIN)
    assert head["ErrorInfo"] is None


BLOCKED = "to this Web site has been blocked.\n\nPlease contact the administrator to resolve this problem."


def test_a_locked_site(sandbox: Sandbox, site: Site) -> None:
    # The code is known; 423 over REST and the text are inferred, 423 over Graph is not.
    set_lock(sandbox, "NoAccess")
    locked = (423, f"-2130575247, {CORE}", f"Access {BLOCKED}")
    assert failure(site.call("GET", "web")) == locked
    assert failure(site.call("POST", "web/lists", {"Title": "x", "BaseTemplate": 100})) == locked
    assert post(sandbox, b"<Request/>").status_code == 423
    answer = sandbox.graph("GET", f"sites/{sandbox.sharepoint.removeprefix('https://')}:/sites/demo")
    assert (answer.status_code, answer.json()["error"]["code"]) == (423, "resourceLocked")
    # Without a token it is a 401 still.
    assert sandbox.get(f"{sandbox.site}/_api/web", token=None).status_code == 401
    set_lock(sandbox, "Unlock")
    assert site.get("web?$select=Title") == {"Title": "Demo"}


def test_a_site_locked_for_writing(sandbox: Sandbox, site: Site) -> None:
    set_lock(sandbox, "ReadOnly")
    answer = site.call("POST", "web/lists", {"Title": "x", "BaseTemplate": 100})
    assert failure(answer) == (423, f"-2130575247, {CORE}", f"Additions {BLOCKED}")
    assert site.get("site?$select=ReadOnly,WriteLocked") == {"ReadOnly": True, "WriteLocked": True}
    path = f"sites/{sandbox.sharepoint.removeprefix('https://')}:/sites/demo"
    assert sandbox.request("GET", f"{GRAPH}/v1.0/{path}").status_code == 200
