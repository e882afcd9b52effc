"""Every route that the sandbox has, with any name, argument and body: an answer, never a defect, never half a write.

The routes come from the catalogue of the fidelity page and from the tables by which the sandbox finds its rooms: a new
one is thrown at from the day it is there.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.fidelitycatalogue import CHAPTERS, Example, Host
from projectlists.sandbox.sharepoint import copyjobs, folders, hubs, lists, service, tenantadmin, unused, webrooms
from tests.sandbox.fuzzing import DOCUMENTS, LIST, SHAREPOINT, Bench, leaves, usual
from tests.sandbox.list_site import LIGHT, VERBOSE

ADMINISTRATION = SHAREPOINT.replace(".", "-admin.", 1)
VERBS = ("GET", "POST", "MERGE", "PUT", "DELETE")
_CALLED = re.compile(r"\w[\w.]*")

EXAMPLES = [
    (chapter.host, example)
    for chapter in CHAPTERS
    if chapter.host in {"sharepoint", "administration"}
    for example in chapter.examples
]
# Names that stand in paths of the catalogue, or beside a path as another way to the same.
WORDS = sorted(
    {
        word
        for _, example in EXAMPLES
        for text in (example.path.partition("?")[0], " ".join(re.findall("`([^`]+)`", example.purpose)))
        for word in _CALLED.findall(text)
        if not word.isdigit()
    }
)


def keys(value: Any) -> set[str]:
    """The names in a body, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*(keys(inner) for inner in value.values()))
    return set().union(*(keys(inner) for inner in value)) if isinstance(value, list) else set()


BODY_KEYS = sorted({key for _, example in EXAMPLES for key in keys(example.body)})
ROUTES: list[tuple[Host, Example]] = [
    *EXAMPLES,
    *(
        ("sharepoint", Example(method, f"{base}{name}", ""))
        for base, names in (
            ("", {*service.ROOMS} - {*tenantadmin.NAMES}),
            ("web/", {*webrooms.ROOMS, *unused.NAMES}),
            ("site/", {*hubs.METHODS, *copyjobs.METHODS, *unused.NAMES}),
            (f"{LIST}/", {*lists.ROOMS, *lists.TO_ITEMS}),
            (f"{DOCUMENTS}/RootFolder/", {*folders.ROOMS}),
        )
        for name in sorted(names)
        for method in ("GET", "POST")
    ),
    *(("administration", Example("POST", name, "")) for name in sorted(tenantadmin.NAMES)),
]

arguments = st.sampled_from(
    [
        *("", "1", "-1", "99999999999999999999", "null", "true", "@v", "'x'", "''", "'O''Brien'", "'../x'", "x=1"),
        *("guid'1'", "guid'00000000-0000-0000-0000-000000000000'", "'/sites/demo/Shared Documents/a.txt'", "'%00'"),
        *("uploadId=guid'1',fileOffset=-1", "url='x',overwrite=true", "newurl='/sites/demo/Shared Documents/x'", "1,2"),
        *("principalid=3,roledefid=x", "decodedurl='Shared Documents'", "'Shared Documents'", "title='Actions'"),
    ]
)
segments = st.builds(
    lambda word, given: word if given is None else f"{word}({given})", st.sampled_from(WORDS), st.none() | arguments
)
names = st.sampled_from([*BODY_KEYS, "results", "__metadata", "Nodes", "Key", "AudienceIds", "webCreationInformation"])
texts = st.sampled_from(
    ["SITE", "SITE/x", "SITE2", "PERSON", "SITEID", "LISTID", "ROOT/a.txt", "https://[", "//", "2000"]
)
values = st.recursive(
    leaves | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)


def spoilt(body: Any, draw: st.DrawFn) -> Any:
    """A body like one of the catalogue, with something else in one place."""
    if not isinstance(body, dict | list) or not body or draw(st.integers(0, 2)) == 0:
        return draw(values)
    if isinstance(body, list):
        place = draw(st.integers(0, len(body) - 1))
        return [spoilt(one, draw) if at == place else one for at, one in enumerate(body)]
    key = draw(st.sampled_from(sorted(body)))
    fate = draw(st.sampled_from(["spoil", "spoil", "remove", "add"]))
    if fate == "remove":
        return {name: value for name, value in body.items() if name != key}
    if fate == "add":
        return {**body, draw(names): draw(values)}
    return {**body, key: spoilt(body[key], draw)}


@st.composite
def throws(draw: st.DrawFn, route: tuple[Host, Example] | None = None) -> tuple[Host, Example]:
    """A call like one of the routes: another verb, another argument, something below it, another body."""
    host, example = route or draw(st.sampled_from(ROUTES))
    method = draw(st.sampled_from([example.method, example.method, example.method, *VERBS]))
    path, _, _ = example.path.partition("?")
    if "(" in path and draw(st.booleans()):
        inner = draw(arguments)
        path = re.sub(r"\([^()]*\)$", lambda _: f"({inner})", path)
    elif "(" not in path.rpartition("/")[2] and draw(st.integers(0, 2)) == 0:
        path = f"{path}({draw(arguments)})"
    below = draw(st.lists(segments, max_size=2)) if draw(st.booleans()) else []
    body = draw(st.binary(max_size=20)) if draw(st.integers(0, 9)) == 0 else spoilt(example.body, draw)
    return host, Example(method, "/".join([path, *below]), "", body)


def throw(bench: Bench, host: Host, example: Example, kind: str) -> None:
    """Send it; the bench checks the answer. What it needs is put back afterwards."""
    where = ADMINISTRATION if host == "administration" else SHAREPOINT
    base = "/_api/" if host == "administration" else "/sites/demo/_api/"
    path = quote(base + bench.trial.filled(example.path), safe="/()'=,@$:!%", errors="replace")
    body = example.body if isinstance(example.body, bytes) else bench.trial.filled(json.dumps(example.body)).encode()
    headers = {"Accept": kind, "Content-Type": kind, "If-Match": "*"}
    bench.ask(where, example.method, path, "", headers, body)
    bench.repair()


@settings(usual, max_examples=150)
@given(thrown=throws(), verbose=st.booleans())
def test_any_route(bench: Bench, thrown: tuple[Host, Example], verbose: bool) -> None:
    throw(bench, *thrown, kind=VERBOSE if verbose else LIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[1].method} {route[1].path}"[:70])
@settings(usual, max_examples=25)
@given(data=st.data())
def test_each_route(bench: Bench, route: tuple[Host, Example], data: st.DataObject) -> None:
    throw(bench, *data.draw(throws(route)), kind=LIGHT)


def test_every_room_is_thrown_at() -> None:
    thrown = {example.path.lower() for _, example in ROUTES}
    assert {f"web/{name}" for name in webrooms.ROOMS} <= thrown
    assert {f"{LIST.lower()}/{name}" for name in {*lists.ROOMS, *lists.TO_ITEMS}} <= thrown
    # What stands in words only, beside a path of the catalogue, is thrown below all of them.
    assert {"SaveMenuState", "MoveToUsingPath", "ContinueUpload", "CreateGroupEx", "RemoveSite"} <= set(WORDS)
