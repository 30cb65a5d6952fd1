"""Who was hidden behind whom: somebody is lost beside a person, and then somebody appears there.

While two people are seen as one, nobody can say whom the one track shows; keypoints of both may be
drawn as one body, whose box tells nothing of a meeting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import necks_and_heights
from tracker.tracks import Tracks

Array = NDArray[np.float64]

#: Necks as near as this, in heights, are beside each other.
BESIDE_HEIGHTS = 0.5
#: Nobody is hidden for longer, in seconds.
LONGEST_S = 2.0


def hidden_meetings(tracks: Tracks) -> list[tuple[int, float, float]]:
    """Find everybody beside whom one track ended and, soon after, another began.

    Parameters
    ----------
    tracks : Tracks
        Tracks as the live tracker left them, by frame.

    Returns
    -------
    list of (int, float, float)
        The ID of the person in between, the last sighting of who was lost, and the first of who
        appeared, in seconds. After that the person in between may be the one who was lost.
    """
    necks, heights = necks_and_heights(tracks.skeleton, tracks.xy)
    first = np.unique(tracks.track_id, return_index=True)[1]
    last = len(tracks) - 1 - np.unique(tracks.track_id[::-1], return_index=True)[1]
    lost: dict[int, list[float]] = {}
    for row in last.tolist():
        for person in _beside(tracks, necks, heights, row):
            lost.setdefault(person, []).append(float(tracks.time[row]))
    meetings = []
    for row in first.tolist():
        appeared = float(tracks.time[row])
        for person in _beside(tracks, necks, heights, row):
            times = [at for at in lost.get(person, []) if appeared - LONGEST_S <= at < appeared]
            if times:
                meetings.append((person, max(times), appeared))
    return meetings


def _beside(tracks: Tracks, necks: Array, heights: Array, row: int) -> list[int]:
    """Give the IDs of those beside somebody in the same frame."""
    low, high = np.searchsorted(tracks.frame, [tracks.frame[row], tracks.frame[row] + 1])
    away = np.linalg.norm(necks[low:high] - necks[row], axis=1)
    near = away < BESIDE_HEIGHTS * 0.5 * (heights[low:high] + heights[row])
    near[row - low] = False
    return [int(person) for person in tracks.track_id[low:high][near]]
