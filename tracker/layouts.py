"""What a parameter is where nobody sets it: boxes and keypoints tell different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tracker.poses import Detections
from tracker.skeleton import BOX, Skeleton

if TYPE_CHECKING:
    from tracker.centroid import TrackerSettings

KEYPOINT_COSTS = {"motion": 1.0, "pose": 0.5, "size": 0.5}
BOX_COSTS = {"overlap": 1.0, "motion": 0.5, "size": 1.0}
KEYPOINT_SURE_SCORE = 0.15
BOX_SURE_SCORE = 0.9
KEYPOINT_UNSURE_S = 0.3
#: Scores are kept as float32: 0.9 is a little less there.
ROUNDED = 1e-6


def costs(settings: TrackerSettings, skeleton: Skeleton) -> dict[str, float]:
    """Give the matching costs and their weights."""
    return settings.costs or (BOX_COSTS if skeleton == BOX else KEYPOINT_COSTS)


def sure_score(settings: TrackerSettings, skeleton: Skeleton) -> float:
    """Give the score from which a detection may start a track."""
    if settings.sure_score is not None:
        return settings.sure_score - ROUNDED
    return (BOX_SURE_SCORE if skeleton == BOX else KEYPOINT_SURE_SCORE) - ROUNDED


def of_recording(settings: TrackerSettings, poses: Detections) -> TrackerSettings:
    """Fill in what depends on the recording: half of all boxes can start tracks.

    Detectors disagree about what 0.9 is; one that is never so sure would have nobody followed.
    """
    if poses.skeleton != BOX or settings.sure_score is not None or not poses.count.any():
        return settings
    scores = np.concatenate([block.score.mean(axis=1) for block in poses.blocks()])
    middle = float(np.median(scores))
    return settings.model_copy(update={"sure_score": min(BOX_SURE_SCORE, middle)})


def unsure_s(settings: TrackerSettings, skeleton: Skeleton) -> float:
    """Give the time for which somebody lost may be found again by a detection of low score."""
    if settings.unsure_s is not None:
        return settings.unsure_s
    return settings.patience_s if skeleton == BOX else KEYPOINT_UNSURE_S
