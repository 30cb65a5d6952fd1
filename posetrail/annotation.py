"""The annotated video: a second walk through the source, with the finished tracks and actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.actions import Action
from posetrail.pictures.drawing import Painter
from posetrail.pictures.writer import AnnotatedVideo
from posetrail.progress import Reporter
from tracker.sources import Source
from tracker.tracks import Tracks

#: A short action stays in sight for at least this long around its peak, in seconds.
_SHOWN_S = 0.5


def annotate(
    path: Path,
    source: Source,
    tracks: Tracks,
    actions: Sequence[Action],
    draw: Sequence[str],
    reporter: Reporter,
) -> list[str]:
    """Write the annotated video of a source.

    Parameters
    ----------
    path : Path
        The MP4 file; it appears when it is whole.
    source : Source
        Open; it is walked through once more.
    tracks : Tracks
        Everybody.
    actions : sequence of Action
        What they did.
    draw : sequence of str
        What is drawn: skeleton, id, trail, action, angles.
    reporter : Reporter
        Is told about every frame.

    Returns
    -------
    list of str
        Warnings: what could not be kept.
    """
    painter = Painter(tracks.skeleton, (source.info.width, source.info.height), draw)
    shown = _Captions(actions)
    with AnnotatedVideo(path, source.info) as video:
        for frame in source.frames():
            first, last = np.searchsorted(tracks.frame, [frame.index, frame.index + 1])
            people = tracks.rows(np.arange(first, last))
            painter.paint(frame.image, people, shown.at(frame.time), frame.time)
            video.write(frame.image, frame.time)
            reporter.advance()
    return video.warnings


class _Captions:
    """What each person is doing at a moment, as text."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._of_person: dict[int, list[Action]] = defaultdict(list)
        for action in actions:
            self._of_person[action.track_id].append(action)

    def at(self, time: float) -> dict[int, str]:
        return {
            person: f"{action.label.replace('_', ' ')} {action.score:.2f}"
            for person, actions in self._of_person.items()
            for action in actions
            if min(action.start_s, action.middle_s - _SHOWN_S / 2) <= time
            and time <= max(action.end_s, action.middle_s + _SHOWN_S / 2)
        }
