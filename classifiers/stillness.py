"""Whether somebody whose neck dropped is down, and how long they stay there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.joints import ACTION13, convert_joints
from tracker.settings import Settings
from tracker.tracks import Tracks

Values = NDArray[np.float64]
_LASTING_S = 0.5


class StillDownSettings(Settings):
    """What counts as being down."""

    before_s: float = Field(default=1.0, gt=0)
    """Seconds before a drop in which the neck's usual height is measured."""
    settle_s: float = Field(default=0.4, ge=0)
    """Seconds after the middle of a drop after which the person must be down."""
    still_s: float = Field(default=1.5, gt=0)
    """Seconds for which the person must stay down, or to the end of the track."""
    up: float = Field(default=1.4, gt=0)
    """Before, the neck was so many torso lengths above the lowest joint: who lies does exercises, no
    fall."""
    still_drop: float = Field(default=0.3, gt=0)
    """Down is so many torso lengths below the height before the drop."""
    low: float = Field(default=1.4, gt=0)
    """Down is the neck at most so many torso lengths above the lowest joint: somebody who stands has
    2 to 3, who sits about 1.7, who lies at most the width of the body."""


@dataclass(frozen=True)
class _Height:
    """One person's neck through time, in pixels."""

    time: Values
    neck: Values
    over_lowest: Values
    torso: Values

    @classmethod
    def of(cls, tracks: Tracks, person: int) -> _Height:
        own = tracks.track_id == person
        xy = convert_joints(tracks.xy[own], tracks.skeleton, ACTION13).astype(float)
        shoulders = xy[:, _numbers("shoulder")].mean(axis=1)
        hips = xy[:, _numbers("hip")].mean(axis=1)
        lowest = np.fmax.reduce(xy[..., 1], axis=1)
        torso = np.hypot(*(shoulders - hips).T)
        return cls(tracks.time[own], shoulders[:, 1], lowest - shoulders[:, 1], torso)


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
        Seconds, the end of the track where they never rise; None where they do not stay down.
    """
    height = _Height.of(tracks, person)
    later = (height.time > moment + settings.settle_s) & np.isfinite(height.over_lowest)
    if not later.any():
        later = np.isfinite(height.over_lowest) & (height.time >= moment)
    if not later.any():
        return None
    before, unit, was_over_lowest = _before(height, moment, settings)
    if was_over_lowest / unit < settings.up:
        return None
    time, over_lowest = height.time[later], height.over_lowest[later]
    down = ((height.neck[later] - before) / unit >= settings.still_drop) & (
        over_lowest / unit <= settings.low
    )
    soon = time <= time[0] + settings.still_s
    if down[soon].mean() < 0.5:
        return None
    return _first_lasting(time, ~down)


def _before(
    height: _Height, moment: float, settings: StillDownSettings
) -> tuple[float, float, float]:
    """Give neck, torso and neck over the lowest joint before a drop, or what comes nearest."""
    start = moment - 0.5 - settings.before_s
    earlier = (height.time >= start) & (height.time <= moment - 0.3)
    neck, torso = _median(height.neck[earlier]), _median(height.torso[earlier])
    if np.isfinite(neck) and np.isfinite(torso):
        return neck, torso, _median(height.over_lowest[earlier])
    earlier = height.time <= moment
    return (
        _median(height.neck[earlier]),
        _median(height.torso),
        _median(height.over_lowest[earlier]),
    )


def _first_lasting(time: Values, up: NDArray[np.bool_]) -> float:
    """Find when ``up`` first holds for a while; the last moment where it never does."""
    since: float | None = None
    for moment, is_up in zip(time.tolist(), up.tolist(), strict=True):
        if not is_up:
            since = None
        elif since is None:
            since = moment
        elif moment - since >= _LASTING_S:
            return float(since)
    return float(time[-1])


def _numbers(joint: str) -> list[int]:
    return [ACTION13.index(f"{side}_{joint}") for side in ("right", "left")]


def _median(values: Values) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")
