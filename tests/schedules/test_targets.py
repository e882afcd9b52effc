"""The files for schedulers, tried with the tools that read them."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ruamel.yaml import YAML

from projectlists import cli
from projectlists.schedules.targets import TARGETS, Wish, files_for, target_named, utc_hours

WISH = Wish("/opt/project lists/bin/projectlists", "/srv/100% ours & theirs/config")


def text_of(target: str, name: str, wish: Wish = WISH) -> str:
    return {file.name: file.text for file in files_for(target, wish)}[name]


def yaml_of(target: str, name: str, wish: Wish = WISH) -> Any:
    return YAML(typ="safe").load(text_of(target, name, wish))


def shell_at(moment: str, script: str, folder: Path, **environment: str) -> str:
    """Run a script while `date` says another moment (ISO with offset); gives what it printed."""
    real = shutil.which("date")
    folder.mkdir(exist_ok=True)
    (folder / "date").write_text(f'#!/bin/sh\nexec {real} -d @{int(datetime.fromisoformat(moment).timestamp())} "$@"\n')
    (folder / "date").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script],
        env={"PATH": f"{folder}:/usr/bin:/bin", **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


# In the Netherlands 1 July has the offset +02:00 and 1 January +01:00.
def test_the_hour_in_utc_in_summer_and_in_winter() -> None:
    assert utc_hours(8) == (6, 7)


# 2026-03-27 is the Friday before the clock goes forward, 2026-03-30 the Monday after; 10-23 and 10-26 in autumn.
# 2026-11-29 is a Sunday. Honolulu is ten hours behind UTC: Monday 8:00 here is Sunday 21:00 there.
MOMENTS = [
    ("2026-03-27T07:00:00Z", True),
    ("2026-03-27T06:00:00Z", False),
    ("2026-03-30T06:00:00Z", True),
    ("2026-03-30T07:00:00Z", False),
    ("2026-10-23T06:00:00Z", True),
    ("2026-10-26T06:00:00Z", False),
    ("2026-10-26T07:00:00Z", True),
    ("2026-11-28T07:00:00Z", False),
    ("2026-11-29T07:00:00Z", False),
    ("2026-11-30T07:00:00Z", True),
]


@pytest.mark.parametrize(("moment", "runs"), MOMENTS)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "Pacific/Honolulu"])
def test_cron_runs_at_eight_in_the_netherlands_whatever_the_machines_clock(
    moment: str, runs: bool, zone: str, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "project lists"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    line = text_of("cron", "projectlists.cron", Wish(str(program), WISH.config)).splitlines()[-1]
    fields = line.split(" ", 5)
    command = fields[5].replace("\\%", "%")  # as cron does

    assert fields[:5] == ["0", "*", "*", "*", "*"]
    said = shell_at(moment, command, tmp_path / "clock", TZ=zone)
    assert said == (f"--config {WISH.config} remind --all\n" if runs else "")


def test_cron_reads_no_percent_sign_as_the_end_of_the_command() -> None:
    line = text_of("cron", "projectlists.cron").splitlines()[-1]

    assert line.replace("\\%", "").count("%") == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_accepts_the_units_and_reads_the_hour_in_the_netherlands(tmp_path: Path) -> None:
    for file in files_for("systemd", Wish("/bin/true", "/srv/100% ours/config")):
        (tmp_path / file.name).write_text(file.text)

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in TARGETS["systemd"])],
        check=False,
        capture_output=True,
        text=True,
    )
    calendar = text_of("systemd", "projectlists-remind.timer").split("OnCalendar=")[1].splitlines()[0]
    next_run = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-03-27 12:00:00 UTC", calendar],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
    )

    assert [line for line in verified.stderr.splitlines() if "projectlists" in line] == []
    assert "2026-03-30 06:00:00 UTC" in next_run.stdout


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_the_service_is_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "projectlists-remind.service"
    unit.write_text(text_of("systemd", unit.name, Wish("/bin/true", "/srv/config")))

    report = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", str(unit)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert "Overall exposure level" in report.stdout
    assert report.returncode == 0, report.stdout[-300:]


def test_windows_runs_on_working_days_with_the_least_rights() -> None:
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    task = ET.fromstring(text_of("windows", "projectlists-remind.xml"))

    assert [day.tag.removeprefix(space) for day in task.iter(f"{space}DaysOfWeek") for day in day] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
    ]
    assert task.findtext(f".//{space}StartBoundary") == "2026-01-05T08:00:00"
    assert task.findtext(f".//{space}RunLevel") == "LeastPrivilege"
    assert task.findtext(f".//{space}Command") == WISH.program
    assert task.findtext(f".//{space}Arguments") == f'--config "{WISH.config}" remind --all'


@pytest.mark.parametrize(
    ("started_by", "moment", "runs"),
    [
        ("7 6 * * 1-5", "2026-03-30T06:55:00Z", "yes"),
        ("7 7 * * 1-5", "2026-03-30T07:07:00Z", "no"),
        ("7 6 * * 1-5", "2026-10-26T06:07:00Z", "no"),
        ("7 7 * * 1-5", "2026-10-26T09:31:00Z", "yes"),  # late, as it happens there, but on the right day
        ("", "2026-10-26T13:00:00Z", "yes"),  # started by hand
    ],
)
def test_github_lets_one_of_its_two_hours_through(started_by: str, moment: str, runs: str, tmp_path: Path) -> None:
    workflow = yaml_of("github-actions", "projectlists-remind.yml", Wish("projectlists", "config", shards=3))
    step = workflow["jobs"]["season"]["steps"][0]
    output = tmp_path / "output"

    said = shell_at(moment, step["run"], tmp_path, STARTED_BY=started_by, GITHUB_OUTPUT=str(output))

    assert said == ""
    assert output.read_text() == f"run={runs}\n"


def test_github_signs_in_without_a_secret_and_shares_the_sites() -> None:
    workflow = yaml_of("github-actions", "projectlists-remind.yml", Wish("projectlists", "config", shards=3))

    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    assert workflow["jobs"]["remind"]["strategy"]["matrix"]["shard"] == [0, 1, 2]
    assert workflow["jobs"]["remind"]["steps"][-1]["run"].endswith("--shard ${{ matrix.shard }}/3")
    assert "secrets." not in text_of("github-actions", "projectlists-remind.yml")


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("function_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("moment", "past_due", "runs"),
    [
        ("2026-03-30T06:00:05+00:00", False, True),
        ("2026-03-30T07:00:05+00:00", False, False),
        ("2026-10-26T06:00:05+00:00", False, False),
        ("2026-10-26T07:00:05+00:00", False, True),
        ("2026-10-26T09:40:00+00:00", True, True),
    ],
)
def test_the_azure_function_runs_once_a_day(
    moment: str, past_due: bool, runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda words: calls.append(words) or 0)
    for file in files_for("azure-functions", WISH):
        (tmp_path / file.name).write_text(file.text)
    module = loaded(tmp_path / "function_app.py")
    monkeypatch.setattr(
        module, "datetime", SimpleNamespace(now=lambda zone: datetime.fromisoformat(moment).astimezone(zone))
    )
    function = module.app.get_functions()[0]

    function.get_user_function()(SimpleNamespace(past_due=past_due))

    assert function.get_trigger().schedule == "0 0 6,7 * * 1-5"
    assert calls == ([["--config", str(tmp_path / "config"), "remind", "--all"]] if runs else [])


def test_a_failed_run_is_a_failed_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "main", lambda _words: 1)
    (tmp_path / "function_app.py").write_text(text_of("azure-functions", "function_app.py"))
    module = loaded(tmp_path / "function_app.py")
    function = module.app.get_functions()[0].get_user_function()

    # No SystemExit: that ends the process in which all functions of the app run.
    with pytest.raises(RuntimeError, match="exit status 1"):
        function(SimpleNamespace(past_due=True))


@pytest.mark.parametrize(
    ("moment", "runs"),
    [("2026-03-30T06:00:09Z", True), ("2026-03-30T07:00:09Z", False), ("2026-10-26T07:00:09Z", True)],
)
def test_container_apps_let_one_hour_through(moment: str, runs: bool, tmp_path: Path) -> None:
    job = yaml_of("container-apps", "projectlists-remind-job.yaml")["properties"]
    script = job["template"]["containers"][0]["args"][0].replace("exec projectlists", "echo")

    assert job["configuration"]["scheduleTriggerConfig"]["cronExpression"] == "0 6,7 * * 1-5"
    assert shell_at(moment, script, tmp_path) == ("--config /config remind --all\n" if runs else "")


def test_kubernetes_knows_the_time_zone_and_never_runs_twice_at_once() -> None:
    job = yaml_of("kubernetes", "projectlists-remind-cronjob.yaml")["spec"]
    pod = job["jobTemplate"]["spec"]["template"]["spec"]

    assert (job["schedule"], job["timeZone"], job["concurrencyPolicy"]) == ("0 8 * * 1-5", "Europe/Amsterdam", "Forbid")
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
    assert "completions" not in job["jobTemplate"]["spec"]


def test_kubernetes_gives_each_pod_its_share() -> None:
    job = yaml_of("kubernetes", "projectlists-remind-cronjob.yaml", Wish("projectlists", "config", shards=4))
    spec = job["spec"]["jobTemplate"]["spec"]

    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 4, 4)
    assert spec["template"]["spec"]["containers"][0]["env"] == [{"name": "JOB_COMPLETIONS", "value": "4"}]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Windows Task Scheduler", "windows"),
        ("GITHUB_ACTIONS", "github-actions"),
        ("azure", "azure-functions"),
        ("cron", "cron"),
        ("launchd", None),
    ],
)
def test_targets_are_found_by_the_names_people_use(written: str, key: str | None) -> None:
    assert target_named(written) == key
