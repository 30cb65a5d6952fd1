"""Whether somebody whose neck dropped is down, and how long they stay there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.body_scale import body_scale, middle, quantile
from features.joints import ACTION13, convert_joints
from tracker.settings import Settings
from tracker.tracks import Tracks

Values = NDArray[np.float64]
_LASTING_S = 0.5
_USUAL_S = 2.0


class StillDownSettings(Settings):
    """What counts as being down."""

    was_up: float = Field(default=1.3, gt=0)
    """Before the drop the neck was at least so many torso lengths above the lowest joint: who does
    sit-ups has at most a torso, 1, who does push-ups an arm, 1.1."""
    low: float = Field(default=1.4, gt=0)
    """Down is the neck at most so many torso lengths above the lowest joint: somebody who stands has
    2 to 3, who sits on a chair or kneels 1.8, who squats deeply 1.5, who sits on the floor or is on all
    fours 1 to 1.2."""
    least_size: float = Field(default=0.6, gt=0)
    """Size of the body after the drop against before, at least: falling does not shrink anybody so much,
    walking away from the camera or being mixed up with somebody else does."""
    most_size: float = Field(default=2.5, gt=0)
    """Size of the body after the drop against before, at most: falling towards a near camera."""
    settle_s: float = Field(default=0.5, ge=0)
    """Seconds after the middle of a drop from which the person must be seen low."""
    still_s: float = Field(default=1.0, ge=0)
    """Seconds after the middle of a drop before which who is up again has not fallen."""
    within_s: float = Field(default=3.0, gt=0)
    """Seconds after the middle of a drop within which they must be seen low; who is not seen any
    more after ``settle_s`` may be down."""


@dataclass(frozen=True)
class _Height:
    """One person's neck over the lowest joint through time, in torsos; how much their size changes."""

    time: Values
    over_lowest: Values
    growth: float

    @classmethod
    def of(cls, tracks: Tracks, person: int, moment: float) -> _Height:
        """Measure in torsos as they were before a moment, or are after it where nearer the camera."""
        own = tracks.track_id == person
        xy = convert_joints(tracks.xy[own], tracks.skeleton, ACTION13).astype(np.float64)
        time = tracks.time[own]
        before = _scale(xy[(time > moment - _USUAL_S) & (time <= moment)])
        after = _scale(xy[(time > moment) & (time <= moment + _USUAL_S)])
        scale: Values = np.where(time > moment, np.fmax(before, after), before)
        scale = np.where(np.isfinite(scale), scale, after)
        neck = middle(xy, ACTION13, "shoulder")[..., 1]
        over_lowest = (np.fmax.reduce(xy[..., 1], axis=1) - neck) / scale
        return cls(time, over_lowest, after / before)

    def between(self, start_s: float, end_s: float) -> Values:
        """Give what is seen in a span of time."""
        span = (self.time >= start_s) & (self.time <= end_s) & np.isfinite(self.over_lowest)
        return self.over_lowest[span]


def down_until(
    tracks: Tracks, person: int, moment: float, settings: StillDownSettings
) -> float | None:
    """Say when a person whose neck dropped rises again.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    person : int
        Whose neck dropped.
    moment : float
        Middle of the drop, in seconds.
    settings : StillDownSettings
        What counts as being down.

    Returns
    -------
    float or None
        Seconds, the end of the track where they never rise; None where they were not up before, are
        seen afterwards and not low, rise at once, or are another size afterwards.
    """
    height = _Height.of(tracks, person, moment)
    if height.growth < settings.least_size or height.growth > settings.most_size:
        return None
    earlier = height.between(moment - 1.5, moment)
    if len(earlier) and _share(earlier, 0.85) < settings.was_up:
        return None
    later = height.between(moment + settings.settle_s, moment + settings.within_s)
    at_once = height.between(moment, moment + 1.2)
    if len(later) and min(_share(later, 0.15), _share(at_once, 0.15)) > settings.low:
        return None
    seen = np.isfinite(height.over_lowest) & (height.time > moment)
    risen = _risen(height.time[seen], height.over_lowest[seen], settings.low)
    if risen is None:
        return float(height.time[-1])
    return None if risen - moment < settings.still_s else risen


def _risen(time: Values, over_lowest: Values, low: float) -> float | None:
    """Find when somebody who has been low is up for a while."""
    since: float | None = None
    been_low = False
    for moment, height in zip(time.tolist(), over_lowest.tolist(), strict=True):
        if height <= low:
            been_low, since = True, None
        elif been_low and since is None:
            since = moment
        elif since is not None and moment - since >= _LASTING_S:
            return float(since)
    return None


def _scale(xy: Values) -> float:
    return float(body_scale(xy[None], ACTION13)[0]) if len(xy) else float("nan")


def _share(values: Values, share: float) -> float:
    return float(quantile(values[None], share)[0]) if len(values) else float("inf")
