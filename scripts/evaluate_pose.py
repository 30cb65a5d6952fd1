"""Average precision of a pose network and the decoder on pictures with COCO keypoints.

python scripts/evaluate_pose.py --data ../shared/data/pose/coco_dev
python scripts/evaluate_pose.py --data ../shared/data/pose/coco_dev --ablation
python scripts/evaluate_pose.py --data ../shared/data/pose/coco_dev --height 368 256 480
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from rich.progress import track

from posetrail.config import PoseSettings
from posetrail.estimation import load_estimation
from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.errors import EvaluationError, PosetrailError
from tracker.estimators.openpose import OpenPoseEstimator
from tracker.files import written_whole
from tracker.poses import FloatArray, Poses
from tracker.skeleton import COCO17, Skeleton

#: Heights averaged by --multi-scale, as shares of --height (OpenPose's paper: 0.5, 1, 1.5, 2).
SCALES = (0.5, 1.0, 1.5, 2.0)
#: What --ablation changes, one thing at a time.
VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "no smoothing": {"smoothing": 0},
    "no sub-pixel": {"sub_pixel": False},
    "smoothing 0.6": {"smoothing": 0.6},
    "smoothing 1.0": {"smoothing": 1.0},
    "peak threshold 0.02": {"peak_threshold": 0.02},
    "peak threshold 0.05": {"peak_threshold": 0.05},
    "peak threshold 0.1": {"peak_threshold": 0.1},
    "4 samples": {"limb_samples": 4},
    "20 samples": {"limb_samples": 20},
    "limb threshold 0.05": {"limb_threshold": 0.05},
    "limb threshold 0.1": {"limb_threshold": 0.1},
    "no 70 % rule": {"limb_share": 0},
    "90 % rule": {"limb_share": 0.9},
    "length prior 0.25": {"long_limb": 0.25},
    "no length prior": {"long_limb": 1000},
    "long limbs not cut": {"max_stretch": 1000},
    "cut above 2": {"max_stretch": 2},
    "hungarian": {"assignment": "hungarian"},
    "min 2 keypoints": {"min_keypoints": 2},
    "min 5 keypoints": {"min_keypoints": 5},
    "min score 0": {"min_score": 0},
    "min score 0.4": {"min_score": 0.4},
}
Rank = Callable[[Poses, int], NDArray[np.floating]]
Infer = Callable[[NDArray[np.uint8]], tuple[FloatArray, InputGeometry]]
Metrics = dict[str, float]


@dataclass
class Trial:
    """One way to read the maps, and what it found so far."""

    name: str
    settings: DecoderSettings
    rank: Rank
    found: list[dict[str, Any]] = field(default_factory=list)


def main() -> None:
    """Evaluate and print; the last line is ``result AP .. AP50 .. APM .. APL .. AR ..``."""
    options = parse_options()
    truth = read_truth(options.data, options.limit)
    rows: dict[str, Metrics] = {}
    for height in options.height:
        infer, skeleton = network(options, height)
        trials = [Trial(f"height {height}", DecoderSettings(), person_score)]
        if options.ablation:
            trials = ablation()
        look(options.data, truth, infer, skeleton, trials)
        rows |= {trial.name: average_precision(truth, trial.found) for trial in trials}
    for name, metrics in rows.items():
        print(f"{name:22s} {words(metrics)}")
    result = next(iter(rows.values()))
    print(f"result {words(result)}")
    if options.json:
        with written_whole(options.json) as path:
            path.write_text(json.dumps({**result, "rows": rows}, indent=2) + "\n")


def ablation() -> list[Trial]:
    """List the ways to read the maps and to rank people, the default first."""
    trials = [Trial(name, DecoderSettings(**new), person_score) for name, new in VARIANTS.items()]
    ranks: dict[str, Rank] = {
        "rank by squares only": lambda poses, _: np.nansum(poses.score**2, axis=1),
        "rank by sum": lambda poses, _: np.nansum(poses.score, axis=1),
        "rank by mean": lambda poses, _: np.nanmean(poses.score, axis=1),
    }
    return trials + [Trial(name, DecoderSettings(), rank) for name, rank in ranks.items()]


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="has images/, annotations.json")
    parser.add_argument("--pose-model", default="default", help="name or path of a network")
    parser.add_argument("--models-dir", type=Path, help="folder of networks")
    parser.add_argument(
        "--height", type=int, nargs="+", default=[368], help="input height; the first is the result"
    )
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--limit", type=int, help="only the first N pictures")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored picture")
    parser.add_argument("--multi-scale", action="store_true", help=f"average {SCALES} x height")
    parser.add_argument("--ablation", action="store_true", help="show what each option adds")
    parser.add_argument("--json", type=Path, help="write the result here too")
    return parser.parse_args()


def read_truth(folder: Path, limit: int | None) -> COCO:
    """Read the annotations of the first pictures.

    Raises
    ------
    EvaluationError
        If there are none.
    """
    path = folder / "annotations.json"
    if not path.is_file():
        raise EvaluationError(f"{folder} should hold annotations.json and images/.")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["images"] = content["images"][:limit]
    chosen = {image["id"] for image in content["images"]}
    content["annotations"] = [a for a in content["annotations"] if a["image_id"] in chosen]
    truth = COCO()
    truth.dataset = content
    with silence():
        truth.createIndex()
    return truth


def network(options: argparse.Namespace, height: int) -> tuple[Infer, Skeleton]:
    """Load the network at every height that is averaged."""
    heights = [height]
    if options.multi_scale:
        heights = [height, *(round(height * scale) for scale in SCALES if scale != 1)]
    estimators = []
    for each in heights:
        settings = PoseSettings(
            model=options.pose_model, height=each, engine=options.engine,
            device=options.device, precision=options.precision,
        )  # fmt: skip
        estimation = load_estimation(settings, models_dir=options.models_dir)
        estimators.append(estimation.estimator)
    print(" ".join(f"{name}={value}" for name, value in estimation.facts.items()))
    skeleton = estimators[0].skeleton
    return lambda image: averaged_maps(estimators, image, flip=options.flip), skeleton


def look(folder: Path, truth: COCO, infer: Infer, skeleton: Skeleton, trials: list[Trial]) -> None:
    """Run the network once on each picture and read its maps in every way."""
    for number, info in track(sorted(truth.imgs.items()), description="pictures"):
        image = cv2.imread(str(folder / "images" / info["file_name"]))
        if image is None:
            raise EvaluationError(f"Cannot read {folder / 'images' / info['file_name']}.")
        maps, geometry = infer(image)
        for trial in trials:
            poses = decode(maps, skeleton, geometry, trial.settings)
            trial.found.extend(coco_results(number, poses, trial.rank(poses, image.shape[0])))


def averaged_maps(
    estimators: list[OpenPoseEstimator], image: NDArray[np.uint8], *, flip: bool
) -> tuple[FloatArray, InputGeometry]:
    """Average maps of several input heights, and of the mirrored picture, on the first's cells."""
    base: InputGeometry | None = None
    total: list[FloatArray] = []
    mirrored = np.ascontiguousarray(image[:, ::-1])
    for estimator in estimators:
        maps, geometry = estimator.infer(image)
        base = base or geometry
        total.append(moved(maps, geometry, base, mirror=False))
        if flip:
            maps = mirror_channels(estimator.infer(mirrored)[0], estimator.skeleton)
            total.append(moved(maps, geometry, base, mirror=True))
    if base is None:
        raise EvaluationError("There is no network to evaluate.")
    return np.mean(total, axis=0, dtype=np.float32), base


