"""From settings to a pose estimator: which network, which file, which engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posetrail.config import PoseSettings
from posetrail.fetch_progress import fetch_progress
from posetrail.progress import Reporter, Silent
from posetrail.resources import models_dir as shipped_models
from tracker.engine import choose_engine
from tracker.estimators.openpose import OpenPoseEstimator, input_geometry
from tracker.model_store import ModelStore


@dataclass(frozen=True)
class Estimation:
    """A pose estimator and what run.json says about it.

    Parameters
    ----------
    estimator : OpenPoseEstimator
        Ready to be called from several threads.
    workers : int
        Frames worth estimating at once.
    facts : dict
        Network, sha256, engine, device and precision.
    """

    estimator: OpenPoseEstimator
    workers: int
    facts: dict[str, Any]


def load_estimation(
    settings: PoseSettings,
    *,
    models_dir: Path | None = None,
    reporter: Reporter | None = None,
    size: tuple[int, int] | None = None,
) -> Estimation:
    """Find the network (fetching it where it is not present), load it, and say what was chosen.

    Parameters
    ----------
    settings : PoseSettings
        Network, height, engine, device, precision, decoder.
    models_dir : Path, optional
        Folder of networks; by default ``POSETRAIL_MODELS``, else the user's cache.
    reporter : Reporter, optional
        Is told how far a fetch is.
    size : (int, int), optional
        Width and height of the pictures to come, where they are known: the network is made ready for
        them at once.

    Raises
    ------
    ModelError
        If the network is unknown, damaged or not what its description says.
    ModelFetchError
        If it is not present and cannot be fetched.
    """
    reporter = reporter or Silent()
    store = ModelStore(shipped_models(), models_dir)
    network, path = store.resolve(settings.model, fetch_progress(reporter, settings.model))
    height = None if settings.height == "native" else settings.height
    padded = None if size is None else input_geometry(network, size, height).padded
    engine = choose_engine(
        network,
        path,
        settings.engine,
        device=settings.device,
        precision=settings.precision,
        size=padded and (padded[1], padded[0]),
    )
    estimator = OpenPoseEstimator(network, engine, height=height, settings=settings.decoder)
    ran = (engine.precision == "int8" and network.in_int8()) or network
    facts = {
        "network": network.name,
        "sha256": ran.sha256,
        "engine": engine.name,
        "device": engine.device,
        "precision": engine.precision,
        "height": settings.height,
    }
    return Estimation(estimator, engine.streams, facts)
