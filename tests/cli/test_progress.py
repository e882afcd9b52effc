"""How far long work is, where nobody watches: few lines in a log."""

from __future__ import annotations

import pytest

from projectlists.cli import progress


def test_a_single_thing_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress.each(["one"], "Sites")) == ["one"]
    assert capsys.readouterr().err == ""


def test_several_things_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress.each(["one", "two"], "Sites")) == ["one", "two"]
    assert capsys.readouterr().err.splitlines() == ["Sites 1/2", "Sites 2/2"]


@pytest.mark.parametrize(("total", "lines"), [(3, 0), (10, 10), (25, 13), (500, 10)])
def test_a_long_count_gives_about_ten_lines(total: int, lines: int, capsys: pytest.CaptureFixture[str]) -> None:
    # 25: every second one is 12 lines, and the last.
    with progress.meter() as tell:
        for done in range(1, total + 1):
            tell("Mails", done, total)

    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == lines
    assert shown.out == ""


def test_something_busy_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.busy("Applying …"):
        pass

    assert capsys.readouterr().err == "Applying …\n"


@pytest.mark.parametrize(
    ("done", "seconds", "pause", "words"),
    [
        (3, 0.5, 0, ""),  # too early to tell
        (30, 10, 0, "3.0 a second, 0:23 to go"),  # 70 left
        (5, 60, 0, "5.0 a minute, 19:00 to go"),  # 95 left
        (100, 50, 0, "2.0 a second"),
        (30, 10, 42.4, "3.0 a second, 0:23 to go, SharePoint asks for a pause of 42 s"),
    ],
)
def test_how_fast_it_goes(done: int, seconds: float, pause: float, words: str) -> None:
    assert progress.speed_of(done, 100, seconds, pause) == words
