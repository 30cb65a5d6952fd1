"""Where people go: a constant velocity Kalman filter over all tracks at once, on true time.

Noise is in heights of the person, so that near and far people are followed alike. Both axes share
one covariance per track: the model and the noise are the same in x and y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from tracker.settings import Settings

Array = NDArray[np.float64]

#: Nobody is expected to grow or shrink by more than this between two frames (logarithm).
MOST_GROWN = 0.5


class MotionSettings(Settings):
    """How people move, in heights of the person."""

    measurement_noise: float = Field(default=0.1, gt=0)
    """Standard deviation of a measured neck, in heights."""
    acceleration_noise: float = Field(default=0.5, ge=0)
    """Spectral density of the acceleration, in heights per second to the power 1.5."""
    start_speed: float = Field(default=1.0, ge=0)
    """Standard deviation of the speed of somebody new, in heights per second."""
    coast_s: float = Field(default=4.0, gt=0)
    """Unseen, the expected speed falls to 1/e in this many seconds."""
    size_noise: float = Field(default=0.1, gt=0)
    """Standard deviation of the logarithm of a measured height."""
    growth_noise: float = Field(default=0.3, ge=0)
    """Spectral density of the change of growth, in seconds to the power -1.5."""
    start_growth: float = Field(default=0.5, ge=0)
    """Standard deviation of the growth (of the logarithm of the height) of somebody new, in 1/s."""
    score_noise: float = Field(default=3.0, ge=0)
    """A person of score 0 is measured with this many times more noise than one of score 1."""
    shape_memory_s: float = Field(default=0.15, ge=0)
    """Where the keypoints are, from the neck, is remembered with this time constant, in seconds."""

    @field_validator("shape_memory_s", mode="before")
    @classmethod
    def _as_by_default(cls, value: Any) -> Any:
        """Read None, which runs of before hold, as the default."""
        return cls.model_fields["shape_memory_s"].default if value is None else value


@dataclass
class Motion:
    """The state of all tracks: place and height, how fast they change, and how sure that is.

    Parameters
    ----------
    place, speed : float64 array, shape (tracks, 2)
        Neck in pixels, and pixels per second.
    height : float64 array, shape (tracks,)
        Standing height in pixels.
    growth : float64 array, shape (tracks,)
        Change of the logarithm of the height, in 1/s.
    covariance : float64 array, shape (tracks, 2, 3)
        Of the place (one axis), then of the logarithm of the height: its variance, its covariance
        with its speed, the variance of the speed.

    Notes
    -----
    Continuous white noise acceleration: Bar-Shalom, Li and Kirubarajan, Estimation with
    Applications to Tracking and Navigation, 2001, section 6.2.2.
    """

    place: Array
    speed: Array
    height: Array
    growth: Array
    covariance: Array

    @classmethod
    def start(cls, place: Array, height: Array, settings: MotionSettings) -> Motion:
        """Begin tracks at places measured for the first time."""
        count = len(place)
        covariance = np.zeros((count, 2, 3))
        covariance[:, 0, 0] = (settings.measurement_noise * height) ** 2
        covariance[:, 0, 2] = (settings.start_speed * height) ** 2
        covariance[:, 1] = settings.size_noise**2, 0, settings.start_growth**2
        return cls(place.copy(), np.zeros((count, 2)), height.copy(), np.zeros(count), covariance)

    @classmethod
    def none(cls) -> Motion:
        """Give the state of no tracks."""
        return cls.start(np.empty((0, 2)), np.empty(0), MotionSettings())

    def join(self, other: Motion) -> Motion:
        """Put the tracks of two states one after the other."""
        pairs = zip(self._columns(), other._columns(), strict=True)
        return Motion(*(np.concatenate(pair) for pair in pairs))

    def keep(self, tracks: NDArray[np.bool_]) -> Motion:
        """Select tracks."""
        return Motion(*(column[tracks] for column in self._columns()))

    def predict(self, step_s: float, settings: MotionSettings) -> None:
        """Move all tracks on by a time step, in seconds."""
        keep = float(np.exp(-step_s / settings.coast_s))
        reach = settings.coast_s * (1 - keep)  # the way of a decaying speed of 1
        noise = np.full((len(self.height), 2, 1), settings.growth_noise**2)
        noise[:, 0, 0] = (settings.acceleration_noise * self.height) ** 2
        self.place = self.place + reach * self.speed
        self.speed = keep * self.speed
        grown = np.minimum(np.maximum(reach * self.growth, -MOST_GROWN), MOST_GROWN)
        self.height = self.height * np.exp(grown)
        self.growth = keep * self.growth
        # The terms of a step are linear in those before it.
        step = np.array(
            [[1, 0, 0], [2 * reach, keep, 0], [reach**2, keep * reach, keep**2]], np.float64
        )
        spread = np.array([step_s**3 / 3, step_s**2 / 2, step_s])
        self.covariance = self.covariance @ step + noise * spread

    def correct(
        self,
        tracks: NDArray[np.intp],
        miss: Array,
        height: Array,
        noise: Array,
        settings: MotionSettings,
    ) -> None:
        """Take in what was measured.

        Parameters
        ----------
        tracks : intp array, shape (seen,)
            Which tracks were seen.
        miss : float64 array, shape (seen, 2)
            Measured less predicted place, in pixels.
        height : float64 array, shape (seen,)
            Measured height in pixels; NaN where no limb tells it.
        noise : float64 array, shape (seen,)
            How many times the usual standard deviation each measurement has.
        settings : MotionSettings
            The noise.
        """
        known = np.isfinite(height)
        height = np.where(known, height, self.height[tracks])
        deviation = np.empty((len(tracks), 2))
        deviation[:, 0] = noise * settings.measurement_noise * height
        deviation[:, 1] = np.where(known, noise * settings.size_noise, np.inf)
        before = self.covariance[tracks]
        level, cross, rate = _terms(before)
        total = level + deviation**2
        gain, rate_gain = level / total, cross / total
        self.place[tracks] += gain[:, :1] * miss
        self.speed[tracks] += rate_gain[:, :1] * miss
        grown = np.log(height / self.height[tracks])
        self.height[tracks] *= np.exp(gain[:, 1] * grown)
        self.growth[tracks] += rate_gain[:, 1] * grown
        after = np.empty_like(before)
        after[..., 0], after[..., 1] = (1 - gain) * level, (1 - gain) * cross
        after[..., 2] = rate - rate_gain * cross
        self.covariance[tracks] = after

    def _columns(self) -> tuple[Array, ...]:
        return self.place, self.speed, self.height, self.growth, self.covariance


def _terms(covariance: Array) -> tuple[Array, Array, Array]:
    """Give the variance of the levels, their covariance with the rates, and that of the rates."""
    return covariance[..., 0], covariance[..., 1], covariance[..., 2]
