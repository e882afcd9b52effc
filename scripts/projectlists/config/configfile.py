"""The config folder read into a Config: `tenant.yaml` and `sites.csv`, with every problem at its line.

Further tenants each have a file in `tenants/`; the address of a site tells whose it is. Paths in these files count from
the config folder. No secret may stand in it: a certificate is named by its path, a
client secret by the environment variable that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from projectlists.config.model import (
    Config,
    Identity,
    Network,
    OneTenant,
    Site,
    TeamsChannel,
    TenantFile,
)
from projectlists.config.sitetable import is_uuid, read_sites
from projectlists.definitions.loading import own_folders, profile_keys
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.language import _
from projectlists.modelfile import model_from, without
from projectlists.yamlfile import Document, read

TENANT_FILE, SITES_FILE = "tenant.yaml", "sites.csv"
TENANTS_FOLDER = "tenants"
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.[A-Za-z0-9-]{1,63})+")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def load(folder: Path) -> Config:
    """Read a config folder; raises InvalidInput with every problem in its files. A site table is not obligatory."""
    problems: list[Problem] = []
    contents: list[OneTenant] = []
    documents: list[Document] = []
    for path in tenant_files(folder):
        document, content, mistakes = _tenant_file(path, folder, contents)
        problems += mistakes
        if document and content:
            documents.append(document)
            contents.append(content)
    known = profile_keys(own_folders(folder))
    # The sites of a file that could not be read at all are somewhere nobody knows.
    sharepoints = [one.sharepoint for one in contents] if len(contents) == len(tenant_files(folder)) else []
    sites, mistakes = read_sites(folder / SITES_FILE, sharepoints, known)
    if sites and not mistakes:
        for document, content in zip(documents, contents, strict=True):
            problems += _unknown_sites(document, content, sites)
    if problems or mistakes:
        raise InvalidInput((*problems, *mistakes))
    first, *others = (_config(folder, content, sites) for content in contents)
    return first.model_copy(update={"others": tuple(others)})


def tenant_files(folder: Path) -> tuple[Path, ...]:
    """`tenant.yaml`, also when it is not there, and the files of further tenants in the order of their names."""
    others = (folder / TENANTS_FOLDER).glob("*.yaml")
    return (folder / TENANT_FILE, *sorted(path for path in others if not path.name.endswith(".example.yaml")))


def _config(folder: Path, content: OneTenant, sites: tuple[Site, ...]) -> Config:
    paths = {
        "sharepoint": content.sharepoint.rstrip("/"),
        "identity": content.identity.model_copy(update={"certificate": _path(folder, content.identity.certificate)}),
        "network": content.network.model_copy(update={"ca_bundle": _path(folder, content.network.ca_bundle)}),
    }
    made = Config(folder=folder, **dict(content) | paths)
    return made.model_copy(update={"sites": tuple(site for site in sites if made.has(site.url))})


def site(config: Config, name: str) -> Site:
    """The site with a key or an absolute URL; a URL of a tenant of this folder need not be in the site table.

    Raises UsageError for an unknown key (naming the known ones) and for a URL elsewhere.
    """
    if "://" in name:
        return _site_at(config, name)
    sites = [site for tenant in config.tenants for site in tenant.sites]
    found = next((site for site in sites if site.key.casefold() == name.casefold()), None)
    if found is None:
        known = ", ".join(site.key for site in sites) or _("none yet")
        raise UsageError(
            _("There is no site {name} in {file}; known sites: {known}. A full site address works too.").format(
                name=name, file=config.folder / SITES_FILE, known=known
            )
        )
    return found


def _site_at(config: Config, url: str) -> Site:
    wanted = url.rstrip("/")
    sites = (site for tenant in config.tenants for site in tenant.sites)
    found = next((site for site in sites if site.url.casefold() == wanted.casefold()), None)
    if found is not None:
        return found
    parts = _split(wanted)
    if parts is None or not any(tenant.has(wanted) for tenant in config.tenants):
        raise UsageError(
            _("{url} is not a site of {sharepoint}; give a key of the site table or an address there.").format(
                url=url, sharepoint=_(" or ").join(tenant.sharepoint for tenant in config.tenants)
            )
        )
    if not is_site(wanted):
        raise UsageError(_("{url} is not the address of a site; leave out everything after its name.").format(url=url))
    name = parts.path.rsplit("/", 1)[-1] or parts.netloc
    return Site(key=name, name=name, url=wanted)


def _tenant_file(
    path: Path, folder: Path, before: Sequence[OneTenant]
) -> tuple[Document | None, OneTenant | None, tuple[Problem, ...]]:
    """A file as far as it could be read, and every mistake in it: what cannot be read does not hide the rest."""
    kind = TenantFile if path.parent == folder else OneTenant
    if not path.is_file():
        sentence = _("The file is not there. Copy {example} to this name and fill it in.")
        return None, None, (Problem(str(path), 0, sentence.format(example="tenant.example.yaml")),)
    try:
        document = read(path)
    except InvalidInput as error:
        return None, None, error.problems
    content, mistakes = model_from(document, kind)
    if content is None:
        rest = without(document.data, [place for place, _problem in mistakes])
        content, _again = model_from(document, kind, data=rest)
    found = tuple(_content_problems(document, content, folder, before)) if content else ()
    return document, content, (*(problem for _place, problem in mistakes), *found)


def _content_problems(
    document: Document, content: OneTenant, folder: Path, before: Sequence[OneTenant]
) -> Iterator[Problem]:
    if not is_tenant(content.tenant):
        sentence = _("tenant must be the directory ID or a domain of the tenant, not {value}.")
        yield document.problem(("tenant",), sentence.format(value=content.tenant))
    if not is_sharepoint(content.sharepoint):
        sentence = _("sharepoint must be an address such as https://example.sharepoint.com, not {value}.")
        yield document.problem(("sharepoint",), sentence.format(value=content.sharepoint))
    elif any(_same_host(content.sharepoint, one.sharepoint) for one in before):
        sentence = _("Another file of this folder is about {value} already.")
        yield document.problem(("sharepoint",), sentence.format(value=content.sharepoint))
    yield from _identity_problems(document, content.identity, folder)
    ping = content.logs.ping_variable if isinstance(content, TenantFile) else None
    if ping is not None and not _VARIABLE.fullmatch(ping):
        sentence = _("{key} is the name of an environment variable, never the secret itself.")
        yield document.problem(("logs", "ping_variable"), sentence.format(key="ping_variable"))
    yield from _network_problems(document, content.network, folder)
    yield from _teams_problems(document, content.teams)
    for key in ("mailbox", "reply_to"):
        address = getattr(content.mail, key, None)
        if address is not None and not is_address(address):
            sentence = _("{key} must be a mail address, not {value}.")
            yield document.problem(("mail", key), sentence.format(key=key, value=address))


def _identity_problems(document: Document, identity: Identity, folder: Path) -> Iterator[Problem]:
    mode = identity.mode
    if identity.client_id is None and mode != "managed-identity":
        sentence = _("client_id is missing: the application ID of the app registration.")
        yield document.problem(("identity",), sentence)
    elif identity.client_id is not None and not is_uuid(identity.client_id):
        sentence = _("client_id must be the application ID of the app registration, such as {example}.")
        example = "00000000-0000-0000-0000-000000000000"
        yield document.problem(("identity", "client_id"), sentence.format(example=example))
    for key in ("secret_variable", "certificate_variable", "password_variable"):
        name = getattr(identity, key)
        if name is not None and not _VARIABLE.fullmatch(name):
            sentence = _("{key} is the name of an environment variable, never the secret itself.")
            yield document.problem(("identity", key), sentence.format(key=key))
    if mode == "certificate" or (mode == "secret" and identity.sign_in is None):
        places = [
            key for key in ("certificate", "certificate_variable", "certificate_keyring") if getattr(identity, key)
        ]
        if not places:
            sentence = _(
                "certificate is missing; SharePoint accepts an app with a certificate only. Name its file, or choose "
                "another sign_in."
            )
            yield document.problem(("identity",), sentence)
        if len(places) > 1:
            sentence = _("Name one place for the certificate, not {places}.")
            yield document.problem(("identity", places[1]), sentence.format(places=_(" and ").join(places)))
    if mode == "secret" and identity.secret_variable is None:
        sentence = _("secret_variable is missing: the environment variable that holds the client secret.")
        yield document.problem(("identity",), sentence)
    yield from _file_problems(document, ("identity", "certificate"), _path(folder, identity.certificate))


def _teams_problems(document: Document, channels: tuple[TeamsChannel, ...]) -> Iterator[Problem]:
    names = [channel.name for channel in channels]
    for number, channel in enumerate(channels):
        place = ("teams", number)
        if (channel.url_variable is None) == (channel.url_file is None):
            sentence = _("Name one of url_variable and url_file: where the address of the workflow stands.")
            yield document.problem(place, sentence)
        if channel.url_variable is not None and not _VARIABLE.fullmatch(channel.url_variable):
            sentence = _("url_variable is the name of an environment variable, never the address itself.")
            yield document.problem((*place, "url_variable"), sentence)
        if channel.name in names[:number]:
            yield document.problem((*place, "name"), _("The channel {name} appears twice.").format(name=channel.name))


def _unknown_sites(document: Document, content: OneTenant, sites: Sequence[Site]) -> Iterator[Problem]:
    """Channels that name a site that is not there: nobody would ever see its card."""
    keys = [site.key for site in sites]
    for number, channel in enumerate(content.teams):
        for index, key in enumerate(channel.sites):
            if key not in keys:
                sentence = _("There is no site {name} in {file}; known sites: {known}.")
                yield document.problem(
                    ("teams", number, "sites", index),
                    sentence.format(name=key, file=SITES_FILE, known=", ".join(keys)),
                )


def _network_problems(document: Document, network: Network, folder: Path) -> Iterator[Problem]:
    if network.proxy is not None:
        parts = _split(network.proxy)
        if parts is not None and parts.password:
            sentence = _(
                "A password does not belong in a file; use a proxy that lets this computer through without one."
            )
            yield document.problem(("network", "proxy"), sentence)
        elif not is_proxy(network.proxy):
            sentence = _("proxy must be an address such as http://proxy.example:8080.")
            yield document.problem(("network", "proxy"), sentence)
    yield from _file_problems(document, ("network", "ca_bundle"), _path(folder, network.ca_bundle))


def _file_problems(document: Document, place: tuple[str, str], path: Path | None) -> Iterator[Problem]:
    if path is not None and not path.is_file():
        sentence = _("The file {path} of {key} is not there.")
        yield document.problem(place, sentence.format(path=path, key=place[-1]))


def _path(folder: Path, path: Path | None) -> Path | None:
    return None if path is None else folder / path


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None when it is no URL at all, or its port no number."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        return None
    return parts


def _same_host(one: str, other: str) -> bool:
    parts = _split(one), _split(other)
    return all(parts) and len({part.netloc.casefold() for part in parts if part}) == 1


def is_tenant(text: str) -> bool:
    """Whether a text can be a tenant: a directory ID or a domain."""
    return is_uuid(text) or _DOMAIN.fullmatch(text) is not None


def is_sharepoint(text: str) -> bool:
    """Whether a text can be the address of a tenant's SharePoint: https and a host, no more."""
    parts = _split(text)
    return bool(parts and parts.scheme == "https" and parts.hostname and not parts.path.strip("/") and not parts.query)


def is_site(text: str) -> bool:
    """Whether a text can be the address of one site."""
    parts = _split(text)
    return bool(parts and parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment)


def is_proxy(text: str) -> bool:
    """Whether a text can be a proxy that asks for no password."""
    parts = _split(text)
    return bool(parts and parts.scheme in {"http", "https"} and parts.hostname and not parts.password)


def is_address(text: str) -> bool:
    """Whether a text can be a mail address."""
    return _ADDRESS.fullmatch(text) is not None
