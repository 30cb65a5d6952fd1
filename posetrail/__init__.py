"""posetrail follows people through video: poses, IDs, time series, actions.

The public Python API. Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifiers.actions import Action
    from features.feature_set import FeatureSet
    from features.windows import Windows
    from posetrail.config import Config, load_config
    from posetrail.pipeline import run
    from posetrail.run_folder import Run, open_run
    from tracker.errors import (
        ConfigError,
        EvaluationError,
        FormatError,
        LabelError,
        ModelError,
        ModelFetchError,
        OutputError,
        PosetrailError,
        TrackingError,
        UsageError,
        VideoError,
    )
    from tracker.poses import Frame, Poses, PoseTable
    from tracker.skeleton import Skeleton
    from tracker.tracks import State, Tracks
    from tracker.video import open_source

_HOME = {
    "Action": "classifiers.actions",
    "Config": "posetrail.config",
    "ConfigError": "tracker.errors",
    "EvaluationError": "tracker.errors",
    "FeatureSet": "features.feature_set",
    "FormatError": "tracker.errors",
    "Frame": "tracker.poses",
    "LabelError": "tracker.errors",
    "ModelError": "tracker.errors",
    "ModelFetchError": "tracker.errors",
    "OutputError": "tracker.errors",
    "PoseTable": "tracker.poses",
    "Poses": "tracker.poses",
    "PosetrailError": "tracker.errors",
    "Run": "posetrail.run_folder",
    "Skeleton": "tracker.skeleton",
    "State": "tracker.tracks",
    "TrackingError": "tracker.errors",
    "Tracks": "tracker.tracks",
    "UsageError": "tracker.errors",
    "VideoError": "tracker.errors",
    "Windows": "features.windows",
    "load_config": "posetrail.config",
    "open_run": "posetrail.run_folder",
    "open_source": "tracker.video",
    "run": "posetrail.pipeline",
}

__all__ = [
    "Action",
    "Config",
    "ConfigError",
    "EvaluationError",
    "FeatureSet",
    "FormatError",
    "Frame",
    "LabelError",
    "ModelError",
    "ModelFetchError",
    "OutputError",
    "PoseTable",
    "Poses",
    "PosetrailError",
    "Run",
    "Skeleton",
    "State",
    "TrackingError",
    "Tracks",
    "UsageError",
    "VideoError",
    "Windows",
    "load_config",
    "open_run",
    "open_source",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'posetrail' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
