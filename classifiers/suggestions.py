"""Moments worth a label: what a model found, fast arms, dropping heads."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.actions import COLUMNS, Action, action_cells, with_frames
from classifiers.label_formats import UNDECIDED
from features.motion import arm_speed, highest_peaks, neck_drops
from tracker.files import written_whole
from tracker.settings import Settings
from tracker.tracks import Tracks

_HEADER = ("video", *COLUMNS, "annotator", "why")
_GUESSED = re.compile(r"(?P<label>.+), (?:\d+%|nan%) sure")


class SuggestionSettings(Settings):
    """Which moments are worth a label."""

    arm_speed: float = Field(default=4.0, gt=0)
    """A wrist moves against the neck by so many torso lengths a second: a walking arm has 1 to 2, a
    stroke 6 to 15."""
    neck_drop: float = Field(default=0.5, gt=0)
    """The neck comes down by so many torso lengths within a second."""
    length_s: float = Field(default=0.8, gt=0)
    """Length of a suggestion, in seconds."""
    apart_s: float = Field(default=0.8, gt=0)
    """Seconds between two suggestions of one person at least."""
    most: int = Field(default=200, ge=1)
    """Suggestions of each kind for one person at most, the strongest first."""


@dataclass(frozen=True)
class Suggestion:
    """A moment to look at.

    Parameters
    ----------
    action : Action
        Who, when, and what a model takes it for; `UNDECIDED` where none says anything.
    why : str
        Why it is worth a look.
    """

    action: Action
    why: str


def suggest(
    tracks: Tracks, guesses: Sequence[Action], settings: SuggestionSettings | None = None
) -> list[Suggestion]:
    """Find moments to label.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    guesses : sequence of Action
        What a model found; other moments near one of them are left out.
    settings : SuggestionSettings, optional
        What counts.

    Returns
    -------
    list of Suggestion
        Sorted by start, then person; those of one person never overlap.
    """
    settings = settings or SuggestionSettings()
    found = [Suggestion(each, _why_guessed(each)) for each in guesses]
    own: dict[int, list[Action]] = {person: [] for person in tracks.ids}
    for guess in guesses:
        own.setdefault(guess.track_id, []).append(guess)
    fast, drops = _moments(tracks, settings)
    for person, time, words in [*drops, *fast]:
        if not _near(own[person], time, settings):
            found.append(Suggestion(_around(tracks, person, time, settings), words))
            own[person].append(found[-1].action)
    found.sort(key=lambda each: (each.action.start_s, each.action.track_id))
    framed = with_frames([each.action for each in found], tracks)
    return [replace(each, action=action) for each, action in zip(found, framed, strict=True)]


def _why_guessed(guess: Action) -> str:
    return f"{guess.label}, {guess.score:.0%} sure"


def guess_in(why: str) -> str | None:
    """Give the label that a model guessed, of the words of a suggestion; None if none did."""
    told = _GUESSED.fullmatch(why)
    return None if told is None else told["label"]


def write_suggestions(path: Path, video: str, suggestions: Sequence[Suggestion]) -> None:
    """Write a table of labels to edit: the columns of actions.csv, the video's name, and why.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with written_whole(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        for each in suggestions:
            writer.writerow([video, *action_cells(each.action), "", each.why])


def _moments(
    tracks: Tracks, settings: SuggestionSettings
) -> tuple[list[tuple[int, float, str]], list[tuple[int, float, str]]]:
    """Give fast arms and drops as person, seconds and words, the strongest first."""
    person, time, speed = arm_speed(tracks)
    fast = _peaks(person, time, speed.max(axis=1, initial=0), settings.arm_speed, settings)
    side = {
        (int(who), float(when)): "right" if right >= left else "left"
        for who, when, (right, left) in zip(person, time, speed, strict=True)
    }
    arms = [(p, t, f"fast {side[p, t]} arm, {v:.1f} torso lengths/s") for p, t, v in fast]
    drops = _peaks(*neck_drops(tracks), settings.neck_drop, settings)
    return arms, [(p, t, f"head drops by {v:.1f} torso lengths") for p, t, v in drops]


def _peaks(
    person: NDArray[np.int64],
    time: NDArray[np.float64],
    values: NDArray[np.float32],
    least: float,
    settings: SuggestionSettings,
) -> list[tuple[int, float, float]]:
    found = []
    for who in np.unique(person):
        own = person == who
        high = np.where(values[own] >= least, values[own], np.float32(0))
        peaks = highest_peaks(
            time[own], high, most=settings.most, apart_s=settings.apart_s, share=0.0
        )
        at = np.searchsorted(time[own], peaks)
        found += [
            (int(who), float(time[own][i]), float(values[own][i]))
            for i in at
            if high[max(i - 1, 0) : i + 2].any()
        ]
    return sorted(found, key=lambda each: -each[2])


def _near(own: Sequence[Action], time: float, settings: SuggestionSettings) -> bool:
    """Tell whether a moment of somebody is too near to what was found of them already."""
    half = settings.length_s / 2
    return any(
        action.start_s - half < time < action.end_s + half
        or abs(action.middle_s - time) < settings.apart_s
        for action in own
    )


def _around(tracks: Tracks, person: int, time: float, settings: SuggestionSettings) -> Action:
    own = tracks.time[tracks.track_id == person]
    half = settings.length_s / 2
    start, end = max(time - half, float(own[0])), min(time + half, float(own[-1]))
    return Action(person, start, max(end, start), time, UNDECIDED, math.nan)
