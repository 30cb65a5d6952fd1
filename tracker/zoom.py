"""Where to look again, enlarged: at small people, before they are seen in the next frames."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.assignment import assign
from tracker.boxes import bounding_boxes
from tracker.merging import BORDER, sizes_of
from tracker.parts import Part
from tracker.poses import Poses
from tracker.settings import Settings

Point = NDArray[np.float64]

#: A frame's parts are chosen from the poses up to this many frames before it, whatever the machine:
#: so many frames may be estimated at once, and the choice is the same everywhere.
LAG = 4
#: A look at four corners, each larger than this share of the picture's sides, shows nothing new.
_LARGEST_CORNER = 0.8
#: Somebody may be this many times larger than small before no longer being followed.
_GROWN = 1.2
#: Farthest step to somebody seen before, in sizes; grows by as much for each second not seen.
_REACH = 0.6
#: Seconds over which motion is averaged, and how far ahead it is trusted.
_MOTION_S = 0.25
_AHEAD_S = 0.4
#: Seconds over which somebody's place is averaged to tell who goes places from who only seems to
#: move because the keypoints are guesses, and after which half of such a way counts no more.
_WAY_S, _ROAMED_S = 1.5, 10.0
#: What somebody who never went anywhere counts, next to a way of one size.
_STILL = 0.1
#: People are surely somebody from this mean score and so many keypoints on.
_SURE_SCORE, _SURE_KEYPOINTS = 0.15, 6


class ZoomSettings(Settings):
    """How small people are looked at again, enlarged (docs/decisions/0200-zoom-and-skip.md)."""

    small: float = Field(60, gt=0)
    """Who is smaller than this in the network's usual input is looked at enlarged, in pixels of it."""
    side: int = Field(160, ge=64, le=1024)
    """Width and height of the network's input for one enlarged part, in pixels."""
    sizes: float = Field(2.75, gt=1, le=10)
    """Width and height of such a part of the picture, in sizes of its person."""
    parts: int = Field(2, ge=1, le=64)
    """Parts that are enlarged in one frame at most; where more people are small, they take turns."""
    look_s: float = Field(1.0, gt=0)
    """All of the picture is looked at enlarged, corner by corner, once in this time, in seconds."""
    patience_s: float = Field(1.2, gt=0)
    """Somebody not seen for longer is no longer expected, in seconds."""


@dataclass
class _Expected:
    """A small person who will be somewhere: where, how large, how moving, how sure."""

    place: Point
    size: float
    score: float
    seen_s: float
    sure_s: float
    visited: int
    trailing: Point
    resting: Point
    roamed: float = 0.0

    @property
    def motion(self) -> Point:
        """Pixels per second; the trailing place lags behind a steady motion by just its time."""
        return (self.place - self.trailing) / _MOTION_S

    def at(self, time: float) -> Point:
        """Where the person should be."""
        return self.place + self.motion * min(time - self.seen_s, _AHEAD_S)

    def see(self, place: Point, size: float, score: float, time: float) -> None:
        """Take in where the person was seen."""
        step = time - self.seen_s
        self.trailing = self.trailing + step / (step + _MOTION_S) * (place - self.trailing)
        self.resting = self.resting + step / (step + _WAY_S) * (place - self.resting)
        self.place, self.seen_s = place, time
        self.size += 0.3 * (size - self.size)
        self.score += 0.3 * (score - self.score)
        way = float(np.hypot(*(self.trailing - self.resting))) / self.size
        self.roamed = max(self.roamed * 0.5 ** (step / _ROAMED_S), way)


