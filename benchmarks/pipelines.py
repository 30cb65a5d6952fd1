"""The large parts of `make bench`: whole pipelines, against the network alone and against peers."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.contest import Contest, Contestant, contest
from benchmarks.parts import Figures, Setup
from benchmarks.tables import Section
from posetrail.bench.networks import NetworkAlone
from posetrail.bench.stages import stage_ms
from posetrail.bench.statistics import Spread, digits, ratios
from posetrail.bench.whole import WholeRuns, whole_runs
from posetrail.config import Config, load_config
from posetrail.estimation import Estimation, load_estimation

#: The goal speaks of at least 2,000.
LONG_FRAMES, SHORT_FRAMES = 2100, 300
HEIGHT = 368

OURS, THIN = "posetrail", "posetrail, mobilenet_thin"
TUTORIAL = "tutorial, OpenVINO"
DNN = "tutorial, cv2.dnn, mobilenet_thin"
YOLO, YOLO_OPENVINO = "ultralytics, torch", "ultralytics, OpenVINO 640 x 640"
YOLO_FLAT = "ultralytics, OpenVINO 640 x 384"
MEDIAPIPE = "mediapipe, one person only"

CONTESTANTS = (
    Contestant(OURS, "ours"),
    Contestant(TUTORIAL, "tutorial"),
    Contestant(YOLO, "yolo"),
    Contestant(YOLO_OPENVINO, "yolo", {"export": True}),
    Contestant(YOLO_FLAT, "yolo", {"export": True, "size": [384, 640]}),
    Contestant(MEDIAPIPE, "mediapipe_pose"),
    Contestant(THIN, "ours", {"model": "mobilenet_thin"}),
    Contestant(DNN, "tutorial", {"model": "mobilenet_thin", "runner": "dnn"}),
)
#: Whom each is compared with: the tutorial with posetrail on the same network.
RIVALS = {DNN: THIN}
GOALS = {TUTORIAL: "to_tutorial", YOLO: "to_yolo_torch", YOLO_OPENVINO: "to_yolo_openvino"}
PEER_NOTES = [
    "Each contestant is a process of its own; all run in turn on the same clip, and a ratio compares "
    "runs of the same round. Ratio: frames per second of posetrail over theirs.",
    "ultralytics has random weights (its own are not in the package index): it finds nobody, and so its "
    "tracker has nothing to do, which favours it; no accuracy is compared. mediapipe has its own weights, "
    "finds one person in a frame and gives no IDs. The tutorial is `benchmarks/tutorial.py`.",
]


def whole(setup: Setup) -> tuple[Section, Figures]:
    """Time whole runs over the network alone, one of them long."""
    config = load_config(overrides={"pose.height": HEIGHT})
    estimation = load_estimation(config.pose)
    alone = NetworkAlone(config.pose, setup.clip, estimation)
    rate = partial(alone.rate, 8 * setup.pace)
    stages = stage_ms(setup.clip, estimation.estimator)
    frames = max(60, round(LONG_FRAMES * setup.pace))
    measured = partial(_runs, setup, config, estimation, alone)
    long = measured(frames, 1, video=False)
    around = statistics.mean([*long.rates["network"], rate()])
    short = measured(max(30, round(SHORT_FRAMES * setup.pace)), setup.rounds(3), video=True)
    figures = {
        "whole_to_network": long.rates["tables"][0] / around,
        "frames_per_second": long.rates["tables"][0],
        "network_frames_per_second": around,
        "video_frames_per_second": Spread.of(short.rates["video"]).median,
    }
    stages |= {stage: long.stage_ms(stage) for stage in ("track", "write")}
    return _whole_section(frames, figures, short, {k: s.median for k, s in stages.items()}), figures


def _runs(
    setup: Setup,
    config: Config,
    estimation: Estimation,
    alone: NetworkAlone,
    frames: int,
    rounds: int,
    *,
    video: bool,
) -> WholeRuns:
    part = config.video.model_copy(update={"end": frames / alone.source.rate})
    return whole_runs(
        setup.clip,
        setup.folder / f"whole_{frames}",
        config.model_copy(update={"video": part}),
        estimation,
        partial(alone.rate, 8 * setup.pace),
        rounds=rounds,
        video=video,
    )


def _whole_section(
    frames: int, figures: Figures, short: WholeRuns, stages: dict[str, float]
) -> Section:
    section = Section("720p video to tables", ("what", "frames/s", "over the network alone"))
    rates = short.rates
    ratio = digits(figures["whole_to_network"])
    section.rows += [
        (f"the network alone, around {frames} frames",
         digits(figures["network_frames_per_second"]), "1"),
        (f"{frames} frames to tables", digits(figures["frames_per_second"]), ratio),
        ("the network alone, between short runs", str(Spread.of(rates["network"])), "1"),
        ("short runs to tables", str(Spread.of(rates["tables"])), str(short.ratio)),
        ("short runs with the annotated video", str(Spread.of(rates["video"])),
         str(ratios(rates["video"], rates["network"]))),
    ]  # fmt: skip
    each = ", ".join(f"{name} {digits(ms)}" for name, ms in stages.items())
    section.notes.append(f"Milliseconds a frame, one frame at a time: {each}.")
    if figures["network_frames_per_second"] < 1000 / 13:
        section.notes.append(
            "60 frames/s are wanted where the network takes 13 ms or less; here it takes "
            f"{digits(1000 / figures['network_frames_per_second'])} ms."
        )
    return section


def peers(setup: Setup) -> tuple[Section, Figures]:
    """Time whole pipelines in turn on the rendered clip."""
    section, figures = peers_section("Whole pipelines", _contest(setup, setup.clip, CONTESTANTS))
    section.notes += PEER_NOTES
    return section, figures


def real(setup: Setup) -> tuple[Section, Figures]:
    """Time posetrail and the tutorial on a real video, with its people, noise and motion."""
    if setup.real is None:
        return Section("A real video", (), notes=["Not measured: no video was given."]), {}
    found = _contest(setup, setup.real, CONTESTANTS[:2])
    section, figures = peers_section(f"A real video: {setup.real.name}", found)
    return section, {f"{name}_real": value for name, value in figures.items()}


def _contest(setup: Setup, clip: Path, contestants: Sequence[Contestant]) -> Contest:
    return contest(
        contestants,
        clip,
        setup.folder / clip.stem,
        pythons=setup.pythons,
        rounds=setup.rounds(3),
        seconds=5 * setup.pace,
    )


def peers_section(title: str, found: Contest) -> tuple[Section, Figures]:
    """Make the table of a contest, and the ratios that have a goal."""
    section = Section(title, ("pipeline", "runs on", "frames/s", "ratio"))
    figures: Figures = {}
    section.rows += [
        (name, "-", f"not measured: {why}", "-") for name, why in found.missing.items()
    ]
    for name in found.rates:
        rival = RIVALS.get(name, OURS)
        ratio = "-"
        if name not in (OURS, THIN) and rival in found.rates:
            spread = ratios(found.rates[rival], found.rates[name])
            ratio = str(spread)
            if name in GOALS:
                figures[GOALS[name]] = spread.median
            if name == TUTORIAL:
                figures["tutorial_frames_per_second"] = Spread.of(found.rates[name]).median
        rate = str(Spread.of(found.rates[name]))
        section.rows.append((name, found.versions[name], rate, ratio))
    return section, figures
