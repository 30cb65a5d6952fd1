"""Labels: read from any table that users have, matched with the people of runs, checked row by row."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from classifiers.label_formats import UNDECIDED, LabelRow, format_of
from classifiers.label_tables import read_table
from tracker.errors import LabelError, did_you_mean
from tracker.tracks import Tracks
from tracker.words import LONGEST, fits

#: A label may reach so far beyond the video or overlap another one: rounding and half a frame.
SLACK_S = 0.25
_ROUNDING_S = 0.002
#: ``7``, ``7.0``, ``#7``, ``person_007``; of any length that an ID can have.
_ID = re.compile(r"(?:(?:person|player|track|id)[ _-]*)?#?0*(\d{1,18})(?:\.0)?", re.IGNORECASE)


@dataclass(frozen=True)
class LabelledVideo:
    """A video whose people labels speak of.

    Parameters
    ----------
    names : tuple of str
        What labels may call it, the run's own name first.
    tracks : Tracks
        Its people.
    frame : int64 array, shape (frames,)
        The processed frames, rising.
    time : float64 array, shape (frames,)
        Seconds of each.
    people : mapping of int to str
        The names that some people have, by ID.
    """

    names: tuple[str, ...]
    tracks: Tracks
    frame: NDArray[np.int64]
    time: NDArray[np.float64]
    people: Mapping[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The run's own name."""
        return self.names[0]

    def time_of(self, frame: int) -> float:
        """Give the seconds of a frame, also of one that was not processed."""
        return float(np.interp(frame, self.frame, self.time))


@dataclass(frozen=True)
class Label:
    """A label of one person, found and checked.

    Parameters
    ----------
    action : Action
        Who, when, what; its label is `UNDECIDED` where nobody has said yet.
    row : LabelRow
        As it was written.
    """

    action: Action
    row: LabelRow

    @property
    def decided(self) -> bool:
        """Tell whether somebody has said what it is."""
        return self.action.label != UNDECIDED


def read_labels(path: Path, *, may_be_empty: bool = False) -> list[LabelRow]:
    """Read a table of labels, its format told by its header.

    Parameters
    ----------
    path : Path
        A table with the columns of actions.csv (``video`` and ``annotator`` may be added, all but who,
        when and what left out), a BORIS export of aggregated or tabular events, a label or a column of
        0 and 1 per label in each frame's row, or a ``Shot,FrameId`` list.
    may_be_empty : bool
        A header without labels below it is a table, too: nothing happened.

    Raises
    ------
    LabelError
        If the file is none of these, or a cell is impossible; the message names the row.
    """
    table = read_table(path, lambda header: format_of(header) is not None)
    form = format_of(table.header)
    if form is None:
        raise LabelError(f"{path} is no table of labels.")
    rows = list(form.parse(table))
    if not rows and not may_be_empty:
        raise LabelError(f"{path} has a header, but no labels below it.")
    return rows


def match_labels(
    rows: Iterable[LabelRow], videos: Sequence[LabelledVideo], *, skip_missing: bool = False
) -> dict[str, list[Label]]:
    """Find the video and the person of each label and check that it is possible.

    Parameters
    ----------
    rows : iterable of LabelRow
        What was read.
    videos : sequence of LabelledVideo
        What was labelled; a row that names no video belongs to the only one. Runs' names count
        before those of their sources.
    skip_missing : bool
        Leave out labels of videos that are not given.

    Returns
    -------
    dict of str to list of Label
        Labels by the name of their video, by person, then time.

    Raises
    ------
    LabelError
        If a label is empty, ends before it starts, lies outside the video or the person's life,
        overlaps another of the same person, or its person or video is not known or may be several.
        The message names file and row and says what to do.
    """
    found: dict[str, list[Label]] = defaultdict(list)
    for row in rows:
        video = _video_of(row, videos, skip_missing)
        if video is not None:
            found[video.name].append(_checked(row, video))
    for labels in found.values():
        labels.sort(key=lambda label: (label.action.track_id, label.action.start_s))
        _refuse_overlaps(labels)
    return dict(found)


def _video_of(
    row: LabelRow, videos: Sequence[LabelledVideo], skip_missing: bool
) -> LabelledVideo | None:
    if not row.videos:
        if len(videos) == 1:
            return videos[0]
        raise LabelError(
            f"{row.place}: the row does not say its video, and there are {len(videos)} runs.",
            hint="Add a column video with the run's name.",
        )
    called = {_stem(name) for name in row.videos} | set(row.videos)
    runs = [video for video in videos if video.name in called]
    matching = runs or [video for video in videos if called & set(video.names)]
    if len(matching) > 1:
        raise LabelError(
            f"{row.place}: {row.videos[0]!r} may be any of the runs "
            f"{_listed([video.name for video in matching])}.",
            hint="Write the run's name into the column video, or give one of these runs only.",
        )
    if matching:
        return matching[0]
    if skip_missing:
        return None
    known = [name for video in videos for name in video.names]
    raise LabelError(
        f"{row.place}: there is no run of the video {row.videos[0]!r}.",
        hint=f"{did_you_mean(_stem(row.videos[0]), known)} Give its run, too, or use --skip-missing.",
    )


def _stem(name: str) -> str:
    """Give a file's name without folders and suffix, from any system's paths."""
    plain = PureWindowsPath(PurePosixPath(name).name).name
    return PurePosixPath(plain).stem


