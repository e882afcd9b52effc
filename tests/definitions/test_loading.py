"""Definition files: every mistake at its line, in a sentence that names the thing.

In `broken` beside this file each line with a mistake says so itself: `# wrong: ` and the words its sentences must hold.
"""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions import loading as definitions
from projectlists.definitions.loading import load, load_files, shipped_folder
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.validate import validate

BROKEN = Path(__file__).parent / "broken"
LISTS = shipped_folder("lists")


def expected(path: Path) -> dict[int, list[str]]:
    """Line → the words its sentences must hold."""
    found = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        marked = re.search(r"# wrong: (.*)$", line)
        if marked:
            found[number] = [words.strip() for words in marked[1].split("|")]
    return found


def check(path: Path, problems: tuple[Problem, ...]) -> None:
    wanted = expected(path)
    assert wanted, "a broken file marks its mistakes"
    found: dict[int, str] = {}
    for problem in problems:
        assert problem.file == str(path)
        found[problem.line] = found.get(problem.line, "") + problem.message
    assert sorted(found) == sorted(wanted), "\n".join(str(problem) for problem in problems)
    for line, words in wanted.items():
        for word in words:
            assert word.casefold() in found[line].casefold(), (line, word, found[line])


@pytest.mark.parametrize(
    "name",
    [
        "choices/actions.yaml",
        "columns/actions.yaml",
        "name_of_file/acties.yaml",
        "no_default/actions.yaml",
        "rows/actions.yaml",
        "rules/actions.yaml",
        "shape/actions.yaml",
        "status_rules/actions.yaml",
        "views/actions.yaml",
    ],
)
def test_every_mistake_in_a_list_file_has_its_line(name: str) -> None:
    check(BROKEN / name, validate([BROKEN / name]))


@pytest.mark.parametrize("name", ["choice_sets.yaml", "common.yaml", "profiles.yaml"])
def test_every_mistake_in_a_shared_file_has_its_line(name: str) -> None:
    check(BROKEN / "shared" / name, validate([BROKEN / "shared" / name]))


@pytest.mark.parametrize(
    "path", sorted(BROKEN.glob("own*/lists/*.yaml")), ids=lambda path: f"{path.parent.parent.name}/{path.name}"
)
def test_every_mistake_in_a_file_of_a_municipality_has_its_line(path: Path) -> None:
    check(path, validate([path]))


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("tab.yaml", 4, "tab"),
        ("duplicate_key.yaml", 3, "letter"),
        ("unclosed.yaml", 3, "YAML"),
        ("empty.yaml", 1, "empty"),
    ],
)
def test_a_file_that_is_no_yaml_has_its_line(name: str, line: int, words: str) -> None:
    problem = validate([BROKEN / "syntax" / name])[0]
    assert (problem.file, problem.line) == (str(BROKEN / "syntax" / name), line)
    assert words in problem.message


def test_both_duplicate_keys_are_reported() -> None:
    assert [problem.line for problem in validate([BROKEN / "syntax" / "duplicate_key.yaml"])] == [3, 7]


def test_problems_of_several_files_come_together() -> None:
    with pytest.raises(InvalidInput) as caught:
        load([LISTS, BROKEN / "choices", BROKEN / "shape"])
    assert {Path(problem.file).parent.name for problem in caught.value.problems} == {"shape"}, "the later file counts"
    both = validate([BROKEN / "choices", BROKEN / "shape"])
    assert {Path(problem.file).parent.name for problem in both} == {"choices", "shape"}


def test_two_files_with_one_key_are_refused(tmp_path: Path) -> None:
    text = (LISTS / "actions.yaml").read_text("utf-8")
    (tmp_path / "actions.yaml").write_text(text, "utf-8")
    (tmp_path / "zz.yaml").write_text(text, "utf-8")
    messages = [problem for problem in validate([tmp_path]) if problem.file.endswith("zz.yaml")]
    assert [(problem.line, "actions.yaml" in problem.message) for problem in messages] == [(3, True)]


def test_a_broken_shared_file_is_the_only_complaint(tmp_path: Path) -> None:
    for path in LISTS.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (tmp_path / "choice_sets.yaml").write_text("choice_sets: [\n", "utf-8")
    assert [Path(problem.file).name for problem in validate([tmp_path])] == ["choice_sets.yaml"]


def test_a_folder_of_the_municipality_adds_and_replaces(tmp_path: Path) -> None:
    own = (LISTS / "actions.yaml").read_text("utf-8").replace("nl: Actielijst", "nl: Takenlijst")
    (tmp_path / "actions.yaml").write_text(own, "utf-8")
    permits = """
key: Permits
letter: P
title: {nl: Vergunningen, en: Permits}
description: {nl: Alle vergunningen, en: All permits}
fields:
  - {name: Title, type: Text, title: {nl: Vergunning, en: Permit}, required: true}
  - {name: RelatedAction, type: Lookup, lookup: Actions, title: {nl: Actie, en: Action}}
views:
  - {key: All, title: {nl: Alles, en: All}, default: true, fields: [Title, RelatedAction]}
"""
    (tmp_path / "permits.yaml").write_text(permits, "utf-8")
    loaded = load([LISTS, tmp_path])
    assert loaded.lists["Actions"].title.nl == "Takenlijst"
    assert list(loaded.lists)[-1] == "Permits"
    assert [field.name for field in loaded.lists["Permits"].fields] == [
        "Title",
        "RelatedAction",
        "ImportKey",
        "ReminderOff",
    ]
    assert validate([tmp_path]) == ()


