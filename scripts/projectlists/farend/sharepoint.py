"""One site's SharePoint endpoints: what it is, its lists, its rows. The only room that knows their addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from projectlists.definitions.model import ListDefinition
from projectlists.errors import FarEndError, Missing, Refused
from projectlists.farend import navigationwire, permissionwire, translationwire, wire
from projectlists.farend.about import ABOUT, About, about_from
from projectlists.farend.batch import Answer, Operation, etag_of, literal
from projectlists.farend.channel import Channel
from projectlists.farend.schemawire import (
    FIELD_SELECT,
    LIST_SELECT,
    found_list,
    list_path,
    server_relative_url,
    url_name,
)
from projectlists.item import Item, Person
from projectlists.language import Language, _
from projectlists.structure import settings
from projectlists.structure.navigation import Link
from projectlists.structure.permissions import SitePermissions
from projectlists.structure.settings import Settings
from projectlists.structure.shapes import ListShape, SiteShape
from projectlists.structure.translations import Place

Rows = tuple[Mapping[str, Any], ...]
PAGE = 2000
"""Rows asked for at once; SharePoint gives 100 unless asked, and at most 5,000 (sharepoint-rest.md §6.5)."""
MEMBERSHIP = "i:0#.f|membership|"
"""What the login of a person starts with (sharepoint-rest.md §2.3); groups and the system have others."""
USER = 1
"""`PrincipalType` of a person; 4 is a security group, 8 a group of the site."""
_OWN_LISTS = frozenset({"Shared Documents", "SitePages", "SiteAssets", "Style Library", "FormServerTemplates"})
"""Lists that a new site has of itself, by URL name; they are nobody's addition."""


@dataclass(frozen=True)
class Survey:
    """Everything provisioning looks at, read in one batch. `permissions` is None when they may not be read."""

    about: About
    shape: SiteShape
    settings: Settings | None
    permissions: SitePermissions | None
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Query:
    """Rows to read: a list by key, an OData filter and order in readable text, and `$select` and `$expand`.

    `wire.options` gives the last for a definition. Every page is read, whatever their number. `library` tells that the
    list is a document library, which stands elsewhere on a site; `optional` that a site without it has no rows of it.
    """

    list: str
    library: bool = False
    filter: str = ""
    order: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    page: int = PAGE
    optional: bool = False

    def operation(self, path: str) -> Operation:
        """The first page."""
        query = {**self.options, "$top": str(self.page)}
        if self.filter:
            query["$filter"] = self.filter
        if self.order:
            query["$orderby"] = self.order
        return Operation("GET", f"{path}/items", query=query)


