"""Which runs are of one video, however often it was run or tracked again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from posetrail.run_folder import Run

_LENGTH = 16
#: What two different videos do not have in common: bytes of the file, picture, length.
_FACTS = ("size", "width", "height", "duration", "declared_frames", "codec")


def source_of(run: Run) -> str:
    """Give the path of what a run was made of; of a run that was tracked again, what that was of."""
    source = run.info["source"]
    return str(source.get("of", source["path"]))


def origins(run: Run) -> tuple[str, ...]:
    """Give hashes by which runs of one video are known: of its path, its file and its detections.

    The detections stay the same when a run is tracked again or the video is moved, the path when
    another network or another part of the video is run, the file's facts when a copy of it is.

    Parameters
    ----------
    run : Run
        A finished run.

    Returns
    -------
    tuple of str
        The first 16 characters of each sha256; the path's comes first.
    """
    path = str(Path(source_of(run)).resolve())
    found = [hashlib.sha256(path.encode()).hexdigest()]
    facts = [str(run.info["source"].get(key)) for key in _FACTS]
    if run.info["source"].get("size") and run.info["source"].get("kind") == "video":
        found.append(hashlib.sha256(" ".join(facts).encode()).hexdigest())
    if len(run.poses.xy):
        detections = np.ascontiguousarray(run.poses.xy, "<f4").tobytes()
        found.append(hashlib.sha256(detections).hexdigest())
    return tuple(digest[:_LENGTH] for digest in found)


def videos_of(known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Tell which runs are of one video.

    Parameters
    ----------
    known : mapping of str to tuple of str
        The origins of each run; two runs that share one are of one video.

    Returns
    -------
    dict of str to str
        For each run the name of the first run of its video.
    """
    first: dict[str, str] = {}
    for name, own in known.items():
        same = [first[other] for other in first if set(own) & set(known[other])]
        chosen = same[0] if same else name
        first = {other: chosen if video in same else video for other, video in first.items()}
        first[name] = chosen
    return first
