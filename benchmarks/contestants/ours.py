"""posetrail as `posetrail run --no-video` runs it: video to tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from posetrail.config import load_config
from posetrail.estimation import load_estimation
from posetrail.pipeline import process

PACKAGES = ("posetrail", "openvino")


def prepare(clip: Path, folder: Path, model: str = "default") -> Callable[[int], int]:
    """Load the network; give a function that processes some frames and says how many they were."""
    settings = {"pose.model": model, "output.video": False}
    estimation = load_estimation(load_config(overrides=settings).pose)

    def run(frames: int) -> int:
        end = {"video.end": frames / 30}
        config = load_config(overrides=settings | end)
        done = process(clip, folder / "run", config, estimation, overwrite=True)
        return int(done.info["counts"]["frames"])

    return run
