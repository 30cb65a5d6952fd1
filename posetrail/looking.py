"""From frames to poses: which frames and parts the network looks at, several at once, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from posetrail.config import PoseSettings
from posetrail.estimation import Estimation
from posetrail.parallel import ordered_map
from tracker.merging import merged
from tracker.parts import Part
from tracker.poses import Frame, Poses
from tracker.zoom import LAG, Lookout

#: Number of a frame in the source, its seconds, everybody in it.
PosedFrame = tuple[int, float, Poses]


@dataclass(frozen=True)
class _Sight:
    """A frame, and the parts of it that are looked at enlarged."""

    frame: Frame
    parts: list[Part]


class Looker:
    """Finds everybody in the frames of one video, in the way the settings choose.

    Parameters
    ----------
    estimation : Estimation
        The estimator.
    settings : PoseSettings
        Usual height, zoom.
    size : (int, int)
        Width and height of the frames in pixels.
    """

    def __init__(
        self, estimation: Estimation, settings: PoseSettings, size: tuple[int, int]
    ) -> None:
        self._estimator = estimation.estimator
        self._workers = estimation.workers
        self._settings = settings.parts
        self._size = size
        height = size[1] if settings.height == "native" else settings.height
        self._usual = Part(0, 0, *size, height)
        self._lookout = Lookout(size, height, settings.parts) if settings.zoom == "auto" else None

    @property
    def zoomed(self) -> int:
        """Frames of which a part or the whole was looked at enlarged, those done before included."""
        return self._lookout.zoomed if self._lookout else 0

    def look(
        self, frames: Iterable[Frame], before: Iterable[PosedFrame] = ()
    ) -> Iterator[PosedFrame]:
        """Give the poses of frames, in order.

        Parameters
        ----------
        frames : iterable of Frame
            The rest of the video; drawn only a few ahead.
        before : iterable of (int, float, Poses)
            What an interrupted run found in the frames before them.
        """
        if self._lookout is None:
            yield from ordered_map(self._plainly, frames, workers=self._workers)
            return
        for _, time, poses in before:
            self._lookout.plan(time)
            self._lookout.learn(time, poses)
        sights = (_Sight(frame, self._lookout.plan(frame.time)) for frame in frames)
        workers = min(self._workers, LAG - 1)
        for number, time, poses in ordered_map(self._closely, sights, workers=workers):
            self._lookout.learn(time, poses)
            yield number, time, poses

    def _plainly(self, frame: Frame) -> PosedFrame:
        return frame.index, frame.time, self._estimator.estimate(frame.image)

    def _closely(self, sight: _Sight) -> PosedFrame:
        number, time, poses = self._plainly(sight.frame)
        if sight.parts:
            again = self._estimator.estimate_parts(sight.frame.image, sight.parts)
            looks = [(self._usual, poses), *zip(sight.parts, again, strict=True)]
            poses = merged(self._size, looks, self._settings.small)
        return number, time, poses
