"""hampen2929/tennis_swing_prediction: one CSV a class, 18 OpenPose joints, a label per frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from action_data.reading import each_read
from classifiers.card import Source
from classifiers.recordings import Recording, labelled_runs, one_person
from tracker.skeleton import COCO18

RATE = 30.0
LABELS = {
    "forehand": "forehand",
    "backhand": "backhand",
    "foreslice": "forehand_slice",
    "backslice": "backhand_slice",
}
EXPECTED = (
    f"a CSV for each of {', '.join(LABELS)}, so named, with frame_num, Nose_x, Nose_y, ... of 18 "
    "joints, and action_gt_num"
)
_CAMEL = {"right": "R", "left": "L"}
_LARGEST_BOX = 800


def read(folder: Path) -> list[Recording]:
    """Read every class's video; each is its own group. Between swings the player is idle.

    Parameters
    ----------
    folder : Path
        Holds a CSV for each class, named after it, or a folder of them; or is one such CSV.

    Raises
    ------
    FormatError
        If no video can be read.
    """
    inside = sorted(folder.glob("*.csv")) or sorted(folder.glob("*/*.csv"))
    videos = [folder] if folder.is_file() else inside
    return each_read(videos, _video, folder, EXPECTED)


def source(recordings: int) -> Source:
    """Say where it comes from, for a card."""
    return Source(
        name="tennis_swing_lightgbm, hampen2929/tennis_swing_prediction (OpenPose, 30 fps)",
        terms="none stated",
        recordings=recordings,
    )


def _video(path: Path) -> Recording:
    table = pd.read_csv(path)
    columns = [f"{_their_name(joint)}_{axis}" for joint in COCO18.keypoints for axis in "xy"]
    fractions = table[columns].to_numpy(np.float64).reshape(len(table), len(COCO18), 2)
    frame = table["frame_num"].to_numpy(np.int64)
    tracks = one_person(COCO18, fractions * _box_sizes(fractions)[:, None], RATE, frame=frame)
    swings = np.where(table["action_gt_num"].to_numpy() > 0, _swing(path.stem), "idle")
    return Recording(
        "tennis_swing", path.stem, path.stem, tracks, labelled_runs(tracks, list(swings))
    )


def _swing(stem: str) -> str:
    """Tell the class from a file's name, which may say more: test_forehand_2."""
    named = [label for theirs, label in LABELS.items() if theirs in stem.lower()]
    if len(named) != 1:
        raise ValueError(f"the file's name should say one of {', '.join(LABELS)}")
    return named[0]


def _their_name(joint: str) -> str:
    side, _, rest = joint.partition("_")
    return f"{_CAMEL[side]}{rest.capitalize()}" if side in _CAMEL else joint.capitalize()


def _box_sizes(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find each frame's box, shape (frames, 2): its sides times the fractions are whole pixels.

    The files hold fractions of the person's box only, whose shape changes from frame to frame.
    The smallest whole side that makes all of a frame's coordinates whole is the box's own.
    """
    return np.stack([_sides(fractions[..., axis]) for axis in range(2)], axis=1)


def _sides(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    sides = np.full(len(fractions), np.nan)
    for side in range(_LARGEST_BOX, 20, -1):
        pixels = fractions * side
        whole = np.nanmax(np.abs(pixels - np.round(pixels)), axis=1, initial=0) < 1e-6 * side
        sides[whole] = side
    if np.isnan(sides).all():
        raise ValueError("places are not fractions of a box of whole pixels")
    return np.where(np.isfinite(sides), sides, np.nanmedian(sides))
