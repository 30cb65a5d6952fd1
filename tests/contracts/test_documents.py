"""What the README and the guides tell a user to type exists."""

from __future__ import annotations

import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from posetrail.cli import build_app
from posetrail.config import load_config
from tracker.edits import read_edits

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
_TYPED = re.compile(r"(?:^ {4}|`|&& )posetrail ([^`#\n]+)", re.MULTILINE)
GROUPS = ("eval", "models")


def typed(document: Path) -> list[list[str]]:
    """Command lines of a document, as words after ``posetrail``."""
    lines = _TYPED.findall(document.read_text(encoding="utf-8"))
    lines = [re.split(r" \||&&|  ", line)[0] for line in lines]
    return [words for line in lines if (words := shlex.split(line)) and words[0] != "COMMAND"]


@cache
def help_of(*words: str) -> str:
    done = CliRunner().invoke(build_app(), [*words, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_and_option_of_a_document_exists(document: Path) -> None:
    for words in typed(document):
        command = words[: 2 if words[0] in GROUPS and len(words) > 1 else 1]
        known = help_of(*command)
        for option in (word.partition("=")[0] for word in words if word.startswith("-")):
            assert re.search(rf"{option}\b", known), f"{' '.join(words)}: no {option}"
        keys = [after for before, after in pairwise(words) if before == "--set"]
        load_config(assignments=keys)


def test_strokes_are_asked_of_the_players_alone() -> None:
    """Everybody who is followed is given strokes, line judges and ball kids, too."""
    told = typed(ROOT / "README.md")
    runs = [words for words in told if words[0] == "run" and "tennis" in words]
    assert runs
    assert all("--people" in words for words in runs)


def test_documents_tell_something_to_type() -> None:
    """The tests above would also pass on nothing."""
    assert sum(len(typed(document)) for document in DOCUMENTS) > 20


def test_the_edits_of_the_readme_are_edits(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", DOCUMENTS[0].read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "edits.yaml").write_text(block)
    kinds = [edit.kind for edit in read_edits(tmp_path / "edits.yaml")]
    assert kinds == ["swap", "merge", "drop", "name"]


def test_the_columns_of_the_readme_are_those_of_the_table() -> None:
    from tracker.tables_columns import TRACK_COLUMNS

    assert f"`{','.join(TRACK_COLUMNS)}`" in DOCUMENTS[0].read_text(encoding="utf-8")
