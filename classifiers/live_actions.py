"""A whole recording named as a live recogniser names it: frame by frame, looking only back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action, with_frames
from classifiers.live import Doing, LiveRecogniser
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings
from tracker.tracks import Tracks


@dataclass
class _Told:
    """What has been told of one action so far: the moments and their probabilities."""

    time: list[float] = field(default_factory=list)
    probability: list[float] = field(default_factory=list)


def recognise_live(
    tracks: Tracks, model: ActionModel, settings: RecognitionSettings | None = None
) -> list[Action]:
    """Name what everybody did by what was known at each moment.

    Each action is what `LiveRecogniser` told at the frames at which it told it, where that lasted for
    ``min_s``: nothing that came later counts, so that a recording cut short gives the same until then.
    Times are those of the movement, `LiveRecogniser.delay_s` before the frame at which it was told,
    but not before the person came into sight.

    Parameters
    ----------
    tracks : Tracks
        Everybody in a video; rows that were filled in afterwards are left out.
    model : ActionModel
        Knows the actions.
    settings : RecognitionSettings, optional
        Hand and events.

    Returns
    -------
    list of Action
        Sorted by start, then person.

    Raises
    ------
    UsageError
        If the tracks lack a joint that the model needs, or the model is one of falls.
    """
    live = LiveRecogniser(model, tracks.skeleton, settings)
    told: dict[tuple[int, str, float], _Told] = {}
    for time, doing in _frames(tracks, live):
        for person, each in doing.items():
            if each.label is not None:
                moments = told.setdefault((person, each.label, each.since_s), _Told())
                moments.time.append(time)
                moments.probability.append(each.probability)
    seen = tracks.sightings()
    longest_s = model.card.window.max_gap_s
    actions = [
        _action(
            person,
            label,
            _in_sight(seen.time[seen.track_id == person], since_s - live.delay_s, longest_s),
            moments,
            live.delay_s,
        )
        for (person, label, since_s), moments in told.items()
        if live.lasts(since_s, moments.time[-1])
    ]
    actions.sort(key=lambda action: (action.start_s, action.track_id))
    return with_frames(actions, tracks)


def _frames(tracks: Tracks, live: LiveRecogniser) -> Iterator[tuple[float, dict[int, Doing]]]:
    seen = tracks.sightings()
    if not len(seen):
        return
    order = np.lexsort((seen.track_id, seen.time))
    times, starts = np.unique(seen.time[order], return_index=True)
    for time, rows in zip(times.tolist(), np.split(order, starts[1:]), strict=True):
        yield time, live.update(time, seen.track_id[rows], seen.xy[rows])


def _in_sight(seen_s: NDArray[np.float64], start_s: float, longest_s: float) -> float:
    """Give a start, or where nobody was seen then and for longer than a gap, when they came into sight."""
    row = int(np.searchsorted(seen_s, start_s))
    came = row == 0 or seen_s[row] - seen_s[row - 1] > longest_s
    return float(seen_s[row]) if came else start_s


def _action(person: int, label: str, start_s: float, moments: _Told, delay_s: float) -> Action:
    surest = moments.time[int(np.argmax(moments.probability))]
    end, peak = (max(at - delay_s, start_s) for at in (moments.time[-1], surest))
    return Action(
        track_id=person,
        start_s=start_s,
        end_s=end,
        peak_s=peak,
        label=label,
        score=math.fsum(moments.probability) / len(moments.probability),
    )
