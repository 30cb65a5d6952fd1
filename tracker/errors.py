"""Every error a user can meet, with the exit code the command line gives it.

An error says what was expected, what was found, and (in ``hint``) what to do.
The command line prints it on one line; nothing else is shown without ``--debug``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar


class PosetrailError(Exception):
    """Base of all posetrail errors.

    Parameters
    ----------
    message : str
        What was expected and what was found, in one sentence.
    hint : str, optional
        What the user can do about it.

    Attributes
    ----------
    exit_code : int
        The exit code of the command line for this kind of error.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Give the message and the hint on one line."""
        line = f"{self.message} {self.hint}".strip()
        return " ".join(line.split())


class UsageError(PosetrailError):
    """Options that do not go together or a name that does not exist."""

    exit_code = 2


class VideoError(PosetrailError):
    """A source that is missing, is not a video or an image, or holds no frames."""

    exit_code = 3


class ModelError(PosetrailError):
    """A network or classifier that is missing, damaged, or not what its card says."""

    exit_code = 4


class ModelFetchError(ModelError):
    """A model that is not present and could not be fetched."""


class ConfigError(PosetrailError):
    """A configuration with an unknown key or a wrong value."""

    exit_code = 5


class OptionError(ConfigError):
    """A wrong value of a configuration's key that an option of the command line gave."""

    exit_code = 2


class OutputError(PosetrailError):
    """An output that exists already, cannot be written, or ran out of space."""

    exit_code = 6


class FormatError(PosetrailError):
    """A table, JSON or text file that is not in the format it should be in."""

    exit_code = 7


class LabelError(FormatError):
    """A label table with an impossible row; the message names the row."""


class TrackingError(PosetrailError):
    """An impossible edit or parameter in tracking."""

    exit_code = 7


class EvaluationError(PosetrailError):
    """An evaluation that cannot be honest: nothing to compare, or a split that leaks."""

    exit_code = 8


#: The run finished, but part of the input could not be processed (a truncated video, one bad video of several).
EXIT_PARTIAL = 9
#: The user pressed Ctrl-C; what was finished is kept and ``--resume`` goes on from there.
EXIT_INTERRUPTED = 130

#: What each exit code of the command line means, beside 0.
EXIT_CODES: dict[int, str] = {
    1: "internal error",
    2: "wrong option",
    3: "the video cannot be read",
    4: "a model is missing or damaged",
    5: "wrong configuration",
    6: "the output exists or cannot be written",
    7: "a table, edit or JSON file is damaged",
    8: "nothing honest to measure",
    EXIT_PARTIAL: "done, but part of the input could not be processed",
    EXIT_INTERRUPTED: "interrupted",
}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the known name nearest to a misspelt one.

    Parameters
    ----------
    name : str
        What the user wrote.
    known : iterable of str
        The names there are.

    Returns
    -------
    str
        ``Did you mean 'x'?`` or, when nothing is near, the list of known names.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(names)}." if names else "There are none."
