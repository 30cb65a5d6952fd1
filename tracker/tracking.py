"""From recorded poses to tracks: the live tracker over a whole video, beginnings filled in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.centroid import CentroidTracker, TrackerSettings
from tracker.poses import PoseTable
from tracker.tracks import State, Tracks


def track(table: PoseTable, settings: TrackerSettings | None = None) -> Tracks:
    """Give each person of a recorded video an ID.

    Parameters
    ----------
    table : PoseTable
        Every detection of the video.
    settings : TrackerSettings, optional
        The parameters.

    Returns
    -------
    Tracks
        The people that were confirmed, from the first frame in which they were seen. IDs are those
        of the live tracker, which shows a person only from the confirmation on.

    Raises
    ------
    TrackingError
        If a frame has more people than can be followed.
    """
    tracker = CentroidTracker(table.skeleton, settings)
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for _, time, poses in table:
        tracker.update(time, poses)
        numbers.append(tracker.numbers)
    ids = [tracker.ids.get(number, 0) for number in np.concatenate(numbers).tolist()]
    return tracks_from_ids(table, np.array(ids, np.int64))


def tracks_from_ids(table: PoseTable, ids: NDArray[np.int64]) -> Tracks:
    """Make the table of tracks from the ID of every detection.

    Parameters
    ----------
    table : PoseTable
        Every detection of the video.
    ids : int64 array, shape (detections,)
        The person's ID, counted from 1; 0 for a detection that belongs to nobody.
    """
    order = np.lexsort((ids, table.row_frame))
    order = order[ids[order] > 0]
    return Tracks(
        table.skeleton,
        table.row_frame[order],
        table.row_time[order],
        ids[order],
        table.xy[order],
        table.score[order],
        np.full(len(order), State.OBSERVED, np.uint8),
    )
