"""What happens to a message over time (identity-mail-teams.md §7.2, §7.3, §7.6, §14)."""

from __future__ import annotations

import base64

import pytest

from projectlists.sandbox.graph.mail import Mail
from projectlists.sandbox.store import Store
from tests.sandbox.graph_tenant import IMMUTABLE, MAILBOX, START, Graph, letter

TAG = "String {5d2f4a10-6c1b-4f0e-9b0e-0c6a3a2b7d11} Name Reminder-Key"


@pytest.fixture
def graph(tmp_path):
    return Graph(tmp_path)


def test_a_draft_is_created_in_drafts_and_reaches_nobody(graph):
    answer = graph.draft()
    assert answer.status == 201
    assert answer.body["isDraft"] is True
    assert graph.folder_of(answer.body) == "Drafts"
    assert graph.delivered() == []


def test_an_accepted_message_is_delivered_and_still_lies_in_drafts(graph):
    draft = graph.draft().body
    sent = graph.call("POST", f"{graph.base}/messages/{draft['id']}/send", **IMMUTABLE)
    assert (sent.status, sent.body) == (202, b"")
    assert [entry["to"] for entry in graph.delivered()] == [["anne@gemeente.example"]]
    graph.clock.advance(seconds=1.9)
    # §7.2 (a): between 202 and the move the item is still in Drafts.
    still = graph.call("GET", f"{graph.base}/messages/{draft['id']}", **IMMUTABLE).body
    assert still["isDraft"] is True
    assert graph.folder_of(still) == "Drafts"
    graph.clock.advance(seconds=0.2)
    moved = graph.call("GET", f"{graph.base}/messages/{draft['id']}", **IMMUTABLE).body
    assert moved["isDraft"] is False
    assert graph.folder_of(moved) == "Sent Items"
    assert moved["sentDateTime"] == "2026-11-02T07:00:00Z"


def test_the_mutable_id_is_lost_when_the_message_moves(graph):
    draft = graph.call("POST", f"{graph.base}/messages", letter()).body
    assert graph.call("POST", f"{graph.base}/messages/{draft['id']}/send").status == 202
    assert graph.call("GET", f"{graph.base}/messages/{draft['id']}").status == 200
    graph.clock.advance(seconds=3)
    gone = graph.call("GET", f"{graph.base}/messages/{draft['id']}")
    assert (gone.status, gone.code) == (404, "ErrorItemNotFound")
    assert gone.message.startswith("The specified object was not found in the store.")


def test_each_family_of_ids_resolves_only_in_its_own_mode(graph):
    immutable = graph.draft()
    assert immutable.headers.get("Preference-Applied") == 'IdType="ImmutableId"'
    assert graph.call("GET", f"{graph.base}/messages/{immutable.body['id']}").status == 404
    listed = graph.call("GET", f"{graph.base}/messages")
    assert "Preference-Applied" not in listed.headers
    mutable = listed.body["value"][0]["id"]
    assert mutable != immutable.body["id"]
    assert graph.call("GET", f"{graph.base}/messages/{mutable}").status == 200
    assert graph.call("GET", f"{graph.base}/messages/{mutable}", **IMMUTABLE).status == 404
    # Ids are case-sensitive (§7.3).
    assert graph.call("GET", f"{graph.base}/messages/{mutable.swapcase()}").status in {400, 404}


def test_a_second_send_while_queued_delivers_again(graph):
    """Uncertain in the facts (§15.1), so the sandbox punishes it."""
    address = f"{graph.base}/messages/{graph.draft().body['id']}/send"
    assert [graph.call("POST", address, **IMMUTABLE).status for _ in range(2)] == [202, 202]
    assert len(graph.delivered()) == 2
    graph.clock.advance(seconds=5)
    sent = graph.call("GET", f"{graph.base}/mailFolders/sentitems/messages").body["value"]
    assert len(sent) == 1


def test_a_send_of_a_sent_message_finds_nothing_and_delivers_nothing(graph):
    """§8: a second send of an item that has left Drafts cannot produce a second mail."""
    address = f"{graph.base}/messages/{graph.draft().body['id']}/send"
    graph.call("POST", address, **IMMUTABLE)
    graph.clock.advance(seconds=5)
    again = graph.call("POST", address, **IMMUTABLE)
    assert (again.status, again.code) == (404, "ErrorItemNotFound")
    assert len(graph.delivered()) == 1


def test_send_mail_without_a_copy_leaves_none(graph):
    body = {"message": letter(), "saveToSentItems": False}
    # The client writes the segment in lower case (§12.3).
    assert graph.call("POST", f"{graph.base}/sendmail", body).status == 202
    assert len(graph.call("GET", f"{graph.base}/mailFolders/drafts/messages").body["value"]) == 1
    graph.clock.advance(seconds=3)
    assert graph.call("GET", f"{graph.base}/messages").body["value"] == []
    assert len(graph.delivered()) == 1


