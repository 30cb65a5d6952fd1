"""Who was hidden behind whom: somebody is lost beside a person, and then somebody appears there.

While two people are seen as one, nobody can say whom the one track shows; keypoints of both may be
drawn as one body, whose box tells nothing of a meeting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.anchors import necks_and_heights
from tracker.settings import Settings
from tracker.tracks import Tracks

Array = NDArray[np.float64]


class HidingSettings(Settings):
    """When somebody was hidden behind somebody else."""

    beside: float = Field(default=0.5, gt=0)
    """Necks as near as this are beside each other, in heights of the two people."""
    longest_s: float = Field(default=2.0, ge=0)
    """Nobody is hidden for longer, in seconds."""


def hidden_meetings(
    tracks: Tracks, settings: HidingSettings | None = None
) -> list[tuple[int, float, float]]:
    """Find everybody beside whom one track ended and, soon after, another began.

    Parameters
    ----------
    tracks : Tracks
        Tracks as the live tracker left them, by frame.
    settings : HidingSettings, optional
        The parameters.

    Returns
    -------
    list of (int, float, float)
        The ID of the person in between, the last sighting of who was lost, and the first of who
        appeared, in seconds. After that the person in between may be the one who was lost.
    """
    settings = settings or HidingSettings()
    necks, heights = necks_and_heights(tracks.skeleton, tracks.xy)
    first = np.unique(tracks.track_id, return_index=True)[1]
    last = len(tracks) - 1 - np.unique(tracks.track_id[::-1], return_index=True)[1]
    lost: dict[int, list[float]] = {}
    for row in last.tolist():
        for person in _beside(tracks, necks, heights, row, settings.beside):
            lost.setdefault(person, []).append(float(tracks.time[row]))
    meetings = []
    for row in first.tolist():
        appeared = float(tracks.time[row])
        since = appeared - settings.longest_s
        for person in _beside(tracks, necks, heights, row, settings.beside):
            times = [at for at in lost.get(person, []) if since <= at < appeared]
            if times:
                meetings.append((person, max(times), appeared))
    return meetings


def _beside(tracks: Tracks, necks: Array, heights: Array, row: int, reach: float) -> list[int]:
    """Give the IDs of those within a reach, in heights, of somebody in the same frame."""
    low, high = np.searchsorted(tracks.frame, [tracks.frame[row], tracks.frame[row] + 1])
    away = np.linalg.norm(necks[low:high] - necks[row], axis=1)
    near = away < reach * 0.5 * (heights[low:high] + heights[row])
    near[row - low] = False
    return [int(person) for person in tracks.track_id[low:high][near]]
