"""What people install is what stands here: the wheel, the source archive, the lock and the container."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def tracked(*folders: str) -> set[str]:
    """What belongs to the project in these folders: all that is not a leftover of running."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_package_and_what_it_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}

    package = {name.removeprefix("scripts/") for name in tracked("scripts/projectlists")}
    assert inside == package | {f"projectlists/shipped/{name}" for name in tracked("lists", "config")}


def test_the_source_archive_holds_what_the_tests_and_the_pipeline_need(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        inside = {name.split("/", 1)[1] for name in archive.getnames()}

    files = {"README.md", "README.nl.md", "LICENSE", "CHANGELOG.md", "requirements.lock", "Containerfile", ".ci/run"}
    assert (tracked("scripts", "lists", "config", "docs", "tests") | files) - inside == set()


def test_the_wheel_works_from_another_folder_without_the_sources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*words: str) -> str:
        # The unpacked wheel stands before the sources that the tests themselves run from.
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
        done = subprocess.run(
            [sys.executable, "-m", "projectlists", *words],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import projectlists; print(projectlists.__file__)"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(str(tmp_path))
    assert "in orde" in run("--lang", "nl", "validate")
    assert "remind --all" in run("schedule", "cron")


def locked() -> dict[str, set[str]]:
    """Name → versions in the lock; more than one where Python versions differ."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    ):
        versions.setdefault(name, set()).add(version)
    return versions


def test_the_lock_pins_every_dependency_within_its_bounds() -> None:
    pins = locked()
    for line in PROJECT["dependencies"]:
        wanted = Requirement(line)
        versions = pins.get(canonicalize_name(wanted.name), set())
        fits = versions and all(wanted.specifier.contains(version) for version in versions)
        assert fits, f"{line}: make requirements.lock again with the command at its top"


def test_the_lock_has_a_hash_for_every_pin_and_names_no_server() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]

    assert len(entries) == sum(map(len, locked().values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not {"uvicorn", "lark", "pytest"} & set(locked())  # a production install has no sandbox and no tests


def test_the_container_runs_as_the_user_the_schedule_names() -> None:
    container = (ROOT / "Containerfile").read_text("utf-8")
    schedule = ROOT / "scripts/projectlists/schedules/files/projectlists-remind-cronjob.yaml.jinja"
    user = re.search(r"^USER (\d+):\1$", container, re.MULTILINE)

    assert user is not None
    assert f"runAsUser: {user.group(1)}\n" in schedule.read_text("utf-8")
    assert "--require-hashes -r requirements.lock" in container
    assert container.splitlines()[-2:] == ['ENTRYPOINT ["projectlists"]', 'CMD ["--help"]']
