"""What a tenant starts with: people, a team, the app with its rights, and empty sites."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from projectlists.sandbox.credentials import Credentials
from projectlists.sandbox.directory import GRAPH, SHAREPOINT, Directory, Federation

DOMAIN: Final = "gemeente.example"
MAILBOX: Final = f"projecten@{DOMAIN}"
JOB: Final = "Projectlijsten taak"
_INTERACTIVE: Final = "Projectlijsten aanmelden"
IDENTITY: Final = "Projectlijsten beheerde identiteit"
_TEAM: Final = "Team Projecten"
_CHANNEL: Final = "Algemeen"
_DUTCH: Final = 1043
# The longest life the portal gives a secret.
SECRET_LIFE: Final = timedelta(days=730)
# A workload outside the tenant that is the unattended job too (identity-mail-teams.md §2.3, Kubernetes).
WORKLOAD_ISSUER: Final = f"https://oidc.{DOMAIN}"
WORKLOAD_SUBJECT: Final = "system:serviceaccount:projecten:herinneringen"
WORKLOAD_AUDIENCE: Final = "api://AzureADTokenExchange"
# The same job as a workflow on GitHub (§2.3).
GITHUB_ISSUER: Final = "https://token.actions.githubusercontent.com"
GITHUB_REPOSITORY: Final = "gemeente-voorbeeld/projectlijsten"
GITHUB_SUBJECT: Final = f"repo:{GITHUB_REPOSITORY}:ref:refs/heads/main"

# Invented people; the sample brings its own.
_PEOPLE: Final = (
    ("Noor", "Lindeveld", "Projectmanager", "Team Projecten"),
    ("Bram", "Zandhoven", "Ondersteuningsprofessional", "Team Projecten"),
    ("Fenna", "Wilgenhof", "Communicatieadviseur", "Team Communicatie"),
    ("Daan", "Rietland", "Omgevingsmanager", "Team Projecten"),
    ("Yara", "Heidestein", "Stedenbouwkundig ontwerper", "Team Ruimte"),
    ("Jorrit", "Elzenbroek", "Civieltechnisch adviseur", "Team Beheer"),
    ("Samira", "Duinmeer", "Jurist", "Team Juridische Zaken"),
    ("Teun", "Essenveld", "Projectcontroller", "Team Financiën"),
    ("Lotte", "Kastanjelaar", "Inkoopadviseur", "Team Inkoop"),
    ("Ruben", "Vlierdonk", "Ambtelijk opdrachtgever", "Directie"),
)

# An account with a licence for no mailbox: it can be named on a list, mail cannot reach it.
_WITHOUT_MAILBOX: Final = ("balie", "Balie Stadskantoor")

CreateSite = Callable[..., Any]


class SeedError(ValueError):
    """A seed that cannot be planted; the message is for the person who asked."""


@dataclass(frozen=True)
class Seed:
    """`none`, `sample` or `fleet` with its number of sites."""

    kind: Literal["none", "sample", "fleet"]
    count: int = 0


@dataclass(frozen=True)
class Site:
    """One seeded site. `url` is server-relative; `key` stands in the config's site table (None: not in it)."""

    url: str
    name: str
    key: str | None = None
    profile: str = "project"
    language: str = "nl"


@dataclass(frozen=True)
class Landmarks:
    """What people need to know of a planted tenant."""

    client_id: str
    public_client_id: str
    mailbox: str
    team: str
    channel: str


def parse(text: str) -> Seed:
    """Read `none`, `sample` or `fleet:N` (N from 1). Raises SeedError."""
    if text == "none":
        return Seed("none")
    if text == "sample":
        return Seed("sample")
    if read := re.fullmatch(r"fleet:([1-9]\d{0,4})", text):
        return Seed("fleet", int(read[1]))
    raise SeedError(f"'{text}' is no seed: use none, sample or fleet:N.")


def sites(seed: Seed) -> tuple[Site, ...]:
    """The sites a seed makes, all of them empty."""
    match seed.kind:
        case "none":
            return (Site("/sites/demo", "Demo"),)
        case "sample":
            return (Site("/sites/marktplein", "Herinrichting Marktplein", "marktplein"),)
        case "fleet":
            return tuple(
                Site(f"/sites/p{number:04}", f"Project {number:04}", f"p{number:04}")
                for number in range(1, seed.count + 1)
            )