def moved(
    maps: FloatArray, source: InputGeometry, target: InputGeometry, *, mirror: bool
) -> FloatArray:
    """Resample maps from one input's cells to another's, cubic."""
    if source == target and not mirror:
        return maps
    corners = np.array([[0.0, 0.0], [1.0, 1.0]])
    pixels = (target.stride * (corners + 0.5)) * target.scale - 0.5
    if mirror:
        pixels[:, 0] = target.original[0] - 1 - pixels[:, 0]
    start, end = source.to_cells(pixels).astype(np.float64)
    step = end - start
    affine = np.array([[step[0], 0, start[0]], [0, step[1], start[1]]])
    method = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.stack([cv2.warpAffine(each, affine, target.map_size, flags=method) for each in maps])


def mirror_channels(maps: FloatArray, skeleton: Skeleton) -> FloatArray:
    """Swap left and right in maps of a mirrored picture: channels, and the sign of field x."""
    order = [*skeleton.mirror.tolist(), len(skeleton)]
    for start, end in skeleton.limbs:
        twin = skeleton.limbs.index((int(skeleton.mirror[start]), int(skeleton.mirror[end])))
        channel = skeleton.n_confidence_maps + 2 * twin
        order += [channel, channel + 1]
    swapped = maps[order]
    swapped[skeleton.n_confidence_maps :: 2] *= -1
    return swapped


def coco_results(image_id: int, poses: Poses, scores: NDArray[np.floating]) -> list[dict[str, Any]]:
    """Write poses as COCO results with the 17 keypoints of COCO; what was not found is 0, 0, 0."""
    chosen = [poses.skeleton.index(name) for name in COCO17.keypoints]
    seen = poses.seen[:, chosen]
    rows = np.nan_to_num(np.concatenate([poses.xy[:, chosen], seen[..., None]], 2))
    return [
        {"image_id": image_id, "category_id": 1, "keypoints": row.ravel().tolist(), "score": score}
        for row, score in zip(rows, scores.tolist(), strict=True)
        if row.any()
    ]


def person_score(poses: Poses, height: int) -> NDArray[np.float64]:
    """Rank people by squared keypoint scores and by size, shape (people,).

    Squares let sure keypoints count more than many unsure ones; the same error in map cells costs a
    large person less than a small one. Measured in docs/decisions/0040-decoding.md.
    """
    sure = np.nansum(poses.score.astype(np.float64) ** 2, axis=1) / len(poses.skeleton)
    extent = np.nanmax(poses.xy, axis=1) - np.nanmin(poses.xy, axis=1)
    size = np.sqrt(np.maximum(extent, 1).prod(axis=1)) / height
    score: NDArray[np.float64] = sure * np.sqrt(size)
    return score


def average_precision(truth: COCO, found: list[dict[str, Any]]) -> Metrics:
    """Evaluate with pycocotools."""
    names = ("AP", "AP50", "AP75", "APM", "APL", "AR")
    if not found:
        return dict.fromkeys(names, 0.0)
    with silence():
        evaluation = COCOeval(truth, truth.loadRes(found), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {name: float(value) for name, value in zip(names, evaluation.stats, strict=False)}


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep pycocotools from printing."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def words(metrics: Metrics) -> str:
    """Write metrics as ``NAME VALUE NAME VALUE``."""
    return " ".join(f"{name} {value:.4f}" for name, value in metrics.items())


if __name__ == "__main__":
    try:
        main()
    except PosetrailError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
