"""The action model that a configuration names, found and applied to tracks."""

from __future__ import annotations

from pathlib import Path

from classifiers.actions import Action
from classifiers.live import check_live
from classifiers.live_actions import recognise_live
from classifiers.model import ActionModel
from classifiers.recognition import recognise
from posetrail.config import ActionSettings
from posetrail.resources import models_dir
from tracker.errors import ModelError, did_you_mean
from tracker.tracks import Tracks


def chosen_action_model(settings: ActionSettings) -> ActionModel | None:
    """Load the action model that was asked for; None where none was.

    Raises
    ------
    ModelError
        If there is no such model or it is damaged.
    UsageError
        If it is to be used live and cannot be.
    """
    model = None if settings.model is None else load_action_model(settings.model)
    if model is not None and settings.live:
        check_live(model)
    return model


def name_actions(
    tracks: Tracks, model: ActionModel | None, settings: ActionSettings
) -> list[Action]:
    """Find what everybody did; nothing where there is no action model.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    model : ActionModel or None
        Knows the actions.
    settings : ActionSettings
        How it is applied.

    Raises
    ------
    UsageError
        If the tracks lack a joint that the model needs, or it is to be used live and cannot be.
    """
    if model is None or not len(tracks):
        return []
    return (recognise_live if settings.live else recognise)(tracks, model, settings)


def load_action_model(name: str) -> ActionModel:
    """Load a shipped action model by name, or one by its path.

    Raises
    ------
    ModelError
        If there is no such model or it is damaged.
    """
    return ActionModel.load(action_model_path(name))


def action_model_path(name: str) -> Path:
    """Find an action model: a shipped one by name, or one by its path, with or without ``.txt``.

    Raises
    ------
    ModelError
        If there is no such model.
    """
    folder = models_dir() / "actions"
    shipped = shipped_action_models()
    if name in shipped:
        return folder / f"{name}.txt"
    path = Path(name)
    text = path if path.suffix == ".txt" else Path(f"{path}.txt")
    if not text.is_file():
        hint = did_you_mean(str(text), [*shipped, *_models_beside(text)])
        raise ModelError(f"There is no action model {name!r}.", hint=hint)
    return text.absolute()


def _models_beside(path: Path) -> list[str]:
    """List the action models in a path's folder: texts with a card beside them, as one would type them."""
    found = path.parent.glob("*.txt")
    return sorted(str(each) for each in found if each.with_suffix(".json").is_file())


def lasting_name(name: str) -> str:
    """Give a name that finds the same model from everywhere: a shipped one's own, else the whole path."""
    return name if name in shipped_action_models() else str(action_model_path(name))


def shipped_action_models() -> list[str]:
    """List the action models that ship, by name."""
    return sorted(path.stem for path in (models_dir() / "actions").glob("*.txt"))