@pytest.mark.parametrize(("given", "copies"), [("false", 0), ("true", 1), (True, 1)])
def test_save_to_sent_items_may_be_a_text(graph, given, copies):
    """§7.1: the vendor's samples send the string."""
    graph.call("POST", f"{graph.base}/sendMail", {"message": letter(), "saveToSentItems": given})
    graph.clock.advance(seconds=3)
    assert len(graph.call("GET", f"{graph.base}/mailFolders/SentItems/messages").body["value"]) == copies


def test_refused_recipients_come_back_as_a_report(graph):
    """§7.2 (b): wrong recipients give a report later, not an HTTP error."""
    draft = graph.draft("bounce@elders.example", ccRecipients=[{"emailAddress": {"address": "x@nergens.invalid"}}]).body
    assert graph.call("POST", f"{graph.base}/messages/{draft['id']}/send", **IMMUTABLE).status == 202
    assert graph.delivered() == []
    graph.clock.advance(seconds=3)
    select = "$select=subject,internetMessageHeaders,body"
    (report,) = graph.call("GET", f"{graph.base}/mailFolders/inbox/messages?{select}").body["value"]
    assert report["subject"] == "Undeliverable: Actie verloopt"
    assert "bounce@elders.example" in report["body"]["content"]
    assert "x@nergens.invalid" in report["body"]["content"]
    headers = {one["name"]: one["value"] for one in report["internetMessageHeaders"]}
    assert headers["In-Reply-To"] == draft["internetMessageId"]


def test_only_those_reached_are_named_in_a_delivery(graph):
    recipients = [{"emailAddress": {"address": one}} for one in ("anne@gemeente.example", "bounce@elders.example")]
    graph.call("POST", f"{graph.base}/sendMail", {"message": letter(toRecipients=recipients)})
    assert [entry["to"] for entry in graph.delivered()] == [["anne@gemeente.example"]]


@pytest.mark.parametrize("address", ["anne", "anne@", "@gemeente.example", "a b@gemeente.example", "a@b;c@d.nl", ""])
def test_a_malformed_address_is_refused_at_the_send(graph, address):
    draft = graph.draft(address)
    assert draft.status == 201
    sent = graph.call("POST", f"{graph.base}/messages/{draft.body['id']}/send", **IMMUTABLE)
    assert (sent.status, sent.code) == (400, "ErrorInvalidRecipients")
    assert graph.delivered() == []


def test_a_message_to_nobody_is_refused(graph):
    sent = graph.call("POST", f"{graph.base}/sendMail", {"message": letter(toRecipients=[])})
    assert (sent.status, sent.code) == (400, "ErrorInvalidRecipients")
    # The draft of a refused sendMail does not stay behind.
    assert graph.call("GET", f"{graph.base}/messages").body["value"] == []


def test_somebody_else_as_sender_is_refused(graph):
    message = letter() | {"from": {"emailAddress": {"address": "anne@gemeente.example"}}}
    sent = graph.call("POST", f"{graph.base}/sendMail", {"message": message})
    assert (sent.status, sent.code) == (403, "ErrorSendAsDenied")
    own = letter() | {"from": {"emailAddress": {"address": MAILBOX.upper()}}}
    assert graph.call("POST", f"{graph.base}/sendMail", {"message": own}).status == 202


def test_the_surplus_over_thirty_a_minute_waits_in_drafts(graph):
    """§7.6: about 30 messages a minute per mailbox; surplus queues."""
    for _ in range(31):
        graph.call("POST", f"{graph.base}/sendMail", {"message": letter()})
    assert len(graph.delivered()) == 31
    graph.clock.advance(seconds=3)
    assert graph.call("GET", f"{graph.base}/mailFolders/sentitems").body["totalItemCount"] == 30
    graph.clock.advance(seconds=58.9)
    assert graph.call("GET", f"{graph.base}/mailFolders/sentitems").body["totalItemCount"] == 30
    graph.clock.advance(seconds=0.2)
    assert graph.call("GET", f"{graph.base}/mailFolders/sentitems").body["totalItemCount"] == 31


def test_more_than_five_hundred_recipients_are_refused(graph):
    many = [{"emailAddress": {"address": f"p{number}@gemeente.example"}} for number in range(501)]
    assert graph.call("POST", f"{graph.base}/sendMail", {"message": letter(bccRecipients=many[:499])}).status == 202
    refused = graph.call("POST", f"{graph.base}/sendMail", {"message": letter(bccRecipients=many[:500])})
    assert (refused.status, refused.code) == (400, "ErrorInvalidRecipients")


