"""Tables of labels that people have: our own, BORIS exports, a label per frame, lists of shots."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from classifiers.label_tables import Cells, LabelTable
from tracker.errors import LabelError

#: What stands where nobody has decided yet: such rows are neither learnt nor taken for nothing.
UNDECIDED = "?"
_PERSON = ("track_id", "person", "player", "individual")
_BEHAVIOUR = ("behavior", "behaviour")
_MEDIA = ("media file name", "media file path", "media file", "observation id")
_KIND = ("behavior type", "behaviour type", "status")
_FRAME = ("frame", "frame_num", "frameid", "image index")
_TIME = ("time_s", "time")
#: Rows of one label further apart than this are two labels, however few rows a table has.
_MOST_FRAMES_APART = 30.0
_MOST_S_APART = 1.0
#: Rows of one label are one label where they are the table's usual step apart; so much jitter is none.
_STEPS_APART = 1.5


@dataclass(frozen=True)
class LabelRow:
    """A label as it was written, not yet matched with a video's people.

    Parameters
    ----------
    place : str
        File and line, for messages.
    label : str
        What was done; `UNDECIDED` where nobody has said yet.
    videos : tuple of str
        Names by which the row may call its video; none where it does not say.
    person : str
        ID or name; empty where the row does not say.
    start_s, end_s, peak_s, score : float
        Seconds and a fraction; NaN where the row does not say.
    start_frame, end_frame : int or None
        Frames in the source; seconds count where both are given.
    annotator : str
        Who labelled.
    columns : mapping of str to str
        The row as text, for columns that only some users have.
    """

    place: str
    label: str
    videos: tuple[str, ...] = ()
    person: str = ""
    start_s: float = math.nan
    end_s: float = math.nan
    start_frame: int | None = None
    end_frame: int | None = None
    peak_s: float = math.nan
    score: float = math.nan
    annotator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelFormat:
    """A kind of table, told by its header."""

    name: str
    knows: Callable[[frozenset[str]], bool]
    parse: Callable[[LabelTable], Iterator[LabelRow]]


def _own(table: LabelTable) -> Iterator[LabelRow]:
    """Read the columns of actions.csv."""
    for cells in table.rows:
        yield LabelRow(
            cells.place,
            cells.text("label"),
            _videos(cells, "video"),
            cells.text(*_PERSON),
            cells.seconds("start_s"),
            cells.seconds("end_s"),
            cells.whole("start_frame"),
            cells.whole("end_frame"),
            cells.seconds("peak_s"),
            cells.seconds("score"),
            cells.text("annotator"),
            cells.values,
        )


def _boris_aggregated(table: LabelTable) -> Iterator[LabelRow]:
    """Read BORIS's Export aggregated events: one row per state or point event."""
    for cells in table.rows:
        start = cells.seconds("start (s)")
        point = cells.text(*_KIND).upper() == "POINT"
        yield _boris_row(cells, start, start if point else cells.seconds("stop (s)"))


def _boris_tabular(table: LabelTable) -> Iterator[LabelRow]:
    """Read BORIS's Export tabular events: a state event is a START row and a STOP row."""
    open_rows: dict[tuple[str, ...], LabelRow] = {}
    for cells in table.rows:
        time = cells.seconds("time", "start (s)")
        kind = cells.text(*_KIND).upper()
        row = _boris_row(cells, time, time)
        key = (*row.videos, row.person, row.label)
        if kind == "POINT":
            yield row
        elif kind in ("START", "STATE START") and key not in open_rows:
            open_rows[key] = row
        elif kind in ("STOP", "STATE STOP") and key in open_rows:
            begun = open_rows.pop(key)
            yield LabelRow(
                begun.place,
                begun.label,
                begun.videos,
                begun.person,
                begun.start_s,
                time,
                columns=begun.columns,
            )
        else:
            raise LabelError(
                f"{cells.place}: {row.label!r} has a {kind or 'row without START or STOP'} "
                "that does not pair with another row.",
                hint="Fix unpaired events in BORIS (Observations, Check state events).",
            )
    for row in open_rows.values():
        raise LabelError(
            f"{row.place}: {row.label!r} starts and never stops.",
            hint="Fix unpaired events in BORIS (Observations, Check state events).",
        )


def _boris_row(cells: Cells, start_s: float, end_s: float) -> LabelRow:
    subject = cells.text("subject")
    person = "" if subject.lower() == "no focal subject" else subject
    media = _videos(cells, *_MEDIA)
    label = cells.text(*_BEHAVIOUR)
    return LabelRow(cells.place, label, media, person, start_s, end_s, columns=cells.values)


def _shots(table: LabelTable) -> Iterator[LabelRow]:
    """Read antoinekeller/tennis_shot_recognition's lists: a shot and the frame it is hit in."""
    for cells in table.rows:
        frame = cells.whole("frameid")
        yield LabelRow(
            cells.place,
            cells.text("shot"),
            _videos(cells, "video"),
            cells.text(*_PERSON),
            start_frame=frame,
            end_frame=frame,
            columns=cells.values,
        )


def _per_frame(table: LabelTable) -> Iterator[LabelRow]:
    """Read a label in each frame's row; neighbouring rows of one label are one label."""
    rows = ((cells, cells.text("label", "action")) for cells in table.rows)
    return _joined(rows, _usual_reach(table))


