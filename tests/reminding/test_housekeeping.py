"""Looking back at the mailbox: what bounced is told once, old drafts go; and running with the right Mail.Send only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from projectlists.definitions.model import Definitions
from projectlists.mail.mailbox import Mailbox
from projectlists.mail.messages import Message
from projectlists.mail.mime import Envelope
from tests.conftest import FarEnd
from tests.reminded import FENNA, MANAGER, SUPPORTER, TODAY, Clockwork, Project

TOMORROW = TODAY + timedelta(days=1)
MAIL = Message("Marktplein: 1 actie te laat", "<html lang='nl'><p>x</p></html>", "x\n", "nl")


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, alone=True)


@pytest.fixture
def send_only(project: Project) -> Iterator[Project]:
    settings = project.far_end.config
    assert settings.mail is not None
    mail = settings.mail.model_copy(update={"send_only": True})
    project.far_end.config = settings.model_copy(update={"mail": mail})
    yield project
    project.far_end.config = settings


def mailbox(far_end: FarEnd) -> Mailbox:
    assert far_end.config.mail is not None
    passing = Clockwork(far_end)
    return Mailbox(
        far_end.tenant.graph(),
        far_end.config.mail,
        forget=far_end.tenant.sign_in.forget,
        clock=passing.clock,
        sleep=passing.sleep,
    )


def test_a_mail_that_came_back_is_told_to_the_supporter_once(project: Project) -> None:
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    project.run()
    (row,) = project.ledger()
    box = mailbox(project.far_end)
    # The reader's mailbox is gone: the sandbox returns what goes to `bounce@…`, with the Message-ID of that mail.
    refused = Envelope(("bounce@gemeente.example",), "Project Marktplein", SUPPORTER)
    box.send(box.create_draft(MAIL, refused, row["MailKey"]))
    project.far_end.control("POST", "clock", {"now": "2026-12-01T07:10:00Z"})
    result = project.run(TOMORROW)
    assert (SUPPORTER, "overview", "sent") in {(mail.to, mail.kind, mail.outcome) for mail in result.mails}
    told = next(mail for mail in project.mails() if mail["to"] == [SUPPORTER])
    assert "Een mail aan bounce@gemeente.example is niet aangekomen." in told["text"]
    assert "bounce" not in told["subject"]
    seen = len(project.mails())
    project.run(TOMORROW)
    project.run(TOMORROW + timedelta(days=1))
    assert [mail for mail in project.mails()[seen:] if mail["to"] == [SUPPORTER]] == []


def test_a_draft_that_is_needed_no_more_is_thrown_away_after_a_week(project: Project) -> None:
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    project.run()
    (row,) = project.ledger()
    box = mailbox(project.far_end)
    to = Envelope((FENNA,), "Project Marktplein", SUPPORTER)
    box.create_draft(MAIL, to, row["MailKey"])
    box.create_draft(MAIL, to, "f" * 32)  # of somebody else: no ledger knows it
    project.run(TODAY + timedelta(days=3))
    assert len(box.find(row["MailKey"], "drafts")) == 1
    project.run(date(2026, 12, 8))
    project.run(date(2026, 12, 9))
    assert box.find(row["MailKey"], "drafts") == ()
    assert len(box.find("f" * 32, "drafts")) == 1


def test_with_the_right_to_send_only_each_mail_goes_out_at_once(send_only: Project) -> None:
    # identity-mail-teams.md §8, "Fallback"
    send_only.add("Actions", Title="a", DueDate=date(2026, 11, 24), ActionOwner=send_only.person(FENNA))
    send_only.far_end.control("DELETE", "requests")
    result = send_only.run()
    assert {(mail.to, mail.outcome) for mail in result.mails} == {(FENNA, "sent"), (MANAGER, "sent")}
    asked = [entry["path"] for entry in send_only.far_end.log(host="graph") if "/users/projecten" in entry["path"]]
    assert [path.rsplit("/", 1)[-1] for path in asked] == ["sendMail", "sendMail"]
    assert any("mail.send_only" in note for note in result.notes)
    assert {one.outcome for one in send_only.run().reminders} == {"already"}
    assert len(send_only.mails()) == 2


@pytest.mark.parametrize("do", ["reset-after", "reset-before"])
def test_a_lost_answer_to_a_mail_without_draft_is_never_sent_again(send_only: Project, do: str) -> None:
    send_only.add("Actions", Title="a", DueDate=TODAY, ActionOwner=send_only.person(FENNA))
    send_only.far_end.faults({"host": "graph.microsoft.com", "path": "/sendMail$", "times": 1, "do": do})
    lost = send_only.run()
    assert not lost.ok
    assert {one.outcome for one in lost.reminders} == {"unknown"}
    again = send_only.run()
    assert {one.outcome for one in again.reminders} == {"unknown"}
    assert len(send_only.mails()) == (do == "reset-after")
