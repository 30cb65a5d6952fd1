"""What was found beside what is true: moment by moment, and event by event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from classifiers.background import claimed
from classifiers.evaluation import EventScores, Scores, event_scores, scores
from tracker.tracks import Tracks

Names = NDArray[np.str_]
Events = Mapping[float, Mapping[str, EventScores]]

#: A label without length, a click on the moment of a hit, stands for so much time, in seconds.
POINT_S = 0.5


@dataclass(frozen=True)
class Comparison:
    """Labels and what was found, of some people over some time.

    Parameters
    ----------
    truth, told : str array, shape (rows,)
        What is true and what was found in each frame of each person.
    events : mapping of float to mapping of str to EventScores
        How many events were found, by tolerance in seconds, then class.
    """

    truth: Names
    told: Names
    events: Events

    @property
    def in_time(self) -> Scores:
        """Compare frame by frame.

        Raises
        ------
        EvaluationError
            If there is no frame to compare.
        """
        return scores(self.truth, self.told)

    def found(self, tolerance_s: float) -> EventScores:
        """Count the events of all classes together."""
        return add_events(self.events[tolerance_s].values())


def compare(
    tracks: Tracks,
    truth: Sequence[Action],
    told: Sequence[Action],
    *,
    nothing: str,
    tolerances_s: Sequence[float],
    undecided: Sequence[Action] = (),
) -> Comparison:
    """Compare labels with what was found, for the people who are in the tracks.

    Parameters
    ----------
    tracks : Tracks
        The people who are judged, each over the time that is judged.
    truth, told : sequence of Action
        Labels and what was found; those of other people, and those called ``nothing``, do not count.
    nothing : str
        What time without a label is called.
    tolerances_s : sequence of float
        Middles of a true and a found event may be so far apart, in seconds.
    undecided : sequence of Action
        Time that nobody has decided about: it is left out.
    """
    people = set(tracks.ids)
    true = [each for each in truth if each.track_id in people and each.label != nothing]
    open_rows = [each for each in undecided if each.track_id in people]
    guesses = [
        each
        for each in told
        if each.track_id in people and each.label != nothing and not _within(each, open_rows)
    ]
    judged = ~_covered(tracks, open_rows)
    events = {tolerance: _by_class(true, guesses, tolerance) for tolerance in sorted(tolerances_s)}
    return Comparison(
        _series(tracks, true, nothing)[judged], _series(tracks, guesses, nothing)[judged], events
    )


def together(parts: Sequence[Comparison]) -> Comparison:
    """Pool comparisons of several videos, which were made with the same tolerances."""
    tolerances = parts[0].events if parts else {}
    names = {
        tolerance: {name for part in parts for name in part.events[tolerance]}
        for tolerance in tolerances
    }
    none = EventScores(0, 0, 0)
    events = {
        tolerance: {
            name: add_events(part.events[tolerance].get(name, none) for part in parts)
            for name in sorted(names[tolerance])
        }
        for tolerance in tolerances
    }
    empty = np.empty(0, np.str_)
    return Comparison(
        np.concatenate([empty, *(part.truth for part in parts)]),
        np.concatenate([empty, *(part.told for part in parts)]),
        events,
    )


def add_events(parts: Iterable[EventScores]) -> EventScores:
    """Add counts up."""
    listed = list(parts)
    return EventScores(
        sum(part.found for part in listed),
        sum(part.true for part in listed),
        sum(part.predicted for part in listed),
    )


def _by_class(
    truth: Sequence[Action], told: Sequence[Action], tolerance_s: float
) -> dict[str, EventScores]:
    names = sorted({each.label for each in (*truth, *told)})
    return {
        name: event_scores(
            [each for each in truth if each.label == name],
            [each for each in told if each.label == name],
            tolerance_s,
        )
        for name in names
    }


def _series(tracks: Tracks, actions: Sequence[Action], nothing: str) -> Names:
    """Give what each row's person does, shape (rows,)."""
    longest = max([len(nothing), *(len(each.label) for each in actions)])
    series = np.full(len(tracks), nothing, f"<U{longest}")
    for action, span in zip(actions, _spans(actions), strict=True):
        series[_rows(tracks, action.track_id, span)] = action.label
    return series


def _covered(tracks: Tracks, actions: Sequence[Action]) -> NDArray[np.bool_]:
    covered = np.zeros(len(tracks), bool)
    for action, span in zip(actions, _spans(actions), strict=True):
        covered |= _rows(tracks, action.track_id, span)
    return covered


def _rows(tracks: Tracks, person: int, span: NDArray[np.float64]) -> NDArray[np.bool_]:
    start, end = span
    inside: NDArray[np.bool_] = (
        (tracks.track_id == person) & (tracks.time >= start - 1e-6) & (tracks.time <= end + 1e-6)
    )
    return inside


def _spans(actions: Sequence[Action]) -> NDArray[np.float64]:
    """Give from when to when each counts, shape (actions, 2); a point is given some length."""
    own = np.array([[each.start_s, each.end_s] for each in actions], float).reshape(-1, 2)
    points = own[:, 0] == own[:, 1]
    return np.where(points[:, None], claimed(actions, POINT_S), own)


def _within(action: Action, spans: Sequence[Action]) -> bool:
    middle = (action.start_s + action.end_s) / 2
    return any(
        span.track_id == action.track_id and start <= middle <= end
        for span, (start, end) in zip(spans, _spans(spans), strict=True)
    )
