"""OpenPose ``--write_json``: a folder with one file per frame, ``<stem>_<12 digits>_keypoints.json``.

Layouts COCO-18 and BODY_25 are told by the number of values. A missing keypoint is 0, 0, 0 there and
NaN here. A frame number is the file's; frames without a file are frames without people.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.errors import FormatError, OutputError
from tracker.files import output_error
from tracker.poses import Poses, PoseTable
from tracker.recorded import MOST_FRAMES, Recorded, all_plausible, parsed_json
from tracker.skeleton import BODY25, COCO18, Skeleton
from tracker.tracks import Tracks

#: The version that OpenPose's writer puts into each file.
VERSION = 1.3
LAYOUTS = {3 * len(skeleton): skeleton for skeleton in (COCO18, BODY25)}
#: The other arrays of a person, in the writer's order; posetrail fills none of them.
OTHER_PARTS = (
    "face_keypoints_2d",
    "hand_left_keypoints_2d",
    "hand_right_keypoints_2d",
    "pose_keypoints_3d",
    "face_keypoints_3d",
    "hand_left_keypoints_3d",
    "hand_right_keypoints_3d",
)
_FRAME_NUMBER = re.compile(r"(\d+)_keypoints\.json$")


def recognises(path: Path) -> bool:
    """Tell whether a path is a folder of OpenPose JSON."""
    return path.is_dir() and next(path.glob("*_keypoints.json"), None) is not None


def read(path: Path, *, fps: float | None = None) -> Recorded:
    """Read a folder of OpenPose JSON.

    Parameters
    ----------
    path : Path
        The folder; hands, faces and 3D are left out.
    fps : float
        Frames per second: the files do not say.

    Raises
    ------
    FormatError
        If there is no rate, or a file is not such JSON; the message names the file.
    """
    if fps is None:
        raise FormatError(f"{path}: OpenPose JSON has no frame rate.", hint="Say it with --fps.")
    files = _numbered(path)
    found: dict[int, tuple[list[list[float]], list[int]]] = {}
    widths: set[int] = set()
    for number, file in files.items():
        people, ids = _read_file(file)
        widths |= {len(person) for person in people}
        found[number] = people, ids
    skeleton = _layout(path, widths)
    frames = range(min(files), max(files) + 1)
    poses = [_poses(skeleton, found[n][0]) if n in found else Poses.empty(skeleton) for n in frames]
    rows = [(n, (n - frames[0]) / fps, one) for n, one in zip(frames, poses, strict=True)]
    ids = [max(i, 0) for n in frames if n in found for i in found[n][1]]
    return Recorded(PoseTable.collect(skeleton, rows), np.array(ids, np.int64))


def write(path: Path, tracks: Tracks) -> None:
    """Write one file for each frame from the first to the last, empty ones included.

    Parameters
    ----------
    path : Path
        The folder; its name is the stem of the files.
    tracks : Tracks
        COCO-18 or BODY_25; the ID is in ``person_id``.

    Raises
    ------
    FormatError
        If OpenPose has no such layout.
    OutputError
        If the folder cannot be written.
    """
    if tracks.skeleton not in LAYOUTS.values():
        raise FormatError(f"OpenPose JSON holds coco18 or body25, not {tracks.skeleton.name}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".partial-") as aside:
            whole = Path(aside) / "whole"
            whole.mkdir()
            _write_frames(whole, path.name, tracks)
            if path.is_dir():
                shutil.rmtree(path)
            whole.replace(path)
    except OSError as error:
        raise output_error(path, error) from error


def _write_frames(folder: Path, stem: str, tracks: Tracks) -> None:
    if not len(tracks):
        raise OutputError("There is nobody to write: the tracks are empty.")
    values = np.concatenate([tracks.xy, tracks.score[..., None]], axis=2)
    flat = np.nan_to_num(values).reshape(len(tracks), -1)
    for frame in range(int(tracks.frame[0]), int(tracks.frame[-1]) + 1):
        first, last = np.searchsorted(tracks.frame, [frame, frame + 1]).tolist()
        people = [_person(int(tracks.track_id[i]), flat[i]) for i in range(first, last)]
        text = json.dumps({"version": VERSION, "people": people}, separators=(",", ":"))
        (folder / f"{stem}_{frame:012d}_keypoints.json").write_text(text, encoding="utf-8")


def _person(track_id: int, values: NDArray[np.float32]) -> dict[str, list[float]]:
    rounded = [float(f"{value:.6g}") for value in values.tolist()]
    others: dict[str, list[float]] = {part: [] for part in OTHER_PARTS}
    return {"person_id": [track_id], "pose_keypoints_2d": rounded, **others}


def _numbered(path: Path) -> dict[int, Path]:
    """Give the files by frame number; names without numbers count in order."""
    files = sorted(path.glob("*_keypoints.json"))
    if not files:
        raise FormatError(f"{path} has no *_keypoints.json.")
    matches = [_FRAME_NUMBER.search(file.name) for file in files]
    numbers = [int(match[1]) for match in matches if match is not None]
    if not numbers:
        return dict(enumerate(files))
    if None in matches:
        strange = files[matches.index(None)].name
        raise FormatError(f"{path}: {strange} has no frame number, other files have.")
    if len(set(numbers)) != len(numbers):
        raise FormatError(
            f"{path}: two files have the same frame number (several clips or views?)."
        )
    if max(numbers) - min(numbers) > MOST_FRAMES:
        raise FormatError(f"{path}: frame numbers reach from {min(numbers)} to {max(numbers)}.")
    return dict(sorted(zip(numbers, files, strict=True)))


def _read_file(path: Path) -> tuple[list[list[float]], list[int]]:
    try:
        content = parsed_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"{path} is not JSON: {error}.") from error
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise FormatError(f"{path} has no list of people.")
    return [_values(path, person) for person in people], [_identity(person) for person in people]


def _values(path: Path, person: Any) -> list[float]:
    values = person.get("pose_keypoints_2d") if isinstance(person, dict) else None
    values = values if isinstance(values, list) else []
    numeric = all(type(value) in (int, float) for value in values)
    if not numeric or len(values) not in LAYOUTS:
        known = " or ".join(map(str, LAYOUTS))
        raise FormatError(f"{path}: a person's pose_keypoints_2d should be {known} numbers.")
    if not all_plausible(values):
        raise FormatError(f"{path}: a coordinate is not finite or far outside any picture.")
    return [float(value) for value in values]


def _identity(person: Any) -> int:
    given = person.get("person_id")
    first = given[0] if isinstance(given, list) and given else given
    return first if isinstance(first, int) else 0


def _layout(path: Path, widths: set[int]) -> Skeleton:
    if len(widths) > 1:
        raise FormatError(f"{path} mixes layouts: people of {sorted(widths)} values.")
    return LAYOUTS[widths.pop()] if widths else BODY25


def _poses(skeleton: Skeleton, people: list[list[float]]) -> Poses:
    values = np.array(people, np.float32).reshape(-1, len(skeleton), 3)
    values[values[..., 2] <= 0] = np.nan
    return Poses(skeleton, values[..., :2], values[..., 2])
