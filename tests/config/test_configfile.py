"""The config folder: tenant.yaml and sites.csv, every mistake at its line, and no secret told on."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from projectlists.config import configfile
from projectlists.config.model import Config
from projectlists.config.sitetable import read_sites
from projectlists.definitions.loading import shipped_folder
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.validate import validate

BROKEN = Path(__file__).parent / "broken"
CLIENT = "11111111-2222-3333-4444-555555555555"
TENANT = f"""\
tenant: lindervoort.onmicrosoft.com
sharepoint: https://lindervoort.sharepoint.com/
identity:
  client_id: {CLIENT}
  certificate: keys/app.pem
"""


def folder(tmp_path: Path, tenant: str = TENANT, sites: bytes | None = None) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "app.pem").write_text("", "utf-8")
    (tmp_path / "tenant.yaml").write_text(tenant, "utf-8")
    if sites is not None:
        (tmp_path / "sites.csv").write_bytes(sites)
    return tmp_path


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        configfile.load(path)
    return caught.value.problems


def test_a_small_config(tmp_path: Path) -> None:
    config = configfile.load(folder(tmp_path))
    assert config.folder == tmp_path
    assert config.tenant == "lindervoort.onmicrosoft.com"
    assert config.sharepoint == "https://lindervoort.sharepoint.com"
    assert config.language == "nl"
    assert config.identity.certificate == tmp_path / "keys" / "app.pem"
    assert (config.mail, config.sites) == (None, ())


def test_a_full_config(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("", "utf-8")
    text = (
        TENANT
        + f"""\
  secret_variable: PROJECTLISTS_SECRET
