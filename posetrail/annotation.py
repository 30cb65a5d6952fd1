"""The annotated video: a second walk through the source, with the finished tracks and actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from classifiers.actions import Action, read_actions_csv
from posetrail.config import ActionSettings, OutputSettings, VideoSettings, load_config
from posetrail.json_files import write_json
from posetrail.opening import open_chosen
from posetrail.parallel import drawn_ahead
from posetrail.pictures.drawing import Painter
from posetrail.pictures.writer import AnnotatedVideo
from posetrail.progress import Reporter, Silent, expected_frames
from posetrail.provenance import stage_seconds
from posetrail.run_folder import OLD_VIDEO, Run, open_run
from posetrail.run_lock import held
from posetrail.run_tables import Story
from posetrail.stopwatch import Stopwatch
from tracker.errors import UsageError, VideoError
from tracker.images import is_pattern
from tracker.poses import Frame
from tracker.sources import Source

#: A short action stays in sight for at least this long around its peak, in seconds.
_SHOWN_S = 0.5


def draw(
    run: Run, source: Source, story: Story, what: Sequence[str], reporter: Reporter
) -> list[str]:
    """Write a run's annotated.mp4.

    Parameters
    ----------
    run : Run
        Where to; the file appears when it is whole.
    source : Source
        Open; it is walked through once more.
    story : Story
        Who was where and did what.
    what : sequence of str
        What is drawn: skeleton, id, trail, action, angles.
    reporter : Reporter
        Is told about every frame.

    Returns
    -------
    list of str
        Warnings: what could not be kept.
    """
    reporter.stage("video", expected_frames(source))
    with (  # decoding, painting and encoding overlap
        AnnotatedVideo(run.video_path, source.info) as video,
        closing(drawn_ahead(source.frames())) as frames,
        closing(drawn_ahead(_painted(frames, source, story, what))) as painted,
    ):
        for frame in painted:
            video.write(frame.image, frame.time)
            reporter.advance()
    return video.warnings


def _painted(
    frames: Iterable[Frame], source: Source, story: Story, what: Sequence[str]
) -> Iterator[Frame]:
    tracks = story.tracks
    size = (source.info.width, source.info.height)
    painter = Painter(tracks.skeleton, size, what, tracks.names)
    shown = _Captions(story.shown)
    for frame in frames:
        first, last = np.searchsorted(tracks.frame, [frame.index, frame.index + 1])
        people = tracks.rows(slice(int(first), int(last)))
        painter.paint(frame.image, people, shown.at(frame.time), frame.time)
        yield frame


def redraw(
    run: Run,
    *,
    source: Path | None = None,
    what: Sequence[str] | None = None,
    reporter: Reporter | None = None,
) -> None:
    """Draw annotated.mp4 anew, from the tables of a finished run and its video.

    Parameters
    ----------
    run : Run
        A finished run.
    source : Path, optional
        The video, where it is no longer where the run found it, or the run was made of recorded
        poses.
    what : sequence of str, optional
        What is drawn; by default as before.
    reporter : Reporter, optional
        Is told about every frame.

    Raises
    ------
    VideoError
        If the video is gone or is not the one that the run was made of.
    UsageError
        If the run was made of recorded poses and no video is given.
    ConfigError
        If there is nothing of that name to draw.
    """
    with held(run.folder):
        # As it is now: another process may just have ended.
        _redraw(open_run(run.folder), source, what, reporter or Silent())


def _redraw(run: Run, source: Path | None, what: Sequence[str] | None, reporter: Reporter) -> None:
    info = dict(run.info)
    settings = OutputSettings.model_validate(info["config"]["output"])
    if what is not None:
        settings = load_config(overrides={"output.draw": tuple(what)}).output
    watch = Stopwatch()
    with _opened(run, source) as video, watch.stage("video"):
        story = Story(
            run.tracks,
            read_actions_csv(run.actions_path),
            ActionSettings.model_validate(info["config"]["actions"]).falls.continuation,
        )
        found = draw(run, video, story, settings.draw, reporter)
    settings = settings.model_copy(update={"video": True})
    earlier = [warning for warning in info["warnings"] if warning != OLD_VIDEO]
    info["config"] = {**info["config"], "output": settings.model_dump(mode="json")}
    info["warnings"] = [*earlier, *(warning for warning in found if warning not in earlier)]
    info["timings"] = {**info["timings"], **stage_seconds(watch)}
    write_json(run.json_path, info)


def _opened(run: Run, source: Path | None) -> Source:
    """Open the video that a run was made of, and check that it is the one."""
    facts = run.info["source"]
    if source is None and facts["kind"] == "recording":
        raise UsageError(
            f"{run.folder} was made of recorded poses, not of a video.",
            hint="Say with --source which video to draw into.",
        )
    path = source or Path(facts["path"])
    if source is None and not path.exists() and not is_pattern(path):
        raise VideoError(
            f"The video {path} is not there any more.", hint="Say with --source where it is."
        )
    video = open_chosen(path, VideoSettings.model_validate(run.info["config"]["video"]))
    size, expected = (
        (video.info.width, video.info.height),
        (facts.get("width"), facts.get("height")),
    )
    if facts["kind"] != "recording" and size != expected:
        video.close()
        raise VideoError(
            f"{path} is {size[0]} x {size[1]} pixels, the run was made of a video of "
            f"{expected[0]} x {expected[1]}.",
            hint="Give the video that the run was made of with --source.",
        )
    return video


class _Captions:
    """What each person is doing at a moment, as text."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._texts = [
            (action.track_id, f"{action.label.replace('_', ' ')} {action.score:.2f}")
            for action in actions
        ]
        half = _SHOWN_S / 2
        self._starts = np.array([min(a.start_s, a.middle_s - half) for a in actions])
        self._ends = np.array([max(a.end_s, a.middle_s + half) for a in actions])

    def at(self, time: float) -> dict[int, str]:
        shown = np.flatnonzero((self._starts <= time) & (time <= self._ends))
        return dict(self._texts[number] for number in shown.tolist())