class Lookout:
    """Chooses the enlarged parts of each frame of a video, frame after frame.

    Ask `plan` for every frame in order, and tell `learn` the poses of every frame in order, those of
    a frame before the plan of the frame `LAG` frames later is asked for. The plans depend on nothing
    else: not on the machine, nor on how far ahead it works. An interrupted video goes on by telling
    it the frames that are done again.

    Parameters
    ----------
    size : (int, int)
        Width and height of the pictures.
    height : int
        The network's usual input height.
    settings : ZoomSettings
        The parameters.

    Attributes
    ----------
    zoomed : int
        Frames of which a part or the whole was planned to be enlarged.
    """

    def __init__(self, size: tuple[int, int], height: int, settings: ZoomSettings) -> None:
        self.zoomed = 0
        self._size = size
        self._settings = settings
        self._small = settings.small * size[1] / height
        self._corners = _corners(size, height, settings.small / height)
        self._next_look_s = -np.inf
        self._planned = self._learned = 0
        self._waiting: deque[tuple[float, Poses]] = deque()
        self._people: list[_Expected] = []

    def plan(self, time: float) -> list[Part]:
        """Choose the enlarged parts of the next frame.

        Parameters
        ----------
        time : float
            Seconds of the frame.

        Raises
        ------
        RuntimeError
            If the poses of the frame `LAG` frames earlier were not told.
        """
        while self._learned <= self._planned - LAG:
            if not self._waiting:
                raise RuntimeError(f"frame {self._planned} is planned before {self._learned}")
            self._take_in(*self._waiting.popleft())
            self._learned += 1
        parts = self._everywhere(time) or self._chosen(time)
        self._planned += 1
        self.zoomed += bool(parts)
        return parts

    def learn(self, time: float, poses: Poses) -> None:
        """Tell what was found in the next frame whose poses are known."""
        self._waiting.append((time, poses))

    def _everywhere(self, time: float) -> list[Part]:
        if not self._corners or time < self._next_look_s:
            return []
        self._next_look_s = time + self._settings.look_s
        for person in self._people:
            person.visited = self._planned
        return self._corners

    def _chosen(self, time: float) -> list[Part]:
        """Choose who waited longest, those who move first; who is in sight of another is seen, too."""
        parts: list[Part] = []
        waiting = sorted(self._people, key=self._urgency, reverse=True)
        while waiting and len(parts) < self._settings.parts:
            part = self._around(waiting[0].at(time), waiting[0].size)
            parts.append(part)
            seen = [p for p in waiting if p is waiting[0] or _holds(part, p.at(time), p.size)]
            for person in seen:
                person.visited = self._planned
            waiting = [person for person in waiting if person.visited != self._planned]
        return parts

    def _urgency(self, person: _Expected) -> float:
        return (self._planned - person.visited) * (_STILL + person.roamed) * person.score

    def _around(self, place: Point, size: float) -> Part:
        width, height = self._size
        side = round(min(max(self._settings.sizes * size, self._settings.side / 4), width, height))
        left, top = np.clip(np.rint(place - side / 2), 0, [width - side, height - side]).astype(int)
        return Part(int(left), int(top), side, side, self._settings.side)

    def _take_in(self, time: float, poses: Poses) -> None:
        places, sizes, scores, sure = _small_people(poses, _GROWN * self._small)
        reach = np.array([p.size * _REACH * (1 + time - p.seen_s) for p in self._people])
        expected = np.array([person.at(time) for person in self._people]).reshape(-1, 2)
        far = np.linalg.norm(expected[:, None] - places[None], axis=2)
        old, new = assign(far / np.maximum(reach, 1e-9)[:, None], 1.0)
        for i, j in zip(old.tolist(), new.tolist(), strict=True):
            person = self._people[i]
            person.see(places[j], float(sizes[j]), float(scores[j]), time)
            person.sure_s = time if sure[j] else person.sure_s
        since = time - self._settings.patience_s
        self._people = [person for person in self._people if person.sure_s >= since]
        starts = sure & (sizes < self._small)
        starts[new] = False
        for j in np.flatnonzero(starts):
            size, score, place = float(sizes[j]), float(scores[j]), places[j]
            visited = self._planned - LAG
            self._people.append(
                _Expected(place, size, score, time, time, visited, trailing=place, resting=place)
            )


def _corners(size: tuple[int, int], height: int, small: float) -> list[Part]:
    """Cut a picture into four corners of its own proportions, which go through the usual network.

    Anybody of up to `small`, as a share of the picture's height, is whole in one of them.
    """
    share = max((1 + small) / (2 - 2 * BORDER), height / size[1])
    if share > _LARGEST_CORNER:
        return []
    width, tall = int(share * size[0]), ceil(share * size[1])
    return [
        Part(left, top, width, tall, height)
        for top in (0, size[1] - tall)
        for left in (0, size[0] - width)
    ]


def _small_people(poses: Poses, most: float) -> tuple[Point, Point, Point, NDArray[np.bool_]]:
    """Give middles, sizes and scores of the people below a size, and who is surely somebody."""
    sizes = sizes_of(poses)
    small = sizes < most
    poses, sizes = poses[small], sizes[small]
    boxes = bounding_boxes(poses.xy)
    seen = poses.seen
    scores = np.where(seen, poses.score, 0).sum(1) / np.maximum(seen.sum(1), 1)
    sure = (scores >= _SURE_SCORE) & (seen.sum(1) >= _SURE_KEYPOINTS)
    return (boxes[:, :2] + boxes[:, 2:]) / 2, sizes, np.asarray(scores, np.float64), sure


def _holds(part: Part, place: Point, size: float) -> bool:
    """Tell whether somebody is whole within a part."""
    low, high = place - 0.6 * size, place + 0.6 * size
    return bool(
        (low >= [part.left, part.top]).all()
        and (high <= [part.left + part.width, part.top + part.height]).all()
    )