def _one_hot(table: LabelTable) -> Iterator[LabelRow]:
    """Read a column of 0 and 1 for each label, as SimBA and BORIS's binary tables have them."""
    names = [name for name in table.header if name and name not in _NOT_LABELS]
    reach = _usual_reach(table)

    def marked(name: str) -> Iterator[tuple[Cells, str]]:
        for cells in table.rows:
            value = cells.values.get(name, "")
            if value not in ("", "0", "1", "0.0", "1.0"):
                raise cells.wrong(name, "0 or 1, as in a table with a column per label", value)
            yield cells, name if value.startswith("1") else ""

    for name in names:
        yield from _joined(marked(name), reach)


@dataclass(frozen=True)
class _Reach:
    """How far apart rows of one label may be, in frames and in seconds."""

    frames: float
    seconds: float

    def ends_before(self, last: LabelRow, time: float, frame: int | None) -> bool:
        """Tell whether rows are missing between the last row of a label and this one."""
        if frame is not None and last.end_frame is not None:
            return frame - last.end_frame > self.frames
        return time - last.end_s > self.seconds


def _usual_reach(table: LabelTable) -> _Reach:
    """Find the table's usual step, labelled rows or not: it may have every frame or every fifth."""
    last: dict[tuple[str, ...], tuple[float, float]] = {}
    steps: list[tuple[float, float]] = []
    for cells in table.rows:
        frame = cells.whole(*_FRAME)
        now = (math.nan if frame is None else float(frame), cells.seconds(*_TIME))
        before = last.get(_whose(cells), (math.nan, math.nan))
        steps.append((now[0] - before[0], now[1] - before[1]))
        last[_whose(cells)] = now
    frames, seconds = (_usual(step[i] for step in steps) * _STEPS_APART for i in range(2))
    return _Reach(min(frames, _MOST_FRAMES_APART), min(seconds, _MOST_S_APART))


def _usual(steps: Iterable[float]) -> float:
    """Give the middle one of the steps forward, the lower of two; endless where there is none."""
    forward = sorted(step for step in steps if step > 0)
    return forward[(len(forward) - 1) // 2] if forward else math.inf


def _whose(cells: Cells) -> tuple[str, ...]:
    return (*_videos(cells, "video"), cells.text(*_PERSON))


def _joined(rows: Iterator[tuple[Cells, str]], reach: _Reach) -> Iterator[LabelRow]:
    """Join neighbouring frames of one person and label."""
    running: dict[tuple[str, ...], LabelRow] = {}
    for cells, label in rows:
        key = _whose(cells)
        last = running.get(key)
        time, frame = cells.seconds(*_TIME), cells.whole(*_FRAME)
        if math.isnan(time) and frame is None:
            raise LabelError(f"{cells.place}: the row has neither a frame nor a time.")
        if last is not None and (last.label != label or reach.ends_before(last, time, frame)):
            yield running.pop(key)
            last = None
        if label:
            begun = LabelRow(
                cells.place,
                label,
                key[:-1],
                key[-1],
                time,
                time,
                frame,
                frame,
                columns=cells.values,
            )
            running[key] = replace(last or begun, end_s=time, end_frame=frame)
    yield from running.values()


_NOT_LABELS = frozenset(
    {*_PERSON, *_FRAME, *_TIME, "video", "annotator", "state", "score", "fps", "subject"}
)


def _has(*columns: str) -> Callable[[frozenset[str]], bool]:
    return lambda header: set(columns) <= header


def _knows_own(header: frozenset[str]) -> bool:
    spans = ({"start_s", "end_s"}, {"start_frame", "end_frame"})
    return "label" in header and any(span <= header for span in spans)


def _knows_aggregated(header: frozenset[str]) -> bool:
    return bool(header & set(_BEHAVIOUR)) and {"start (s)", "stop (s)"} <= header


def _knows_tabular(header: frozenset[str]) -> bool:
    return bool(header & set(_BEHAVIOUR)) and bool(header & set(_KIND)) and "time" in header


def _knows_per_frame(header: frozenset[str]) -> bool:
    return bool(header & {"label", "action"}) and bool(header & {*_FRAME, *_TIME})


def _knows_one_hot(header: frozenset[str]) -> bool:
    keypoints = any(name.endswith(("_x", "_y")) for name in header)
    labels = {name for name in header if name} - _NOT_LABELS
    return bool(header & {*_FRAME, *_TIME}) and bool(labels) and not keypoints


#: In the order in which they are tried.
FORMATS = (
    LabelFormat("labels", _knows_own, _own),
    LabelFormat("BORIS aggregated events", _knows_aggregated, _boris_aggregated),
    LabelFormat("BORIS tabular events", _knows_tabular, _boris_tabular),
    LabelFormat("list of shots", _has("shot", "frameid"), _shots),
    LabelFormat("label per frame", _knows_per_frame, _per_frame),
    LabelFormat("column per label", _knows_one_hot, _one_hot),
)


def format_of(header: tuple[str, ...]) -> LabelFormat | None:
    """Tell a table's format by its header; None where it is none of them."""
    names = frozenset(header)
    return next((form for form in FORMATS if form.knows(names)), None)


def _videos(cells: Cells, *columns: str) -> tuple[str, ...]:
    found = (cells.values.get(column, "") for column in columns)
    return tuple(dict.fromkeys(name for name in found if name))
