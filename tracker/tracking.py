"""From recorded poses to tracks: live tracking, then what only the whole video tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import blocks
from tracker.box_smoothing import smooth_boxes
from tracker.centroid import CentroidTracker, TrackerSettings
from tracker.edits import Edit, apply_edits
from tracker.gaps import Gaps, find_gaps
from tracker.layouts import of_recording, sure_score
from tracker.poses import Detections, FloatArray, State
from tracker.selection import inside, most_important
from tracker.skeleton import BOX
from tracker.stitching import stitch
from tracker.tracks import Tracks

Ids = NDArray[np.int64]
Repairs = dict[str, Any]


def track(
    poses: Detections, settings: TrackerSettings | None = None, edits: Sequence[Edit] = ()
) -> Tracks:
    """Give each person of a recorded video an ID.

    From stage to stage goes the ID of every row, never a copy of the rows; the detections are read
    once to follow people, once to decide who is who, and once more for the table that is given
    (boxes once before all, for how sure their detector is).

    Parameters
    ----------
    poses : Detections
        Every detection of the video: a `PoseTable`, or `StoredPoses`, which stay in their file.
    settings : TrackerSettings, optional
        The parameters.
    edits : sequence of Edit
        Repairs, done in order once the IDs are decided, and before the people who matter are chosen:
        the same edits hold whoever is kept.

    Returns
    -------
    Tracks
        The people that were confirmed, from the first frame in which they were seen, broken tracks
        joined, exchanges undone and short gaps filled. With ``online``, what a live tracker says in
        each frame: nobody before the confirmation, and nothing filled in. People known by their
        boxes alone have them smoothed. Names that edits gave are in ``provenance["names"]``, by ID;
        what each edit did, in words, in ``provenance["edits_done"]``.

    Raises
    ------
    TrackingError
        If a frame has more people than can be followed, or an edit cannot be done.
    """
    settings = of_recording(settings or TrackerSettings(), poses)
    ids, gaps, repairs = _identify(poses, settings, edits)
    tracks = tracks_from_ids(poses, ids, gaps)
    if poses.skeleton == BOX and settings.boxes.smooth:
        smooth_boxes(tracks, settings.boxes, online=settings.online)
    return replace(tracks, provenance=repairs)


def follow(poses: Detections, settings: TrackerSettings) -> tuple[Ids, list[float]]:
    """Run the live tracker over a whole video.

    Returns
    -------
    ids : int64 array, shape (detections,)
        The ID of each detection, from the first frame in which the person was seen (with
        ``online``, from the confirmation on); 0 for those of nobody who was confirmed.
    cuts : list of float
        Times of the first frames after camera cuts, in seconds.
    """
    tracker = CentroidTracker(poses.skeleton, settings)
    numbers = np.zeros(int(poses.count.sum()), np.int64)
    shown = np.zeros_like(numbers)
    done = 0
    for block in poses.blocks():
        for _, time, people in block:
            rows = slice(done, done + len(people))
            shown[rows] = tracker.update(time, people)
            numbers[rows] = tracker.numbers
            done += len(people)
    if settings.online:
        return shown, tracker.cuts
    confirmed = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
    confirmed[list(tracker.ids)] = list(tracker.ids.values())
    return confirmed[numbers], tracker.cuts


def tracks_from_ids(poses: Detections, ids: Ids, gaps: Gaps | None = None) -> Tracks:
    """Make the table of tracks from the ID of every detection.

    Parameters
    ----------
    poses : Detections
        Every detection of the video.
    ids : int64 array, shape (detections,)
        The person's ID, counted from 1; 0 for a detection that belongs to nobody.
    gaps : Gaps, optional
        What is to be filled in between detections.
    """
    gaps = gaps or Gaps.none()
    kept = ids > 0
    frame = np.concatenate([np.repeat(poses.frame, poses.count)[kept], gaps.frame])
    who = np.concatenate([ids[kept], ids[gaps.before]])
    order = np.lexsort((who, frame))
    frame, who = frame[order], who[order]
    time = np.concatenate([np.repeat(poses.time, poses.count)[kept], gaps.time])[order]
    filled = np.full(len(gaps), State.INTERPOLATED, np.uint8)
    state = np.concatenate([np.repeat(poses.state, poses.count)[kept], filled])[order]
    xy, score = _keypoints(poses, *_places(kept, order), gaps)
    return Tracks(poses.skeleton, frame, time, who, xy, score, state)


def _places(kept: NDArray[np.bool_], order: Ids) -> tuple[Ids, Ids]:
    """Say in which row of the table each detection (-1: in none) and each filled gap stands."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    seen = int(kept.sum())
    observed = np.full(len(kept), -1)
    observed[kept] = place[:seen]
    return observed, place[seen:].copy()


def _keypoints(
    poses: Detections, observed: Ids, filled: Ids, gaps: Gaps
) -> tuple[FloatArray, FloatArray]:
    """Put every detection and every filled gap into its row of the table of tracks."""
    rows, joints = int((observed >= 0).sum()) + len(filled), len(poses.skeleton)
    xy, score = np.empty((rows, joints, 2), np.float32), np.empty((rows, joints), np.float32)
    done = 0
    for block in poses.blocks():
        place = observed[done : done + len(block.xy)]
        done += len(block.xy)
        xy[place[place >= 0]] = block.xy[place >= 0]
        score[place[place >= 0]] = block.score[place >= 0]
    moved = replace(gaps, before=observed[gaps.before], after=observed[gaps.after])
    for part in blocks(len(gaps)):
        piece = moved[part]
        xy[filled[part]], score[filled[part]] = piece.places(xy), piece.scores(score)
    return xy, score


def _identify(
    poses: Detections, settings: TrackerSettings, edits: Sequence[Edit]
) -> tuple[Ids, Gaps, Repairs]:
    """Decide the ID of every detection, what is filled in between them, and what edits did."""
    patience_s = min(settings.patience_s, settings.stitch.piece_patience_s)
    pieces = settings.model_copy(update={"patience_s": patience_s})
    live, cuts = follow(poses, settings if settings.online else pieces)
    tracks = tracks_from_ids(poses, live)
    ids = tracks.track_id
    if not settings.online:
        least = sure_score(settings, poses.skeleton)
        ids = stitch(tracks, settings.stitch, poses.frame, poses.time, least, cuts)
    ids, names, done = apply_edits(tracks, ids, edits)
    if settings.roi is not None:
        ids = inside(tracks, ids, settings.roi)
    if settings.people is not None:
        ids = most_important(tracks, ids, settings.people)
    names = {person: name for person, name in names.items() if (ids == person).any()}
    longest_s = 0.0 if settings.online else settings.fill_gap_s
    gaps = find_gaps(tracks, ids, poses.frame, poses.time, longest_s)
    return *_of_detections(poses, live, ids, gaps), _repairs(names, done)


def _repairs(names: dict[int, str], done: list[str]) -> Repairs:
    """Give what travels with the tracks of names and edits; nothing where there are none."""
    repairs: Repairs = {"names": {str(person): name for person, name in names.items()}}
    repairs["edits_done"] = done
    return {key: value for key, value in repairs.items() if value}


def _of_detections(poses: Detections, live: Ids, ids: Ids, gaps: Gaps) -> tuple[Ids, Gaps]:
    """Say of detections what was decided of the rows of the live tracks."""
    order = np.lexsort((live, np.repeat(poses.frame, poses.count)))
    order = order[live[order] > 0]
    decided = np.zeros(len(live), np.int64)
    decided[order] = ids
    return decided, replace(gaps, before=order[gaps.before], after=order[gaps.after])
