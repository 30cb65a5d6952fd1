"""What one frame costs in each stage, each stage alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from posetrail.bench.statistics import Spread
from tracker.estimators.openpose import OpenPoseEstimator
from tracker.poses import Frame
from tracker.video import open_source

DECODED_FRAMES = 60
#: Pictures that are kept in memory: few, and of 4K fewer.
PICTURES, PICTURE_BYTES = 24, 2**28


def stage_ms(path: Path, estimator: OpenPoseEstimator) -> dict[str, Spread]:
    """Time decoding, resizing, network and parsing frame by frame, nothing else running.

    Parameters
    ----------
    path : Path
        A video.
    estimator : OpenPoseEstimator
        Loaded and ready.

    Returns
    -------
    dict of str to Spread
        Milliseconds a frame by stage.

    Raises
    ------
    VideoError
        If the video cannot be read.
    """
    pictures, decoding = _decoded(path)
    found: dict[str, list[float]] = {"decode": decoding}
    estimator.estimate(pictures[0])  # compiles
    for picture in pictures:
        before = estimator.timings
        estimator.estimate(picture)
        for stage, seconds in estimator.timings.items():
            found.setdefault(stage, []).append(1000 * (seconds - before[stage]))
    return {stage: Spread.of(values) for stage, values in found.items()}


def _decoded(path: Path) -> tuple[list[NDArray[np.uint8]], list[float]]:
    """Decode the first frames; keep some, spread over all of them, and time each."""
    pictures: list[NDArray[np.uint8]] = []
    times = []
    with open_source(path) as source:
        info = source.info
        most = max(1, min(PICTURES, PICTURE_BYTES // (3 * info.width * info.height)))
        for number, (picture, ms) in enumerate(_timed(iter(source))):
            times.append(ms)
            if number % (DECODED_FRAMES // most) == 0 and len(pictures) < most:
                pictures.append(picture)
    return pictures, times


def _timed(frames: Iterator[Frame]) -> Iterator[tuple[NDArray[np.uint8], float]]:
    began = perf_counter()
    for frame in islice(frames, DECODED_FRAMES):
        yield frame.image, 1000 * (perf_counter() - began)
        began = perf_counter()
