"""A stand-in for the network: it sees a person where a picture has a bright blob."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posetrail.estimation import Estimation
from tracker.parts import Part
from tracker.poses import Poses
from tracker.skeleton import COCO18, Skeleton

FRAMES = 40
WORKERS = 2


@dataclass
class BlobEstimator:
    """Finds one person around the centre of the bright blob of a picture; may crash on a frame."""

    crash_after: int | None = None
    skeleton: Skeleton = COCO18
    timings: dict[str, float] = field(default_factory=dict)
    calls: int = 0
    released: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def estimate_parts(self, image: NDArray[np.uint8], parts: Sequence[Part]) -> list[Poses]:
        """Finds the same person, a little elsewhere in every part: which parts there were shows."""
        y, x = np.argwhere(image[..., 0] > 128).mean(0)
        found = []
        for part in parts:
            shift = 0.02 * np.array([part.left - part.width, part.top])
            inside = 0 <= x - part.left < part.width and 0 <= y - part.top < part.height
            found.append(blob_pose(x, y, shift) if inside else Poses.empty(COCO18))
        return found

    def estimate(self, image: NDArray[np.uint8]) -> Poses:
        with self.lock:
            self.calls += 1
            if self.crash_after is not None and self.calls > self.crash_after:
                raise MemoryError("the machine went down")
        y, x = np.argwhere(image[..., 0] > 128).mean(0)
        return blob_pose(x, y)

    def release(self) -> None:
        self.released = True


def blob_pose(x: float, y: float, shift: NDArray[np.float64] | float = 0.0) -> Poses:
    offsets = np.random.default_rng(0).uniform(-20, 20, (len(COCO18), 2))
    xy = (np.array([x, y]) + offsets + shift)[None].astype(np.float32)
    return Poses(COCO18, xy, np.full(xy.shape[:2], 0.9, np.float32))


def estimation(crash_after: int | None = None) -> Estimation:
    return Estimation(BlobEstimator(crash_after), WORKERS, {"network": "blob"})  # type: ignore[arg-type]
