"""COCO keypoint results and the three variants that other tools write; COCO-17, one entry a person.

- COCO: ``[{"image_id", "category_id", "keypoints": [x, y, v, ...], "score"}]``;
- AlphaPose: the same with file names as ``image_id`` and ``idx``;
- OpenPifPaf: a JSON line per frame, ``{"frame", "predictions": [{"keypoints", ..., "id_"}]}``;
- MMPose: ``{"meta_info", "instance_info": [{"frame_id" from 1, "instances": [...]}]}``.

Image numbers count as frames. Identities are read from ``track_id``, ``idx``, ``id_`` or
``person_id`` where they are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracker.errors import FormatError
from tracker.files import written_whole
from tracker.recorded import MOST_FRAMES, Recorded, all_plausible, parsed_json, recorded
from tracker.skeleton import COCO17
from tracker.tracks import Tracks

IDENTITY_KEYS = ("track_id", "idx", "id_", "person_id")
_LAST_NUMBER = re.compile(r"(?<!\d)(\d{1,18})\D*$", re.ASCII)


@dataclass(frozen=True)
class _Entry:
    """One person in one frame."""

    frame: int
    values: np.ndarray[Any, np.dtype[np.float32]]
    identity: int


def recognises(path: Path) -> bool:
    """Tell whether a path looks like a file of COCO results."""
    return path.is_file() and path.suffix in (".json", ".jsonl")


def read(path: Path, *, fps: float | None = None) -> Recorded:
    """Read any of the four variants.

    Parameters
    ----------
    path : Path
        The JSON file.
    fps : float
        Frames per second: the file does not say.

    Raises
    ------
    FormatError
        If there is no rate, or the file is none of the variants; the message names the entry.
    """
    if fps is None:
        raise FormatError(f"{path}: COCO results have no frame rate.", hint="Say it with --fps.")
    entries = list(_entries(path, _content(path)))
    frame = np.array([entry.frame for entry in entries], np.int64)
    if len(frame) and not 0 <= frame.min() <= frame.max() <= MOST_FRAMES:
        raise FormatError(f"{path}: frames reach from {frame.min()} to {frame.max()}.")
    stacked = [entry.values for entry in entries]
    values = np.array(stacked, np.float32).reshape(-1, len(COCO17), 3)
    ids = np.array([entry.identity for entry in entries], np.int64)
    frames = int(frame.max(initial=-1)) + 1
    return recorded(COCO17, frame, fps, frames, values[..., :2], values[..., 2], ids)


def write(path: Path, tracks: Tracks) -> None:
    """Write tracks as COCO results with ``track_id``; the third value is the confidence.

    Keypoints that COCO-17 does not have are left out, a missing one is 0, 0, 0.

    Raises
    ------
    FormatError
        If the layout lacks a keypoint of COCO-17.
    OutputError
        If the file cannot be written.
    """
    lacking = [name for name in COCO17.keypoints if not tracks.skeleton.has(name)]
    if lacking:
        raise FormatError(f"COCO results need {lacking[0]}, which {tracks.skeleton.name} lacks.")
    order = [tracks.skeleton.index(name) for name in COCO17.keypoints]
    values = np.concatenate([tracks.xy[:, order], tracks.score[:, order, None]], axis=2)
    seen = np.isfinite(values[..., 2])
    score = np.where(seen, values[..., 2], 0).sum(1) / np.maximum(seen.sum(1), 1)
    entries = [
        {
            "image_id": int(tracks.frame[i]),
            "category_id": 1,
            "keypoints": [float(f"{value:.7g}") for value in np.nan_to_num(values[i]).ravel()],
            "score": float(f"{score[i]:.6g}"),
            "track_id": int(tracks.track_id[i]),
        }
        for i in range(len(tracks))
    ]
    with written_whole(path) as aside:
        aside.write_text(json.dumps(entries) + "\n", encoding="utf-8")


def _content(path: Path) -> Any:
    """Parse a file of JSON, or of a JSON object per line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"Cannot read {path}: {error}.") from error
    try:
        whole = parsed_json(text)
    except (json.JSONDecodeError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith('{"frame"'):
            raise FormatError(f"{path} is not JSON: {error}.") from error
        return [_line(f"{path}, line {n}", line) for n, line in enumerate(lines, 1)]
    return [whole] if isinstance(whole, dict) and "predictions" in whole else whole


def _line(place: str, line: str) -> Any:
    try:
        return parsed_json(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"{place} is not JSON: {error}.") from error


def _entries(path: Path, content: Any) -> Iterator[_Entry]:
    if isinstance(content, dict) and isinstance(content.get("instance_info"), list):
        return _grouped(path, content["instance_info"], "frame_id", "instances", first=1)
    if not isinstance(content, list):
        raise FormatError(f"{path} should hold a list of people or MMPose's instance_info.")
    if content and isinstance(content[0], dict) and "predictions" in content[0]:
        return _grouped(path, content, "frame", "predictions", first=_first_frame(content))
    return _flat(path, content)


def _first_frame(content: Iterable[Any]) -> int:
    """OpenPifPaf counts frames of a video from 1, of other sources from 0."""
    frames = [item.get("frame") for item in content if isinstance(item, dict)]
    return 1 if frames and all(isinstance(f, int) and f >= 1 for f in frames) else 0


def _grouped(
    path: Path, groups: list[Any], frame_key: str, people_key: str, *, first: int
) -> Iterator[_Entry]:
    entry_of: dict[int, int] = {}
    for number, group in enumerate(groups, start=1):
        place = f"{path}, frame entry {number}"
        people = group.get(people_key) if isinstance(group, dict) else None
        frame = group.get(frame_key) if isinstance(group, dict) else None
        if not isinstance(people, list) or not isinstance(frame, int):
            raise FormatError(f"{place}: expected {frame_key} and {people_key}.")
        if entry_of.setdefault(frame, number) != number:
            raise FormatError(
                f"{place}: {frame_key} {frame} stands in entry {entry_of[frame]}, too."
            )
        for person in people:
            yield _entry(place, frame - first, person)


def _flat(path: Path, people: list[Any]) -> Iterator[_Entry]:
    for number, person in enumerate(people, start=1):
        place = f"{path}, entry {number}"
        image = person.get("image_id") if isinstance(person, dict) else None
        frame = image if type(image) is int else _number_in(image)
        if frame is None or frame < 0:
            raise FormatError(
                f"{place}: image_id should be or hold a number from 0 on, found {image!r}."
            )
        yield _entry(place, frame, person)


def _number_in(name: Any) -> int | None:
    """Give the last number in a file's name."""
    match = _LAST_NUMBER.search(name) if isinstance(name, str) else None
    return int(match[1]) if match else None


def _entry(place: str, frame: int, person: Any) -> _Entry:
    keypoints = person.get("keypoints") if isinstance(person, dict) else None
    scores = person.get("keypoint_scores") if isinstance(person, dict) else None
    try:
        values = np.array(keypoints, np.float64)
        if scores is not None:
            values = np.concatenate([values, np.array(scores, np.float64)[:, None]], axis=1)
        values = values.reshape(len(COCO17), 3)
    except (TypeError, ValueError) as error:
        raise FormatError(f"{place}: keypoints should be {len(COCO17)} x, y, score.") from error
    if not all_plausible(values):
        raise FormatError(f"{place}: a coordinate is not finite or far outside any picture.")
    if (values[:, 2] > 1).any():  # COCO's visibility flags, 1 and 2
        values[:, 2] = np.minimum(values[:, 2], 1)
    values[values[:, 2] <= 0] = np.nan
    return _Entry(frame, values.astype(np.float32), _identity(person))


def _identity(person: dict[str, Any]) -> int:
    for key in IDENTITY_KEYS:
        given = person.get(key)
        first = given[0] if isinstance(given, list) and given else given
        if isinstance(first, int):
            return max(first, 0)
    return 0
