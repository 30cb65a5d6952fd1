"""Seconds of each frame from the container's timestamps, which may be missing, equal or falling."""

from __future__ import annotations

from fractions import Fraction

#: A timestamp this many seconds before the last frame starts a new timeline (a recording joined
#: from pieces); a smaller step back, up to a few frames out of order, is one bad timestamp.
DISCONTINUITY_S = 1.0

#: Share of a frame's period by which a frame with a repeated timestamp follows the one before.
_NUDGE = 0.25


class FrameClock:
    """Gives strictly rising seconds, 0 for the first frame.

    Parameters
    ----------
    time_base : Fraction
        Seconds of one tick of the timestamps.
    period_s : float
        Seconds from frame to frame where timestamps do not tell.

    Attributes
    ----------
    repaired : int
        How many frames had a timestamp that could not be used as it stands.
    """

    def __init__(self, time_base: Fraction, period_s: float) -> None:
        self.repaired = 0
        self._time_base = time_base
        self._period_s = period_s
        self._zero: int | None = None
        self._shift_s = 0.0
        self._last: float | None = None

    def time(self, pts: int | None) -> float:
        """Give the seconds of the next frame.

        Parameters
        ----------
        pts : int or None
            The frame's presentation timestamp in ticks of the time base.

        Returns
        -------
        float
            Exactly ``(pts - first pts) * time_base`` as long as timestamps rise.
        """
        if self._zero is None and pts is not None:
            self._zero = pts
            self._shift_s = 0.0 if self._last is None else self._last + self._period_s
        stated = self._stated(pts)
        if self._last is None:
            seconds = 0.0
        elif stated is None:
            seconds = self._last + self._period_s
        elif stated > self._last:
            seconds = stated
        elif stated < self._last - DISCONTINUITY_S:
            seconds = self._last + self._period_s
            self._shift_s += seconds - stated
        else:
            seconds = self._last + _NUDGE * self._period_s
        self.repaired += stated is None or (self._last is not None and seconds != stated)
        self._last = seconds
        return seconds

    def _stated(self, pts: int | None) -> float | None:
        if pts is None or self._zero is None:
            return None
        ticks = (pts - self._zero) * self._time_base.numerator
        return ticks / self._time_base.denominator + self._shift_s
