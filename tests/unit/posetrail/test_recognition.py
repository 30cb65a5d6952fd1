"""Finding action models by name and by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from posetrail.recognition import action_model_path
from tracker.errors import ModelError


def test_a_misspelt_model_is_looked_for_where_it_would_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    for name in (
        "serves.txt",
        "serves.json",
        "servs-notes.txt",
        "mine/jumps.txt",
        "mine/jumps.json",
    ):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    expected = {
        "servs": "Did you mean 'serves.txt'?",
        "mine/jmps.txt": "Did you mean 'mine/jumps.txt'?",
        "tennis-stroke": "Did you mean 'tennis-strokes'?",
        "nowhere/swim": "Known: falls, tennis-strokes.",
        "": "Known: falls, serves.txt, tennis-strokes.",
        "/": "Known: falls, tennis-strokes.",
    }
    for name, hint in expected.items():
        with pytest.raises(ModelError, match="There is no action model") as caught:
            action_model_path(name)
        assert hint in caught.value.hint
