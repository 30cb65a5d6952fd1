"""Everything ``posetrail bench`` measures, in the order in which it is measured."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from posetrail.bench.clips import loop_clip, rendered_clip
from posetrail.bench.networks import NetworkAlone, NetworkRate
from posetrail.bench.stages import stage_ms
from posetrail.bench.statistics import Spread
from posetrail.bench.whole import WholeRuns, whole_runs
from posetrail.config import Config
from posetrail.estimation import load_estimation
from posetrail.health import machine
from posetrail.progress import Reporter
from posetrail.recognition import chosen_action_model
from posetrail.version import __version__
from tracker.sources import SourceInfo
from tracker.video import open_source

#: Fewer frames than this say nothing about a rate.
LEAST_FRAMES = 30
ROUNDS = 2


@dataclass(frozen=True)
class Bench:
    """What was measured on this machine.

    Parameters
    ----------
    source : SourceInfo
        The video.
    facts : dict
        Network, engine, device and precision of the runs.
    networks : tuple of NetworkRate
        The network alone by engine.
    stages : dict of str to Spread
        Milliseconds a frame.
    whole : WholeRuns
        Frames per second of whole runs, and of the network between them.
    every : int
        Only every so-many-th frame was processed.
    """

    source: SourceInfo
    facts: Mapping[str, Any]
    networks: tuple[NetworkRate, ...]
    stages: Mapping[str, Spread]
    whole: WholeRuns
    every: int = 1

    @property
    def figures(self) -> dict[str, float]:
        """The figures of the result line."""
        rates = {name: Spread.of(values).median for name, values in self.whole.rates.items()}
        return {
            "frames_per_second": round(rates["tables"], 2),
            "network_frames_per_second": round(rates["network"], 2),
            "ratio": round(self.whole.ratio.median, 4),
            "video_frames_per_second": round(rates["video"], 2),
            **{f"{stage}_ms": round(spread.median, 3) for stage, spread in self.stages.items()},
        }

    def minutes_per_hour(self, kind: str) -> float:
        """Minutes that an hour of such a video takes: ``tables``, or ``video`` with the drawn one."""
        frames = 60 * self.source.rate / self.every
        return frames / Spread.of(self.whole.rates[kind]).median

    def as_json(self) -> dict[str, Any]:
        """Everything, as values of JSON."""
        source = self.source
        return {
            "posetrail": __version__,
            "machine": machine(),
            "source": {"width": source.width, "height": source.height, "rate": source.rate},
            "network": dict(self.facts),
            "networks": [asdict(rate) for rate in self.networks],
            "stages_ms": {name: asdict(spread) for name, spread in self.stages.items()},
            "frames_per_second": self.whole.rates,
            "ratio": asdict(self.whole.ratio),
            "result": self.figures,
        }


def measure(
    video: Path | None,
    config: Config,
    reporter: Reporter,
    *,
    models_dir: Path | None = None,
    seconds: float = 5.0,
) -> Bench:
    """Take all figures on a video, or on a rendered rally.

    Parameters
    ----------
    video : Path or None
        A video of the user's, or none.
    config : Config
        As for any run.
    reporter : Reporter
        Is told what is being measured.
    models_dir : Path, optional
        Folder of networks.
    seconds : float
        How long a whole run should take, about.

    Raises
    ------
    VideoError
        If the video cannot be read.
    ModelError
        If there is no network, or it cannot run.
    """
    if video is not None:
        open_source(video).close()  # no network is fetched for a bad path
    action_model = chosen_action_model(config.actions)
    estimation = load_estimation(config.pose, models_dir=models_dir, reporter=reporter)
    with tempfile.TemporaryDirectory(prefix="posetrail-bench-") as name:
        folder = Path(name)
        reporter.stage("drawing a clip", None)
        clip = video or rendered_clip(folder / "rendered.mp4")
        alone = NetworkAlone(config.pose, clip, estimation, models_dir)
        reporter.stage("the network by engine", None)
        networks = tuple(alone.by_engine(seconds / 3))
        reporter.stage("each stage alone", None)
        stages = stage_ms(clip, estimation.estimator)
        reporter.stage("whole runs", None)
        frames = max(LEAST_FRAMES, seconds * alone.rate(seconds / 3))
        length = frames * config.video.every / alone.source.rate
        if video is None:
            loop_clip(clip, folder / "looped.mp4", length)
            clip = folder / "looped.mp4"
        part = config.video.model_copy(update={"end": length})
        whole = whole_runs(
            clip,
            folder,
            config.model_copy(update={"video": part}),
            estimation,
            partial(alone.rate, seconds / 2),
            rounds=ROUNDS,
            action_model=action_model,
        )
        stages |= {stage: whole.stage_ms(stage) for stage in ("track", "write")}
    return Bench(alone.source, estimation.facts, networks, stages, whole, config.video.every)
