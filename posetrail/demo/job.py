"""The demo: render a rally, run the main job on it, compare with the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from posetrail.config import load_config
from posetrail.demo.clip import write_clip
from posetrail.demo.renderer import labels, render
from posetrail.demo.scene import rally
from posetrail.demo.truth import Comparison, compare
from posetrail.estimation import load_estimation
from posetrail.pipeline import process
from posetrail.progress import Reporter
from posetrail.recognition import chosen_action_model
from posetrail.run_folder import Run, claim_folder
from tracker.poses import Frame
from tracker.tables import write_tracks_parquet

CLIP = "rally.mp4"
TRUTH = "truth.parquet"
#: Input height of the network: the drawn players are large, so that the usual height finds both.
HEIGHT = 368


@dataclass(frozen=True)
class Demo:
    """What a demo left behind.

    Parameters
    ----------
    run : Run
        The run's folder.
    clip : Path
        The rendered video.
    comparison : Comparison
        How far the run is from the truth.
    """

    run: Run
    clip: Path
    comparison: Comparison


def play(
    folder: Path,
    reporter: Reporter,
    *,
    seed: int = 0,
    seconds: float = 9.0,
    overwrite: bool = False,
    models_dir: Path | None = None,
) -> Demo:
    """Render a rally and do with it what ``posetrail run --config tennis`` does with a video.

    Parameters
    ----------
    folder : Path
        The run's folder; the clip and the truth go there too.
    reporter : Reporter
        Is told how far the work is.
    seed : int
        Which rally.
    seconds : float
        Length of the clip.
    overwrite : bool
        Replace an earlier run.
    models_dir : Path, optional
        Folder of networks; by default ``POSETRAIL_MODELS``, else the user's cache.

    Raises
    ------
    ModelFetchError
        If no network is present and none can be fetched.
    OutputError
        If the folder holds a run already or cannot be written.
    """
    config = load_config("tennis", overrides={"pose.height": HEIGHT})
    scene = rally(seed, seconds=seconds)
    size = scene.camera.width, scene.camera.height
    estimation = load_estimation(config.pose, models_dir=models_dir, reporter=reporter, size=size)
    claim_folder(folder, overwrite=overwrite, resume=False)
    reporter.stage("drawing", len(scene.times))
    clip, truth = folder / CLIP, labels(scene)
    write_clip(clip, _reported(render(scene), reporter), scene.rate, size)
    write_tracks_parquet(folder / TRUTH, truth)
    model = chosen_action_model(config.actions)
    run = process(clip, folder, config, estimation, model, reporter=reporter)
    return Demo(run, clip, compare(run.tracks, truth))


def _reported(frames: Iterable[Frame], reporter: Reporter) -> Iterator[Frame]:
    for frame in frames:
        yield frame
        reporter.advance()
