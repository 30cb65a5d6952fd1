"""Whole runs, against the network alone in the same minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from classifiers.model import ActionModel
from posetrail.bench.statistics import Spread, alternate, ratios
from posetrail.config import Config
from posetrail.estimation import Estimation
from posetrail.pipeline import process
from posetrail.run_folder import Run
from tracker.errors import EvaluationError


@dataclass
class WholeRuns:
    """Measured runs of one video.

    Parameters
    ----------
    rates : dict of str to list of float
        Frames per second by round: ``network`` alone, ``tables``, and ``video`` where an annotated
        video was written, too.
    runs : list of Run
        The runs to tables.
    """

    rates: dict[str, list[float]]
    runs: list[Run] = field(default_factory=list)

    @property
    def ratio(self) -> Spread:
        """Frames per second of the whole to tables, over those of the network alone."""
        return ratios(self.rates["tables"], self.rates["network"])

    def stage_ms(self, stage: str) -> Spread:
        """Milliseconds a frame that a stage took in the runs to tables, over all threads."""
        facts = [(run.info["timings"], run.info["counts"]["frames"]) for run in self.runs]
        return Spread.of([1000 * times[f"{stage}_s"] / frames for times, frames in facts])


def whole_runs(
    path: Path,
    folder: Path,
    config: Config,
    estimation: Estimation,
    network_rate: Callable[[], float],
    *,
    rounds: int,
    video: bool = True,
    action_model: ActionModel | None = None,
) -> WholeRuns:
    """Process a video again and again, in turn with the network alone.

    Parameters
    ----------
    path : Path
        The video.
    folder : Path
        Where the runs' folders go.
    config : Config
        As for any run; whether an annotated video is written is not taken from it.
    estimation : Estimation
        The loaded network.
    network_rate : callable
        Gives frames per second of the network alone.
    rounds : int
        How often each is measured.
    video : bool
        Whether to measure runs that write annotated.mp4, too.
    action_model : ActionModel, optional
        Names the actions.

    Raises
    ------
    VideoError
        If the video cannot be read.
    EvaluationError
        If it has too few frames for a rate.
    """
    found = WholeRuns({})
    names = (folder / f"run_{number}" for number in count())

    def run(annotated: bool) -> float:
        output = config.output.model_copy(update={"video": annotated})
        chosen = config.model_copy(update={"output": output})
        done = process(path, next(names), chosen, estimation, action_model)
        if not annotated:
            found.runs.append(done)
        rate = done.info["frames_per_second"]
        if rate is None:
            raise EvaluationError(
                f"{path} has too few frames to measure a rate.", hint="Take a longer video."
            )
        return float(rate)

    jobs: dict[str, Callable[[], float]] = {"network": network_rate, "tables": partial(run, False)}
    if video:
        jobs["video"] = partial(run, True)
    found.rates = alternate(jobs, rounds)
    return found
