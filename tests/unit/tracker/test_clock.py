"""Times as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from posetrail.commands._options import clock_time
from tracker.clock import seconds_of
from tracker.edits import read_edits

TIMES = [("12.4", 12.4), ("12,4", 12.4), ("0:12", 12.0), ("1:12", 72.0), ("1:02:12.5", 3732.5)]


@pytest.mark.parametrize(("text", "seconds"), TIMES)
def test_a_time_is_the_same_in_options_and_edits(text: str, seconds: float, tmp_path: Path) -> None:
    assert seconds_of(text) == clock_time(text) == seconds
    path = tmp_path / "edits.yaml"
    path.write_text(f"- swap: [1, 2]\n  from: {text}\n")
    (edit,) = read_edits(path)
    assert edit.value == seconds


@pytest.mark.parametrize("text", ["", "noon", "1:", "1:2:3:4", "inf", "nan", "1:-5"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"float|finite"):
        seconds_of(text)
    with pytest.raises(typer.BadParameter, match="1:05"):
        clock_time(text)
