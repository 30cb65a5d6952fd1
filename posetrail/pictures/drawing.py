"""Draw people into frames: skeleton, ID, trail of the neck, action and joint angles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from features.angles import joint_angles
from posetrail.pictures.palette import INK, PAPER, Colour, colour_of
from posetrail.pictures.plates import drawable, paste
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton
from tracker.tracks import State, Tracks

Image = NDArray[np.uint8]
Points = NDArray[np.float32]

#: Seconds of the neck's way that are drawn.
TRAIL_S = 1.5
#: A trail is broken, and ends, where the neck was not seen for longer, in seconds.
_TRAIL_GAP_S = 0.5
_FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
#: Parts of a trail, each thinner than the one before it.
_TRAIL_PARTS = 4
#: Bits behind the binary point of coordinates given to OpenCV: lines do not jump from pixel to pixel.
_SHIFT = 4
#: The short side of the picture over the width of a limb: 2 pixels at 480p, 9 at 4K.
_SIDE_PER_LINE = 240
#: The short side of the picture over the height of a capital letter: 10 pixels at 480p, 43 at 4K.
_SIDE_PER_CAPITAL = 50
#: Height of a person over the width of a limb, so that small people stay visible under their lines.
_PERSON_PER_LINE = 36
#: Pixels of dash and gap of a filled-in person, in widths of a limb.
_DASH = 5.0


@dataclass(frozen=True)
class _Person:
    track_id: int
    xy: FloatArray
    observed: bool
    caption: str


class Painter:
    """Draws the people of one video, frame after frame in order; remembers only their trails.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    size : (int, int)
        Width and height of the frames in pixels; sets the widths of lines and letters.
    draw : iterable of str
        What is drawn, of skeleton, id, trail, action, angles.
    names : mapping of int to str, optional
        Names of people by ID, written instead of the number as far as the font has their letters.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        size: tuple[int, int],
        draw: Iterable[str],
        names: Mapping[int, str] | None = None,
    ) -> None:
        self._names = names or {}
        self._skeleton = skeleton
        self._limbs = np.array(skeleton.drawn, np.intp).reshape(-1, 2)
        self._heads = _heads(skeleton)
        self._draw = frozenset(draw)
        self._line = max(2, round(min(size) / _SIDE_PER_LINE))
        self._capital = max(8, round(min(size) / _SIDE_PER_CAPITAL))
        self._trails: dict[int, deque[tuple[float, float, float]]] = {}

    def paint(self, image: Image, people: Tracks, captions: Mapping[int, str], time: float) -> None:
        """Draw into a frame.

        Parameters
        ----------
        image : uint8 array, shape (height, width, 3)
            Is drawn on.
        people : Tracks
            The rows of this frame. Who was not observed but filled in is drawn thin and dashed.
        captions : mapping of int to str
            What people do, by track ID, as ``forehand 0.87``.
        time : float
            Seconds of the frame; must not fall from call to call.
        """
        seen = [
            _Person(track_id, xy, state != State.INTERPOLATED, captions.get(track_id, ""))
            for track_id, xy, state in zip(
                people.track_id.tolist(), people.xy, people.state.tolist(), strict=True
            )
            if np.isfinite(xy).any()
        ]
        seen.sort(key=lambda person: _height(person.xy))
        if "trail" in self._draw:
            self._paint_trails(image, seen, time)
        for person in seen:
            if "skeleton" in self._draw:
                self._paint_skeleton(image, person)
        for person in seen:
            if "angles" in self._draw:
                self._paint_angles(image, person)
            self._paint_tag(image, person)

    def _paint_skeleton(self, image: Image, person: _Person) -> None:
        limbs = person.xy[self._limbs]
        limbs = limbs[np.isfinite(limbs).all(axis=(1, 2))]
        colour = colour_of(person.track_id)
        width = min(max(round(_height(person.xy) / _PERSON_PER_LINE), 1), self._line)
        if not person.observed:
            width = max(1, width // 2)
            dashes = _fixed(_dashed(limbs, _DASH * (width + 1)))
            _lines(image, dashes, INK, width + 1)
            _lines(image, dashes, colour, width)
            return
        lines = _fixed(limbs)
        _lines(image, lines, INK, width + 2 * max(1, width // 3))
        _lines(image, lines, colour, width)
        for x, y in _fixed(person.xy[np.isfinite(person.xy[:, 0])]).tolist():
            radius = round((width / 2 + 0.8) * 2**_SHIFT)
            cv2.circle(image, (x, y), radius, PAPER, cv2.FILLED, cv2.LINE_AA, _SHIFT)

    def _paint_trails(self, image: Image, people: list[_Person], time: float) -> None:
        for person in people:
            neck = self._neck(person.xy)
            if np.isfinite(neck).all():
                trail = self._trails.setdefault(person.track_id, deque())
                trail.append((time, float(neck[0]), float(neck[1])))
        for track_id, trail in list(self._trails.items()):
            while trail and trail[0][0] < time - TRAIL_S:
                trail.popleft()
            if not trail or trail[-1][0] < time - _TRAIL_GAP_S:
                del self._trails[track_id]
                continue
            self._paint_trail(image, np.array(trail), colour_of(track_id), time)

    def _paint_trail(
        self, image: Image, trail: NDArray[np.float64], colour: Colour, time: float
    ) -> None:
        times, points = trail[:, 0], trail[:, 1:].astype(np.float32)
        ends = _fixed(points)
        pieces = np.stack([ends[:-1], ends[1:]], axis=1)
        joined = np.diff(times) <= _TRAIL_GAP_S
        age = np.minimum((time - times[1:]) / TRAIL_S * _TRAIL_PARTS, _TRAIL_PARTS - 1).astype(int)
        for part in range(_TRAIL_PARTS - 1, -1, -1):
            width = max(1, round(0.8 * self._line * (_TRAIL_PARTS - part) / _TRAIL_PARTS))
            _lines(image, pieces[joined & (age == part)], colour, width)

    def _neck(self, xy: FloatArray) -> Points:
        if self._skeleton.has("neck"):
            return np.asarray(xy[self._skeleton.index("neck")])
        sides = [self._skeleton.index(f"{side}_shoulder") for side in ("left", "right")]
        return np.asarray(xy[sides].mean(axis=0), np.float32)

    def _paint_tag(self, image: Image, person: _Person) -> None:
        number = str(person.track_id)
        known = drawable(self._names.get(person.track_id, "")) or number
        name = known if "id" in self._draw else ""
        action = person.caption if "action" in self._draw else ""
        text = "  ".join(part for part in (name, action) if part)
        if not text:
            return
        x, y = self._head(person.xy)
        paste(image, text, colour_of(person.track_id), self._capital, x, y - 1.2 * self._capital)

    def _head(self, xy: FloatArray) -> tuple[float, float]:
        """Give the top of the face, or what is highest where none is seen: a hand comes last."""
        for keypoints in self._heads:
            seen = xy[keypoints][np.isfinite(xy[keypoints, 0])]
            if len(seen):
                break
        highest = seen[np.argsort(seen[:, 1])[:3]]
        return float(highest[:, 0].mean()), float(highest[0, 1])

    def _paint_angles(self, image: Image, person: _Person) -> None:
        capital = max(7, round(0.6 * self._capital))
        for name, degrees in joint_angles(self._skeleton, person.xy[None]).items():
            joint = name.removesuffix("_angle")
            if np.isfinite(degrees[0]) and self._skeleton.has(joint):
                x, y = person.xy[self._skeleton.index(joint)].tolist()
                paste(image, f"{degrees[0]:.0f}", INK, capital, x + 2.5 * capital, y + capital)


def _heads(skeleton: Skeleton) -> list[NDArray[np.intp]]:
    """Give the keypoints that a tag may stand above: those of the face, else no hand, else any."""
    names = np.array(skeleton.keypoints)
    face = np.isin(names, _FACE)
    arm = np.array([name.endswith(("_elbow", "_wrist")) for name in names])
    return [np.flatnonzero(chosen) for chosen in (face, ~arm, np.ones_like(face))]


def _height(xy: FloatArray) -> float:
    """Give the larger side of the box around the seen keypoints, in pixels."""
    seen = xy[np.isfinite(xy[:, 0])]
    return float(np.ptp(seen, axis=0).max())


def _fixed(points: Points) -> NDArray[np.int32]:
    """Give pixel centres as OpenCV's fixed-point numbers; far outside points are held near."""
    near = np.minimum(np.maximum(points, -(2**14)), 2**15)  # faster than numpy's clip for a few
    return np.asarray(np.rint(near * 2**_SHIFT), np.int32)


def _lines(image: Image, pieces: NDArray[np.int32], colour: Colour, width: int) -> None:
    """Draw separate straight lines, fixed-point numbers of shape (lines, 2, 2), at once."""
    if len(pieces):
        cv2.polylines(image, list(pieces), False, colour, width, cv2.LINE_AA, _SHIFT)


def _dashed(limbs: Points, dash: float) -> Points:
    """Cut lines into dashes of a length in pixels with gaps as long; shape (dashes, 2, 2)."""
    dashes = [np.empty((0, 2, 2), np.float32)]
    for start, end in limbs:
        steps = max(1, int(np.hypot(*(end - start)) / dash)) | 1
        ends = np.linspace(start, end, steps + 1, dtype=np.float32)
        dashes.append(np.stack([ends[:-1:2], ends[1::2]], axis=1))
    return np.concatenate(dashes)
