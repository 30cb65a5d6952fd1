"""Three collections of falls as keypoint tables; which one a folder holds is seen from its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifiers.card import Source
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13
from tracker.errors import FormatError
from tracker.skeleton import BODY25, COCO17, Skeleton

RATE = 30.0
FALL, OTHER = "fall", "other"
_LOWEST_SCORE = 0.1
_URFD_PICTURE = (640.0, 480.0)
_MOVENET_SQUARE = 256.0
#: Items that may or may not be falls, by their keypoints: another share of the collection counts anew.
_DOUBTFUL_MOVENET = ("a98c0919d25f35c5",)
_BODY25_WITHOUT_FACE = tuple(
    joint
    for joint in BODY25.keypoints
    if joint not in ("right_eye", "left_eye", "right_ear", "left_ear")
)
BODY21 = Skeleton("body21", _BODY25_WITHOUT_FACE, (), ())


def read(folder: Path) -> list[Recording]:
    """Read the clips of a folder laid out like one of the three collections.

    Raises
    ------
    FormatError
        If it is like none of them.
    """
    readers: dict[str, Callable[[Path], list[Recording]]] = {
        "pose_urfd_3classes.csv": read_urfd,
        "youtube_fall_data.csv": read_youtube,
        "GRUdata.npy": read_movenet,
    }
    for name, reader in readers.items():
        if (folder / name).is_file():
            return reader(folder)
    raise FormatError(f"{folder} should hold one of {', '.join(readers)}.")


def read_urfd(folder: Path) -> list[Recording]:
    """Read the UR Fall detections with keypoints: falls only."""
    table = pd.read_csv(folder / "pose_urfd_3classes.csv")
    table = table.drop_duplicates(["video", "frame"]).sort_values(["video", "frame"])
    names = [_camel(joint) for joint in ACTION13.keypoints]
    recordings = []
    for video, rows in table.groupby("video", sort=True):
        points = rows[[f"{name}_{what}" for name in names for what in "xys"]].to_numpy(np.float64)
        points = points.reshape(len(rows), len(names), 3) * (*_URFD_PICTURE, 1.0)
        frame = rows["frame"].to_numpy(np.int64)
        recordings.append(
            _recording("falls_urfd", str(video), ACTION13, points, FALL, frame - frame[0])
        )
    return recordings


def read_youtube(folder: Path) -> list[Recording]:
    """Read the OpenPose detections of found footage: falls and others."""
    recordings = []
    for file, label in (("youtube_fall_data.csv", FALL), ("youtube_notfall_data.csv", OTHER)):
        table = pd.read_csv(folder / file, header=None)
        parts = table.iloc[:, -1].str.removesuffix("_keypoints").str.rsplit("_", n=1)
        table["clip"], table["frame"] = parts.str[0], parts.str[1].astype(int)
        for clip, rows in table.sort_values("frame").groupby("clip", sort=True):
            points = rows.iloc[:, : 3 * len(BODY21)].to_numpy(np.float64)
            points = points.reshape(len(rows), len(BODY21), 3)
            frame = rows["frame"].to_numpy(np.int64)
            keep = np.flatnonzero(np.diff(frame, prepend=frame[0] - 1) > 0)
            name = f"{label}/{clip}"
            recordings.append(
                _recording(
                    "falls_youtube", name, BODY21, points[keep], label, frame[keep] - frame[0]
                )
            )
    return recordings


def read_movenet(folder: Path) -> list[Recording]:
    """Read the MoveNet detections; label 0 is the fall, a doubtful item is left out."""
    data = np.load(folder / "GRUdata.npy", allow_pickle=False).astype(np.float64)
    labels = np.load(folder / "GRUlabels.npy", allow_pickle=False)
    data = data.reshape(len(labels), -1, len(COCO17), 3)[..., [1, 0, 2]]
    data = data * (_MOVENET_SQUARE, _MOVENET_SQUARE, 1.0)
    recordings = [
        _recording("falls_movenet", f"{item:03d}", COCO17, points, OTHER if label else FALL)
        for item, (points, label) in enumerate(zip(data, labels, strict=True))
    ]
    return [each for each in recordings if each.digest not in _DOUBTFUL_MOVENET]


def source(name: str, recordings: int) -> Source:
    """Say where a collection comes from, for a card."""
    described = {
        "falls_urfd": ("UR Fall, Kwolek and Kepski 2014 (30 fps)", "CC BY-NC-SA"),
        "falls_youtube": ("falls_youtube_openpose (BODY_25, 30 fps assumed)", "none stated"),
        "falls_movenet": ("falls_movenet (MoveNet, 30 fps)", "none stated"),
    }
    title, terms = described[name]
    return Source(name=title, terms=terms, recordings=recordings)


def _recording(
    source_name: str,
    name: str,
    skeleton: Skeleton,
    points: NDArray[np.float64],
    label: str,
    frame: NDArray[np.int64] | None = None,
) -> Recording:
    score = points[..., 2]
    xy = np.where((score > _LOWEST_SCORE)[..., None], points[..., :2], np.nan)
    tracks = one_person(skeleton, xy.astype(np.float32), RATE, frame=frame, score=score)
    return Recording(source_name, name, f"{source_name}/{name}", tracks, whole_clip(tracks, label))


def _camel(joint: str) -> str:
    side, _, rest = joint.partition("_")
    return f"{side[0].upper()}{rest.capitalize()}" if rest else side.capitalize()
