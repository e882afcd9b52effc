"""The fixture `far_end`: a real sandbox behind its proxy, and a loaded config that leads the product to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import settings
from jwt import algorithms
from ruamel.yaml import YAML
from ruamel.yaml.nodes import Node

from projectlists import yamlfile
from projectlists.definitions.loading import load, shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend import certificate
from projectlists.language import speaking
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd

# How long an example takes says nothing on a shared machine; timings live in benchmarks/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The program speaks English at the start of a test, and what a command chose is forgotten after it."""
    with speaking("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _worked_out_once() -> Iterator[None]:
    """What the libraries take long over is kept by what they were given: the nodes of a YAML text, the key in a PEM.

    A command does each once; a thousand tests in one process would do the same ones a thousand times.
    """

    @lru_cache(maxsize=512)
    def nodes(text: str) -> Node | None:
        return composed(YAML(typ="safe", pure=True), text)

    composed = yamlfile._composed
    key = lru_cache(maxsize=512)(serialization.load_pem_private_key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlfile, "_composed", lambda _yaml, text: nodes(text))
        # msal finds it in the first of these, signing a request for a token in the second.
        for place in (serialization, algorithms, certificate):
            patch.setattr(place, "load_pem_private_key", key)
        yield


@pytest.fixture(scope="session")
def _running() -> Iterator[dict[str, Any]]:
    with running(Options(seed="none")) as ready:
        yield ready


@pytest.fixture
def far_end(_running: dict[str, Any]) -> FarEnd:
    """A sandbox with the empty Dutch site `/sites/demo`, as seeded before each test."""
    far_end = FarEnd(_running)
    far_end.reset()
    return far_end


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The lists as shipped."""
    return load([shipped_folder("lists")])
