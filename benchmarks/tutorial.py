"""OpenPose with OpenCV as tutorials teach it: clear, frame by frame, and slow. The baseline.

Written for this comparison, with nothing left out and nothing made slow on purpose: every map is
enlarged to the picture, peaks are the maxima of contours, pairs are scored one after another, and
each person gets the ID whose neck was nearest in the last frame. The same people come out as
from posetrail on simple pictures (tests/unit/benchmarks/test_tutorial.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.networks import Network
from tracker.skeleton import Skeleton

Point = tuple[int, int, float]
"""x, y and score of a candidate."""
Maps = NDArray[np.float32]

PEAK_THRESHOLD = 0.1
SAMPLES, PAF_THRESHOLD, AGREEING = 10, 0.1, 0.7
#: People of fewer keypoints are dropped, as posetrail drops them.
LEAST_KEYPOINTS = 3


def blob_from(image: NDArray[np.uint8], network: Network, size: tuple[int, int]) -> Maps:
    """Resize a picture to the network's input (width, height) and normalise it: (1, 3, height, width)."""
    swap = network.colour == "rgb"
    blob: Maps = cv2.dnn.blobFromImage(image, 1 / network.scale[0], size, network.mean, swap)
    return blob


def people_in(maps: Maps, skeleton: Skeleton, size: tuple[int, int]) -> list[list[Point | None]]:
    """Find everybody in maps (channels, height, width) of a picture (width, height)."""
    candidates = [peaks(maps[k], size) for k in range(len(skeleton))]
    people: list[list[Point | None]] = []
    for number, (start, end) in enumerate(skeleton.limbs):
        channel = skeleton.n_confidence_maps + 2 * number
        field_x, field_y = (cv2.resize(maps[channel + axis], size) for axis in (0, 1))
        pairs = valid_pairs(candidates[start], candidates[end], field_x, field_y)
        join(people, pairs, start, end, len(skeleton))
    return [person for person in people if sum(map(bool, person)) >= LEAST_KEYPOINTS]


def peaks(confidence: Maps, size: tuple[int, int]) -> list[Point]:
    """Give the highest place of every blob of a confidence map enlarged to the picture."""
    enlarged = cv2.GaussianBlur(cv2.resize(confidence, size), (3, 3), 0)
    blobs = np.uint8(enlarged > PEAK_THRESHOLD)
    contours, _ = cv2.findContours(blobs, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        mask = cv2.fillConvexPoly(np.zeros(blobs.shape, np.uint8), contour, 1)
        _, score, _, (x, y) = cv2.minMaxLoc(enlarged * mask)
        found.append((x, y, score))
    return found


def valid_pairs(
    starts: list[Point], ends: list[Point], field_x: Maps, field_y: Maps
) -> list[tuple[Point, Point]]:
    """Join each start of a limb to the end whose field agrees most, if it agrees well enough."""
    pairs: list[tuple[Point, Point]] = []
    for start in starts:
        best, best_score = None, -1.0
        for end in ends:
            score, agreeing = paf_score(start, end, field_x, field_y)
            if agreeing >= AGREEING and score > best_score:
                best, best_score = end, score
        if best is not None:
            pairs.append((start, best))
    return pairs


def paf_score(start: Point, end: Point, field_x: Maps, field_y: Maps) -> tuple[float, float]:
    """Mean field along a line in its direction, and the share of samples above the threshold."""
    direction = np.subtract(end[:2], start[:2]).astype(float)
    length = np.linalg.norm(direction)
    if length == 0:
        return 0.0, 0.0
    direction /= length
    scores = []
    for x, y in zip(
        np.linspace(start[0], end[0], SAMPLES), np.linspace(start[1], end[1], SAMPLES), strict=True
    ):
        vector = field_x[round(y), round(x)], field_y[round(y), round(x)]
        scores.append(float(np.dot(vector, direction)))
    return sum(scores) / SAMPLES, sum(score > PAF_THRESHOLD for score in scores) / SAMPLES


def join(
    people: list[list[Point | None]],
    pairs: list[tuple[Point, Point]],
    start: int,
    end: int,
    keypoints: int,
) -> None:
    """Add the pairs of a limb to the people who have its start, or its end, or begin new people."""
    for first, second in pairs:
        for person in people:
            if person[start] == first or person[end] == second:
                person[start], person[end] = first, second
                break
        else:
            person = [None] * keypoints
            person[start], person[end] = first, second
            people.append(person)


@dataclass
class NearestNeck:
    """Gives each person the ID whose neck was nearest in the last frame."""

    reach: float = 100.0
    """Pixels that a neck may move from frame to frame."""
    necks: dict[int, tuple[float, float]] = field(default_factory=dict)
    next_id: int = 1

    def update(self, necks: list[tuple[float, float]]) -> list[int]:
        """Give the IDs of the people of a frame."""
        ids = []
        left = dict(self.necks)
        for x, y in necks:
            nearest = min(left, key=lambda i: np.hypot(left[i][0] - x, left[i][1] - y), default=0)
            if nearest and np.hypot(left[nearest][0] - x, left[nearest][1] - y) < self.reach:
                del left[nearest]
            else:
                nearest, self.next_id = self.next_id, self.next_id + 1
            ids.append(nearest)
        self.necks = dict(zip(ids, necks, strict=True))
        return ids


def follow(
    video: str,
    frames: int,
    network: Network,
    size: tuple[int, int],
    forward: Callable[[Maps], Maps],
) -> list[tuple[int, int, list[Point | None]]]:
    """Go through a video frame by frame and follow everybody.

    Parameters
    ----------
    video : str
        A video file.
    frames : int
        How many frames at most.
    network : Network
        What the network is.
    size : (int, int)
        Width and height of the network's input.
    forward : callable
        The network: blob in, maps (channels, height, width) out, confidence maps first.

    Returns
    -------
    list of (int, int, list)
        Number of the frame, ID, and the keypoints in order, None where missing.
    """
    capture = cv2.VideoCapture(video)
    tracker, rows = NearestNeck(), []
    neck = network.skeleton.index("neck")
    for number in range(frames):
        ok, image = capture.read()
        if not ok:
            break
        maps = forward(blob_from(image, network, size))
        found = people_in(maps, network.skeleton, (image.shape[1], image.shape[0]))
        necks = [(point, person) for person in found if (point := person[neck])]
        ids = tracker.update([point[:2] for point, _ in necks])
        rows += [(number, i, person) for i, (_, person) in zip(ids, necks, strict=True)]
    capture.release()
    return rows