def landmarks(directory: Directory) -> Landmarks:
    """Where to find what `plant` put there; ids follow from the tenant, so a reset keeps them."""
    return Landmarks(
        client_id=directory.stable_id("application", JOB),
        public_client_id=directory.stable_id("application", _INTERACTIVE),
        mailbox=MAILBOX,
        team=directory.stable_id("team", _TEAM),
        channel=directory.channel_id(directory.stable_id("team", _TEAM), _CHANNEL),
    )


def plant(
    seed: Seed,
    directory: Directory,
    credentials: Credentials,
    create_site: CreateSite,
    sample: Path | None,
    *,
    now: datetime,
) -> None:
    """Fill an empty tenant, all or nothing. `create_site` makes an empty team site (url, title, language, owner).

    `sample` is the file whose `people` the seed `sample` takes; the app's secret
    is good for two years from `now` (aware). Raises SeedError when it cannot be read.
    """
    people = _sample_people(sample) if seed.kind == "sample" else None
    with directory.store.transaction():
        if people is None:
            _add_invented_people(directory)
        else:
            for upn, title, unit in people:
                directory.add_user(upn, title, job_title=title, department=unit)
        directory.add_user(MAILBOX, "Projecten (herinneringen)", shared_mailbox=True)
        owner = _add_team(directory)
        _add_applications(directory, credentials, now + SECRET_LIFE)
        for site in sites(seed):
            create_site(url=site.url, title=site.name, language=_DUTCH, owner=owner)


def _add_invented_people(directory: Directory) -> None:
    manager: str | None = None
    for given_name, surname, job_title, department in reversed(_PEOPLE):
        # The client of the projects is the manager of all others.
        person = directory.add_user(
            f"{given_name}.{surname}@{DOMAIN}".lower(),
            f"{given_name} {surname}",
            given_name=given_name,
            surname=surname,
            job_title=job_title,
            department=department,
            manager=manager,
        )
        manager = manager or person.object_id
    name, title = _WITHOUT_MAILBOX
    directory.add_user(f"{name}@{DOMAIN}", title, has_mailbox=False, department="Publiekszaken")


def _sample_people(path: Path | None) -> list[tuple[str, str, str | None]]:
    """UPN, title and unit of everyone under `people` of the sample project; roles, not persons (guide.md §4)."""
    if path is None:
        raise SeedError("The seed sample needs the file of the sample project.")
    try:
        document = YAML(typ="safe").load(path.read_text("utf-8"))
        people = [(entry["upn"], entry["title"], entry.get("unit")) for entry in document["people"].values()]
    except (OSError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SeedError(f"{path} is no sample project: it needs people, each with upn and title.") from error
    return people


def _add_team(directory: Directory) -> str:
    """Make the team; returns the UPN of its owner, who owns the sites too."""
    people = [person for person in directory.users() if person.mail and not person.shared_mailbox]
    team = directory.add_team(_TEAM, description="Iedereen die aan projecten werkt", owners=(people[0].object_id,))
    for person in people[1:]:
        directory.add_member(team.id, person.object_id)
    directory.add_channel(team.id, _CHANNEL)
    return people[0].upn


def _add_applications(directory: Directory, credentials: Credentials, secret_expires: datetime) -> None:
    """The unattended job and the app people sign in with (identity-mail-teams.md §2)."""
    job = directory.add_application(JOB)
    directory.add_certificate(job.app_id, credentials.public_certificate)
    directory.add_secret(job.app_id, credentials.client_secret, expires=secret_expires)
    for issuer, subject in ((WORKLOAD_ISSUER, WORKLOAD_SUBJECT), (GITHUB_ISSUER, GITHUB_SUBJECT)):
        federation = Federation(issuer, subject, WORKLOAD_AUDIENCE, credentials.federation_public_key)
        directory.add_federation(job.app_id, federation)
    # A managed identity is a service principal of its own, with no credential anybody holds.
    for app in (job, directory.add_application(IDENTITY)):
        directory.consent(app.app_id, SHAREPOINT, roles=("Sites.FullControl.All",))
        graph_roles = ("User.Read.All", "Sites.FullControl.All", "Channel.ReadBasic.All", "TeamsTab.ReadWrite.All")
        directory.consent(app.app_id, GRAPH, roles=graph_roles)
        # Mail is not consented but scoped to the one mailbox (§2.5).
        for role in ("Mail.ReadWrite", "Mail.Send"):
            directory.mailboxes.add(app.app_id, MAILBOX, role)
    people = directory.add_application(_INTERACTIVE, public_client=True)
    directory.consent(people.app_id, SHAREPOINT, scopes=("AllSites.Read", "AllSites.Write", "AllSites.Manage"))
    directory.consent(people.app_id, GRAPH, scopes=("User.Read", "User.ReadBasic.All"))
