"""Mail over HTTP: bodies, queries, rights, errors (identity-mail-teams.md §7.3-§7.7, §12.3, §14)."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import asdict
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.graph import bodies, ids, mime
from projectlists.sandbox.graph.errors import GraphError
from tests.sandbox.graph_tenant import IMMUTABLE, MAILBOX, Graph, letter

GUID = "{5d2f4a10-6c1b-4f0e-9b0e-0c6a3a2b7d11}"
TAG = f"String {GUID} Name Reminder-Key"


@pytest.fixture
def graph(tmp_path):
    return Graph(tmp_path)


def tagged(value: str) -> dict:
    return {"singleValueExtendedProperties": [{"id": TAG, "value": value}]}


def by_tag(value: str, name: str = "Reminder-Key") -> str:
    identity = f"String {GUID} Name {name}"
    return (
        "$filter=singleValueExtendedProperties/Any(ep:%20ep/id%20eq%20"
        f"'{identity}'%20and%20ep/value%20eq%20'{value}')".replace(" ", "%20")
    )


def test_the_client_s_own_annotations_are_tolerated(graph):
    """§12.3: bodies carry `#microsoft.graph.Message` and `ItemBody` with capitals."""
    message = {
        "@odata.type": "#microsoft.graph.Message",
        "subject": "S",
        "body": {"@odata.type": "#microsoft.graph.ItemBody", "contentType": "html", "content": "<b>x</b>"},
        "toRecipients": [
            {
                "@odata.type": "#microsoft.graph.Recipient",
                "emailAddress": {"@odata.type": "#microsoft.graph.EmailAddress", "address": "anne@gemeente.example"},
            }
        ],
    }
    answer = graph.call("POST", f"{graph.base}/messages", message)
    assert answer.status == 201
    assert answer.body["body"] == {"contentType": "html", "content": "<b>x</b>"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"subject": "S", "tekst": "x"}, "tekst"),
        ({"body": {"contentType": "html", "inhoud": "x"}}, "inhoud"),
        ({"toRecipients": [{"address": "a@b.nl"}]}, "address"),
        ({"body": {"contentType": "markdown", "content": ""}}, "contentType"),
        ({"categories": None}, "categories"),
    ],
)
def test_what_the_type_does_not_know_is_refused(graph, body, named):
    answer = graph.call("POST", f"{graph.base}/messages", body)
    assert (answer.status, answer.code) == (400, "RequestBodyRead")
    assert f"'{named}'" in answer.message or named == "address"


def test_message_fields_at_the_root_of_send_mail_are_refused(graph):
    """§7.7, RequestBodyRead."""
    answer = graph.call("POST", f"{graph.base}/sendMail", letter())
    assert (answer.status, answer.code) == (400, "RequestBodyRead")
    assert "sendMail" in answer.message


def test_a_header_without_x_is_refused_in_json(graph):
    headers = [{"name": "Auto-Submitted", "value": "auto-generated"}]
    answer = graph.call("POST", f"{graph.base}/messages", letter(internetMessageHeaders=headers))
    assert (answer.status, answer.code) == (400, "InvalidInternetMessageHeader")
    assert answer.message == "The internet message header name 'Auto-Submitted' should start with 'x-' or 'X-'."


def test_headers_are_set_at_creation_only_and_shown_for_sent_messages_only(graph):
    """§7.5."""
    headers = [{"name": "X-Reminder", "value": "1"}]
    draft = graph.draft(internetMessageHeaders=headers).body
    address = f"{graph.base}/messages/{draft['id']}"
    select = f"{address}?$select=internetMessageHeaders"
    assert "internetMessageHeaders" not in graph.call("GET", select, **IMMUTABLE).body
    changed = graph.call("PATCH", address, {"internetMessageHeaders": headers}, **IMMUTABLE)
    assert (changed.status, changed.code) == (400, "ErrorInvalidPropertySet")
    graph.call("POST", f"{address}/send", **IMMUTABLE)
    graph.clock.advance(seconds=3)
    assert graph.call("GET", select, **IMMUTABLE).body["internetMessageHeaders"] == headers
    assert "internetMessageHeaders" not in graph.call("GET", address, **IMMUTABLE).body


@pytest.mark.parametrize("kind", ["#microsoft.graph.Attachment", "#microsoft.graph.attachment", None])
def test_an_attachment_of_no_concrete_type_is_refused(graph, kind):
    """§12.3: the client rewrites raw attachments to the abstract type."""
    attachment = {"name": "a.txt", "contentBytes": "eA=="} | ({"@odata.type": kind} if kind else {})
    answer = graph.call("POST", f"{graph.base}/messages", letter(attachments=[attachment]))
    assert (answer.status, answer.code) == (400, "UnprocessableType")


def test_a_file_attachment_travels_along(graph):
    file = {
        "@odata.type": "#microsoft.graph.FileAttachment",
        "name": "actie.ics",
        "contentType": "text/calendar",
        "contentBytes": base64.b64encode(b"BEGIN:VCALENDAR\r\n").decode(),
    }
    draft = graph.draft(attachments=[file]).body
    assert draft["hasAttachments"] is True
    address = f"{graph.base}/messages/{draft['id']}"
    added = graph.call("POST", f"{address}/attachments", file | {"name": "twee.ics"}, **IMMUTABLE)
    assert added.status == 201
    listed = graph.call("GET", f"{address}/attachments", **IMMUTABLE).body["value"]
    assert [one["name"] for one in listed] == ["actie.ics", "twee.ics"]
    graph.call("POST", f"{address}/send", **IMMUTABLE)
    expected = [{"name": name, "contentType": "text/calendar", "size": 17} for name in ("actie.ics", "twee.ics")]
    assert graph.delivered()[0]["attachments"] == expected


def test_select_gives_what_was_asked_and_no_more(graph):
    draft = graph.draft().body
    answer = graph.call("GET", f"{graph.base}/messages/{draft['id']}?$select=subject,isDraft", **IMMUTABLE).body
    # Exchange adds the id.
    assert {name for name in answer if not name.startswith("@")} == {"id", "subject", "isDraft"}
    refused = graph.call("GET", f"{graph.base}/messages?$select=onderwerp")
    assert refused.status == 400
    assert "'onderwerp'" in refused.message


def test_a_tag_is_found_whatever_the_case_of_its_value_but_not_of_its_name(graph):
    """§7.4: the name in the id is case-sensitive, the value comparison is not."""
    draft = graph.draft(**tagged("abc1")).body
    graph.draft(**tagged("abc2"))
    found = graph.call("GET", f"{graph.base}/messages?{by_tag('ABC1')}", **IMMUTABLE).body["value"]
    assert [one["id"] for one in found] == [draft["id"]]
    assert "singleValueExtendedProperties" not in found[0]
    assert graph.call("GET", f"{graph.base}/messages?{by_tag('abc1', 'reminder-key')}").body["value"] == []
    upper = by_tag("abc1").replace(GUID, GUID.upper())
    assert len(graph.call("GET", f"{graph.base}/mailFolders/drafts/messages?{upper}").body["value"]) == 1
    assert graph.call("GET", f"{graph.base}/mailFolders/sentitems/messages?{upper}").body["value"] == []


def test_a_tag_is_shown_when_it_is_expanded_by_id(graph):
    graph.draft(**tagged("abc1"))
    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{TAG}')".replace(" ", "%20")
    (found,) = graph.call("GET", f"{graph.base}/messages?{expand}").body["value"]
    assert found["singleValueExtendedProperties"] == [{"id": TAG, "value": "abc1"}]
    other = expand.replace("Reminder-Key", "Anders")
    (found,) = graph.call("GET", f"{graph.base}/messages?{other}").body["value"]
    assert "singleValueExtendedProperties" not in found


def test_a_tag_with_a_malformed_id_is_refused(graph):
    answer = graph.draft(singleValueExtendedProperties=[{"id": "Reminder-Key", "value": "1"}])
    assert (answer.status, answer.code) == (400, "ErrorInvalidExtendedProperty")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("categories/any(c:c eq 'Reminder')", 1),
        ("isDraft eq false", 0),
        ("isDraft eq true and subject eq 'Twee'", 1),
        ("startswith(subject,'actie')", 1),
        ("receivedDateTime ge 2026-11-02T07:00:00Z", 2),
        ("receivedDateTime gt 2026-11-02T07:00:00Z", 0),
        ("from/emailAddress/address eq 'projecten@gemeente.example'", 2),
    ],
)
def test_filters(graph, text, count):
    graph.draft(categories=["Reminder"])
    graph.draft(subject="Twee")
    assert len(graph.call("GET", f"{graph.base}/messages?$filter={text.replace(' ', '%20')}").body["value"]) == count


def test_a_message_is_found_by_its_internet_message_id(graph):
    draft = graph.draft().body
    graph.draft()
    address = f"{graph.base}/messages/{draft['id']}"
    # §7.3: may be PATCHed while it is a draft.
    assert graph.call("PATCH", address, {"internetMessageId": "<k1@gemeente.example>"}, **IMMUTABLE).status == 200
    found = graph.call("GET", f"{graph.base}/messages?$filter=internetMessageId%20eq%20'<k1@gemeente.example>'").body
    assert len(found["value"]) == 1


def test_a_folder_filter_takes_its_id(graph):
    draft = graph.draft().body
    text = f"$filter=parentFolderId%20eq%20'{draft['parentFolderId']}'"
    assert len(graph.call("GET", f"{graph.base}/messages?{text}").body["value"]) == 1


@pytest.mark.parametrize("text", ["isDraft%20eq", "tekst%20eq%20'x'", "isDraft%20is%20true", "(isDraft"])
def test_a_filter_that_cannot_be_read_is_refused(graph, text):
    answer = graph.call("GET", f"{graph.base}/messages?$filter={text}")
    assert (answer.status, answer.code) == (400, "BadRequest")


def test_lists_come_in_pages_to_the_end(graph):
    for number in range(23):
        graph.draft(subject=f"Nummer {number:02}")
    address, seen, pages = f"{graph.base}/messages?$select=subject&$top=10&$filter=isDraft%20eq%20true", [], 0
    while address:
        page = graph.call("GET", address).body
        seen += [one["subject"] for one in page["value"]]
        address = page.get("@odata.nextLink", "").removeprefix("https://graph.microsoft.com/v1.0")
        pages += 1
    assert pages == 3
    assert seen == [f"Nummer {number:02}" for number in reversed(range(23))]
    # Ten is the page when nothing is said.
    assert len(graph.call("GET", f"{graph.base}/messages").body["value"]) == 10


def test_an_order_must_lead_the_filter(graph):
    graph.draft(subject="B")
    graph.draft(subject="A")
    ordered = graph.call("GET", f"{graph.base}/messages?$orderby=subject%20asc").body["value"]
    assert [one["subject"] for one in ordered] == ["A", "B"]
    refused = graph.call("GET", f"{graph.base}/messages?$orderby=subject&$filter=isDraft%20eq%20true")
    assert (refused.status, refused.code) == (400, "InefficientFilter")


def test_after_sending_only_marks_may_change(graph):
    """§7.3: body, subject, replyTo only while draft; categories at any time."""
    draft = graph.draft().body
    address = f"{graph.base}/messages/{draft['id']}"
    assert graph.call("PATCH", address, {"subject": "Nieuw"}, **IMMUTABLE).body["subject"] == "Nieuw"
    graph.call("POST", f"{address}/send", **IMMUTABLE)
    graph.clock.advance(seconds=3)
    refused = graph.call("PATCH", address, {"subject": "Te laat"}, **IMMUTABLE)
    assert (refused.status, refused.code) == (400, "ErrorInvalidPropertySet")
    kept = graph.call("PATCH", address, {"categories": ["Gezien"]}, **IMMUTABLE)
    assert (kept.status, kept.body["categories"], kept.body["subject"]) == (200, ["Gezien"], "Nieuw")


def test_a_move_changes_the_mutable_id_only(graph):
    draft = graph.draft().body
    address = f"{graph.base}/messages/{draft['id']}"
    before = graph.call("GET", f"{graph.base}/messages").body["value"][0]["id"]
    moved = graph.call("POST", f"{address}/move", {"destinationId": "archive"}, **IMMUTABLE)
    assert (moved.status, moved.body["id"]) == (201, draft["id"])
    assert graph.call("GET", f"{graph.base}/messages/{before}").code == "ErrorItemNotFound"


def test_a_text_that_is_no_id_is_malformed(graph):
    answer = graph.call("GET", f"{graph.base}/messages/niets")
    assert (answer.status, answer.code, answer.message) == (400, "ErrorInvalidIdMalformed", "Id is malformed.")


def test_well_known_folders_answer_by_name_and_id(graph):
    by_name = graph.call("GET", f"{graph.base}/mailFolders/SentItems").body
    assert by_name["displayName"] == "Sent Items"
    assert graph.call("GET", f"{graph.base}/mailFolders/{by_name['id']}").body["displayName"] == "Sent Items"
    names = {one["displayName"] for one in graph.call("GET", f"{graph.base}/mailFolders").body["value"]}
    assert names >= {"Drafts", "Sent Items", "Inbox", "Outbox", "Deleted Items"}


# Rights (§2.5, §7.7)


def test_the_scope_on_one_mailbox_opens_no_other(graph):
    answer = graph.call("POST", "/users/anne@gemeente.example/sendMail", {"message": letter()})
    assert (answer.status, answer.code) == (403, "ErrorAccessDenied")
    assert answer.message == "Access is denied. Check credentials and try again."
    assert graph.delivered() == []


def test_consent_in_entra_adds_up_with_the_scope(graph):
    """§2.5: effective access is the union."""
    graph.roles = ("Mail.Send",)
    assert graph.call("POST", "/users/anne@gemeente.example/sendMail", {"message": letter()}).status == 202
    assert graph.call("POST", "/users/anne@gemeente.example/messages", letter()).code == "ErrorAccessDenied"


def test_creating_and_sending_need_their_own_roles(graph):
    """§7.3: create needs Mail.ReadWrite; send needs Mail.Send."""
    draft = graph.draft().body
    graph.directory.mailboxes.remove(graph.app.app_id, MAILBOX, "Mail.Send")
    sent = graph.call("POST", f"{graph.base}/messages/{draft['id']}/send", **IMMUTABLE)
    assert (sent.status, sent.code) == (403, "ErrorAccessDenied")
    graph.directory.mailboxes.remove(graph.app.app_id, MAILBOX, "Mail.ReadWrite")
    graph.directory.mailboxes.add(graph.app.app_id, MAILBOX, "Mail.Send")
    assert graph.draft().code == "ErrorAccessDenied"
    assert graph.call("GET", f"{graph.base}/messages").code == "ErrorAccessDenied"
    assert graph.call("POST", f"{graph.base}/sendMail", {"message": letter()}).status == 202


def test_an_unknown_mailbox_and_a_user_without_one(graph):
    answer = graph.call("POST", "/users/niemand@gemeente.example/sendMail", {"message": letter()})
    assert (answer.status, answer.code) == (404, "ErrorInvalidUser")
    graph.directory.add_user("gast_elders.example#EXT#@gemeente.example", "Gast", mail="gast@elders.example")
    guest = graph.call("POST", "/users/gast_elders.example%23EXT%23@gemeente.example/sendMail", {"message": letter()})
    assert (guest.status, guest.code) == (404, "MailboxNotEnabledForRESTAPI")


def test_a_person_mails_from_their_own_mailbox_only(graph):
    token = graph.token(person=graph.anne, scopes=("Mail.Send",))
    assert graph.call("POST", "/me/sendMail", {"message": letter()}, token=token).status == 202
    assert graph.call("POST", f"{graph.base}/sendMail", {"message": letter()}, token=token).code == "ErrorAccessDenied"
    assert graph.call("POST", "/me/sendMail", {"message": letter()}).status == 400


def test_a_fifth_request_at_once_is_throttled(graph, monkeypatch):
    """§7.6: 4 requests in flight per app id."""
    inside, may_go_on, answers = threading.Semaphore(0), threading.Event(), []
    roles = graph.directory.mailboxes.roles

    def slow_roles(app_id: str, mailbox: str, now: datetime) -> frozenset[str]:
        inside.release()
        may_go_on.wait(10)
        return roles(app_id, mailbox, now)

    monkeypatch.setattr(graph.directory.mailboxes, "roles", slow_roles)
    waiting = [
        threading.Thread(target=lambda: answers.append(graph.call("GET", f"{graph.base}/messages"))) for _ in range(4)
    ]
    for thread in waiting:
        thread.start()
        assert inside.acquire(timeout=10)
    fifth = graph.call("GET", f"{graph.base}/messages")
    may_go_on.set()
    for thread in waiting:
        thread.join()
    assert (fifth.status, fifth.code) == (429, "ApplicationThrottled")
    assert fifth.headers.get("Retry-After") == "1"
    assert [answer.status for answer in answers] == [200] * 4
    assert graph.call("GET", f"{graph.base}/messages").status == 200


def test_what_is_not_there_says_so(graph):
    for method, address in [
        ("GET", f"{graph.base}/messages?$search=x"),
        ("POST", f"{graph.base}/messages/{ids.new_mutable(graph.mailbox.object_id)}/createReply"),
        ("GET", f"{graph.base}/calendar"),
        ("GET", f"{graph.base}/mailFolders/inbox/childFolders"),
    ]:
        answer = graph.call(method, address)
        assert (answer.status, answer.code) == (501, "NotImplemented")


# Whatever arrives is answered or refused, never a crash.

scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
messages = st.dictionaries(
    st.sampled_from(["subject", "body", "toRecipients", "attachments", "from", "flag", "internetMessageHeaders", "x"]),
    scraps,
    max_size=4,
)


def refusal_of(read, value) -> GraphError | None:
    try:
        json.dumps(asdict(read(value)), ensure_ascii=False).encode()
    except GraphError as refused:
        return refused
    return None


@settings(deadline=None)
@given(messages)
def test_any_body_is_read_or_refused(body):
    refused = refusal_of(bodies.new_message, body)
    assert refused is None or refused.status in {400, 413, 501}


names = st.sampled_from(
    ["Subject", "From", "To", "Reply-To", "Content-Type", "Content-Disposition", "Importance", "X-A"]
)
values = st.text('ab@.<>,;=?"é\x80 ', max_size=20) | st.sampled_from(
    ["text/html; charset=niets", "multipart/alternative; boundary=b", "=??Q?=80", "=?utf-8?q?=FF?=", "message/rfc822"]
)


@settings(deadline=None)
@given(st.lists(st.tuples(names, values), max_size=4), st.binary(max_size=40))
def test_any_mime_is_read_or_refused(headers, body):
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
    refused = refusal_of(mime.message, base64.b64encode(head + b"\r\n" + body))
    assert refused is None or refused.code == "ErrorMimeContentInvalid"