def test_ten_thousand_recipients_a_day_are_the_end(graph):
    many = [{"emailAddress": {"address": f"p{number}@gemeente.example"}} for number in range(500)]
    body = {"message": letter(toRecipients=many)}
    assert {graph.call("POST", f"{graph.base}/sendMail", body).status for _ in range(20)} == {202}
    refused = graph.call("POST", f"{graph.base}/sendMail", {"message": letter()})
    assert (refused.status, refused.code) == (429, "ErrorExceededMessageLimit")
    assert "Retry-After" in refused.headers
    graph.clock.advance(days=1, seconds=1)
    assert graph.call("POST", f"{graph.base}/sendMail", {"message": letter()}).status == 202


def test_a_deleted_draft_lies_in_deleted_items_and_then_nowhere(graph):
    draft = graph.draft().body
    address = f"{graph.base}/messages/{draft['id']}"
    assert graph.call("DELETE", address, **IMMUTABLE).status == 204
    assert graph.folder_of(graph.call("GET", address, **IMMUTABLE).body) == "Deleted Items"
    assert graph.call("DELETE", address, **IMMUTABLE).status == 204
    assert graph.call("GET", address, **IMMUTABLE).code == "ErrorItemNotFound"


def test_a_clock_set_back_does_not_hold_a_queued_message_up(graph):
    graph.call("POST", f"{graph.base}/sendMail", {"message": letter()})
    graph.clock.set(START.replace(month=3))
    token = graph.token()
    assert len(graph.call("GET", f"{graph.base}/mailFolders/sentitems/messages", token=token).body["value"]) == 1


def test_a_delivery_tells_everything_that_arrived(graph):
    graph.call(
        "POST",
        f"{graph.base}/sendMail",
        {
            "message": letter(
                ccRecipients=[{"emailAddress": {"address": "chris@gemeente.example"}}],
                replyTo=[{"emailAddress": {"address": "vraag@gemeente.example"}}],
                internetMessageHeaders=[{"name": "x-reminder-key", "value": "abc"}],
                singleValueExtendedProperties=[{"id": TAG, "value": "abc"}],
            )
        },
    )
    (entry,) = graph.delivered()
    assert entry["to"] == ["anne@gemeente.example"]
    assert entry["cc"] == ["chris@gemeente.example"]
    assert entry["subject"] == "Actie verloopt"
    assert entry["html"] == "<p>Dag Anne</p>"
    assert entry["text"] == "Dag Anne"
    assert entry["headers"]["x-reminder-key"] == "abc"
    assert entry["headers"]["From"] == MAILBOX
    assert entry["headers"]["Reply-To"] == "vraag@gemeente.example"
    assert entry["properties"] == {TAG: "abc"}
    assert entry["sent"] == "2026-11-02T07:00:00Z"


MIME = "\r\n".join(
    [
        "From: Projecten <projecten@gemeente.example>",
        "To: Anne Roy <anne@gemeente.example>",
        "Subject: =?utf-8?q?Actie_=C3=A9=C3=A9n?=",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Message-ID: <key1@gemeente.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Dag Anne, plat",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        "<p>Dag Anne</p>",
        "--b--",
        "",
    ]
)


def test_mime_gives_both_parts_and_headers_without_x(graph):
    """§7.1, §7.5: MIME lets you fix Message-ID and allows Auto-Submitted."""
    body = base64.b64encode(MIME.encode())
    draft = graph.call("POST", f"{graph.base}/messages", body, Content_Type="text/plain", **IMMUTABLE)
    assert draft.status == 201
    assert draft.body["subject"] == "Actie één"
    assert draft.body["internetMessageId"] == "<key1@gemeente.example>"
    tagged = graph.call(
        "PATCH",
        f"{graph.base}/messages/{draft.body['id']}",
        {"singleValueExtendedProperties": [{"id": TAG, "value": "k1"}]},
        **IMMUTABLE,
    )
    assert tagged.status == 200
    assert graph.call("POST", f"{graph.base}/messages/{draft.body['id']}/send", **IMMUTABLE).status == 202
    (entry,) = graph.delivered()
    assert entry["text"].strip() == "Dag Anne, plat"
    assert entry["html"].strip() == "<p>Dag Anne</p>"
    assert entry["headers"]["Auto-Submitted"] == "auto-generated"
    assert entry["headers"]["X-Auto-Response-Suppress"] == "All"
    assert entry["properties"] == {TAG: "k1"}
    assert entry["to"] == ["anne@gemeente.example"]


def test_mime_that_is_no_base64_is_refused(graph):
    refused = graph.call("POST", f"{graph.base}/sendMail", MIME.encode(), Content_Type="text/plain")
    assert (refused.status, refused.code) == (400, "ErrorMimeContentInvalidBase64String")


def test_mail_survives_a_restart(graph, tmp_path):
    graph.draft(subject="Blijft")
    graph.store.close()
    found = Mail(Store(tmp_path / "tenant.sqlite"), graph.clock).messages(graph.mailbox.object_id)
    assert [one.content.document["subject"] for one in found] == ["Blijft"]
