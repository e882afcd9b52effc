"""The mail templates as shipped."""

from __future__ import annotations

import pytest

from projectlists.mail.messages import Messages
from projectlists.rules.calendar import WorkingCalendar
from tests.mail.written import (
    FOLDER,
)


@pytest.fixture(scope="module")
def messages() -> Messages:
    return Messages([FOLDER], WorkingCalendar())
