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
