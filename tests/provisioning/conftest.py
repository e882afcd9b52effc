"""The fixture `built`: the demo site with the starter lists, and an empty request log."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from tests.far_end import FarEnd
from tests.provisioning.provisioned import STARTER


@pytest.fixture
def built(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    """A site with the starter lists."""
    far_end.provisioned(definitions, STARTER)
    return far_end
