"""What cannot be asked for live: everything that looks at frames that are yet to come."""

from __future__ import annotations

from posetrail.config import Config
from tracker.errors import UsageError


def check_live_run(config: Config) -> None:
    """Refuse to run live what needs the whole video, or frames that come later.

    Raises
    ------
    UsageError
        If people are selected by the whole video, or carried between frames that the network sees.
    """
    tracking = config.tracking
    if tracking.people is not None or tracking.roi is not None:
        option = "--people" if tracking.people is not None else "tracking.roi"
        raise UsageError(
            f"{option} does not go with --live: it looks at the whole video to say who matters.",
            hint=f"Leave out {option} or --live.",
        )
    if config.pose.skip != 1:
        raise UsageError(
            "--skip does not go with --live: between two frames that the network sees, people are "
            "placed by the later one, too.",
            hint="Leave out --skip or --live.",
        )
