"""What the speed must show, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.tables import Section
from posetrail.bench.statistics import digits


@dataclass(frozen=True)
class Goal:
    """One line of the goals.

    Parameters
    ----------
    name : str
        Of the figure.
    words : str
        What is measured, with its unit.
    limit : float
        What is wanted.
    at_least : bool
        Whether more is better.
    """

    name: str
    words: str
    limit: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether a figure is good enough."""
        return value >= self.limit if self.at_least else value <= self.limit


GOALS = (
    Goal("whole_to_network", "720p video to tables, over the network alone: ratio", 0.8),
    Goal("to_tutorial", "over the tutorial's pipeline, same network and input: ratio", 8),
    Goal("to_yolo_torch", "over ultralytics' smallest pose model, as installed: ratio", 4),
    Goal("to_yolo_openvino", "the same exported to OpenVINO: ratio", 1.3),
    Goal("video_frames_per_second", "with the annotated video: frames/s", 30),
    Goal("parse_5_ms", "parsing 5 people: ms", 1.5, at_least=False),
    Goal("parse_30_ms", "parsing 30 people: ms", 4, at_least=False),
    Goal("parse_100_ms", "parsing 100 people: ms", 12, at_least=False),
    Goal("first_frame_s", "start to the first frame: s", 2.5, at_least=False),
    Goal("help_s", "`posetrail --help`: s", 0.4, at_least=False),
)


def goals_section(figures: Mapping[str, float]) -> Section:
    """Hold the figures against the goals; what was not measured is said.

    Parameters
    ----------
    figures : mapping of str to float
        What was measured, by name.
    """
    section = Section("Goals", ("what", "measured", "goal", "met"))
    for goal in GOALS:
        value = figures.get(goal.name)
        wanted = f"{'at least' if goal.at_least else 'at most'} {goal.limit:g}"
        if value is None:
            section.rows.append((goal.words, "not measured", wanted, "-"))
        else:
            verdict = "yes" if goal.met(value) else "**no**"
            section.rows.append((goal.words, digits(value), wanted, verdict))
    network = figures.get("network_frames_per_second")
    tutorial = figures.get("tutorial_frames_per_second")
    if network and tutorial:
        section.notes.append(
            f"The network alone is {digits(network / tutorial)} times as fast as the tutorial's pipeline: "
            "with the network on every frame nothing around it can be faster than that."
        )
    return section