def test_a_list_may_have_its_own_common_column(tmp_path: Path) -> None:
    own = (LISTS / "team_roles.yaml").read_text("utf-8")
    extra = "fields:\n  - {name: ImportKey, type: Text, title: {nl: Nummer, en: Number}, synonyms: [rolnr]}\n"
    (tmp_path / "team_roles.yaml").write_text(own.replace("fields:\n", extra, 1), "utf-8")
    roles = load([LISTS, tmp_path]).lists["TeamRoles"]
    assert [field.name for field in roles.fields].count("ImportKey") == 1
    import_key = roles.field("ImportKey")
    assert import_key is not None
    assert import_key.synonyms == ("rolnr",)


def test_more_than_twenty_indexes_are_refused(tmp_path: Path) -> None:
    # sharepoint-rest.md §4.6: 20 indexed columns per list; ImportKey is the first of them here.
    def problems(count: int) -> tuple[Problem, ...]:
        columns = [
            f"  - {{name: C{n}, type: Text, title: {{nl: C{n}, en: C{n}}}, indexed: true}}" for n in range(count)
        ]
        head = "key: Wide\nletter: W\ntitle: {nl: Breed, en: Wide}\ndescription: {nl: Breed, en: Wide}\nfields:\n"
        title = "  - {name: Title, type: Text, title: {nl: Titel, en: Title}}\n"
        views = "\nviews:\n  - {key: All, title: {nl: Alles, en: All}, default: true, fields: [Title]}\n"
        (tmp_path / "wide.yaml").write_text(head + title + "\n".join(columns) + views, "utf-8")
        return validate([tmp_path / "wide.yaml"])

    assert problems(19) == ()
    assert [(problem.line, "21" in problem.message) for problem in problems(20)] == [(5, True)]


def test_a_title_longer_than_sharepoint_takes_is_refused(tmp_path: Path) -> None:
    text = (LISTS / "actions.yaml").read_text("utf-8").replace("nl: Stand van zaken", "nl: " + "a" * 256)
    (tmp_path / "actions.yaml").write_text(text, "utf-8")
    (problem,) = validate([tmp_path / "actions.yaml"])
    assert text.splitlines()[problem.line - 1].strip().startswith("title: {nl: aaaa")
    assert "column ProgressNote" in problem.message
    assert "256" in problem.message


def test_paths_that_are_not_there() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        validate([Path("nowhere")])
    with pytest.raises(InvalidInput, match="no folder"):
        load([Path("nowhere")])


def test_a_folder_without_definitions(tmp_path: Path) -> None:
    assert [problem.file for problem in validate([tmp_path])] == [str(tmp_path)]


def test_the_shipped_lists_are_right_and_named_as_the_user_names_them(tmp_path: Path) -> None:
    assert validate([]) == ()
    assert validate([LISTS]) == ()
    assert validate([LISTS / "actions.yaml", LISTS / "profiles.yaml"]) == ()


@given(st.text(max_size=300))
def test_any_text_gives_definitions_or_problems(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "actions.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(InvalidInput):
        load_files([path])


KEYS = st.sampled_from(
    ["key", "letter", "title", "fields", "views", "name", "type", "choices", "nl", "en", "filter", "all", "status"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["Actions", "Choice", "Title", "A"])
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


@given(data=DATA, part=st.sampled_from(["fields", "views", "reminders", "status_rules", "status", "words", "index"]))
def test_any_data_in_a_part_gives_problems_or_definitions(
    tmp_path_factory: pytest.TempPathFactory, data: object, part: str
) -> None:
    content = {
        "key": "Any",
        "letter": "Q",
        "title": {"nl": "a", "en": "a"},
        "description": {"nl": "a", "en": "a"},
        "fields": [{"name": "Title", "type": "Text", "title": {"nl": "a", "en": "a"}}],
        "views": [{"key": "All", "title": {"nl": "a", "en": "a"}, "default": True, "fields": ["Title"]}],
        part: data,
    }
    path = tmp_path_factory.mktemp("part") / "any.yaml"
    path.write_text(json.dumps(content), "utf-8")
    assert all(problem.line >= 1 and problem.message for problem in problems_in(path))


def problems_in(path: Path) -> tuple[Problem, ...]:
    try:
        load_files([path])
    except InvalidInput as error:
        return error.problems
    return ()


def test_shipped_folders_are_there() -> None:
    assert (definitions.shipped_folder("lists") / "actions.yaml").is_file()
    assert (definitions.shipped_folder("config") / "tenant.example.yaml").is_file()
