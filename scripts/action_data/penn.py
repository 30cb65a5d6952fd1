"""Penn Action (Zhang et al., ICCV 2013): one .mat a clip, 13 hand-labelled joints, 15 sports actions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.io import loadmat

from action_data.reading import each_read
from classifiers.card import Source
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13

#: Not stated by the authors.
ASSUMED_RATE = 30.0
_THEIR_PAIRS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_THEIR_ORDER = ("nose", *(f"{side}_{pair}" for pair in _THEIR_PAIRS for side in ("left", "right")))


def read(folder: Path) -> list[Recording]:
    """Read every clip; the group is the clip, the label its action.

    Raises
    ------
    FormatError
        If no clip can be read.
    """
    return each_read(
        sorted(folder.glob("*.mat")), _clip, folder, "a .mat for each clip, with x, y and action"
    )


def source(recordings: int) -> Source:
    """Say where it comes from, for a card."""
    return Source(
        name="Penn Action, Zhang et al., ICCV 2013 (13 labelled joints, 30 fps assumed)",
        terms="research use, in an Apache-2.0 repository",
        recordings=recordings,
    )


def _clip(path: Path) -> Recording:
    content = loadmat(path, variable_names=["x", "y", "action"])
    xy = np.stack([content["x"], content["y"]], axis=-1).astype(np.float32)
    # Joints outside the picture are written in its corner.
    xy[(xy <= 1).all(axis=2)] = np.nan
    order = [_THEIR_ORDER.index(joint) for joint in ACTION13.keypoints]
    tracks = one_person(ACTION13, xy[:, order], ASSUMED_RATE)
    label = str(np.ravel(content["action"])[0])
    return Recording("penn_action", path.stem, path.stem, tracks, whole_clip(tracks, label))
