"""How well tracks hold: HOTA, MOTA and IDF1 against ground truth with TrackEval."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracker.errors import EvaluationError, FormatError
from tracker.formats import motchallenge
from tracker.tracks import Tracks

#: The name TrackEval knows the tracks by in its temporary folder.
TRACKER = "posetrail"


@dataclass(frozen=True)
class Measures:
    """The measures of one sequence or of several together.

    Parameters
    ----------
    hota, assa, deta, mota, idf1 : float
        In percent, as TrackEval prints them.
    idsw, frag : int
        ID switches and fragmentations.
    """

    hota: float
    assa: float
    deta: float
    mota: float
    idf1: float
    idsw: int
    frag: int

    def named(self) -> dict[str, float | int]:
        """Give the measures by the names of the result line."""
        return {
            "HOTA": self.hota,
            "AssA": self.assa,
            "DetA": self.deta,
            "MOTA": self.mota,
            "IDF1": self.idf1,
            "IDSW": self.idsw,
            "FRAG": self.frag,
        }


def truth_file(truth: Path, sequence: str) -> Path:
    """Find a sequence's ground truth: ``<sequence>/gt.txt`` or ``<sequence>/gt/gt.txt``.

    Raises
    ------
    EvaluationError
        If there is none.
    """
    places = (truth / sequence / "gt.txt", truth / sequence / "gt" / "gt.txt")
    for place in places:
        if place.is_file():
            return place
    raise EvaluationError(
        f"No ground truth for the run {sequence!r}: neither {places[0]} nor {places[1]}.",
        hint="A run belongs to the sequence that its folder is named after.",
    )


def measure_tracks(runs: Mapping[str, Tracks], truth: Path) -> tuple[dict[str, Measures], Measures]:
    """Measure tracks against ground truth.

    Parameters
    ----------
    runs : mapping of str to Tracks
        The tracks of each sequence, by its name.
    truth : Path
        Folder of MOTChallenge sequences.

    Returns
    -------
    each : dict of str to Measures
        The measures of each sequence.
    combined : Measures
        All sequences together.

    Raises
    ------
    EvaluationError
        If there are no runs, a sequence has no ground truth or an empty one, or trackeval is not
        installed.
    FormatError
        If a ground truth is damaged; the message names the line or the frame.
    """
    if not runs:
        raise EvaluationError("There are no tracks to measure.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lengths = {}
        for sequence, tracks in runs.items():
            rows = _lay_out(folder, sequence, tracks, truth_file(truth, sequence))
            lengths[sequence] = rows
        results = _trackeval(folder, lengths)
    each = {sequence: _measures(results[sequence]) for sequence in runs}
    return each, _measures(results["COMBINED_SEQ"])


def _lay_out(folder: Path, sequence: str, tracks: Tracks, truth: Path) -> int:
    """Write tracks and truth as TrackEval wants them; give the number of frames."""
    motchallenge.write(folder / "trackers" / TRACKER / "data" / f"{sequence}.txt", tracks)
    target = folder / "gt" / sequence / "gt" / "gt.txt"
    target.parent.mkdir(parents=True)
    last = _last_frame(truth)
    target.write_text(truth.read_text(encoding="utf-8-sig"), encoding="utf-8")
    return max(last, int(tracks.frame.max(initial=-1)) + 1)


def _last_frame(truth: Path) -> int:
    """Give the number of the last frame of a ground truth, from 1; refuse what cannot be measured by."""
    known = motchallenge.read(truth, fps=1.0)  # the rate does not matter here
    if not len(known.ids):
        raise EvaluationError(f"{truth} holds no boxes: there is nothing to measure by.")
    people, count = np.unique([known.table.row_frame, known.ids], axis=1, return_counts=True)
    if (count > 1).any():
        frame, person = people[:, count > 1][:, 0].tolist()
        raise FormatError(f"{truth}: the ID {person} stands twice in frame {frame + 1}.")
    return int(known.table.row_frame.max()) + 1


def _trackeval(folder: Path, lengths: Mapping[str, int]) -> Mapping[str, Any]:
    try:
        import trackeval
    except ImportError as error:
        raise EvaluationError(
            "Measuring tracks needs trackeval.", hint="pip install 'posetrail[dev]'"
        ) from error
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = trackeval.datasets.MotChallenge2DBox(
            {
                "GT_FOLDER": str(folder / "gt"),
                "TRACKERS_FOLDER": str(folder / "trackers"),
                "TRACKERS_TO_EVAL": [TRACKER],
                "SEQ_INFO": dict(lengths),
                "SKIP_SPLIT_FOL": True,
                "DO_PREPROC": False,
                "PRINT_CONFIG": False,
            }
        )
        quiet = {"PRINT_CONFIG": False}
        metrics = [
            trackeval.metrics.HOTA(),
            trackeval.metrics.CLEAR(quiet),
            trackeval.metrics.Identity(quiet),
        ]
        each: dict[str, dict[str, Any]] = {}
        for sequence in lengths:
            raw = dataset.get_raw_seq_data(TRACKER, sequence)
            data = dataset.get_preprocessed_seq_data(raw, "pedestrian")
            each[sequence] = {m.get_name(): m.eval_sequence(data) for m in metrics}
        combined = {
            m.get_name(): m.combine_sequences({s: r[m.get_name()] for s, r in each.items()})
            for m in metrics
        }
    return {**each, "COMBINED_SEQ": combined}


def _measures(result: Mapping[str, Any]) -> Measures:
    hota, clear, identity = result["HOTA"], result["CLEAR"], result["Identity"]
    return Measures(
        hota=100 * float(np.mean(hota["HOTA"])),
        assa=100 * float(np.mean(hota["AssA"])),
        deta=100 * float(np.mean(hota["DetA"])),
        mota=100 * float(clear["MOTA"]),
        idf1=100 * float(identity["IDF1"]),
        idsw=int(clear["IDSW"]),
        frag=int(clear["Frag"]),
    )
