"""The network by engine, precision and threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posetrail.config import PoseSettings
from posetrail.estimation import Estimation
from posetrail.health import timed
from posetrail.resources import models_dir as shipped_models
from tracker.engine import choose_engine, engine_names, engine_version
from tracker.errors import ModelError, UsageError
from tracker.model_store import ModelStore
from tracker.video import open_source


@dataclass(frozen=True)
class NetworkRate:
    """How fast the network is in one engine.

    Parameters
    ----------
    engine, precision : str
        What it ran in.
    how : str
        How it was set up, in words.
    frames_per_second : float or None
        None where it could not run.
    problem : str
        Why not.
    """

    engine: str
    precision: str
    how: str
    frames_per_second: float | None
    problem: str = ""


class NetworkAlone:
    """The network of a run, and nothing around it.

    Parameters
    ----------
    pose : PoseSettings
        Which network, at which height, in which engine.
    clip : Path
        A video; its proportions decide the size of the network's input.
    estimation : Estimation
        What a run uses.
    models_dir : Path, optional
        Folder of networks.

    Raises
    ------
    VideoError
        If the video cannot be read.
    """

    def __init__(
        self,
        pose: PoseSettings,
        clip: Path,
        estimation: Estimation,
        models_dir: Path | None = None,
    ) -> None:
        with open_source(clip) as source:
            self.source = source.info
        padded = estimation.estimator.geometry((self.source.width, self.source.height)).padded
        self.size = padded[1], padded[0]
        self._network, self._path = ModelStore(shipped_models(), models_dir).resolve(pose.model)
        self._engine = choose_engine(
            self._network, self._path, pose.engine, device=pose.device, precision=pose.precision
        )

    def rate(self, seconds: float) -> float:
        """Give the frames per second, with as many calls at once as a run makes."""
        return timed(self._engine, self.size, seconds)["frames_per_second"]

    def by_engine(self, seconds: float) -> Iterator[NetworkRate]:
        """Time the network in every installed engine, on the processor.

        Parameters
        ----------
        seconds : float
            How long each is timed.

        Yields
        ------
        NetworkRate
            One for each engine and setting, the preferred engine first.
        """
        first, *others = (name for name in engine_names() if engine_version(name))
        chosen: list[tuple[str, str, dict[str, Any]]] = [
            (first, "its own choice", {}),
            (first, "float32", {"precision": "float32"}),
            (first, "one frame at a time", {"streams": 1}),
            (first, "one frame at a time, one thread", {"streams": 1, "threads": 1}),
            *((name, "its own choice", {}) for name in others),
        ]
        for name, how, options in chosen:
            yield self._one(name, how, options, seconds)

    def _one(self, name: str, how: str, options: dict[str, Any], seconds: float) -> NetworkRate:
        try:
            engine = choose_engine(self._network, self._path, name, device="cpu", **options)
            rate = timed(engine, self.size, seconds)["frames_per_second"]
        except (ModelError, UsageError) as error:
            return NetworkRate(name, "", how, None, str(error))
        return NetworkRate(name, engine.precision, how, rate)
