"""`projectlists init`: ask what is needed, and write a config folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from projectlists.cli import arguments
from projectlists.cli.session import Session, unwritable
from projectlists.errors import UsageError
from projectlists.language import LANGUAGES, _, current

if TYPE_CHECKING:
    from projectlists.doctor.finding import Finding

SIGN_INS = ("certificate", "managed-identity", "federated", "browser", "device-code", "secret")


@dataclass(frozen=True)
class _Question:
    """One thing to know: its option, why it is asked, and what is proposed, which may follow from earlier answers."""

    name: str
    text: str
    why: str
    proposal: Callable[[dict[str, str]], str] = lambda _given: ""
    choices: tuple[str, ...] = ()
    optional: bool = False


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "init",
        help=_(
            "Make a config folder. It asks what it needs and explains why. It also writes a page for your "
            "administrator, with every step to grant the rights. No rights are needed for this."
        ),
    )
    @_options
    @click.option("--yes", is_flag=True, help=_("Ask nothing: take what is proposed where an option is not given."))
    @click.pass_obj
    def init(session: Session, /, *, yes: bool, **options: str | None) -> int:
        from projectlists.setup import files, newcertificate  # noqa: PLC0415 - help must not wait for it
        from projectlists.setup.answers import CERTIFICATE, Answers  # noqa: PLC0415

        folder = Path(session.config_folder)
        files.refuse_overwriting(folder)
        certificate = options.get("certificate") or CERTIFICATE
        key = folder / certificate
        if options.get("certificate") and not key.is_file():
            sentence = _("The certificate {file} is not there. Leave out --certificate to get one.")
            raise UsageError(sentence.format(file=key))
        given = _answered(session, options, ask=not yes)
        answers = Answers(**cast("dict[str, Any]", given), certificate=certificate)
        written: list[Path] = []
        try:
            if answers.sign_in == "certificate" and not key.exists():
                made = newcertificate.make(key, datetime.now(UTC))
                written = [made.private, made.public]
            written = [*files.write(folder, answers, current()), *written]
        except OSError as error:
            raise unwritable(Path(error.filename or folder), error) from None
        findings = _tried(session) if answers.client_id or answers.sign_in == "managed-identity" else []
        if session.as_json:
            session.emit(
                {"files": [str(path) for path in written], "checks": [finding.as_json() for finding in findings]}
            )
            return 0
        _tell(session, folder, written, findings)
        return 0

    return init


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for question in reversed(_questions()):
        name = "--" + question.name.replace("_", "-")
        kind = click.Choice(question.choices) if question.choices else None
        function = click.option(name, question.name, type=kind, help=question.text)(function)
    return click.option(
        "--certificate", metavar="FILE", help=_("A certificate you have already, in the config folder.")
    )(function)


def _questions() -> list[_Question]:
    return [
        _Question(
            "tenant",
            _("The tenant: its directory ID or a domain of it."),
            _("This is your municipality in Microsoft 365, for example gemeente.onmicrosoft.com."),
        ),
        _Question(
            "sharepoint",
            _("The address of SharePoint."),
            _("Open SharePoint in the browser and take the first part of the address."),
            lambda given: _usual_sharepoint(given["tenant"]),
        ),
        _Question(
            "site",
            _("The address of the first project site."),
            _("The lists come on this site. You can add more sites later, in sites.csv."),
            lambda given: f"{given['sharepoint'].rstrip('/')}/sites/",
        ),
        _Question(
            "name",
            _("The name of the project."),
            _("People see this name in mails and reports."),
            lambda given: given["site"].rsplit("/", 1)[-1].replace("-", " ").capitalize(),
        ),
        _Question(
            "profile",
            _("The way of working of the project."),
            _("It decides which lists there are. You can change it later; nothing is lost then."),
            lambda _given: "project",
            choices=arguments.PROFILES,
        ),
        _Question(
            "language",
            _("The language of titles and choices on the site."),
            _("Take the language of the site itself."),
            lambda _given: current(),
            choices=LANGUAGES,
        ),
        _Question(
            "mailbox",
            _("The shared mailbox that sends the reminders."),
            _("Leave it empty when there is none yet. Then nobody gets a mail."),
            optional=True,
        ),
        _Question(
            "sign_in",
            _("How the program signs in."),
            _(
                "certificate: a job on your own machine. managed-identity: a machine in Azure. federated: GitHub or "
                "Kubernetes. browser or device-code: you yourself. secret: for Graph only, SharePoint refuses it."
            ),
            lambda _given: "certificate",
            choices=SIGN_INS,
        ),
        _Question(
            "client_id",
            _("The application ID of the app registration."),
            _("Leave it empty when an administrator still has to make it. The page for the administrator says how."),
            optional=True,
        ),
        _Question(
            "proxy",
            _("The proxy of your network."),
            _("Leave it empty when there is none, or when you do not know."),
            optional=True,
        ),
        _Question(
            "ca_bundle",
            _("A PEM file with the certificates of your network."),
            _("Only for a network that opens the traffic. Leave it empty when you do not know."),
            optional=True,
        ),
    ]


def _usual_sharepoint(tenant: str) -> str:
    from projectlists.setup.answers import sharepoint_of  # noqa: PLC0415 - help must not wait for it

    return sharepoint_of(tenant)


def _answered(session: Session, options: dict[str, str | None], *, ask: bool) -> dict[str, str]:
    """Every answer, checked: given as an option, else asked, else the proposal."""
    given: dict[str, str] = {}
    mistakes: list[str] = []
    for question in _questions():
        option = options.get(question.name)
        if option is None and ask:
            given[question.name] = _asked(session, question, given)
            continue
        answer = _tidied(question, question.proposal(given) if option is None else option)
        wrong = _wrong(question, answer, given)
        given[question.name] = answer
        if wrong:
            mistakes.append(f"--{question.name.replace('_', '-')}: {wrong}")
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return given


def _asked(session: Session, question: _Question, given: dict[str, str]) -> str:
    session.note("")
    session.note(question.why)
    while True:
        typed: str = click.prompt(
            question.text.rstrip(".") + (f" ({', '.join(question.choices)})" if question.choices else ""),
            default=question.proposal(given),
            show_default=bool(question.proposal(given)),
            err=True,
        )
        answer = _tidied(question, typed)
        wrong = _wrong(question, answer, given)
        if wrong is None:
            return answer
        session.note(wrong)
        if not sys.stdin.isatty():  # nobody is there to try again
            raise UsageError(f"{question.text} {wrong}")


def _tidied(question: _Question, answer: str) -> str:
    stripped = answer.strip()
    if question.name in {"sharepoint", "site"}:
        return stripped.rstrip("/")
    # Paths in the config count from its folder; the one that was typed counts from here.
    return str(Path(stripped).absolute()) if stripped and question.name == "ca_bundle" else stripped


def _wrong(question: _Question, answer: str, given: dict[str, str]) -> str | None:
    from projectlists.setup.answers import problem  # noqa: PLC0415

    if not answer:
        return None if question.optional else _("An answer is needed here.")
    if question.choices and answer not in question.choices:
        return _("Choose from {known}.").format(known=", ".join(question.choices))
    return problem(question.name, answer, given)


def _tried(session: Session) -> list[Finding]:
    """Whether sign-in works with what was just written."""
    from projectlists.doctor import connection, signing  # noqa: PLC0415

    def now() -> datetime:
        return datetime.now(UTC)

    session.note(_("Trying to sign in …"))
    found = connection.connection(session.config, now)
    return [*found, *signing.examine(session.config, session.tenants[0].sign_in, now())]


def _tell(session: Session, folder: Path, written: list[Path], findings: list[Finding]) -> None:
    from projectlists.cli.doctor import lines_of  # noqa: PLC0415

    click.echo(_("Written:"))
    for path in written:
        click.echo(f"  {path}")
    for finding in findings:
        if finding.outcome != "ok":
            for line in lines_of(finding):
                session.tell(line)
    page = folder / f"administrator.{current()}.html"
    click.echo(_("Give {page} to your administrator, unless the rights are there already.").format(page=page))
    click.echo(_("Then: projectlists --config {folder} doctor").format(folder=folder))