network: {{proxy: "http://127.0.0.1:8443", ca_bundle: {ca}, timeout_seconds: 30}}
mail: {{mailbox: projecten@gemeente.example, resend_after_seconds: 10, per_minute: 25}}
working_days: {{good_friday: true, closing_days: [2026-12-24]}}
language: en
"""
    )
    config = configfile.load(folder(tmp_path, text))
    assert config.network.ca_bundle == ca
    assert config.network.proxy == "http://127.0.0.1:8443"
    assert config.mail is not None
    assert (config.mail.mailbox, config.mail.per_minute) == ("projecten@gemeente.example", 25)
    assert config.working_days.closing_days == (date(2026, 12, 24),)
    assert (config.language, config.identity.secret_variable) == ("en", "PROJECTLISTS_SECRET")


def test_every_mistake_in_tenant_yaml_has_its_line() -> None:
    path = BROKEN / "tenant.yaml"
    marked = [re.search(r"# wrong: (.*)$", line) for line in path.read_text("utf-8").splitlines()]
    wanted = {number: match[1].split(" | ") for number, match in enumerate(marked, 1) if match}
    found = {problem.line: problem.message for problem in problems(BROKEN) if problem.file == str(path)}
    assert sorted(found) == sorted(wanted)
    for line, words in wanted.items():
        for word in words:
            assert word in found[line], (line, word, found[line])


@pytest.mark.parametrize(
    ("channels", "part"),
    [
        ("[{name: Team}]", "url_variable and url_file"),
        ("[{name: Team, url_variable: A, url_file: b.txt}]", "url_variable and url_file"),
        ("[{name: Team, url_variable: 'https://hunter2.example'}]", "never the address itself"),
        ("[{name: Team, url_variable: A}, {name: Team, url_variable: B}]", "appears twice"),
        ("[{name: Team, url_variable: A, rhythm: hourly}]", "rhythm"),
    ],
)
def test_channels_that_cannot_be(tmp_path: Path, channels: str, part: str) -> None:
    found = "\n".join(str(problem) for problem in problems(folder(tmp_path, f"{TENANT}teams: {channels}\n")))
    assert part in found
    assert "tenant.yaml:" in found
    assert "hunter2" not in found


def test_a_channel_for_a_site_that_is_not_in_the_table(tmp_path: Path) -> None:
    # Its cards would stay away without a word.
    text = f"{TENANT}teams: [{{name: Team, url_variable: A, sites: [plein, Plien]}}]\n"
    place = folder(tmp_path, text)
    (place / "sites.csv").write_text("key,url\nplein,https://lindervoort.sharepoint.com/sites/plein\n", "utf-8")

    (problem,) = problems(place)

    assert "There is no site Plien in sites.csv; known sites: plein." in problem.message
    assert problem.line == text.count("\n")


def test_no_secret_is_told_on() -> None:
    assert "hunter2" not in "\n".join(str(problem) for problem in problems(BROKEN))


def test_every_mistake_in_sites_csv_has_its_line() -> None:
    path = BROKEN / "sites.csv"
    found = [(problem.line, problem.message) for problem in problems(BROKEN) if problem.file == str(path)]
    wanted = [
        (3, "key A appears twice"),
        (4, "url of c"),
        (5, "not on"),
        (6, "profile watervall"),
        (6, "language de"),
        (7, "key ''"),
        (9, "in this row: 6; in the header: 5"),
        (10, "appears twice"),
    ]
    assert [line for line, _message in found] == [line for line, _words in wanted]
    for (_line, message), (_wanted, words) in zip(found, wanted, strict=True):
        assert words in message


@pytest.mark.parametrize(
    "sites",
    [
        b'key,name,url,profile,language\nmarkt,"Markt, plein",https://lindervoort.sharepoint.com/sites/m/,project,nl\n',
        b"\xef\xbb\xbfkey;name;url;profile;language\r\nmarkt;Markt, plein;https://lindervoort.sharepoint.com/sites/m;project;nl\r\n",
        b"URL;Key;Name;Language;Profile\n\nhttps://lindervoort.sharepoint.com/sites/m;markt;Markt, plein;nl;project\n",
    ],
)
def test_a_site_table_with_commas_or_semicolons(tmp_path: Path, sites: bytes) -> None:
    (found,) = configfile.load(folder(tmp_path, sites=sites)).sites
    assert (found.key, found.name, found.profile, found.language) == ("markt", "Markt, plein", "project", "nl")
    assert found.url == "https://lindervoort.sharepoint.com/sites/m"
    assert found.path == "/sites/m"


def test_a_table_with_a_header_only_is_fine_and_name_profile_language_may_be_empty(tmp_path: Path) -> None:
    assert configfile.load(folder(tmp_path, sites=b"key,name,url,profile,language\n")).sites == ()
    (tmp_path / "sites.csv").write_text("key,url\nm,https://LINDERVOORT.sharepoint.com/sites/m\n", "utf-8")
    (found,) = configfile.load(tmp_path).sites
    assert (found.name, found.profile, found.language) == ("m", None, None)


TEAM, CHANNEL = "11111111-2222-4333-8444-555555555555", "19:0123abcd@thread.tacv2"


def test_a_site_may_name_its_channel(tmp_path: Path) -> None:
    folder(tmp_path, TENANT)
    row = f"m,https://lindervoort.sharepoint.com/sites/m,{TEAM},{CHANNEL}"
    (tmp_path / "sites.csv").write_text(f"key,url,team,channel\n{row}\n", "utf-8")
    (site,) = configfile.load(tmp_path).sites
    assert (site.team, site.channel) == (TEAM, CHANNEL)


@pytest.mark.parametrize(
    ("team", "channel", "word"),
    [
        (TEAM, "", "both"),
        ("", CHANNEL, "both"),
        ("Team Projecten", CHANNEL, "id of a team"),
        (TEAM, "Algemeen", "id of a channel"),
        (TEAM, "19:x@thread.tacv2/../../users", "id of a channel"),
    ],
)
def test_half_a_channel_is_a_mistake(tmp_path: Path, team: str, channel: str, word: str) -> None:
    folder(tmp_path, TENANT)
    row = f"m,https://lindervoort.sharepoint.com/sites/m,{team},{channel}"
    (tmp_path / "sites.csv").write_text(f"key,url,team,channel\n{row}\n", "utf-8")
    (problem,) = problems(tmp_path)
    assert (problem.line, word in problem.message) == (2, True)


def test_the_line_of_a_row_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    sites = b'key,name,url\nm,"Markt\nplein",https://lindervoort.sharepoint.com/sites/m\nn,N,nowhere\n'
    assert [problem.line for problem in problems(folder(tmp_path, sites=sites))] == [4]


@pytest.mark.parametrize(
    ("sites", "line", "word"),
    [
        (b"sleutel,url\nm,x\n", 1, "key"),
        (b"key,url,key\n", 1, "twice"),
        (b"name\n", 1, "url"),
        ("key,url\nBeë,x\n".encode("latin-1"), 0, "UTF-8"),
        (b"key,url\nm,https://lindervoort.sharepoint.com:x/sites/m\n", 2, "not on"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, sites: bytes, line: int, word: str) -> None:
    found = problems(folder(tmp_path, sites=sites))
    assert found[0].line == line
    assert any(word in problem.message for problem in found)


def test_a_folder_without_tenant_file(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert problem.file == str(tmp_path / "tenant.yaml")
    assert "tenant.example.yaml" in problem.message


def test_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, TENANT.replace("keys/app.pem", "keys/gone.pem")))
    assert [(problem.line, str(tmp_path / "keys/gone.pem") in problem.message) for problem in found] == [(5, True)]


IDENTITY = """\
tenant: lindervoort.onmicrosoft.com
sharepoint: https://lindervoort.sharepoint.com
identity: {%s}
"""
APP = "client_id: 5e2a7c9e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("identity", "mode"),
    [
        (f"{APP}, certificate: keys/app.pem", "certificate"),
        (f"{APP}, certificate_variable: APP_CERTIFICATE, password_variable: APP_PASSWORD", "certificate"),
        (f"{APP}, certificate_keyring: job", "certificate"),
        ("sign_in: managed-identity", "managed-identity"),
        (f"{APP}, sign_in: federated", "federated"),
        (f"{APP}, sign_in: device-code", "device-code"),
        (f"{APP}, sign_in: secret, secret_variable: APP_SECRET", "secret"),
    ],
)
def test_ways_to_sign_in(tmp_path: Path, identity: str, mode: str) -> None:
    assert configfile.load(folder(tmp_path, IDENTITY % identity)).identity.mode == mode


@pytest.mark.parametrize(
    ("identity", "part"),
    [
        (APP, "certificate is missing"),
        ("sign_in: federated", "client_id is missing"),
        (f"{APP}, sign_in: secret", "secret_variable is missing"),
        (f"{APP}, secret_variable: APP_SECRET", "certificate is missing"),
        (f"{APP}, certificate: keys/app.pem, certificate_keyring: job", "one place for the certificate"),
        (f"{APP}, certificate_variable: 'MIIE v0'", "certificate_variable is the name of an environment variable"),
        (f"{APP}, certificate: keys/app.pem, sign_in: telepathy", "sign_in"),
    ],
)
def test_sign_ins_that_cannot_be(tmp_path: Path, identity: str, part: str) -> None:
    (problem,) = problems(folder(tmp_path, IDENTITY % identity))
    assert problem.line == 3
    assert part in problem.message


def config(tmp_path: Path) -> Config:
    sites = b"key,name,url\nmarkt,Markt,https://lindervoort.sharepoint.com/sites/markt\n"
    return configfile.load(folder(tmp_path, sites=sites))


def test_a_site_by_key_or_address(tmp_path: Path) -> None:
    found = config(tmp_path)
    assert configfile.site(found, "Markt") == found.sites[0]
    assert configfile.site(found, "https://lindervoort.sharepoint.com/sites/markt/") == found.sites[0]
    other = configfile.site(found, "https://lindervoort.sharepoint.com/sites/demo/")
    assert (other.key, other.url) == ("demo", "https://lindervoort.sharepoint.com/sites/demo")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("markr", "known sites: markt"),
        ("https://elders.sharepoint.com/sites/markt", "not a site of https://lindervoort.sharepoint.com"),
        ("http://lindervoort.sharepoint.com/sites/markt2", "not the address"),
        ("https://lindervoort.sharepoint.com/sites/markt2?x=1", "not the address"),
    ],
)
def test_a_site_that_is_not_known(tmp_path: Path, name: str, word: str) -> None:
    with pytest.raises(UsageError, match=re.escape(word)):
        configfile.site(config(tmp_path), name)


def test_the_examples_are_right_once_the_certificate_is_there(tmp_path: Path) -> None:
    shipped = shipped_folder("config")
    shutil.copy(shipped / "tenant.example.yaml", tmp_path / "tenant.yaml")
    shutil.copy(shipped / "sites.example.csv", tmp_path / "sites.csv")
    (problem,) = problems(tmp_path)
    assert "projectlists.pem" in problem.message
    (tmp_path / "projectlists.pem").write_text("", "utf-8")
    assert [site.key for site in configfile.load(tmp_path).sites] == ["marktplein", "stadhuis", "warmte"]


def test_validate_checks_a_config_folder_with_its_own_lists(tmp_path: Path) -> None:
    folder(tmp_path)
    assert validate([tmp_path]) == ()
    assert validate([], tmp_path) == ()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "x.yaml").write_text("key: X\n", "utf-8")
    assert {problem.file for problem in validate([tmp_path])} == {str(tmp_path / "lists" / "x.yaml")}
    (tmp_path / "sites.csv").write_text("key,url\nm,nowhere\n", "utf-8")
    assert [problem.line for problem in validate([tmp_path / "sites.csv"])] == [2]
    assert validate([tmp_path / "tenant.yaml"]) == ()


OTHER = TENANT.replace("lindervoort", "oosterwold")


def with_other(tmp_path: Path, other: str, sites: str = "") -> Path:
    """A config folder with a second tenant; line 3 of the site table is a site of that one."""
    table = f"""\
