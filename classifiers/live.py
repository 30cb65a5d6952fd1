"""Actions as they happen: each frame's people, what they are doing by what is known so far."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifiers.events import EventSettings
from classifiers.hands import HandSoFar, left_lead, stretches
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings
from features.facing import across, turned
from features.joints import convert_joints
from features.mirroring import mirrored
from features.windows import Windows, windows_at
from tracker.errors import UsageError
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Doing:
    """What somebody is doing at a moment.

    Parameters
    ----------
    label : str or None
        The action; None for nothing in particular.
    probability : float
        Of the likeliest action, averaged over the last moments.
    since_s : float
        When it began, in seconds; NaN where there is none.
    """

    label: str | None
    probability: float
    since_s: float


#: What is told of somebody of whom too little is seen to tell anything.
NOTHING = Doing(None, 0.0, math.nan)


def check_live(model: ActionModel) -> None:
    """Refuse a model that has to look at what comes after.

    Raises
    ------
    UsageError
        If the model is one of falls.
    """
    if model.card.kind != "actions":
        raise UsageError(
            f"The model {model.card.name} cannot be used live: it looks at what comes after a drop.",
            hint="Leave out --live; where a run or configuration says actions.live: predict --no-live, "
            "or --set actions.live=false.",
        )


@dataclass
class _Person:
    """What is remembered of one person."""

    recent: deque[tuple[float, FloatArray]] = field(default_factory=deque)
    hand: HandSoFar = field(default_factory=HandSoFar)
    across: float = 0.0
    label: str | None = None
    since_s: float = math.nan
    total: float = 0.0
    moments: int = 0
    surest: float = 0.0
    surest_s: float = -math.inf
    silent: bool = False

    def begin(self, label: str | None, time: float, separation_s: float) -> None:
        """Begin a label, or none; one that comes too soon after the last is not told yet."""
        self.label, self.since_s = label, time if label else math.nan
        self.total, self.moments = 0.0, 0
        self.silent = time - self.surest_s < separation_s
        if not self.silent:
            self.surest = 0.0

    def may_speak(self, time: float, separation_s: float) -> bool:
        """Tell whether a label that came too soon has lasted until it no longer does."""
        return self.silent and time - self.surest_s >= separation_s

    def told(self, probability: float, time: float) -> None:
        """Remember when the action that is told, and that lasts, was surest."""
        if probability > self.surest:
            self.surest, self.surest_s = probability, time

    def sureness(self, probability: float) -> float:
        """Take in a moment of the label and give its mean probability since it began."""
        self.total, self.moments = self.total + probability, self.moments + 1
        return self.total / self.moments


class LiveRecogniser:
    """Names actions frame by frame, looking only back.

    A window ends at the moment itself, so what is told of a stroke comes about half a window after
    its middle. Nothing grows: the last window of frames is kept, and the last moments of everybody
    who is in it; who was not seen for longer is forgotten and begins anew.

    Parameters
    ----------
    model : ActionModel
        Knows the actions; one of the kind ``actions``.
    skeleton : Skeleton
        The layout of the keypoints that will come.
    settings : RecognitionSettings, optional
        Hand and thresholds.

    Attributes
    ----------
    events : EventSettings
        The thresholds that hold: the settings', else those of the model's card.

    Raises
    ------
    UsageError
        If the model is one of falls, which looks at what comes after a drop.
    """

    def __init__(
        self, model: ActionModel, skeleton: Skeleton, settings: RecognitionSettings | None = None
    ) -> None:
        check_live(model)
        self._model = model
        self._skeleton = skeleton
        self._settings = settings or RecognitionSettings()
        self.events = self._settings.events or model.card.events or EventSettings()
        self._frames: deque[tuple[float, NDArray[np.int64], FloatArray]] = deque()
        self._people: dict[int, _Person] = {}

    def update(self, time: float, track_id: NDArray[np.int64], xy: FloatArray) -> dict[int, Doing]:
        """Take in a frame and say what everybody in it is doing.

        Parameters
        ----------
        time : float
            Seconds, later than the last frame's.
        track_id : int64 array, shape (people,)
            Who is in the frame, rising, without those whose ID is not confirmed.
        xy : float32 array, shape (people, keypoints, 2)
            Pixels, NaN where missing.

        Returns
        -------
        dict of int to Doing
            By ID.

        Raises
        ------
        ValueError
            If the time does not rise.
        """
        if self._frames and time <= self._frames[-1][0]:
            raise ValueError(f"frames must rise in time, found {time} after {self._frames[-1][0]}")
        joints = convert_joints(xy, self._skeleton, self._model.skeleton)
        self._frames.append((time, track_id, joints))
        window = self._model.card.window
        oldest = time - window.window_s - window.max_gap_s
        while self._frames[0][0] < oldest:
            self._frames.popleft()
        present = {person for _, ids, _ in self._frames for person in ids.tolist()}
        self._people = {i: known for i, known in self._people.items() if i in present}
        doing = dict.fromkeys(track_id.tolist(), NOTHING)
        windows = self._windows(time, track_id)
        windows = windows[windows.enough_seen(window)]
        if len(windows):
            if self._model.card.from_behind:
                windows = self._from_behind(windows)
            probabilities = self._probabilities(windows, time)
            for person, row in zip(windows.track_id.tolist(), probabilities, strict=True):
                doing[person] = self._doing(person, time, row)
        return doing

    @property
    def delay_s(self) -> float:
        """How long after the middle of a window, and of what is averaged, it is judged, in seconds."""
        window = self._model.card.window
        return (window.spacing_s * (window.samples - 1) + self.events.smooth_s) / 2

    def lasts(self, since_s: float, time: float) -> bool:
        """Tell whether what began at a moment is no longer too short; each moment stands for a step."""
        lasted_s = time - since_s + self._model.card.window.step_s
        return lasted_s >= self.events.min_s - 1e-9

    def _windows(self, time: float, track_id: NDArray[np.int64]) -> Windows:
        times = np.repeat(
            [at for at, _, _ in self._frames], [len(ids) for _, ids, _ in self._frames]
        )
        ids = np.concatenate([ids for _, ids, _ in self._frames])
        xy = np.concatenate([joints for _, _, joints in self._frames])
        frame = np.unique(times, return_inverse=True)[1]
        rows = Tracks(
            self._model.skeleton,
            frame.astype(np.int64),
            times,
            ids,
            xy,
            np.where(np.isfinite(xy[..., 0]), np.float32(1), np.float32(np.nan)),
            np.zeros(len(ids), np.uint8),
        )
        window = self._model.card.window
        middle = time - window.spacing_s * (window.samples - 1) / 2
        return windows_at(rows, window, track_id, np.full(len(track_id), middle))

    def _from_behind(self, windows: Windows) -> Windows:
        """Show who has faced the camera most of the time so far from the other side."""
        facing = np.zeros(len(windows), np.bool_)
        pairs = zip(windows.track_id.tolist(), across(windows).tolist(), strict=True)
        for row, (person, apart) in enumerate(pairs):
            known = self._people.setdefault(person, _Person())
            known.across += apart
            facing[row] = known.across < 0
        return turned(windows, facing)

    def _probabilities(self, windows: Windows, time: float) -> FloatArray:
        """Give each person's probabilities, seen with the hand that is ahead so far."""
        hand = self._settings.handedness
        if not self._model.card.handed or hand == "right":
            return self._model.probabilities(windows)
        if hand == "left":
            return self._model.probabilities(mirrored(windows))
        right, left = self._model.both_hands(windows)
        lead = left_lead(right, left, self._model.background)
        steps = self._since_last(time) / self._model.card.window.step_s
        for row, person in enumerate(windows.track_id.tolist()):
            known = self._people.setdefault(person, _Person())
            known.hand.see(int(stretches(windows.time[row])), float(lead[row]) * steps)
            if known.hand.is_left(self._settings.left_lead):
                right[row] = left[row]
        return right

    def _since_last(self, time: float) -> float:
        """Seconds since the frame before: evidence counts by time, not by frames."""
        return time - self._frames[-2][0] if len(self._frames) > 1 else 0.0

    def _doing(self, person: int, time: float, probabilities: FloatArray) -> Doing:
        known = self._people.setdefault(person, _Person())
        known.recent.append((time, probabilities))
        while known.recent[0][0] < time - self.events.smooth_s - 1e-9:
            known.recent.popleft()
        mean = np.mean([row for _, row in known.recent], axis=0)
        background = self._model.background
        active = 1.0 if background is None else 1.0 - float(mean[background])
        if background is not None:
            mean[background] = -1
        best = int(mean.argmax())
        label = self._model.classes[best]
        going = active >= self.events.enter or (known.label and active >= self.events.leave)
        probability = float(mean[best])
        apart = self.events.separation_s
        if (label if going else None) != known.label or known.may_speak(time, apart):
            known.begin(label if going else None, time, apart)
        sure = known.sureness(probability) >= self.events.least_score
        if known.label is None or not sure or known.silent:
            return Doing(None, probability, math.nan)
        if self.lasts(known.since_s, time):
            known.told(probability, time)
        return Doing(known.label, probability, known.since_s)

    def forget(self, track_id: int) -> None:
        """Forget somebody who is gone for good, before a window without them has passed."""
        self._people.pop(track_id, None)
