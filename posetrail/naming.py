"""Actions of a finished run named anew, without the network and without tracking."""

from __future__ import annotations

from classifiers.actions import Action, write_actions_csv
from classifiers.model import ActionModel
from posetrail.config import ActionSettings
from posetrail.edited_actions import ACTIONS_SHA256, KEPT, keep_edited_actions
from posetrail.json_files import write_json
from posetrail.provenance import action_model_facts, hand_facts
from posetrail.recognition import name_actions
from posetrail.run_folder import OLD_VIDEO, Run, open_run
from posetrail.run_lock import held
from tracker.files import file_sha256


def name_again(run: Run, model: ActionModel, settings: ActionSettings) -> list[Action]:
    """Name the actions of a finished run anew: actions.csv and what run.json says of them.

    An actions.csv that was changed by hand is kept under another name.

    Parameters
    ----------
    run : Run
        A finished run; its poses, tracks and pictures stay as they are.
    model : ActionModel
        Knows the actions.
    settings : ActionSettings
        How it is applied; ``model`` is where it was found.

    Raises
    ------
    OutputError
        If a file cannot be written, or another process writes in the folder.
    """
    with held(run.folder):
        fresh = open_run(run.folder)  # as it is now: another process may just have ended
        actions = name_actions(fresh.tracks, model, settings)
        info = fresh.info
        warnings = [
            warning
            for warning in info.get("warnings", [])
            if warning != OLD_VIDEO and not warning.startswith(KEPT)
        ]
        if run.video_path.exists():
            warnings.append(OLD_VIDEO)
        changed = {
            "config": {**info["config"], "actions": settings.model_dump(mode="json")},
            "action_model": action_model_facts(model),
            **hand_facts(actions),
            "counts": {**info["counts"], "actions": len(actions)},
        }
        warnings += keep_edited_actions(run, info.get(ACTIONS_SHA256))
        write_actions_csv(run.actions_path, actions, fresh.names)
        written = {ACTIONS_SHA256: file_sha256(run.actions_path), "warnings": warnings}
        write_json(run.json_path, {**info, **changed, **written})
    return actions
