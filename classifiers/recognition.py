"""Tracks to actions: windows of everybody, probabilities, each person's hand, intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.actions import Action, with_frames
from classifiers.events import EventSettings, find_events
from classifiers.falls import FallSettings, recognise_falls
from classifiers.hands import choose_hands, left_lead, stretches
from classifiers.model import ActionModel
from classifiers.recordings import Hand
from features.facing import across, turned
from features.mirroring import mirrored
from features.window_blocks import map_window_blocks
from features.windows import Windows
from tracker.settings import Settings
from tracker.tracks import Tracks

FloatArray = NDArray[np.float32]
#: Whose windows, when, and their probabilities seen with the right hand and with the left one.
_Told = tuple[NDArray[np.int64], NDArray[np.float64], FloatArray, FloatArray]


class RecognitionSettings(Settings):
    """How an action model is applied to tracks."""

    handedness: Literal["auto", "right", "left"] = "auto"
    """auto decides per person: both are tried over the whole track and the surer one is kept."""
    left_lead: float = Field(default=2.0, ge=0)
    """By so many standard errors the left hand must be ahead: most people are right-handed."""
    events: EventSettings | None = None
    """How probabilities become intervals; where nothing is said the model's card decides."""
    falls: FallSettings = FallSettings()
    """What counts as a fall, for models of that kind."""


@dataclass(frozen=True)
class Recognition:
    """What a model says about everybody's windows.

    Parameters
    ----------
    track_id : int64 array, shape (windows,)
        Whose window; sorted by person, then time.
    time : float64 array, shape (windows,)
        Seconds of the window's centre.
    probabilities : float32 array, shape (windows, classes)
        Each window's, seen with the person's own hand.
    hands : dict of int to {"right", "left"}
        Each person's hand, where the model cares for it.
    """

    track_id: NDArray[np.int64]
    time: NDArray[np.float64]
    probabilities: FloatArray
    hands: dict[int, Hand]


def recognise(
    tracks: Tracks, model: ActionModel, settings: RecognitionSettings | None = None
) -> list[Action]:
    """Find what everybody did.

    Parameters
    ----------
    tracks : Tracks
        Everybody in a video, of any layout that has the model's joints.
    model : ActionModel
        Knows the actions.
    settings : RecognitionSettings, optional
        Handedness, events, falls.

    Returns
    -------
    list of Action
        Sorted by start, then person; one person's actions never overlap.

    Raises
    ------
    UsageError
        If the tracks lack a joint that the model needs.
    """
    settings = settings or RecognitionSettings()
    if model.card.kind == "falls":
        return recognise_falls(tracks, model, settings.falls)
    known = classify(tracks, model, settings)
    events = settings.events or model.card.events or EventSettings()
    actions = [
        action
        for person in np.unique(known.track_id)
        for action in _actions_of(int(person), known, model, events)
    ]
    actions.sort(key=lambda action: (action.start_s, action.track_id))
    return with_frames(actions, tracks)


def classify(
    tracks: Tracks, model: ActionModel, settings: RecognitionSettings | None = None
) -> Recognition:
    """Give everybody's windows and their probabilities; arguments as for `recognise`."""
    settings = settings or RecognitionSettings()
    both = model.card.handed and settings.handedness == "auto"
    left_only = model.card.handed and settings.handedness == "left"

    def told(windows: Windows) -> _Told:
        if model.card.from_behind:
            # Decided for a person's whole minute: within a stroke the body turns.
            windows = turned(windows, np.full(len(windows), across(windows).sum() < 0))
        if both:
            return windows.track_id, windows.time, *model.both_hands(windows)
        one_hand = model.probabilities(mirrored(windows) if left_only else windows)
        return windows.track_id, windows.time, one_hand, one_hand

    nobody = np.empty((0, len(model.classes)), np.float32)
    blocks = map_window_blocks(told, tracks, model.card.window, model.skeleton)
    parts = [(np.empty(0, np.int64), np.empty(0), nobody, nobody), *blocks]
    whose, when = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    right, left = (np.concatenate([part[i] for part in parts]) for i in (2, 3))
    if not both:
        return Recognition(whose, when, right, {})
    lead = left_lead(right, left, model.background)
    hands = choose_hands(whose, stretches(when), lead, settings.left_lead)
    lefties = np.isin(whose, [person for person, hand in hands.items() if hand == "left"])
    return Recognition(whose, when, np.where(lefties[:, None], left, right), hands)


def _actions_of(
    person: int, known: Recognition, model: ActionModel, settings: EventSettings
) -> list[Action]:
    own = known.track_id == person
    events = find_events(
        known.time[own],
        known.probabilities[own],
        model.background,
        model.card.window.step_s,
        settings,
    )
    return [
        Action(
            track_id=person,
            start_s=max(event.start_s, 0.0),
            end_s=event.end_s,
            peak_s=event.peak_s,
            label=model.classes[event.label],
            score=event.score,
            hand=known.hands.get(person),
        )
        for event in events
    ]
