"""The mailbox through Graph: what a draft is, that `send` is never repeated, how it is found again, its pace."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from projectlists.config.model import Mail
from projectlists.errors import AccessRefused, Refused, Throttled, Unanswered
from projectlists.mail.mailbox import PROPERTY, Mailbox
from projectlists.mail.messages import Message
from projectlists.mail.mime import Envelope, encoded
from tests.conftest import FarEnd
from tests.reminded import Clockwork

MAIL = Message("Marktplein: 1 actie te laat", "<html lang='nl'><p>één</p></html>", "één\n", "nl")
TO = Envelope(("fenna.wilgenhof@gemeente.example",), "Project Marktplein", "bram.zandhoven@gemeente.example")
KEY = "0123456789abcdef0123456789abcdef"


def mailbox(far_end: FarEnd, **settings: Any) -> Mailbox:
    assert far_end.config.mail is not None
    far_end.open()
    time = Clockwork(far_end)
    time.sleep(0)
    return Mailbox(
        far_end.tenant.graph(),
        far_end.config.mail.model_copy(update=settings),
        forget=far_end.tenant.sign_in.forget,
        clock=time.clock,
        sleep=time.sleep,
    )


@pytest.fixture
def box(far_end: FarEnd) -> Iterator[Mailbox]:
    yield mailbox(far_end)
    far_end.control("DELETE", "faults")


def sends(far_end: FarEnd) -> list[int]:
    return [entry["status"] for entry in far_end.log(host="graph") if entry["path"].endswith("/send")]


def test_mime_has_both_parts_and_the_headers_that_keep_answers_quiet() -> None:
    # guide.md §5.4 rules 3, 15, 16; identity-mail-teams.md §7.1, §7.5
    raw = base64.b64decode(encoded(MAIL, TO, key=KEY, mailbox="projecten@gemeente.example"))
    mail = message_from_bytes(raw, policy=default)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["From"] == "Project Marktplein <projecten@gemeente.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "bram.zandhoven@gemeente.example"
    assert mail["Message-ID"] == f"<{KEY}@gemeente.example>"
    assert mail.get_body(("plain",)).get_content().splitlines() == ["één"]


@pytest.mark.parametrize("name", ["Noord\r\nBcc: x@y.example", "\u202eNoord", 'A "B" <c@d.example>'])
def test_a_hostile_project_name_adds_no_header(name: str) -> None:
    envelope = Envelope(TO.to, name, TO.reply_to)
    raw = base64.b64decode(encoded(MAIL, envelope, key=KEY, mailbox="projecten@gemeente.example"))
    mail = message_from_bytes(raw, policy=default)
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["From"].addresses] == ["projecten@gemeente.example"]


@pytest.mark.parametrize("address", ["geen adres", "", "a@b@c", "<x>"])
def test_a_malformed_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(Refused):
        encoded(MAIL, Envelope((address,), "x", TO.reply_to), key=KEY, mailbox="projecten@gemeente.example")


def test_a_draft_is_tagged_found_and_sent_once(box: Mailbox, far_end: FarEnd) -> None:
    draft = box.create_draft(MAIL, TO, KEY)
    assert box.find(KEY, "drafts") == (draft,)
    assert box.state(draft, KEY) == "draft"
    assert far_end.control("GET", "mail") == []
    assert box.send(draft).outcome == "accepted"
    # Queued: still a draft for about two seconds (identity-mail-teams.md §7.2), the same immutable id afterwards.
    assert box.state(draft, KEY) == "draft"
    far_end.control("POST", "clock", {"now": "2026-12-01T07:00:10Z"})
    assert box.state(draft, KEY) == "sent"
    assert (box.find(KEY, "drafts"), box.find(KEY, "sentitems")) == ((), (draft,))
    (mail,) = far_end.control("GET", "mail")
    assert (mail["to"], mail["subject"], mail["properties"]) == (list(TO.to), MAIL.subject, {PROPERTY: KEY})
    assert "één" in mail["text"]
    assert "één" in mail["html"]


def test_a_deleted_draft_is_gone_and_deleting_it_again_is_fine(box: Mailbox) -> None:
    draft = box.create_draft(MAIL, TO, KEY)
    box.delete(draft)
    box.delete(draft)
    box.delete(draft)
    assert box.find(KEY, "drafts") == ()
    assert box.state(draft, KEY) == "gone"
    assert box.state("not-an-id", KEY) == "gone"


@pytest.mark.parametrize(
    ("do", "outcome", "delivered"),
    [
        ("status:429", "throttled", 0),
        ("status:403", "refused", 0),
        ("status:400", "refused", 0),
        ("status:503", "unknown", 0),
        ("status:504", "unknown", 0),
        ("status:504-after", "unknown", 1),
        ("reset-before", "unknown", 0),
        ("reset-after", "unknown", 1),
    ],
)
def test_send_is_posted_once_whatever_happens(
    box: Mailbox, far_end: FarEnd, do: str, outcome: str, delivered: int
) -> None:
    # identity-mail-teams.md §1 D5, §8: a 504 or a dropped socket must not be posted again
    draft = box.create_draft(MAIL, TO, KEY)
    far_end.faults({"path": "/send$", "times": 9, "do": do})
    assert box.send(draft).outcome == outcome
    assert len(sends(far_end)) == 1
    assert len(far_end.control("GET", "mail")) == delivered


def test_an_expired_token_is_renewed_once(box: Mailbox, far_end: FarEnd) -> None:
    draft = box.create_draft(MAIL, TO, KEY)
    far_end.faults({"path": "/send$", "do": "token-expired"})
    assert box.send(draft).outcome == "accepted"
    assert sends(far_end) == [401, 202]
    assert len(far_end.control("GET", "mail")) == 1


@pytest.mark.parametrize("do", ["status:503", "status:504-after", "reset-before", "reset-after", "status:429"])
@pytest.mark.parametrize("path", ["/messages$", "/messages/[^/?]+$"])
def test_a_draft_whose_answer_is_lost_is_looked_up(box: Mailbox, far_end: FarEnd, do: str, path: str) -> None:
    # identity-mail-teams.md §8 step 3
    far_end.faults({"host": "graph.microsoft.com", "path": path, "do": do})
    draft = box.create_draft(MAIL, TO, KEY)
    assert box.find(KEY, "drafts") == (draft,)
    assert box.send(draft).outcome == "accepted"


def test_a_mailbox_that_gives_no_answer_at_all_ends_in_an_error(box: Mailbox, far_end: FarEnd) -> None:
    far_end.faults({"host": "graph.microsoft.com", "path": "", "times": 99, "do": "status:504"})
    with pytest.raises(Unanswered):
        box.create_draft(MAIL, TO, KEY)


def test_a_mailbox_without_rights_names_mailbox_and_roles(box: Mailbox, far_end: FarEnd) -> None:
    far_end.faults({"host": "graph.microsoft.com", "path": "/messages", "times": 9, "do": "status:403"})
    with pytest.raises(AccessRefused, match=r"projecten@gemeente\.example.*Mail\.Send.*Mail\.ReadWrite"):
        box.create_draft(MAIL, TO, KEY)


def test_an_unknown_mailbox_is_a_matter_of_configuration(far_end: FarEnd) -> None:
    with pytest.raises(AccessRefused, match=r"niemand@gemeente\.example"):
        mailbox(far_end, mailbox="niemand@gemeente.example").create_draft(MAIL, TO, KEY)


def test_a_wait_that_is_too_long_is_an_error_for_this_run(box: Mailbox, far_end: FarEnd) -> None:
    far_end.faults({"host": "graph.microsoft.com", "path": "/messages$", "times": 99, "do": "status:429"})
    with pytest.raises(Throttled):
        box.create_draft(MAIL, TO, KEY)


def test_the_first_25_go_at_once_and_no_minute_has_more() -> None:
    # identity-mail-teams.md §7.6: about 30 a minute, serial sends, at most 25
    now = 0.0
    moments: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    box = Mailbox(None, Mail(mailbox="a@b.example"), forget=lambda: None, clock=lambda: now, sleep=sleep)  # type: ignore[arg-type]
    for _ in range(80):
        box.wait_for_turn()
        moments.append(now)
        now += 0.5  # what a send takes
    assert moments[:25] == [0.5 * number for number in range(25)]
    for start in moments:
        assert sum(start <= moment < start + 60 for moment in moments) <= 25
    # 80 mails at 25 a minute: the fourth batch starts after three minutes.
    assert 180 <= moments[-1] < 200
