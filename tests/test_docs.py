"""The documentation says what the code says: generated pages are current, and commands, keys and links exist."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from click import Context
from pydantic import BaseModel

from projectlists.cli import COMMANDS, _make
from projectlists.config.model import Config

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])

FILE_ENDINGS = {"csv", "html", "ini", "json", "lock", "md", "pem", "py", "toml", "xlsx", "yaml", "yml"}


def test_the_reference_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    made = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["pages"]()

    for name, text in made.items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"run python scripts/reference.py: docs/{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(
        r"projectlists(?: --[a-z]+(?:[ =](?:\"[^\"]*\"|[^\s`]+))?)* ([a-z]+)\b(?=[^=:]|$)", code_of(text)
    )

    assert set(named) <= set(COMMANDS), page.name


def code_of(text: str) -> str:
    """What stands in code: fenced blocks and between backticks."""
    return "\n".join([*re.findall(r"```\w*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_of_the_config_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)(?:: [^`]*)?`", page.read_text("utf-8"))

    for group, key in named:
        if key in FILE_ENDINGS:
            continue
        model = model_in(Config.model_fields[group].annotation) if group in Config.model_fields else None
        assert model is not None, f"{group}.{key}"
        assert key in model.model_fields, f"{group}.{key}"


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as `Mail | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := model_in(part))), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there_and_told(page: Path) -> None:
    text = page.read_text("utf-8")

    for told, target, anchor in re.findall(r"!?\[([^\]]*)\]\(([^)#\s]*)#?([^)\s]*)\)", text):
        assert told
        assert "://" in target or (page.parent / target).exists(), target
        if anchor and "://" not in target:
            assert anchor in anchors((page.parent / target if target else page).read_text("utf-8")), (
                f"{target}#{anchor}"
            )


def anchors(text: str) -> set[str]:
    """What a link can point at in a page: its headings, in small letters and with dashes."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_test_that_a_promise_names_exists() -> None:
    text = (ROOT / "docs" / "testing.md").read_text("utf-8")

    for named in re.findall(r"`(tests/[^`]+)`", text):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_that_is_named_with_a_command_exists(page: Path) -> None:
    for line in code_of(page.read_text("utf-8")).splitlines():
        words = line.split()
        named = next((word for word in words if word in COMMANDS), None)
        if named is None or not (words[0] == named or "projectlists" in words[0]):
            continue
        command = _make().get_command(Context(_make()), named)  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        asked = {word.partition("=")[0] for word in words[words.index(named) :] if word.startswith("--")}

        assert asked <= known, line
