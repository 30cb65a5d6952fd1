"""From recorded poses to tracks: live tracking, then what only the whole video tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.centroid import CentroidTracker, TrackerSettings, sure_score
from tracker.edits import Edit, apply_edits
from tracker.gaps import fill_gaps
from tracker.poses import PoseTable
from tracker.selection import inside, most_important
from tracker.stitching import stitch
from tracker.tracks import Tracks


def track(
    table: PoseTable, settings: TrackerSettings | None = None, edits: Sequence[Edit] = ()
) -> Tracks:
    """Give each person of a recorded video an ID.

    Parameters
    ----------
    table : PoseTable
        Every detection of the video.
    settings : TrackerSettings, optional
        The parameters.
    edits : sequence of Edit
        Repairs, done in order when all else is decided.

    Returns
    -------
    Tracks
        The people that were confirmed, from the first frame in which they were seen, short gaps
        filled. With ``online``, IDs are those of the live tracker, which shows a person only from
        the confirmation on; else broken tracks are joined and exchanges undone, too.

    Raises
    ------
    TrackingError
        If a frame has more people than can be followed, or an edit cannot be done.
    """
    settings = settings or TrackerSettings()
    if settings.online:
        tracks, _ = follow(table, settings)
    else:
        tracks = _stitched(table, settings)
    tracks = apply_edits(_selected(tracks, settings), edits)
    return fill_gaps(tracks, table.frame, table.time, settings.fill_gap_s)


def _stitched(table: PoseTable, settings: TrackerSettings) -> Tracks:
    patience_s = min(settings.patience_s, settings.stitch.piece_patience_s)
    tracks, cuts = follow(table, settings.model_copy(update={"patience_s": patience_s}))
    least = sure_score(settings, table.skeleton)
    return stitch(tracks, settings.stitch, table.frame, table.time, least, cuts)


def follow(table: PoseTable, settings: TrackerSettings) -> tuple[Tracks, list[float]]:
    """Run the live tracker over a whole video.

    Returns
    -------
    tracks : Tracks
        The people that were confirmed, from the first frame in which they were seen.
    cuts : list of float
        Times of the first frames after camera cuts, in seconds.
    """
    tracker = CentroidTracker(table.skeleton, settings)
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for _, time, poses in table:
        tracker.update(time, poses)
        numbers.append(tracker.numbers)
    ids = [tracker.ids.get(number, 0) for number in np.concatenate(numbers).tolist()]
    return tracks_from_ids(table, np.array(ids, np.int64)), tracker.cuts


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
        table.row_state[order],
    )


def _selected(tracks: Tracks, settings: TrackerSettings) -> Tracks:
    if settings.roi is not None:
        tracks = inside(tracks, settings.roi)
    if settings.people is not None:
        tracks = most_important(tracks, settings.people)
    return tracks