class SharePointSite:
    """One site. Made by `Tenant.site`; every call may raise the errors of `Channel.run`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.url = channel.url
        self.path = urlsplit(channel.url).path
        self._about: About | None = None

    def run(self, operations: Sequence[Operation]) -> list[Answer]:
        """Carry out operations in order, at most 100 in a request; one answer each, its error inside it."""
        return self._channel.run(operations) if operations else []

    def about(self) -> About:
        """What the site is; read once."""
        if self._about is None:
            self._about = about_from(self.run(ABOUT))
        return self._known()

    def list_path(self, key: str, *, library: bool = False) -> str:
        """The address of one of our lists inside `_api/`: `web/GetList('/sites/x/Lists/Actions')`."""
        return list_path(self.path, key, library=library)

    def survey(self, definitions: Iterable[ListDefinition]) -> Survey:
        """The site as it is, with these lists in full, in one batch.

        A list that is not there is absent from the shape; one that cannot be read is an error, never an absence.
        """
        known = list(definitions)
        paths = {
            definition.key: self.list_path(definition.key, library=definition.kind == "library") for definition in known
        }
        assigned = permissionwire.on_lists(known, paths)
        operations = [
            *ABOUT,
            *permissionwire.ON_A_SITE,
            *assigned.values(),
            navigationwire.QUICK_LAUNCH,
            Operation("GET", "web/lists", query={"$select": LIST_SELECT, "$expand": "RootFolder", "$top": "1000"}),
            self.settings_query().operation(self.list_path(settings.LIST)),
        ]
        for path in paths.values():
            operations += [
                Operation("GET", f"{path}/fields", query={"$select": FIELD_SELECT}),
                Operation("GET", f"{path}/views", query={"$expand": "ViewFields"}),
            ]
        about, access, accesses, launch, lists, kept, details = _split(
            self.run(operations), len(ABOUT), len(permissionwire.ON_A_SITE), len(assigned), 1, 1, 1
        )
        self._about = about_from(about)
        entities = lists[0].checked().entries
        by_url = {server_relative_url(entity).casefold(): entity for entity in entities}
        ours = {definition.key: by_url.get(self._folder(definition).casefold()) for definition in known}
        keys = {str(entity.get("Id")).lower(): url_name(entity) for entity in entities}
        shapes = {
            definition.key: found_list(
                entity,
                fields.checked().entries,
                views.checked().entries,
                keys=keys,
            )
            for definition, fields, views in zip(known, details[::2], details[1::2], strict=True)
            if (entity := ours[definition.key]) is not None
        }
        others = {
            url_name(entity): str(entity.get("Title"))
            for entity in entities
            if entity not in ours.values() and _made_by_people(entity)
        }
        log = shapes.get(settings.LIST)
        # A log that was only half made has no settings yet, and asking for them is an error.
        readable = log is not None and all(log.field(name) for name in ("LedgerKey", "Details"))
        return Survey(
            self._known(),
            SiteShape(shapes, others),
            self._settings(kept[0]) if readable else None,
            permissionwire.site_permissions(
                access,
                dict(zip(assigned, accesses, strict=True)),
                {key for key, entity in ours.items() if entity and entity.get("HasUniqueRoleAssignments")},
            ),
            navigationwire.links(launch[0].checked().entries),
        )

    def list_named(self, name: str) -> ListShape:
        """One list as it is, by its title, the last part of its address, or its whole address.

        Raises:
            Missing: there is no such list.
        """
        query = {"$select": LIST_SELECT, "$expand": "RootFolder", "$top": "1000"}
        entities = self.run([Operation("GET", "web/lists", query=query)])[0].checked().entries
        wanted = unquote(urlsplit(name).path).rstrip("/").casefold()
        named = [
            entity
            for entity in entities
            if wanted in {server_relative_url(entity).casefold(), url_name(entity).casefold()}
            or name.casefold() == str(entity.get("Title")).casefold()
        ]
        if not named:
            raise Missing(
                _("Site {site} has no list {name}. Give its title or its address.").format(site=self.url, name=name)
            )
        path = f"web/lists(guid{literal(str(named[0].get('Id')))})"
        fields, views = self.run(
            [
                Operation("GET", f"{path}/fields", query={"$select": FIELD_SELECT}),
                Operation("GET", f"{path}/views", query={"$expand": "ViewFields"}),
            ]
        )
        keys = {str(entity.get("Id")).lower(): url_name(entity) for entity in entities}
        return found_list(named[0], fields.checked().entries, views.checked().entries, keys=keys)

    def settings(self) -> Settings | None:
        """What the site remembers of its profile, extra lists and language; None when it was never provisioned."""
        return self._settings(self.run([self.settings_query().operation(self.list_path(settings.LIST))])[0])

    @staticmethod
    def settings_query() -> Query:
        """The settings row, for reading it in a batch with other things."""
        options = {"$select": "Id,Details"}
        return Query(settings.LIST, filter=f"LedgerKey eq {literal(settings.KEY)}", options=options, page=1)

    def texts(self, wanted: Mapping[Place, str], paths: Mapping[str, str], language: Language) -> dict[Place, str]:
        """The texts in a language at the places of `wanted` that are there; `paths` are those of lists by key.

        One request where all is as wanted. What seems to differ is asked for once more, one operation a text: only
        that way is sure (`translationwire`).
        """
        asked = {key: translationwire.texts_reading(path, language) for key, path in paths.items()}
        answers = self.run([operation for pair in asked.values() for operation in pair])
        found: dict[Place, str] = {}
        for key, listing, fields in zip(asked, answers[::2], answers[1::2], strict=True):
            found |= translationwire.texts_of(key, listing, fields)
        doubtful = [place for place, text in wanted.items() if found.get(place, text) != text]
        sure = self.run([translationwire.text_reading(paths[place.list], place, language) for place in doubtful])
        found |= {place: translationwire.text_of(answer) for place, answer in zip(doubtful, sure, strict=True)}
        return {place: found[place] for place in wanted if place in found}

    def rows(self, queries: Sequence[Query]) -> list[Rows]:
        """The rows of each query, to the last page; the first pages of all queries, and `about`, in one batch."""
        return all_rows(self.attempted(queries))

    def attempted(self, queries: Sequence[Query]) -> list[Rows | FarEndError]:
        """As `rows`; a query that is refused has its error in the place of rows, and the others go on."""
        first = [query.operation(self.list_path(query.list, library=query.library)) for query in queries]
        if self._about is None:
            about, answers = _split(self.run([*ABOUT, *first]), len(ABOUT))
            self._about = about_from(about)
        else:
            answers = self.run(first)
        refused = {
            number: answer.error
            for number, (query, answer) in enumerate(zip(queries, answers, strict=True))
            if answer.error and not (query.optional and isinstance(answer.error, Missing))
        }
        rows = [[] if answer.error else list(answer.entries) for answer in answers]
        links = {number: answer.next_link for number, answer in enumerate(answers) if answer.next_link}
        while links:
            pages = self.run([Operation("GET", link) for link in links.values()])
            for number, page in zip(list(links), pages, strict=True):
                link = links.pop(number) and page.next_link
                if page.error:
                    refused[number] = page.error
                    continue
                rows[number] += page.entries
                if link:
                    links[number] = link
        return [refused.get(number) or tuple(found) for number, found in enumerate(rows)]

    def items(
        self, definition: ListDefinition, *, filter: str = "", names: Collection[str] | None = None
    ) -> tuple[Item, ...]:
        """A list's rows as items, to the last page; `names` limits the columns read."""
        library = definition.kind == "library"
        query = Query(definition.key, library=library, filter=filter, options=wire.options(definition, names))
        rows = self.rows([query])[0]
        return wire.items_from(definition, self.about().zone, rows)

    def file_url(self, library: str, name: str) -> str:
        """The absolute address of a file in one of our libraries."""
        return f"{self.url}/{quote(library)}/{quote(name)}"

    def file_row(self, library: str, name: str) -> Operation:
        """The operation that reads the row behind a file; a file that is not there is Missing."""
        path = literal(f"{self.path}/{library}/{name}")
        return Operation("GET", f"web/GetFileByServerRelativeUrl({path})/ListItemAllFields")

    def upload(self, library: str, name: str, content: bytes) -> None:
        """Put a file into one of our libraries, in the place of one with that name (sharepoint-rest.md §6.1)."""
        folder = literal(f"{self.path}/{library}")
        path = f"web/GetFolderByServerRelativeUrl({folder})/Files/add(url={literal(name)},overwrite=true)"
        self._channel.upload(Operation("POST", path), content)

    def stream(self, definition: ListDefinition, names: Collection[str] | None = None) -> Iterator[Item]:
        """A list's rows as items in the order of their numbers, read page by page: memory holds one page."""
        query = Query(definition.key, definition.kind == "library", options=wire.options(definition, names), page=PAGE)
        zone = self.about().zone
        following: Operation | None = query.operation(self.list_path(definition.key, library=query.library))
        while following is not None:
            page = self.run([following])[0].checked()
            yield from wire.items_from(definition, zone, page.entries)
            following = Operation("GET", page.next_link) if page.next_link else None

    def users(self) -> tuple[Person, ...]:
        """The people this site knows already, with its own numbers for them; groups and the system are left out."""
        answer = self.run([Operation("GET", "web/siteusers", query={"$top": "5000"})])[0].checked()
        return tuple(
            wire.site_user(entity)
            for entity in answer.entries
            if entity.get("PrincipalType") == USER and str(entity.get("LoginName") or "").startswith(MEMBERSHIP)
        )

    def addition(self, key: str, body: Mapping[str, Any]) -> Operation:
        """The operation that adds a row; `wire.values_for` makes the body."""
        return Operation("POST", f"{self.list_path(key)}/items", body)

    def change(
        self, key: str, number: int, body: Mapping[str, Any], etag: str | None, *, library: bool = False
    ) -> Operation:
        """The operation that changes a row; it is refused as a Conflict when its ETag no longer fits."""
        return Operation("MERGE", f"{self.list_path(key, library=library)}/items({number})", body, etag)

    def people(self, logins: Sequence[str]) -> dict[str, Person]:
        """The site's own numbers for people by user principal name; those it does not know are left out (§2.3)."""
        operations = [Operation("POST", f"web/EnsureUser({literal(f'{MEMBERSHIP}{login}')})") for login in logins]
        answers = zip(logins, self.run(operations), strict=True)
        return {
            login: wire.site_user(answer.entity)
            for login, answer in answers
            if not isinstance(answer.error, Missing | Refused) and answer.checked()
        }

    def list_url(self, key: str, *, library: bool = False) -> str:
        """The server-relative address of one of our lists: `/sites/x/Lists/Actions`."""
        return f"{self.path}/{key}" if library else f"{self.path}/Lists/{key}"

    def _folder(self, definition: ListDefinition) -> str:
        return self.list_url(definition.key, library=definition.kind == "library")

    def _settings(self, answer: Answer) -> Settings | None:
        if isinstance(answer.error, Missing):
            return None
        rows = answer.checked().entries
        return settings.settings_from(rows[0], etag_of(rows[0])) if rows else None

    def _known(self) -> About:
        if self._about is None:
            raise AssertionError("read before it is asked for")
        return self._about


def all_rows(answers: Iterable[Rows | FarEndError]) -> list[Rows]:
    """The rows of every query; the first error is raised."""
    found: list[Rows] = []
    for rows in answers:
        if isinstance(rows, FarEndError):
            raise rows
        found.append(rows)
    return found


def _split(answers: Sequence[Answer], *sizes: int) -> list[Sequence[Answer]]:
    """Answers in groups of these sizes, and the rest."""
    groups: list[Sequence[Answer]] = []
    start = 0
    for size in sizes:
        groups.append(answers[start : start + size])
        start += size
    return [*groups, answers[start:]]


def _made_by_people(entity: Mapping[str, Any]) -> bool:
    return (
        not entity.get("Hidden")
        and not entity.get("IsCatalog")
        and int(entity.get("BaseTemplate") or 0) < 1000  # above are the service's own kinds
        and url_name(entity) not in _OWN_LISTS
    )
