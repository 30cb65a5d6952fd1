"""What somebody did and when, and the table of it: actions.csv."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tracker.errors import FormatError
from tracker.files import written_whole
from tracker.tracks import Tracks

#: Columns of actions.csv; a label table has the same and may add `video` and `annotator`.
COLUMNS = (
    "track_id",
    "start_s",
    "end_s",
    "peak_s",
    "start_frame",
    "end_frame",
    "label",
    "score",
)
#: A last column where people were given names; the ID says who it was.
NAME = "name"
#: The label that the shipped model `falls` gives; a model of one's own may give it, too.
FALL = "fall"


@dataclass(frozen=True)
class Action:
    """Something that one person did.

    Parameters
    ----------
    track_id : int
        Who, counted from 1.
    start_s, end_s : float
        From when to when, in seconds from the source's first frame.
    peak_s : float
        When it was surest; NaN in a label that does not say.
    label : str
        What it was.
    score : float
        Mean probability of its windows, from 0 to 1; NaN in a label.
    start_frame, end_frame : int
        The first and last frame of it in the source, -1 where not known.
    hand : str, optional
        "right" or "left": the hand that the model took the person's to be, where it found out.

    Raises
    ------
    ValueError
        If it ends before it begins, has no label, or its ID is below 1.
    """

    track_id: int
    start_s: float
    end_s: float
    peak_s: float
    label: str
    score: float
    start_frame: int = -1
    end_frame: int = -1
    hand: str | None = None

    def __post_init__(self) -> None:
        if not self.start_s <= self.end_s:
            raise ValueError(f"an action cannot end ({self.end_s} s) before {self.start_s} s")
        if not self.label:
            raise ValueError("an action needs a label")
        if self.track_id < 1:
            raise ValueError(f"track IDs count from 1, found {self.track_id}")

    @property
    def middle_s(self) -> float:
        """The peak where it is known, else the middle of the interval, in seconds."""
        return (self.start_s + self.end_s) / 2 if math.isnan(self.peak_s) else self.peak_s

    @property
    def duration_s(self) -> float:
        """How long it lasted, in seconds."""
        return self.end_s - self.start_s


def hands_of(actions: Iterable[Action]) -> dict[int, str]:
    """Give the hand of everybody whose hand was found out, by their ID."""
    return {action.track_id: action.hand for action in actions if action.hand is not None}


def with_frames(actions: Iterable[Action], tracks: Tracks) -> list[Action]:
    """Fill in the frame numbers of actions from the rows of the people who did them."""
    return [_with_frames(action, tracks) for action in actions]


def write_actions_csv(
    path: Path, actions: Sequence[Action], names: Mapping[int, str] | None = None
) -> None:
    """Write actions.csv, sorted by start, then person; an empty cell is an unknown value.

    Parameters
    ----------
    path : Path
        The file.
    actions : sequence of Action
        What everybody did.
    names : mapping of int to str, optional
        Names of people by ID; where there are any, they stand in a last column.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    ordered = sorted(actions, key=lambda action: (action.start_s, action.track_id))
    with written_whole(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, NAME) if names else COLUMNS)
        for action in ordered:
            name = [names.get(action.track_id, "")] if names else []
            writer.writerow([*action_cells(action), *name])


def read_actions_csv(path: Path) -> list[Action]:
    """Read actions.csv as it was written.

    Raises
    ------
    FormatError
        If the file is missing or has other columns, or a row has an impossible value; the message
        names the row.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) not in (COLUMNS, (*COLUMNS, NAME)):
                raise FormatError(
                    f"{path} should begin with {','.join(COLUMNS)}, "
                    f"found {','.join(reader.fieldnames or ()) or 'nothing'}."
                )
            return [_action(path, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"Cannot read the actions {path}: {error}.") from error


def _with_frames(action: Action, tracks: Tracks) -> Action:
    inside = (tracks.track_id == action.track_id) & (tracks.time >= action.start_s - 1e-6)
    frames = tracks.frame[inside & (tracks.time <= action.end_s + 1e-6)]
    if not len(frames):
        return action
    return replace(action, start_frame=int(frames[0]), end_frame=int(frames[-1]))


def action_cells(action: Action) -> list[str]:
    """Give an action as text in the order of `COLUMNS`; an empty cell is an unknown value."""
    return [
        str(action.track_id),
        _number(action.start_s, 4),
        _number(action.end_s, 4),
        _number(action.peak_s, 4),
        str(action.start_frame) if action.start_frame >= 0 else "",
        str(action.end_frame) if action.end_frame >= 0 else "",
        action.label,
        _number(action.score, 4),
    ]


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else ""


def _action(path: Path, line: int, row: dict[str, str]) -> Action:
    try:
        return Action(
            track_id=int(row["track_id"]),
            start_s=float(row["start_s"]),
            end_s=float(row["end_s"]),
            peak_s=float(row["peak_s"] or "nan"),
            label=row["label"],
            score=float(row["score"] or "nan"),
            start_frame=int(row["start_frame"] or -1),
            end_frame=int(row["end_frame"] or -1),
        )
    except (TypeError, ValueError) as error:
        raise FormatError(f"{path}, line {line}: {error}.") from error
