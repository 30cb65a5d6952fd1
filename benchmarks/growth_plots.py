"""The plots of `make growth`; matplotlib is only needed here (extra `bench`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.growth import Grown

#: Colours that people who see no red or no green tell apart (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def plot(path: Path, crowd: Grown, pictures: Grown, videos: Grown) -> None:
    """Draw cost against people, resolution and length, side by side.

    Parameters
    ----------
    path : Path
        The SVG file to write.
    crowd, pictures, videos : Grown
        What grew with people, with resolution and with length.
    """
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "posetrail", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    _curves(left, crowd, "people in the frame", "ms a frame")
    left.set(title="People", xlim=0, ylim=0)
    _bars(middle, pictures)
    seconds = {name: videos.curves[name] for name in ("whole", "track and write")}
    _curves(right, type(videos)(videos.x, seconds), "minutes of video", "seconds")
    right.set(title="Length", xlim=0, ylim=0)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _curves(axes: Any, grown: Grown, x: str, y: str) -> None:
    for (name, values), colour in zip(grown.curves.items(), COLOURS, strict=False):
        axes.plot(grown.x, values, marker="o", label=name, color=colour)
    axes.set(xlabel=x, ylabel=y)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def _bars(axes: Any, grown: Grown) -> None:
    """Stack the stages: together they are what one frame costs on one core."""
    names = [f"{x:g}p" for x in grown.x]
    floor = [0.0] * len(names)
    for (name, values), colour in zip(grown.curves.items(), COLOURS, strict=False):
        axes.bar(names, values, bottom=floor, label=name, color=colour, width=0.6)
        floor = [low + value for low, value in zip(floor, values, strict=True)]
    axes.set(xlabel="video", ylabel="ms a frame", title="Resolution", ylim=(0, 1.35 * max(floor)))
    axes.legend(frameon=False, loc="upper left", ncols=2)
