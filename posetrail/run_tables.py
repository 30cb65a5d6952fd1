"""The tables of a run, made of its poses by a run and again by every tracking after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from classifiers.actions import FALL, Action, write_actions_csv
from classifiers.continuation import ContinuationSettings, known_as
from classifiers.model import ActionModel
from posetrail.cleaned_table import write_cleaned
from posetrail.config import Config
from posetrail.people_tables import write_people, write_people_list
from posetrail.progress import Reporter
from posetrail.recognition import name_actions
from posetrail.run_folder import Run
from posetrail.stopwatch import Stopwatch
from tracker.edits import Edit
from tracker.files import output_error
from tracker.poses import Detections
from tracker.tables import write_tracks_csv, write_tracks_parquet
from tracker.tracking import track
from tracker.tracks import State, Tracks

NOBODY = "nobody was found in the whole video"
UNFOLLOWED = (
    "people were seen, but nobody for long enough, surely enough (tracking.sure_score), or where the "
    "settings look, to be followed"
)
#: How the warning begins that names people of whom little was seen.
MOSTLY_FILLED = "more than half is filled in between sightings (people.csv), of person "


@dataclass(frozen=True)
class Story:
    """Who was where, and did what: what a run's tables tell.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    actions : list of Action
        What they did.
    continuation : ContinuationSettings
        When somebody found on the floor is somebody who was lost while falling.
    detections : int
        Of how many detections the tracks were made.
    """

    tracks: Tracks
    actions: list[Action]
    continuation: ContinuationSettings = field(default_factory=ContinuationSettings)
    detections: int = 0

    @property
    def warnings(self) -> list[str]:
        """What the summary warns of."""
        if len(self.tracks):
            filled = [str(person) for person in self._mostly_filled()]
            return [MOSTLY_FILLED + ", ".join(filled)] if filled else []
        return [UNFOLLOWED if self.detections else NOBODY]

    @property
    def shown(self) -> list[Action]:
        """The actions as pictures show them: a fall under every ID that the person had meanwhile."""
        return [
            replace(action, track_id=known)
            for action in self.actions
            for known in self._ids(action)
        ]

    def _mostly_filled(self) -> list[int]:
        people, of_row = np.unique(self.tracks.track_id, return_inverse=True)
        filled = np.bincount(of_row, self.tracks.state == State.INTERPOLATED)
        return [int(person) for person in people[2 * filled > np.bincount(of_row)]]

    def _ids(self, action: Action) -> list[int]:
        if action.label != FALL:
            return [action.track_id]
        return known_as(self.tracks, action.track_id, action.end_s, self.continuation)


def make_story(
    poses: Detections,
    config: Config,
    model: ActionModel | None,
    *,
    origin: Mapping[str, Any],
    watch: Stopwatch,
    reporter: Reporter,
    edits: Sequence[Edit] = (),
) -> Story:
    """Track and name the actions.

    Parameters
    ----------
    poses : Detections
        Every detection of the video.
    config : Config
        How to track and which actions to name.
    model : ActionModel or None
        Names the actions.
    origin : mapping
        Where the poses come from; travels with tracks.parquet.
    watch : Stopwatch
        Takes the time of the stages.
    reporter : Reporter
        Is told what is being done.
    edits : sequence of Edit
        Repairs to replay.

    Raises
    ------
    TrackingError
        If an edit cannot be done.
    """
    reporter.stage("tracks", None)
    with watch.stage("track"):
        tracks = track(poses, config.tracking, edits)
        tracks = replace(tracks, provenance={**origin, **tracks.provenance})
    reporter.stage("actions", None)
    with watch.stage("classify"):
        actions = name_actions(tracks, model, config.actions)
    detections = int(poses.count.sum())
    return Story(tracks, actions, config.actions.falls.continuation, detections)


def write_story(
    run: Run, story: Story, poses: Detections, config: Config, watch: Stopwatch
) -> None:
    """Write all tables of tracks and actions.

    Parameters
    ----------
    run : Run
        Where to.
    story : Story
        Who was where and did what.
    poses : Detections
        What it was made of; says which frames were processed.
    config : Config
        Whether keypoints are cleaned, and how.
    watch : Stopwatch
        Takes the time.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    tracks = story.tracks
    with watch.stage("write"):
        write_tracks(run, tracks, poses)
        write_cleaned(run.cleaned_path, tracks, config.cleaning, online=config.tracking.online)
        write_actions_csv(run.actions_path, story.actions, tracks.names)


def write_tracks(run: Run, tracks: Tracks, poses: Detections) -> None:
    """Write tracks.parquet, tracks.csv, people.csv and people/; remove people no longer there.

    Parameters
    ----------
    run : Run
        Where to.
    tracks : Tracks
        Everybody.
    poses : Detections
        What the tracks were made of; says which frames were processed.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    write_tracks_parquet(run.tracks_path, tracks)
    write_tracks_csv(run.tracks_csv_path, tracks)
    write_people_list(run.people_list_path, tracks)
    try:
        run.people_path.mkdir(exist_ok=True)  # there, though empty, where nobody was found
    except OSError as error:
        raise output_error(run.people_path, error) from error
    written = set(write_people(run.people_path, tracks, poses.frame, poses.time))
    for path in run.people_path.glob("person_*.csv"):
        if path not in written:
            path.unlink()