key,url
markt,https://lindervoort.sharepoint.com/sites/markt
haven,https://OOSTERWOLD.sharepoint.com/sites/haven
{sites}"""
    made = folder(tmp_path, TENANT, table.encode())
    (made / "tenants").mkdir()
    (made / "tenants" / "oosterwold.yaml").write_text(other, "utf-8")
    return made


def test_each_tenant_has_its_own_sites_and_settings(tmp_path: Path) -> None:
    other = OTHER + "mail: {mailbox: haven@oosterwold.example, maximum_per_run: 7}\nlanguage: en\n"
    path = with_other(tmp_path, other)
    (path / "tenants" / "third.example.yaml").write_text("", "utf-8")

    config = configfile.load(path)

    (second,) = config.others
    assert config.tenants == (config, second)
    assert [site.key for site in config.sites] == ["markt"]
    assert [site.key for site in second.sites] == ["haven"]
    assert (config.mail, config.language) == (None, "nl")
    assert second.mail is not None
    assert (second.mail.mailbox, second.mail.maximum_per_run, second.language) == ("haven@oosterwold.example", 7, "en")
    assert second.identity.certificate == path / "keys" / "app.pem"  # paths count from the config folder
    assert configfile.site(config, "haven").key == "haven"
    assert configfile.site(config, "https://oosterwold.sharepoint.com/sites/kade").name == "kade"
    with pytest.raises(UsageError, match="is not a site of https://oosterwold"):
        configfile.site(second, "https://lindervoort.sharepoint.com/sites/markt")


@pytest.mark.parametrize(
    ("other", "line", "words"),
    [
        (TENANT, 2, "Another file of this folder is about https://lindervoort.sharepoint.com/ already."),
        (OTHER + "logs: {format: json}\n", 6, "logs"),
        (OTHER.replace("sharepoint: ", "sharpoint: "), 2, "sharpoint"),
        (OTHER.replace(CLIENT, "app"), 4, "client_id"),
        ("- a\n", 1, ""),
    ],
)
def test_mistakes_in_the_file_of_another_tenant(tmp_path: Path, other: str, line: int, words: str) -> None:
    path = with_other(tmp_path, other)
    file = path / "tenants" / "oosterwold.yaml"

    found = {problem.line: problem.message for problem in problems(path) if problem.file == str(file)}

    assert words in found[line]
    assert {problem.file for problem in problems(path)} <= {str(file), str(path / "sites.csv")}
    assert validate([file]) == tuple(problem for problem in problems(path) if problem.file == str(file))


def test_a_site_of_no_tenant(tmp_path: Path) -> None:
    (problem,) = problems(with_other(tmp_path, OTHER, "elders,https://elders.sharepoint.com/sites/a\n"))

    assert (problem.line, Path(problem.file).name) == (4, "sites.csv")
    assert "https://lindervoort.sharepoint.com/ or https://oosterwold.sharepoint.com/" in problem.message


@given(text=st.text(max_size=200), sites=st.binary(max_size=200))
def test_any_text_gives_a_config_or_problems(tmp_path_factory: pytest.TempPathFactory, text: str, sites: bytes) -> None:
    path = tmp_path_factory.mktemp("config")
    (path / "tenant.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    (path / "sites.csv").write_bytes(sites)
    with pytest.raises(InvalidInput):
        configfile.load(path)


@given(
    st.lists(st.sampled_from(["m", "n", ",", ";", '"', "\n", "\r", "\x00", "https://a.example/x", "é"]), max_size=30)
)
@example(["m", ",", "\x00", "https://a.example/x"])
def test_any_table_gives_sites_or_problems(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    path = tmp_path_factory.mktemp("table") / "sites.csv"
    path.write_text("key,url\n" + "".join(parts), "utf-8", newline="")
    sites, found = read_sites(path, ["https://a.example"])
    assert all(problem.line >= 1 for problem in found)
    assert all(site.url.startswith("https://a.example/x") for site in sites)
