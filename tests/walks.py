"""One person who walks, keypoint by keypoint."""

from __future__ import annotations

import numpy as np

from tracker.anchors import standing_offsets
from tracker.skeleton import COCO18
from tracker.tracks import Tracks

SIDES = {"left": 0.12, "right": -0.12}
WIDTH = np.array([[SIDES.get(name.split("_")[0], 0), 0] for name in COCO18.keypoints])


def walk(rows: int = 60, fps: float = 30, noise: float = 0.0) -> Tracks:
    """One person of 200 px walking to the right."""
    time = np.arange(rows) / fps
    body = (standing_offsets(COCO18) + WIDTH) * 200
    xy = body + np.stack([100 + 60 * time, np.full(rows, 200)], axis=1)[:, None]
    xy = xy + np.random.default_rng(0).normal(0, noise, xy.shape)
    score = np.full(xy.shape[:2], 0.8, np.float32)
    ids, state = np.ones(rows, np.int64), np.zeros(rows, np.uint8)
    return Tracks(COCO18, np.arange(rows), time, ids, xy.astype(np.float32), score, state)
