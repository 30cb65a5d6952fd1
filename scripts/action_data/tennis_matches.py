"""antoinekeller/tennis_shot_recognition: one folder a match, one CSV a clip of 30 frames, 13 joints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from action_data.reading import each_read
from classifiers.card import Source
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13

RATE = 30.0
SQUARE = 256.0
LEFT_HANDED = ("nadal",)
EXPECTED = "a folder for each match of CSV clips with nose_y, nose_x, ... of 13 joints, and shot"


def read(folder: Path) -> list[Recording]:
    """Read every clip; the group is the match. Coordinates are y before x in the files.

    Parameters
    ----------
    folder : Path
        Holds a folder for each match, or is the folder of one match.

    Raises
    ------
    FormatError
        If no clip can be read.
    """
    folder = folder.resolve()
    clips = sorted(folder.glob("*/*.csv")) or sorted(folder.glob("*.csv"))
    return each_read(clips, _clip, folder, EXPECTED)


def source(recordings: int) -> Source:
    """Say where it comes from, for a card."""
    return Source(
        name="tennis_matches, antoinekeller/tennis_shot_recognition (MoveNet, 30 fps)",
        terms="none stated",
        recordings=recordings,
    )


def _clip(path: Path) -> Recording:
    table = pd.read_csv(path)
    columns = [f"{joint}_{axis}" for joint in ACTION13.keypoints for axis in "xy"]
    xy = table[columns].to_numpy(np.float32).reshape(len(table), len(ACTION13), 2)
    tracks = one_person(ACTION13, xy * np.float32(SQUARE), RATE)
    match = path.parent.name
    hand = "left" if match in LEFT_HANDED else "right"
    labels = whole_clip(tracks, str(table["shot"].iloc[0]))
    return Recording("tennis_matches", f"{match}/{path.stem}", match, tracks, labels, hand)