def _checked(row: LabelRow, video: LabelledVideo) -> Label:
    if not row.label:
        raise LabelError(
            f"{row.place}: the label is empty.",
            hint=f"Fill it in, delete the row, or write {UNDECIDED} to decide later.",
        )
    if not fits(row.label):
        raise LabelError(
            f"{row.place}: a label should be at most {LONGEST} characters on one line, found "
            f"{row.label[:40]!r}.",
            hint="Correct the cell.",
        )
    person = _person(row, video)
    start, end = _span(row, video)
    own = video.tracks.time[video.tracks.track_id == person]
    first, last = float(own[0]), float(own[-1])
    if start > last + SLACK_S or end < first - SLACK_S:
        raise LabelError(
            f"{row.place}: {start:g} to {end:g} s, but person {person} is there only from {first:g} "
            f"to {last:g} s.",
            hint="Correct the time or the track_id.",
        )
    peak = row.peak_s if start <= row.peak_s <= end else math.nan
    first_frame, last_frame = (
        -1 if frame is None or not math.isnan(row.start_s) else frame
        for frame in (row.start_frame, row.end_frame)
    )
    action = Action(person, start, end, peak, row.label, row.score, first_frame, last_frame)
    return Label(action, row)


def _person(row: LabelRow, video: LabelledVideo) -> int:
    ids = video.tracks.ids
    if not row.person:
        if len(ids) == 1:
            return ids[0]
        raise LabelError(
            f"{row.place}: the row does not say who, and {video.name} has {len(ids)} people.",
            hint=f"Put an ID into track_id: {_listed(ids)}.",
        )
    meant = _meant(row.person, video)
    if len(meant) > 1:
        raise LabelError(
            f"{row.place}: {row.person!r} may be any of the people {_listed(meant)} in {video.name}.",
            hint=f"Write the ID, as in #{meant[0]}.",
        )
    if not meant:
        names = video.people.values()
        raise LabelError(
            f"{row.place}: there is no person {row.person!r} in {video.name}.",
            hint=f"It has {_listed([*ids, *names])}; tracking again may have changed the IDs.",
        )
    return meant[0]


def _meant(person: str, video: LabelledVideo) -> list[int]:
    """Give the IDs of all people who may be called so: by ID, or by name."""
    match = _ID.fullmatch(person)
    number = int(match[1]) if match else 0
    return [i for i in video.tracks.ids if i == number or video.people.get(i) == person]


def _span(row: LabelRow, video: LabelledVideo) -> tuple[float, float]:
    start = _moment(row, row.start_s, row.start_frame, video)
    end = _moment(row, row.end_s, row.end_frame, video)
    if math.isnan(start) and math.isnan(end):
        start = end = row.peak_s
    if math.isnan(start) or math.isnan(end):
        missing = "when it starts" if math.isnan(start) else "when it ends"
        raise LabelError(
            f"{row.place}: the row does not say {missing}.",
            hint="Fill in start_s and end_s, in seconds from the video's first frame.",
        )
    if end < start:
        raise LabelError(
            f"{row.place}: the label ends ({end:g} s) before it starts ({start:g} s).",
            hint="Exchange the two or correct them.",
        )
    first, last = float(video.time[0]), float(video.time[-1])
    if start < min(first, 0.0) - SLACK_S or end > last + SLACK_S or start > last:
        raise LabelError(
            f"{row.place}: {start:g} to {end:g} s lies outside {video.name}, which lasts from "
            f"{first:g} to {last:g} s.",
            hint="Are the times in seconds, and is it the right video?",
        )
    return start, end


def _moment(row: LabelRow, seconds: float, frame: int | None, video: LabelledVideo) -> float:
    if not math.isnan(seconds) or frame is None:
        return seconds
    first, last = int(video.frame[0]), int(video.frame[-1])
    if not min(first, 0) <= frame <= last:
        raise LabelError(
            f"{row.place}: frame {frame} lies outside {video.name}, which has frames {first} to {last}.",
            hint="Frames count from 0; is it the right video?",
        )
    return video.time_of(frame)


def _refuse_overlaps(labels: Sequence[Label]) -> None:
    """Refuse two labels of one person at one time; they are sorted by person, then start."""
    latest: Label | None = None
    for label in labels:
        if latest is None or latest.action.track_id != label.action.track_id:
            latest = label
            continue
        together = label.action.start_s == latest.action.start_s  # two clicks on one moment
        if together or label.action.start_s < latest.action.end_s - _ROUNDING_S:
            raise _overlap(latest, label)
        latest = max(latest, label, key=lambda each: each.action.end_s)


def _overlap(earlier: Label, later: Label) -> LabelError:
    a, b = earlier.action, later.action
    two = {earlier.row.annotator, later.row.annotator}
    one_of = f"Keep the rows of one annotator ({', '.join(sorted(two))})." if len(two) > 1 else ""
    return LabelError(
        f"{later.row.place}: {b.label} ({b.start_s:g} to {b.end_s:g} s) overlaps {a.label} "
        f"({a.start_s:g} to {a.end_s:g} s) of the same person in {earlier.row.place}.",
        hint=one_of or "Shorten or delete one of them.",
    )


def _listed(names: Sequence[object], most: int = 12) -> str:
    shown = ", ".join(map(str, names[:most]))
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
