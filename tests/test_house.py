"""The house kept in order by the house: launchers, README, translations and packaging say what the code says."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGE = ROOT / "scripts" / "projectlists"


def sentences() -> set[str]:
    found = extract_from_dir(
        PACKAGE,
        method_map=[
            ("sandbox/**", "ignore"),
            ("**.py", "python"),
            ("schedules/files/**.jinja", "jinja2"),
            ("reporting/templates/**.html", "jinja2"),
        ],
        keywords={"_": None},
        comment_tags=(),
    )
    return {text for _file, _line, text, _comments, _context in found if isinstance(text, str)}


def dutch() -> dict[str, Message]:
    with (PACKAGE / "locale" / "nl.po").open("rb") as file:
        return {str(entry.id): entry for entry in read_po(file, locale="nl") if entry.id}


def test_every_sentence_is_translated() -> None:
    translated = dutch()
    missing = sorted(text for text in sentences() if text not in translated or not translated[text].string)

    assert missing == []


def test_no_sentence_hides_where_it_is_not_found() -> None:
    # Inside an f-string `sentences` does not see it, and it would stay English.
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
    ]
    assert hidden == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(dutch()) - sentences()) == []


def test_translations_have_the_same_fields() -> None:
    def fields(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w*\}", text))

    odd = {key: entry.string for key, entry in dutch().items() if fields(key) != fields(str(entry.string))}

    assert odd == {}


@pytest.mark.parametrize("job", ["provision", "bootstrap", "remind"])
def test_launchers_name_the_core_dependencies(job: str) -> None:
    text = (ROOT / "scripts" / f"{job}.py").read_text("utf-8")
    header = text.split("# /// script\n")[1].split("# ///\n")[0]
    metadata = tomllib.loads("".join(line.removeprefix("# ") for line in header.splitlines(keepends=True)))

    assert metadata["dependencies"] == PROJECT["dependencies"]
    assert metadata["requires-python"] == PROJECT["requires-python"]


def command_under(heading: str) -> str:
    section = (ROOT / "README.md").read_text("utf-8").split(f"## {heading}\n")[1]
    block = re.search(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert block is not None
    return block.group(1)


@pytest.mark.parametrize(("heading", "ends"), [("Try it", "projectlists demo\n"), ("Test it", "-m pytest\n")])
def test_readme_has_one_command_line_under(heading: str, ends: str) -> None:
    command = command_under(heading)

    assert command.count("\n") == 1
    assert command.endswith(ends)


def test_the_pipeline_runs_the_readmes_own_test_command() -> None:
    script = ROOT / ".ci" / "run"
    finding = script.read_text("utf-8").split("test_command=$(")[1].split(")\n")[0]
    found = subprocess.run(["bash", "-c", finding], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert found == command_under("Test it")
    assert '-c "$test_command"' in script.read_text("utf-8")


def test_the_product_does_not_know_the_sandbox() -> None:
    # The command that starts it is the only one that names it; the demo starts that command as a process.
    naming = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(PACKAGE / "sandbox") and "projectlists.sandbox" in path.read_text("utf-8")
    }

    assert naming == {"cli/sandbox.py"}
