"""The mailbox that sends, tried without sending anything.

The token does not tell: the role is Exchange's own (identity-mail-teams.md §1 D4). A draft without a reader is made,
its sending refused for that reason, and the draft thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from projectlists.config.model import Config
from projectlists.doctor import people
from projectlists.doctor.finding import Finding
from projectlists.errors import AccessRefused, FarEndError, Missing, Refused, SignInRefused
from projectlists.farend.tenant import Tenant
from projectlists.language import _, current
from projectlists.mail.mailbox import Mailbox, Submission
from projectlists.mail.messages import Message
from projectlists.mail.mime import Envelope


def mailbox(config: Config, tenant: Tenant) -> Iterator[Finding]:
    """Whether the mailbox is there, takes drafts, and may send."""
    if config.mail is None:
        yield Finding(
            "mailbox",
            "warning",
            _("No mailbox is set, so nobody gets a mail."),
            _("Name a shared mailbox with mail.mailbox in tenant.yaml."),
            people.you(),
        )
        yield Finding("mail-send", "unknown", _("This could not be checked: no mailbox is set."))
        return
    box = Mailbox(tenant.graph(), config.mail, forget=tenant.sign_in.forget)
    text = _("A check by projectlists. You can delete this draft.")
    message = Message(subject="projectlists", html=f"<p>{text}</p>", text=text, language=current())
    try_out = _without_draft if config.mail.send_only else _with_draft
    yield from try_out(box, message, Envelope((), "projectlists", config.mail.mailbox), f"doctor-{uuid4().hex}")


def _with_draft(box: Mailbox, message: Message, envelope: Envelope, key: str) -> Iterator[Finding]:
    address = box.settings.mailbox
    try:
        draft = box.create_draft(message, envelope, key)
    except FarEndError as error:
        yield _refused(address, error)
        yield Finding("mail-send", "unknown", _("This could not be checked: the mailbox takes no draft."))
        return
    yield Finding("mailbox", "ok", _("The mailbox {mailbox} takes drafts.").format(mailbox=address))
    yield _sending(address, box.send(draft))
    _thrown_away(box, draft)


def _without_draft(box: Mailbox, message: Message, envelope: Envelope, key: str) -> Iterator[Finding]:
    """With mail.send_only the app may have no right to drafts; without a reader sending is refused all the same."""
    address, tried = box.settings.mailbox, box.send_at_once(message, envelope, key)
    if isinstance(tried.error, Missing):
        yield _refused(address, tried.error)
    elif isinstance(tried.error, Refused):
        yield Finding("mailbox", "ok", _("The mailbox {mailbox} is there.").format(mailbox=address))
    else:
        yield Finding("mailbox", "unknown", _("This could not be checked: the app may only send, and could not."))
    yield _sending(address, tried)


def _sending(address: str, tried: Submission) -> Finding:
    """What an attempt to send to nobody says about the right to send."""
    if isinstance(tried.error, Refused):
        return Finding("mail-send", "ok", _("The app may send from {mailbox}.").format(mailbox=address))
    if isinstance(tried.error, AccessRefused):
        return Finding(
            "mail-send",
            "failed",
            _("The app may not send from {mailbox}.").format(mailbox=address),
            _(
                "Give it the role 'Application Mail.Send' with a scope of this mailbox. It can take two hours before "
                "that works."
            ),
            people.exchange(),
        )
    return Finding(
        "mail-send", "unknown", _("It could not be found out whether the app may send."), _("Run this again.")
    )


def _thrown_away(box: Mailbox, draft: str) -> None:
    try:
        box.delete(draft)
    except FarEndError:
        return  # the draft says itself that it can go


def _refused(address: str, error: FarEndError) -> Finding:
    if isinstance(error, SignInRefused):
        return Finding("mailbox", "unknown", _("This could not be checked: there is no sign-in."))
    if error.status == 404 or isinstance(error, Missing):
        return Finding(
            "mailbox",
            "failed",
            _("There is no mailbox {mailbox}, or it has no licence or is not in the cloud.").format(mailbox=address),
            _("Make a shared mailbox with this address, or name another with mail.mailbox in tenant.yaml."),
            people.exchange(),
        )
    if isinstance(error, AccessRefused):
        return Finding(
            "mailbox",
            "failed",
            _("The app may not use the mailbox {mailbox}.").format(mailbox=address),
            _(
                "Give it the roles 'Application Mail.ReadWrite' and 'Application Mail.Send' with a scope of this "
                "mailbox. It can take two hours before that works."
            ),
            people.exchange(),
        )
    return Finding("mailbox", "unknown", str(error), _("Run this again."))
