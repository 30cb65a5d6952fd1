"""MOTChallenge text: one box a line, ``frame,id,left,top,width,height,confidence,x,y,z``.

Frames count from 1. The middle of a box's upper edge stands for the neck, its height for the
person's; the corners keep the box (skeleton ``box``). The rate is in ``seqinfo.ini``.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.boxes import bounding_boxes, box_keypoints
from tracker.errors import FormatError
from tracker.files import written_whole
from tracker.recorded import MOST_FRAMES, Recorded, all_plausible, recorded
from tracker.skeleton import BOX
from tracker.tracks import Tracks

#: Columns that a line must have: frame, id, box and confidence.
COLUMNS = 7


def recognises(path: Path) -> bool:
    """Tell whether a path looks like MOTChallenge text."""
    return path.is_file() and path.suffix == ".txt"


def read(path: Path, *, fps: float | None = None) -> Recorded:
    """Read detections or tracks.

    Parameters
    ----------
    path : Path
        The text file.
    fps : float, optional
        Frames per second where no ``seqinfo.ini`` lies beside the file or in the folder above.

    Raises
    ------
    FormatError
        If a line is not such a box, or nothing says the rate; the message names the line.
    """
    info = _sequence_info(path)
    rate = _number(info, "framerate") or fps
    if not rate or rate <= 0:
        raise FormatError(
            f"{path}: no seqinfo.ini beside it says the frame rate.", hint="Say it with --fps."
        )
    rows = np.array(list(_rows(path)), np.float64).reshape(-1, COLUMNS)
    frame = rows[:, 0].astype(np.int64) - 1
    frames = max(int(_number(info, "seqlength") or 0), int(frame.max(initial=-1)) + 1)
    score = np.repeat(_scores(rows[:, 6])[:, None], len(BOX), axis=1).astype(np.float32)
    boxes = np.concatenate([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]], axis=1)
    ids = np.maximum(rows[:, 1], 0).astype(np.int64)
    return recorded(BOX, frame, rate, frames, box_keypoints(boxes), score, ids)


def write(path: Path, tracks: Tracks) -> None:
    """Write tracks as boxes: the box itself, or the one around a person's keypoints.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    boxes = bounding_boxes(tracks.xy)
    found = np.isfinite(tracks.score)
    score = np.where(found, tracks.score, 0).sum(1) / np.maximum(found.sum(1), 1)
    with written_whole(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
        for i in np.flatnonzero(np.isfinite(boxes).all(1)).tolist():
            left, top, right, bottom = boxes[i].tolist()
            file.write(
                f"{tracks.frame[i] + 1},{tracks.track_id[i]},{left:.2f},{top:.2f},"
                f"{right - left:.2f},{bottom - top:.2f},{score[i]:.4f},-1,-1,-1\n"
            )


def _sequence_info(path: Path) -> configparser.SectionProxy | None:
    for folder in (path.parent, path.parent.parent):
        ini = folder / "seqinfo.ini"
        if ini.is_file():
            parser = configparser.ConfigParser(interpolation=None)
            try:
                parser.read(ini, encoding="utf-8-sig")
            except (configparser.Error, UnicodeDecodeError) as error:
                raise FormatError(f"{ini} is not a seqinfo.ini: {error}.") from error
            return parser["Sequence"] if parser.has_section("Sequence") else None
    return None


def _number(info: configparser.SectionProxy | None, key: str) -> float | None:
    text = info.get(key) if info is not None else None
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not 0 < value <= MOST_FRAMES:
        raise FormatError(f"seqinfo.ini: {key} should be a number above 0, found {text!r}.")
    return value


def _rows(path: Path) -> Iterator[list[float]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"Cannot read {path}: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(f"{path}, line {number}", line)


def _row(place: str, line: str) -> list[float]:
    cells = line.replace(" ", ",").split(",") if "," not in line else line.split(",")
    if len(cells) < COLUMNS:
        raise FormatError(f"{place}: expected at least {COLUMNS} values, found {len(cells)}.")
    try:
        row = [float(cell) for cell in cells[:COLUMNS]]
    except ValueError as error:
        raise FormatError(f"{place}: {error}.") from error
    frame, number, width, height = row[0], row[1], row[4], row[5]
    if not np.isfinite(row).all() or not all_plausible(row[1:]):
        raise FormatError(f"{place}: a value is not finite or far outside any picture.")
    if frame != int(frame) or not 1 <= frame <= MOST_FRAMES or number != int(number):
        raise FormatError(f"{place}: frames count from 1 and IDs are whole, found {line[:40]!r}.")
    if width <= 0 or height <= 0:
        raise FormatError(f"{place}: a box of width {width:g} and height {height:g}.")
    return row


def _scores(confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Confidence from 0 to 1: as it is, or, where it is on another scale, by rank of value.

    Files without confidences say -1 everywhere: then all are sure. Detectors that write margins
    (values below 0 or above 1) are scaled from their lowest to their highest value.
    """
    if ((confidence >= 0) & (confidence <= 1)).all():
        return confidence
    low, high = confidence.min(), confidence.max()
    if low >= high:
        return np.ones_like(confidence)
    return np.asarray((confidence - low) / (high - low))
