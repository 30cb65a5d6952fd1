"""Three collections of falls as keypoint tables; which one a folder holds is seen from its tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from action_data.reading import each_read
from classifiers.card import Source
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13
from tracker.errors import FormatError
from tracker.skeleton import BODY25, COCO17, Skeleton

RATE = 30.0
FALL, OTHER = "fall", "other"
EXPECTED = (
    "one of pose_urfd_3classes.csv (video, frame, then x, y and score of joints), youtube_fall_data.csv "
    "(rows end in CLIP_FRAME_keypoints) with youtube_notfall_data.csv, GRUdata.npy with GRUlabels.npy"
)
_LONGEST_LINE = 100_000
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

    Which one is told from what its tables hold, not from their names. A file or clip that cannot be
    read is told and left out.

    Raises
    ------
    FormatError
        If it is like none of them, or nothing in it can be read.
    """
    tables = sorted(folder.glob("*.csv"))
    if with_header := [path for path in tables if _first_line(path).startswith("video,frame,")]:
        return _all_of(with_header, _read_urfd, folder)
    if named_rows := [path for path in tables if _first_line(path).endswith("_keypoints")]:
        return _all_of(named_rows, _read_youtube, folder)
    if arrays := [path for path in sorted(folder.glob("*.npy")) if "label" not in path.stem]:
        return _all_of(arrays, _read_movenet, folder)
    raise FormatError(f"{folder} should hold {EXPECTED}.")


def _all_of(
    paths: Sequence[Path], reader: Callable[[Path], list[Recording]], folder: Path
) -> list[Recording]:
    return [clip for clips in each_read(paths, reader, folder, EXPECTED) for clip in clips]


def _read_urfd(path: Path) -> list[Recording]:
    """Read the UR Fall detections with keypoints; what its authors name adl is no fall."""
    table = pd.read_csv(path)
    table = table.drop_duplicates(["video", "frame"]).sort_values(["video", "frame"])
    names = [_camel(joint) for joint in ACTION13.keypoints]
    columns = [f"{name}_{what}" for name in names for what in "xys"]

    def clip(video: str) -> Recording:
        rows = table[table["video"] == video]
        points = rows[columns].to_numpy(np.float64)
        points = points.reshape(len(rows), len(names), 3) * (*_URFD_PICTURE, 1.0)
        frame = rows["frame"].to_numpy(np.int64)
        label = OTHER if "adl" in str(video).lower() else FALL
        return _recording("falls_urfd", str(video), ACTION13, points, label, frame - frame[0])

    return each_read(table["video"].unique().tolist(), clip, path, EXPECTED)


def _read_youtube(path: Path) -> list[Recording]:
    """Read the OpenPose detections of found footage; the file's name says whether they fall."""
    label = OTHER if "not" in path.stem.lower() else FALL
    table = pd.read_csv(path, header=None)
    parts = table.iloc[:, -1].str.removesuffix("_keypoints").str.rsplit("_", n=1)
    table["clip"], table["frame"] = parts.str[0], parts.str[1].astype(int)
    table = table.sort_values("frame")

    def clip(name: str) -> Recording:
        rows = table[table["clip"] == name]
        cells = rows.iloc[:, : 3 * len(BODY21)].to_numpy(np.float64)
        points = cells.reshape(len(rows), len(BODY21), 3)
        frame = rows["frame"].to_numpy(np.int64)
        keep = np.flatnonzero(np.diff(frame, prepend=frame[0] - 1) > 0)
        since = frame[keep] - frame[0]
        recording = _recording(
            "falls_youtube", f"{label}/{name}", BODY21, points[keep], label, since
        )
        # A fall and what came before it are one video, cut in two: 12 and 12, 9fall and 9.
        return replace(recording, group=f"falls_youtube/{name.removesuffix(FALL)}")

    return each_read(sorted(table["clip"].unique()), clip, path, EXPECTED)


def _read_movenet(path: Path) -> list[Recording]:
    """Read the MoveNet detections; label 0 is the fall, a doubtful item is left out."""
    beside = path.with_name(path.name.replace("data", "labels"))
    if beside == path:
        raise ValueError("its labels cannot be found: the name should hold 'data'")
    labels = np.load(beside, allow_pickle=False).ravel()
    data = np.load(path, allow_pickle=False).astype(np.float64)
    if len(labels) != len(data):
        raise ValueError(f"holds {len(data)} items, {beside.name} {len(labels)}")
    data = data.reshape(len(labels), -1, len(COCO17), 3)[..., [1, 0, 2]]
    data = data * (_MOVENET_SQUARE, _MOVENET_SQUARE, 1.0)

    def clip(item: int) -> Recording:
        label = OTHER if labels[item] else FALL
        return _recording("falls_movenet", f"{item:03d}", COCO17, data[item], label)

    clips = each_read(range(len(labels)), clip, path, EXPECTED)
    return [each for each in clips if each.digest not in _DOUBTFUL_MOVENET]


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.readline(_LONGEST_LINE).decode("utf-8-sig").strip().strip('"')
    except (OSError, UnicodeDecodeError):
        return ""


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
    tracks = one_person(
        skeleton, xy.astype(np.float32), RATE, frame=frame, score=score.astype(np.float32)
    )
    return Recording(source_name, name, f"{source_name}/{name}", tracks, whole_clip(tracks, label))


def _camel(joint: str) -> str:
    side, _, rest = joint.partition("_")
    return f"{side[0].upper()}{rest.capitalize()}" if rest else side.capitalize()
