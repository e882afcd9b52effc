"""YAML with positions: plain data, the line of everything, mistakes as problems (YAML 1.2)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.errors import InvalidInput, Problem
from projectlists.yamlfile import parse, read

TEXT = """\
# a remark
key: Actions
title: {nl: Actielijst, en: Action list}

fields:
  - name: Title
    choices:
      - {key: a}
      - key: b
  - name: Second
"""


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidInput) as caught:
        parse(text, "x.yaml")
    assert {problem.file for problem in caught.value.problems} == {"x.yaml"}
    return [(problem.line, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("key",), 2),
        (("title", "en"), 3),
        (("fields",), 5),
        (("fields", 0), 6),
        (("fields", 0, "choices", 0, "key"), 8),
        (("fields", 0, "choices", 1), 9),
        (("fields", 1, "name"), 10),
        # What is not there has the line of what it would be in.
        (("fields", 1, "choices", 3), 10),
        (("views", 0), 1),
    ],
)
def test_line_of_every_place(place: tuple[str | int, ...], line: int) -> None:
    assert parse(TEXT, "x.yaml").line_of(place) == line


def test_a_problem_at_a_place() -> None:
    found = parse(TEXT, "x.yaml").problem(("fields", 1), "Wrong.")
    assert found == Problem("x.yaml", 10, "Wrong.")
    assert str(found) == "x.yaml:10: Wrong."


def test_words_are_those_of_yaml_1_2() -> None:
    # YAML 1.2: yes, no and on are text; a date stays text here.
    found = parse("a: yes\nb: true\nc: ~\nd: 12\ne: 1.5\nf: 2026-12-31\ng: on\nh: 'x'", "x.yaml").data
    assert found == {"a": "yes", "b": True, "c": None, "d": 12, "e": 1.5, "f": "2026-12-31", "g": "on", "h": "x"}


def test_an_alias_repeats_what_it_names() -> None:
    assert parse("a: &x [1, 2]\nb: *x", "x.yaml").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb:\n\tc: 2\n", 3, "tab"),
        ("a: 1\nb: [1, 2\n", 3, "YAML"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tag"),
        ("a: !secret x\n", 1, "tag"),
        ("a: 1\n<<: {b: 2}\n", 2, "key"),
        ("? [a]\n: b\n", 1, "key"),
        ("# %\n%YAML 1.1\n---\na: on\n", 2, "1.2"),
        ("a: x\nb: *nothing\n", 2, "nothing"),
        ('a: 1\nb: "\x07"\n', 2, "invisible character"),
        ("a: 1\nb: !!int x\n", 2, "x"),
    ],
)
def test_what_is_no_plain_yaml(text: str, line: int, word: str) -> None:
    ((found, message),) = problems(text)
    assert found == line
    assert word in message


def test_every_duplicate_key_is_told() -> None:
    found = problems("a: 1\na: 2\nb:\n  - c: 1\n    c: 2\n")
    assert [(line, key in message) for (line, message), key in zip(found, "ac", strict=True)] == [(2, True), (5, True)]
    assert "line 1" in found[0][1]
    assert "line 4" in found[1][1]


def test_aliases_cannot_blow_up_the_file() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "aliases" in problems("\n".join(lines))[0][1]
    assert "aliases" in problems("&a [*a]")[0][1]


def test_depth_has_an_end() -> None:
    assert problems("[" * 5_000 + "]" * 5_000)
    assert problems("[" * 60 + "]" * 60)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.yaml: The file is not there"):
        read(tmp_path / "gone.yaml")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read(tmp_path)
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: Beëindigd\n".encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"latin\.yaml:2: .*UTF-8"):
        read(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(path).data == {"a": 1}


def test_the_user_sees_the_name_the_user_gave(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"^lists/x\.yaml: "):
        read(tmp_path / "gone.yaml", "lists/x.yaml")


SIGNS = st.text(st.sampled_from("a1:-[]{},&*!|>'\"?<%#~\\. \n\t\u2028\x00é"), max_size=40)


def problems_in(text: str) -> tuple[Problem, ...]:
    try:
        parse(text, "x.yaml")
    except InvalidInput as error:
        return error.problems
    return ()


@given(st.one_of(st.text(max_size=200), SIGNS))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(problem.line >= 0 and problem.message for problem in problems_in(text))
