"""OpenPose estimation: picture, network, maps, people."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.errors import ModelError
from tracker.networks import Network
from tracker.parts import Part
from tracker.poses import FloatArray, Poses
from tracker.skeleton import Skeleton

if TYPE_CHECKING:
    from tracker.engine import Engine

#: Input height where nothing else is asked for (OpenPose's own, and what its networks trained at).
DEFAULT_HEIGHT = 368


class OpenPoseEstimator:
    """Estimates everybody's pose with an OpenPose network. Several threads may call it at once.

    Parameters
    ----------
    network : Network
        What the network is.
    engine : Engine
        The network, loaded.
    height : int or None
        Input height of the network in pixels; None for the picture's own.
    settings : DecoderSettings
        How maps become people.
    """

    def __init__(
        self,
        network: Network,
        engine: Engine,
        *,
        height: int | None = DEFAULT_HEIGHT,
        settings: DecoderSettings | None = None,
    ) -> None:
        self._network = network
        self._engine = engine
        self._height = height
        self._settings = settings or DecoderSettings()
        self._seconds = dict.fromkeys(("resize", "network", "parse"), 0.0)
        self._lock = threading.Lock()

    @property
    def skeleton(self) -> Skeleton:
        """The layout of the keypoints."""
        return self._network.skeleton

    @property
    def timings(self) -> Mapping[str, float]:
        """Seconds spent so far in ``resize``, ``network`` and ``parse``, over all threads."""
        with self._lock:
            return MappingProxyType(dict(self._seconds))

    def estimate(self, image: NDArray[np.uint8]) -> Poses:
        """Estimate the poses of everybody in a picture.

        Parameters
        ----------
        image : uint8 array, shape (height, width, 3)
            Blue, green, red.

        Raises
        ------
        ModelError
            If the network's output is not what its description says.
        """
        maps, geometry = self.infer(image)
        with self._timed("parse"):
            return decode(maps, self.skeleton, geometry, self._settings)

    def estimate_parts(self, image: NDArray[np.uint8], parts: Sequence[Part]) -> list[Poses]:
        """Estimate the poses of everybody in parts of a picture, each scaled to its own height.

        Parameters
        ----------
        image : uint8 array, shape (height, width, 3)
            Blue, green, red.
        parts : sequence of Part
            Where to look; those whose inputs have one size go through the network together.

        Returns
        -------
        list of Poses
            For each part the people in it, in pixels of the whole picture.

        Raises
        ------
        ModelError
            If the network's output is not what its description says.
        """
        with self._timed("resize"):
            plans = [self._fit((part.width, part.height), part.input_height) for part in parts]
            inputs = [
                plan.prepare(part.cut(image)) for plan, part in zip(plans, parts, strict=True)
            ]
        found: dict[int, Poses] = {}
        for size in dict.fromkeys(plan.padded for plan in plans):
            alike = [number for number, plan in enumerate(plans) if plan.padded == size]
            with self._timed("network"):
                maps = self._engine.infer(np.stack([inputs[number] for number in alike]))
            self._check(maps.shape[1:], plans[alike[0]])
            with self._timed("parse"):
                for number, its in zip(alike, maps, strict=True):
                    poses = decode(its, self.skeleton, plans[number], self._settings)
                    found[number] = _moved(poses, parts[number])
        return [found[number] for number in range(len(parts))]

    def infer(self, image: NDArray[np.uint8]) -> tuple[FloatArray, InputGeometry]:
        """Give the network's maps of a picture, and where they lie in it.

        Returns
        -------
        maps : float32 array, shape (channels, height, width)
            Confidence maps, then field maps.
        geometry : InputGeometry
            The way from map cells to the picture's pixels.

        Raises
        ------
        ModelError
            If the network's output is not what its description says.
        """
        with self._timed("resize"):
            geometry = self.geometry((image.shape[1], image.shape[0]))
            prepared = geometry.prepare(image)
        with self._timed("network"):
            maps = self._engine.infer(prepared[None])[0]
        self._check(maps.shape, geometry)
        return maps, geometry

    def release(self) -> None:
        """Give back the memory that can be had again: the next estimate takes longer."""
        self._engine.release()

    def geometry(self, size: tuple[int, int]) -> InputGeometry:
        """Plan the network's input for pictures of a size (width, height)."""
        return self._fit(size, self._height)

    def _fit(self, size: tuple[int, int], height: int | None) -> InputGeometry:
        return input_geometry(self._network, size, height)

    def _check(self, shape: tuple[int, ...], geometry: InputGeometry) -> None:
        width, height = geometry.map_size
        expected = (self.skeleton.n_channels, height, width)
        if shape != expected:
            raise ModelError(
                f"Network {self._network.name} should give maps of shape {expected}, "
                f"found {shape}.",
                hint="Check skeleton, stride and outputs in its description.",
            )

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[stage] += perf_counter() - started


def input_geometry(network: Network, size: tuple[int, int], height: int | None) -> InputGeometry:
    """Plan a network's input for pictures of a size (width, height), scaled to a height (None: not)."""
    return InputGeometry.fit(size, height=height, multiple=network.multiple, stride=network.stride)


def _moved(poses: Poses, part: Part) -> Poses:
    """Turn places in a part into places in the whole picture."""
    corner = np.array([part.left, part.top], np.float32)
    return Poses(poses.skeleton, poses.xy + corner, poses.score)
