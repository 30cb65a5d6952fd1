from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from classifiers.actions import COLUMNS, Action, read_actions_csv, with_frames, write_actions_csv
from classifiers.recordings import one_person
from features.joints import ACTION13
from tracker.errors import FormatError

SERVE = Action(2, 1.5, 2.25, 1.8, "serve", 0.875, 45, 67)
BARE = Action(1, 0.5, 0.75, math.nan, "idle", math.nan)


def test_written_and_read_back_sorted_by_time(tmp_path: Path) -> None:
    path = tmp_path / "actions.csv"
    write_actions_csv(path, [SERVE, BARE])
    first, second = read_actions_csv(path)
    assert second == SERVE
    assert (first.label, first.start_frame) == ("idle", -1)
    assert math.isnan(first.score)
    assert path.read_text().splitlines()[1] == "1,0.5000,0.7500,,,,idle,"


def test_no_actions_give_the_header_only(tmp_path: Path) -> None:
    path = tmp_path / "actions.csv"
    write_actions_csv(path, [])
    assert path.read_text() == ",".join(COLUMNS) + "\n"
    assert read_actions_csv(path) == []


@pytest.mark.parametrize(
    "row", ["0,1,2,,,,x,", "1,2,1,,,,x,", "1,1,2,,,,,", "one,1,2,,,,x,", "1,1", "1,,2,,,,x,"]
)
def test_an_impossible_row_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "actions.csv"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n")
    with pytest.raises(FormatError, match="line 2"):
        read_actions_csv(path)


def test_other_columns_and_no_file_are_format_errors(tmp_path: Path) -> None:
    path = tmp_path / "actions.csv"
    with pytest.raises(FormatError, match="Cannot read"):
        read_actions_csv(path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FormatError, match="should begin with track_id"):
        read_actions_csv(path)


def test_frames_are_the_persons_own() -> None:
    tracks = one_person(ACTION13, np.zeros((60, 13, 2), np.float32), 30.0, frame=np.arange(60) * 2)
    (action,) = with_frames([Action(1, 1.0, 2.0, 1.5, "x", 0.5)], tracks)
    assert (action.start_frame, action.end_frame) == (30, 60)


def test_the_middle_is_the_peak_where_it_is_known() -> None:
    assert SERVE.middle_s == 1.8
    assert BARE.middle_s == 0.625
