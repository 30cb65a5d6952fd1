"""Follow people from frame to frame by their necks: Hungarian matching with a memory."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker import layouts
from tracker.assignment import assign
from tracker.box_smoothing import BoxSettings
from tracker.cuts import GLIMPSE_S, BeforeCut, is_cut
from tracker.errors import TrackingError
from tracker.matching import Array, Cost, Pairing, Seen, measure, median_miss
from tracker.motion import MotionSettings
from tracker.plugins import load_plugin
from tracker.poses import Poses
from tracker.roster import Index, Roster
from tracker.settings import Settings
from tracker.skeleton import Skeleton
from tracker.stitching import StitchSettings

Ids = NDArray[np.int64]
Pairs = tuple[Index, Index]


class TrackerSettings(Settings):
    """How people are followed. Lengths are in heights of the person, times in seconds."""

    costs: dict[str, Annotated[float, Field(gt=0)]] | None = Field(default=None, min_length=1)
    """Matching costs (`tracker/costs`) and their weights; the gate is for their sum. By default
    motion, pose and size for keypoints; overlap, motion and size for boxes."""
    gate: float = Field(default=1.0, gt=0)
    """Highest cost of a match."""
    reach: float = Field(default=0.5, gt=0)
    """How far from the expected place a person may be, in heights, whatever the other costs say."""
    reach_growth: float = Field(default=0.5, ge=0)
    """How much the reach grows while a person is not seen, in heights per second."""
    patience_s: float = Field(default=2.0, ge=0)
    """A track ends when its person was not seen for longer, in seconds."""
    doubt_s: float = Field(default=0.25, ge=0)
    """The same for a track that is not confirmed yet."""
    confirm_s: float = Field(default=0.1, ge=0)
    """A track is confirmed, and gets its ID, when it was observed for this long, in seconds."""
    confirm_observations: int = Field(default=3, ge=1)
    """And in this many frames."""
    sure_score: float | None = Field(default=None, ge=0, le=1)
    """People of a lower score extend tracks, after the sure ones were matched, but start none. By
    default 0.15 for keypoints, whose score is the height of a peak, and 0.9 for boxes, whose score
    is a probability; of recorded boxes at least half start tracks, whatever their scores."""
    unsure_s: float | None = Field(default=None, ge=0)
    """And only tracks whose person was seen within this time, in seconds. By default 0.3 for
    keypoints, and for boxes as long as there is patience."""
    max_people: int = Field(default=1000, ge=1)
    """More people in one frame than this are an error: the work grows with their square."""
    motion: MotionSettings = MotionSettings()
    """How people move."""
    camera_people: int = Field(default=4, ge=0)
    """With so many people found again, the camera is taken to have moved by the median of how far
    they were missed, and all are matched anew; 0 for a camera that never moves."""
    online: bool = False
    """Only what a live tracker knows: no joining of tracks, no ghosts removed."""
    stitch: StitchSettings = StitchSettings()
    """How the pieces of tracks are joined when the whole video is known."""
    fill_gap_s: float = Field(default=2.0, ge=0)
    """Longest time between two observations of a person that is filled in, in seconds."""
    boxes: BoxSettings = BoxSettings()
    """How the boxes of people known by their boxes alone are smoothed."""
    people: int | None = Field(default=None, ge=1)
    """Keep this many people at any time: those that matter by time, size and motion."""
    roi: tuple[tuple[float, float], ...] | None = Field(default=None, min_length=3)
    """Keep the people who stand inside this polygon, corners as x, y in pixels."""


#: A track is never ended before so many usual steps between frames have passed.
SLOW_STEPS = 1.5
#: Only people seen within this time tell how the camera moved, in seconds.
LATELY_S = 0.3
#: A camera that moved by less than this hides nobody: nobody is matched anew; in heights of people.
SHAKE = 0.03


class CentroidTracker:
    """Give each person an ID that stays, frame by frame.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    settings : TrackerSettings, optional
        The parameters.

    Attributes
    ----------
    numbers : int64 array, shape (people,)
        Number of the track of each person of the last frame, confirmed or not; 0 for none.
    ids : dict of int to int
        ID of each track number that was ever confirmed; counts from 1 in order of confirmation.
    cuts : list of float
        Times of the first frames after camera cuts, in seconds.

    Raises
    ------
    UsageError
        If there is no matching cost of a name in the settings.

    Notes
    -----
    Two stages by score: Zhang et al., ByteTrack, ECCV 2022.
    """

    def __init__(self, skeleton: Skeleton, settings: TrackerSettings | None = None) -> None:
        self.skeleton = skeleton
        self.settings = settings or TrackerSettings()
        self.numbers: Ids = np.empty(0, np.int64)
        self.ids: dict[int, int] = {}
        self.cuts: list[float] = []
        costs = layouts.costs(self.settings, skeleton)
        self._costs: list[tuple[float, Cost]] = [
            (weight, load_plugin("tracker.costs", name).cost) for name, weight in costs.items()
        ]
        self._sure_score = layouts.sure_score(self.settings, skeleton)
        self._unsure_s = layouts.unsure_s(self.settings, skeleton)
        self._motion = self.settings.motion
        self._roster = Roster.empty(skeleton)
        self._before: BeforeCut | None = None
        self._time = self._time_before = -np.inf
        self._step = self._step_before = np.inf
        self._started = 0

    def update(self, time: float, poses: Poses) -> Ids:
        """Take in the people of the next frame.

        Parameters
        ----------
        time : float
            Seconds; must rise from call to call.
        poses : Poses
            Everybody in the frame, in any order.

        Returns
        -------
        int64 array, shape (people,)
            The ID of each person; 0 for somebody without one, yet or for good.

        Raises
        ------
        TrackingError
            If time does not rise, the skeleton is another, or there are too many people.
        """
        self._check(time, poses)
        if len(self._roster):
            self._roster.motion.predict(time - self._time, self._motion)
        self._time_before, self._time = self._time, time
        self._step_before, self._step = self._step, time - self._time_before
        self._end()
        placed = np.asarray(poses.seen.any(1))
        self.numbers = np.zeros(len(poses), np.int64)
        self.numbers[placed] = self._follow(measure(poses if placed.all() else poses[placed]))
        self._confirm()
        return np.array([self.ids.get(number, 0) for number in self.numbers.tolist()], np.int64)

    def cut(self) -> None:
        """End all tracks: the camera cuts before the next frame; mostly the people tell (`tracker.cuts`)."""
        self._cut_at(float(np.nextafter(self._time, np.inf)))
        self._before = None

    def _cut_at(self, time: float) -> None:
        self._before = self._before or BeforeCut(self._roster, time, len(self.cuts))
        self.cuts.append(time)
        self._roster = Roster.empty(self.skeleton)

    def _take_back(self, seen: Seen) -> bool:
        """Go on with the tracks from before a cut where their people are there again."""
        before = self._before
        if before is None or self._time - before.time > GLIMPSE_S:
            self._before = None
            return False
        if not before.is_back(seen, self._time - self._time_before, self._motion):
            return False
        self._roster, self._before = before.roster.join(self._roster), None
        del self.cuts[before.cuts :]
        return True

    def _check(self, time: float, poses: Poses) -> None:
        if not time > self._time:
            raise TrackingError(
                f"Times must rise from frame to frame; {time} s comes after {self._time} s."
            )
        if poses.skeleton != self.skeleton:
            raise TrackingError(
                f"This tracker follows {self.skeleton.name}, the people are {poses.skeleton.name}."
            )
        if len(poses) > self.settings.max_people:
            raise TrackingError(
                f"There are {len(poses)} people at {time:g} s, and at most "
                f"{self.settings.max_people} can be followed.",
                hint="Raise tracking.max_people if they are real.",
            )

    def _follow(self, seen: Seen) -> Ids:
        """Extend tracks with people and start tracks; give each person's track number."""
        numbers = np.zeros(len(seen), np.int64)
        back = self._take_back(seen)
        pairing = Pairing(self._roster.expected(), seen)
        if not back and is_cut(pairing, self._roster.last_time == self._time_before):
            self._cut_at(self._time)
        elif len(seen) and len(self._roster):
            (old, new), miss = self._steadied(pairing)
            numbers[new] = self._roster.number[old]
            self._roster.extend(old, seen.select(new), miss, self._time, self._motion)
        fresh = np.flatnonzero((numbers == 0) & (seen.score >= self._sure_score))
        if len(fresh):
            numbers[fresh] = self._start(seen.select(fresh))
        return numbers

    def _steadied(self, pairing: Pairing) -> tuple[Pairs, Array]:
        """Match people, take out the movement of the camera, and say how far they were missed.

        Where the camera moved much all are matched anew.
        """
        old, new = self._pairs(pairing)
        miss = pairing.miss[old, new]
        lately = self._time - self._roster.last_time[old] < LATELY_S
        sure = lately & self._roster.confirmed[old]
        if not 0 < self.settings.camera_people <= sure.sum():
            return (old, new), miss
        camera = median_miss(miss[sure])
        self._roster.motion.place = self._roster.motion.place + camera
        if np.abs(camera).max() < SHAKE * self._roster.motion.height.mean():
            return (old, new), miss - camera
        pairing = Pairing(self._roster.expected(), pairing.new)
        old, new = self._pairs(pairing)
        return (old, new), pairing.miss[old, new]

    def _pairs(self, pairing: Pairing) -> Pairs:
        """Match in three stages: sure people, unsure people, then tracks not confirmed yet."""
        costs = self._gated(pairing)
        sure = pairing.new.score >= self._sure_score
        trusted = self._roster.confirmed
        if sure.all() and trusted.all():
            return assign(costs, self.settings.gate)
        nobody = np.empty(0, np.intp)
        pairs: list[tuple[Index, Index]] = [(nobody, nobody)]
        unsure_s = max(self._unsure_s, self._slow_step())
        lately = trusted & (self._time - self._roster.last_time <= unsure_s)
        for tracks, people in ((trusted, sure), (lately, ~sure), (~trusted, sure)):
            if not tracks.any() or not people.any():
                continue
            old, new = np.flatnonzero(tracks), np.flatnonzero(people)
            a, b = assign(costs[np.ix_(old, new)], self.settings.gate)
            pairs.append((old[a], new[b]))
            costs[old[a]] = np.inf
            costs[:, new[b]] = np.inf
        return np.concatenate([old for old, _ in pairs]), np.concatenate([new for _, new in pairs])

    def _gated(self, pairing: Pairing) -> Array:
        """Weighted sum of the costs; infinite for somebody out of reach."""
        total = np.zeros((len(pairing.old), len(pairing.new)))
        for weight, cost in self._costs:
            total += weight * cost(pairing)
        unseen_s = self._time - self._roster.last_time
        reach = self.settings.reach + self.settings.reach_growth * unseen_s
        total[pairing.distance > reach[:, None]] = np.inf
        return total

    def _start(self, people: Seen) -> Ids:
        numbers = self._started + 1 + np.arange(len(people), dtype=np.int64)
        self._started += len(people)
        fresh = Roster.started(self.skeleton, people, numbers, self._time, self._motion)
        self._roster = self._roster.join(fresh)
        return numbers

    def _end(self) -> None:
        unseen_s = self._time - self._roster.last_time
        step = self._slow_step()
        patience_s = max(self.settings.patience_s, step)
        doubt_s = max(self.settings.doubt_s, step)
        if (unseen_s <= min(patience_s, doubt_s)).all():
            return
        patience = np.where(self._roster.confirmed, patience_s, doubt_s)
        self._roster = self._roster.keep(unseen_s <= patience)

    def _slow_step(self) -> float:
        """However few frames there are, everybody may be seen in the next; a gap is no such step."""
        return SLOW_STEPS * min(self._step, self._step_before)

    def _confirm(self) -> None:
        roster = self._roster
        if roster.confirmed.all():
            return
        ripe = ~roster.confirmed & (roster.observations >= self.settings.confirm_observations)
        ripe &= roster.last_time - roster.first_time >= self.settings.confirm_s
        for number in roster.number[ripe].tolist():
            self.ids[number] = len(self.ids) + 1
        roster.confirmed |= ripe
