"""Making a site where the service says something unusual: what is asked, how long it is waited for, what is said."""

from __future__ import annotations

from typing import Any

import pytest

from projectlists.errors import Duplicate, Refused, Unanswered
from projectlists.farend.batch import Answer, Operation
from projectlists.farend.newsites import NewSite, NewSites
from projectlists.farend.sharepoint import SharePointSite

WANTED = NewSite("https://contoso.sharepoint.com/sites/brug", "Brug", "nl", owner="a@contoso.com")


class Root:
    """The tenant's root site with answers that are given beforehand: SiteStatus numbers, or whole answers."""

    def __init__(self, *answers: int | dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[Operation] = []
        self.lost = False

    def call(self, operation: Operation) -> Answer:
        self.asked.append(operation)
        if operation.method == "POST" and self.lost:
            raise Unanswered("lost")
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Answer(200, {}, given if isinstance(given, dict) else {"SiteStatus": given})


class Reached(Exception):
    """The site itself is asked: it is taken for ready."""


def sites(root: Root, slept: list[float], *, by_person: bool = False) -> NewSites:
    def site(_url: str) -> SharePointSite:
        raise Reached

    return NewSites(root, site, by_person=by_person, sleep=slept.append)  # type: ignore[arg-type]


def test_a_site_that_is_there_is_not_made() -> None:
    root = Root(2)
    with pytest.raises(Reached):
        sites(root, []).ensure(WANTED)
    assert [operation.method for operation in root.asked] == ["GET"]


def test_it_is_waited_for() -> None:
    root, slept = Root(0, 1, 1, 1, 2), [0.0]
    with pytest.raises(Reached):
        sites(root, slept).ensure(WANTED)
    assert slept == [0.0, 1.0, 2.0, 4.0]


def test_ten_minutes_is_enough() -> None:
    slept: list[float] = []
    with pytest.raises(Unanswered, match="still being made"):
        sites(Root(1), slept).ensure(WANTED)
    assert 600 <= sum(slept) <= 660


@pytest.mark.parametrize("answers", [(3,), (0, 1, 1, 3)])
def test_a_site_that_got_stuck_is_not_waited_for(answers: tuple[int, ...]) -> None:
    slept: list[float] = []
    with pytest.raises(Refused, match="could not finish the site"):
        sites(Root(*answers), slept).ensure(WANTED)
    assert sum(slept) < 10


@pytest.mark.parametrize(("statuses", "outcome"), [((0, 0, 0, 2), Reached), ((0,), Unanswered)])
def test_a_question_that_got_lost(statuses: tuple[int, ...], outcome: type[Exception]) -> None:
    # The site may still turn up; when it does not, nobody is told that it is being made.
    slept: list[float] = []
    root = Root(*statuses)
    root.lost = True
    with pytest.raises(outcome) as raised:
        sites(root, slept).ensure(WANTED)
    assert sum(slept) <= 15
    assert "still being made" not in str(raised.value)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((0, 3, 0), Refused),
        ((0, 4, 0), Duplicate),
        ((0, {"SiteStatus": 0, "ErrorMessage": "The group alias already exists."}, 0), Duplicate),
    ],
)
def test_what_is_not_made_is_explained(answers: tuple[int | dict[str, Any], ...], error: type[Exception]) -> None:
    with pytest.raises(error, match="/sites/brug"):
        sites(Root(*answers), []).ensure(WANTED)


def test_an_app_makes_a_site_in_the_language_with_its_owner() -> None:
    root = Root(0, 2)
    with pytest.raises(Reached):
        sites(root, []).ensure(WANTED)
    assert root.asked[1].path == "SPSiteManager/create"
    assert root.asked[1].body == {
        "request": {
            "Title": "Brug",
            "Url": WANTED.url,
            "Lcid": 1043,
            "Owner": "a@contoso.com",
            "WebTemplate": "STS#3",
            "TimeZoneId": 4,
        }
    }


def test_a_person_makes_a_team_site_with_its_group() -> None:
    root = Root(0, 2)
    with pytest.raises(Reached):
        sites(root, [], by_person=True).ensure(WANTED)
    assert root.asked[1].path == "GroupSiteManager/CreateGroupEx"
    assert root.asked[1].body is not None
    assert root.asked[1].body["alias"] == "brug"
    assert root.asked[1].body["optionalParams"] == {"CreationOptions": ["SPSiteLanguage:1043"]}
