"""From frames to poses: which frames and parts the network looks at, several at once, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import floor
from threading import Lock
from time import perf_counter

import numpy as np

from posetrail.config import PoseSettings
from posetrail.estimation import Estimation
from posetrail.grouping import Grouping, with_next
from posetrail.parallel import ordered_map
from tracker.flow import FlowPicture, bridged, followed, lost_somebody
from tracker.merging import merged, sizes_of
from tracker.parts import Part
from tracker.poses import FloatArray, Frame, Poses, State
from tracker.zoom import LAG, Lookout

#: Number of a frame in the source, its seconds, everybody in it.
PosedFrame = tuple[int, float, Poses]

#: With `skip: auto`, where no rate is known, and at most.
_UNKNOWN_STEP, _LARGEST_STEP = 3, 8
#: Groups of frames between two looks that are carried at once: one keeps up with the network, and
#: each waits with all its pictures in memory.
_CARRIERS = 1


@dataclass(frozen=True)
class _Group:
    """A frame that the network looks at, its enlarged parts, and the frames up to the next such one."""

    frames: list[Frame]
    parts: list[Part]


#: A group, and whom the network saw in its first frame.
_Sight = tuple[_Group, Poses]


class Looker:
    """Finds everybody in the frames of one video, in the way the settings choose.

    What it finds depends on the frames and the settings, not on the machine or on how often the work
    was interrupted.

    Parameters
    ----------
    estimation : Estimation
        The estimator.
    settings : PoseSettings
        Usual height, zoom, skip.
    size : (int, int)
        Width and height of the frames in pixels.
    rate : float
        Frames per second that are looked at, for `skip: auto`; 0 where nobody knows.
    """

    def __init__(
        self,
        estimation: Estimation,
        settings: PoseSettings,
        size: tuple[int, int],
        rate: float = 0.0,
    ) -> None:
        self._estimator = estimation.estimator
        self._settings = settings
        self._size = size
        height = size[1] if settings.height == "native" else settings.height
        self._usual = Part(0, 0, *size, height)
        self._lookout = Lookout(size, height, settings.parts) if settings.zoom == "auto" else None
        self._workers = min(estimation.workers, LAG - 1) if self._lookout else estimation.workers
        self._step = _step(settings, rate)
        self._grouping = Grouping(self._step)
        if settings.skip == "auto":
            self._grouping = Grouping(_LARGEST_STEP, settings.flow.longest_s)
        self._flow_s = 0.0
        self._flown = 0
        self._lock = Lock()

    @property
    def facts(self) -> dict[str, int]:
        """What run.json says: every so-many-th frame looked at, frames zoomed, frames carried.

        With `skip: auto` the first is what the average rate gives.
        """
        zoomed = self._lookout.zoomed if self._lookout else 0
        return {"step": self._step, "zoomed_frames": zoomed, "flow_frames": self._flown}

    @property
    def timings(self) -> dict[str, float]:
        """Seconds spent in reading flow, over all threads; empty where none was read."""
        return {"flow": self._flow_s} if self._grouping.most > 1 else {}

    def again(self, times: Sequence[float]) -> int:
        """Tell how many of the frames done must be drawn again to go on behind them.

        Parameters
        ----------
        times : sequence of float
            Seconds of the frames done.
        """
        return self._grouping.unfinished(times, float)

    def look(
        self, frames: Iterable[Frame], before: Iterable[PosedFrame] = ()
    ) -> Iterator[PosedFrame]:
        """Give the poses of frames, in order.

        Parameters
        ----------
        frames : iterable of Frame
            The rest of the video, drawn only a few ahead; behind an interruption it begins as many
            frames earlier as `again` says.
        before : iterable of (int, float, Poses)
            What was found before the interruption.
        """
        again = self._recall(before)
        looked = self._looked_at(self._grouped(frames))
        rows = self._plain(looked) if self._grouping.most == 1 else self._carried(looked)
        for row in islice(rows, again, None):
            self._flown += row[2].state is State.FLOW
            yield row

    def _recall(self, before: Iterable[PosedFrame]) -> int:
        """Bring the lookout to where it was before the first group that is looked at again.

        Gives how many of the frames before are in that group.
        """
        waiting: list[PosedFrame] = []
        for group in self._grouping.cut(before, _row_time):
            self._flown += sum(row[2].state is State.FLOW for row in group)
            self._remember(waiting)
            waiting = group
        again = len(waiting) % self._grouping.most
        if not again:
            self._remember(waiting)
        return again

    def _remember(self, group: list[PosedFrame]) -> None:
        if self._lookout is not None and group:
            _, time, poses = group[0]
            self._lookout.plan(time)
            self._lookout.learn(time, poses)

    def _grouped(self, frames: Iterable[Frame]) -> Iterator[_Group]:
        for group in self._grouping.cut(frames, _frame_time):
            yield _Group(group, self._lookout.plan(group[0].time) if self._lookout else [])

    def _looked_at(self, groups: Iterable[_Group]) -> Iterator[_Sight]:
        """Let the network look at the first frame of each group."""

        def look(group: _Group) -> _Sight:
            return group, self._seen(group.frames[0], group.parts)

        for group, poses in ordered_map(look, groups, workers=self._workers):
            if self._lookout is not None:
                self._lookout.learn(group.frames[0].time, poses)
            yield group, poses

    def _seen(self, frame: Frame, parts: list[Part]) -> Poses:
        poses = self._estimator.estimate(frame.image)
        if not parts:
            return poses
        again = self._estimator.estimate_parts(frame.image, parts)
        looks = [(self._usual, poses), *zip(parts, again, strict=True)]
        return merged(self._size, looks, self._settings.parts.small)

    def _plain(self, looked: Iterable[_Sight]) -> Iterator[PosedFrame]:
        for group, poses in looked:
            yield _row(group.frames[0], poses)

    def _carried(self, looked: Iterable[_Sight]) -> Iterator[PosedFrame]:
        for rows in ordered_map(self._between, with_next(looked), workers=_CARRIERS):
            yield from rows

    def _between(self, pair: tuple[_Sight, _Sight | None]) -> list[PosedFrame]:
        """Give the poses of one group: seen in its first frame, carried from there to the next group.

        The network looks again where somebody is lost, and at the last frame of the video.
        """
        (group, poses), following = pair
        frames, inner = group.frames, len(group.frames)
        if following is not None:
            frames = [*frames, following[0].frames[0]]
        pictures = _Pictures(frames)
        rows = [_row(frames[0], poses)]
        while len(rows) < inner:
            start = len(rows) - 1
            ways = self._followed(pictures, start, poses)
            stop = start + len(ways)
            arrived = following is not None and stop == inner
            last = following[1] if arrived and following else self._seen(frames[stop], group.parts)
            rows += self._bridged(frames[start : stop + 1], poses, ways, last)
            if not arrived:
                rows.append(_row(frames[stop], last))
                poses = last
        return rows

    def _followed(self, pictures: _Pictures, start: int, poses: Poses) -> list[FloatArray]:
        """Carry people on until somebody is lost or the pictures end."""
        began = perf_counter()
        settings = self._settings.flow
        sizes = np.maximum(sizes_of(poses), 1.0).astype(np.float32)
        places, ways = poses.xy, []
        for number in range(start + 1, len(pictures)):
            places = followed(pictures[number - 1], pictures[number], places, sizes, settings)
            ways.append(places)
            if lost_somebody(poses, places, settings):
                break
        with self._lock:
            self._flow_s += perf_counter() - began
        return ways

    def _bridged(
        self, frames: list[Frame], first: Poses, ways: list[FloatArray], last: Poses
    ) -> list[PosedFrame]:
        """Give the frames between the first and the last."""
        span = frames[-1].time - frames[0].time
        shares = [(frame.time - frames[0].time) / span for frame in frames[1:-1]]
        carried = bridged(first, ways, shares, last, self._settings.flow)
        return [_row(frame, poses) for frame, poses in zip(frames[1:-1], carried, strict=True)]


class _Pictures:
    """Frames made ready for reading flow, each when it is first asked for."""

    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames
        self._ready: dict[int, FlowPicture] = {}

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, number: int) -> FlowPicture:
        if number not in self._ready:
            self._ready[number] = FlowPicture(self._frames[number].image)
        return self._ready[number]


def _step(settings: PoseSettings, rate: float) -> int:
    if settings.skip != "auto":
        return settings.skip
    if not rate:
        return _UNKNOWN_STEP
    # Rates such as 30000/1001 are rounded first: 24.9999 frames/s are 25.
    return min(max(floor(settings.flow.longest_s * round(rate, 2)), 1), _LARGEST_STEP)


def _row_time(row: PosedFrame) -> float:
    return row[1]


def _frame_time(frame: Frame) -> float:
    return frame.time


def _row(frame: Frame, poses: Poses) -> PosedFrame:
    return frame.index, frame.time, poses
