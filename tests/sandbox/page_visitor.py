"""A visitor of the pages: asks for an address, reads what comes back as a tree of elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from projectlists.sandbox.directory import Directory
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.pages import service
from projectlists.sandbox.teams import service as teams
from projectlists.sandbox.teams.service import Workflow
from projectlists.sandbox.tenant import Tenant

_VOID = frozenset({"meta", "link", "br", "input", "img", "hr"})


@dataclass
class Node:
    """One element; `children` are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words in it, spaces made single."""
        words = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(words).split())

    def walk(self) -> Iterator[Node]:
        """The element and all below it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *tags: str, **attributes: str) -> list[Node]:
        """The elements with one of the tags and these attributes (`class_` is `class`, of which one word must fit)."""
        return [one for one in self.walk() if one.tag in tags and one.has(**attributes)]

    def one(self, tag: str, **attributes: str) -> Node:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def has(self, **attributes: str) -> bool:
        for name, value in attributes.items():
            held = self.attributes.get(name.rstrip("_").replace("_", "-"))
            if held is None or (value not in held.split() if name == "class_" else held != value):
                return False
        return True


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Node:
    """A page as a tree. Elements must be closed in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], "an element is left open"
    return builder.root


@dataclass(frozen=True)
class Page:
    """An answer, read."""

    status: int
    headers: Headers
    html: str
    root: Node

    @property
    def main(self) -> Node:
        """What the page is about."""
        return self.root.one("main")

    def table(self, caption: str) -> list[list[str]]:
        """The words of a table's cells, row by row, its heading first."""
        found = next(one for one in self.root.all("table") if one.all("caption")[0].text == caption)
        return [[cell.text for cell in row.children if isinstance(cell, Node)] for row in found.all("tr")]

    def link(self, text: str) -> str:
        """Where the link with these words leads."""
        return next(one.attributes["href"] for one in self.root.all("a") if one.text == text)


class Visitor:
    """Someone with a browser."""

    def __init__(self, tenant: Tenant, directory: Directory) -> None:
        # The cards' table is declared by their own service.
        teams.make(tenant, Workflow("team", "channel", "secret"))
        self.serve = service.make(tenant, directory)

    def ask(self, address: str, method: str = "GET", **headers: str) -> Response:
        """The answer to a request; `_` in header names stands for `-`."""
        path, _, query = address.partition("?")
        named = Headers((name.replace("_", "-"), value) for name, value in headers.items())
        return self.serve(Request(method, "127.0.0.1", path, query, named))

    def see(self, address: str, *, status: int = 200, **headers: str) -> Page:
        """A page, with the status it must have."""
        answer = self.ask(address, **headers)
        html = answer.body.decode()
        assert answer.status == status, html
        return Page(answer.status, Headers(answer.headers), html, parsed(html))
