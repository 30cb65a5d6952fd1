"""Where people go: a constant velocity Kalman filter over all tracks at once, on true time.

Noise is in heights of the person, so that near and far people are followed alike. Both axes share
one covariance per track: the model and the noise are the same in x and y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.settings import Settings

Array = NDArray[np.float64]


class MotionSettings(Settings):
    """How people move, in heights of the person."""

    measurement_noise: float = 0.08
    """Standard deviation of a measured neck, in heights."""
    acceleration_noise: float = 0.5
    """Spectral density of the acceleration, in heights per second to the power 1.5."""
    start_speed: float = 1.5
    """Standard deviation of the speed of somebody new, in heights per second."""
    coast_s: float = 4.0
    """Unseen, the expected speed falls to 1/e in this many seconds."""
    height_memory_s: float = 0.1
    """The height follows what is measured with this time constant, in seconds."""


@dataclass
class Motion:
    """The state of all tracks: place, speed, their covariance, and height.

    Parameters
    ----------
    place, speed : float64 array, shape (tracks, 2)
        Neck in pixels, and pixels per second.
    covariance : float64 array, shape (tracks, 3)
        Variance of the place, covariance of place and speed, variance of the speed (one axis).
    height : float64 array, shape (tracks,)
        Standing height in pixels.

    Notes
    -----
    Continuous white noise acceleration: Bar-Shalom, Li and Kirubarajan, Estimation with
    Applications to Tracking and Navigation, 2001, section 6.2.2.
    """

    place: Array
    speed: Array
    covariance: Array
    height: Array

    @classmethod
    def start(cls, place: Array, height: Array, settings: MotionSettings) -> Motion:
        """Begin tracks at places measured for the first time."""
        covariance = np.zeros((len(place), 3))
        covariance[:, 0] = (settings.measurement_noise * height) ** 2
        covariance[:, 2] = (settings.start_speed * height) ** 2
        return cls(place.copy(), np.zeros_like(place), covariance, height.copy())

    def join(self, other: Motion) -> Motion:
        """Put the tracks of two states one after the other."""
        pairs = zip(self._columns(), other._columns(), strict=True)
        return Motion(*(np.concatenate(pair) for pair in pairs))

    def keep(self, tracks: NDArray[np.bool_]) -> Motion:
        """Select tracks."""
        return Motion(*(column[tracks] for column in self._columns()))

    def predict(self, step_s: float, settings: MotionSettings) -> None:
        """Move all tracks on by a time step, in seconds."""
        keep = np.exp(-step_s / settings.coast_s)
        reach = settings.coast_s * (1 - keep)  # the way of a decaying speed of 1
        place, cross, speed = self.covariance.T
        noise = (settings.acceleration_noise * self.height) ** 2
        self.place = self.place + reach * self.speed
        self.speed = keep * self.speed
        self.covariance = np.stack(
            [
                place + reach * (2 * cross + reach * speed) + noise * step_s**3 / 3,
                keep * (cross + reach * speed) + noise * step_s**2 / 2,
                keep**2 * speed + noise * step_s,
            ],
            axis=1,
        )

    def correct(
        self,
        tracks: NDArray[np.intp],
        miss: Array,
        height: Array,
        step_s: Array,
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
            Measured height in pixels.
        step_s : float64 array, shape (seen,)
            Seconds since each was last seen.
        settings : MotionSettings
            The noise.
        """
        place, cross, speed = self.covariance[tracks].T
        total = place + (settings.measurement_noise * height) ** 2
        gain, speed_gain = place / total, cross / total
        self.place[tracks] += gain[:, None] * miss
        self.speed[tracks] += speed_gain[:, None] * miss
        self.covariance[tracks] = np.stack(
            [(1 - gain) * place, (1 - gain) * cross, speed - speed_gain * cross], axis=1
        )
        follow = 1 - np.exp(-step_s / settings.height_memory_s)
        self.height[tracks] *= (height / self.height[tracks]) ** follow

    def _columns(self) -> tuple[Array, Array, Array, Array]:
        return self.place, self.speed, self.covariance, self.height
