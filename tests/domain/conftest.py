"""Two sites made with every list, one Dutch and one English, as anybody reads them over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.language import LANGUAGES, Language
from projectlists.provisioning.job import Wish, provision
from projectlists.sandbox.main import Options, running
from tests.domain.guide import listings
from tests.far_end import FarEnd
from tests.sandbox.conftest import Sandbox

LISTS = listings()


@dataclass
class Made:
    """A site with all fifteen lists, its words in `language`. Answers are read once."""

    sandbox: Sandbox
    url: str
    language: Language

    def __post_init__(self) -> None:
        self._read: dict[str, Any] = {}

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Status and JSON of a request to `_api/`."""
        answer = self.sandbox.request(method, f"{self.url}/_api/{path}", json=body, **options)
        return answer.status_code, answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        """The JSON of a GET that must succeed."""
        if path not in self._read:
            status, self._read[path] = self.call("GET", path)
            assert status == 200, (path, self._read[path])
        return self._read[path]

    def listing(self, key: str) -> str:
        """The address of a list inside `_api/`."""
        folder = key if LISTS[key].kind == "library" else f"Lists/{key}"
        return f"web/GetList('/sites/{self.url.rsplit('/', 1)[-1]}/{folder}')"

    def fields(self, key: str) -> dict[str, Any]:
        """The columns of a list by internal name."""
        return {one["InternalName"]: one for one in self.get(f"{self.listing(key)}/fields?$top=500")["value"]}

    def views(self, key: str) -> dict[str, Any]:
        """The views of a list by title."""
        return {one["Title"]: one for one in self.get(f"{self.listing(key)}/views?$expand=ViewFields")["value"]}


@pytest.fixture(scope="package")
def _two_sites() -> Iterator[dict[Language, Made]]:
    with running(Options(seed="fleet:2")) as ready:
        sandbox = Sandbox(ready)
        yield {language: Made(sandbox, url, language) for language, url in zip(LANGUAGES, ready["sites"], strict=True)}
        sandbox.close()


@pytest.fixture(scope="package")
def _all_lists(_two_sites: dict[Language, Made], definitions: Definitions) -> dict[Language, Made]:
    for language, made in _two_sites.items():
        site = FarEnd(made.sandbox.ready).open(made.url)
        result = provision(site, definitions, Wish("project", ("RunSheet", "ProgrammeProjects"), language))
        assert (result.ok, result.error) == (True, None)
    return _two_sites


@pytest.fixture(scope="package", params=LANGUAGES)
def made(request: pytest.FixtureRequest, _all_lists: dict[Language, Made]) -> Made:
    """The site in each language."""
    return _all_lists[request.param]
