"""Leads Python clients of other makers to a sandbox by the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.sandbox.conftest import Sandbox


@contextmanager
def environment_of(sandbox: Sandbox) -> Iterator[None]:
    """The variables that `requests` reads: the proxy and the authority behind it (identity-mail-teams.md §13)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_PROXY", "no_proxy", "https_proxy", "CURL_CA_BUNDLE", "ALL_PROXY", "all_proxy"):
            patch.delenv(name, raising=False)
        patch.setenv("HTTPS_PROXY", sandbox.ready["proxy"])
        patch.setenv("REQUESTS_CA_BUNDLE", sandbox.ready["ca"])
        yield
