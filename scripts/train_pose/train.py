"""Trains a pose network: ``python -m scripts.train_pose.train --help``.

Stopped at any moment, the same command continues from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import cv2
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from scripts.train_pose.data import Bytes, Pictures, open_pictures
from scripts.train_pose.loss import masked_l2
from scripts.train_pose.network import PoseNet
from scripts.train_pose.samples import Sample, Samples
from scripts.train_pose.unlabelled import open_suspicions

REPORT_EVERY, SAVE_EVERY = 50, 250


@dataclass(frozen=True)
class Plan:
    """A training.

    Parameters
    ----------
    steps : int
        Batches in all.
    frozen : int
        Of these, the first ones, which train the head alone, on small views.
    batch : int
        Samples in a batch.
    small, size : int
        Height and width of the views, in pixels, while the trunk is frozen and after.
    thaw : int
        From this block on the trunk is trained after the frozen steps.
    rate, trunk_rate : float
        Highest learning rates of head and trunk.
    decay : float
        Weight decay.
    memory : float
        Share of the averaged weights that a step keeps.
    seed : int
        Of the samples and of the head's first weights.
    """

    steps: int = 9000
    frozen: int = 1500
    batch: int = 16
    small: int = 256
    size: int = 320
    thaw: int = 7
    rate: float = 2e-3
    trunk_rate: float = 3e-4
    decay: float = 1e-4
    memory: float = 0.998
    seed: int = 1

    def share(self, step: int) -> float:
        """Give the learning rate of a step as a share of the highest: warm up, then cosine."""
        warm = min(1.0, (step + 1) / 200)
        return warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / self.steps)))

    def views(self, step: int) -> int:
        """Give the height and width of the views of a step."""
        return self.small if step < self.frozen else self.size


class Training:
    """A network on its way: weights, their average, optimiser, steps done."""

    def __init__(self, plan: Plan, published: Path) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.step = plan, 0
        net = PoseNet()
        net.trunk.load_published(published)
        self.net: PoseNet = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {name: value.clone() for name, value in net.state_dict().items()}
        trunk = list(net.trunk.parameters())
        head = [p for name, p in net.named_parameters() if not name.startswith("trunk.")]
        groups = [
            {"params": head, "share": plan.rate},
            {"params": trunk, "share": plan.trunk_rate, "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, plan.rate, weight_decay=plan.decay, fused=True)

    def learn(self, batch: Sample) -> float:
        """Take one step on a batch; give its loss."""
        self._thaw()
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * self.plan.share(self.step)
        image, maps, mask = (cast(Tensor, part) for part in batch)
        image = (image.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(
            memory_format=torch.channels_last
        )
        with torch.autocast("cpu", torch.bfloat16):
            stages = self.net.stages(image)
        loss = masked_l2(stages, maps, mask)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._remember()
        return loss.item()

    def save(self, file: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "plan": asdict(self.plan),
            "step": self.step,
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
        }
        aside = file.with_suffix(".part")
        torch.save(state, aside)
        aside.replace(file)

    def resume(self, file: Path) -> None:
        """Continue from a checkpoint; the plan stays the one given, so that it may be changed."""
        state: dict[str, Any] = torch.load(file, weights_only=True)
        self.step = state["step"]
        self.net.load_state_dict(state["net"])
        self.average = state["average"]
        shares = [group["share"] for group in self.optimiser.param_groups]
        self.optimiser.load_state_dict(state["optimiser"])
        for group, share in zip(self.optimiser.param_groups, shares, strict=True):
            group["share"] = share

    def _thaw(self) -> None:
        thawed = self.step >= self.plan.frozen
        first_layers = [self.net.trunk.stem, *self.net.trunk.blocks[: self.plan.thaw]]
        for parameter in self.net.trunk.parameters():
            parameter.requires_grad = thawed
        for layer in first_layers:
            layer.requires_grad_(False)

    def _remember(self) -> None:
        # A young average would still hold the first, random weights: forget faster then.
        memory = min(self.plan.memory, self.step / (self.step + 10))
        for name, value in self.net.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - memory)
            else:
                self.average[name].copy_(value)


def batches(
    pictures: Pictures, suspicions: tuple[Bytes, ...], plan: Plan, start: int
) -> Iterator[Sample]:
    """Give the batches from step `start` to the end, made in a process beside the training."""
    for first, last in ((start, plan.frozen), (max(start, plan.frozen), plan.steps)):
        if first < last:
            samples = Samples(pictures, suspicions, plan.views(first), plan.seed)
            numbers = range(first * plan.batch, last * plan.batch)
            yield from DataLoader(
                cast(Any, samples), plan.batch, sampler=numbers, num_workers=1, prefetch_factor=4
            )


def train(plan: Plan, data: Path, published: Path, out: Path) -> None:
    """Train, or continue, until the plan is done; checkpoint and log lie in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    training, checkpoint = Training(plan, published), out / "checkpoint.pt"
    if checkpoint.exists():
        training.resume(checkpoint)
    pictures = open_pictures(data, out / "cache")
    suspicions = open_suspicions(pictures, published, out / "cache")
    losses: list[float] = []
    since = time.monotonic()
    for batch in batches(pictures, suspicions, plan, training.step):
        losses.append(training.learn(batch))
        if training.step % SAVE_EVERY == 0 or training.step == plan.steps:
            training.save(checkpoint)
        if training.step % REPORT_EVERY == 0:
            spent, since = time.monotonic() - since, time.monotonic()
            _report(out / "log.jsonl", training.step, losses, spent / len(losses))
            losses = []


def _report(file: Path, step: int, losses: list[float], seconds: float) -> None:
    line = {
        "step": step,
        "loss": round(sum(losses) / len(losses), 4),
        "seconds_a_step": round(seconds, 3),
        "time": time.strftime("%H:%M:%S"),
    }
    print(json.dumps(line), flush=True)
    with file.open("a") as log:
        log.write(json.dumps(line) + "\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="COCO folder: images/ and annotations.json")
    parser.add_argument("trunk", type=Path, help="movenet-multipose.json, its .bin beside it")
    parser.add_argument("out", type=Path, help="where checkpoint, log and decoded images go")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    for name, value in asdict(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args())
    torch.set_num_threads(given.pop("threads"))
    cv2.setNumThreads(1)
    data, trunk, out = (given.pop(name) for name in ("data", "trunk", "out"))
    train(replace(Plan(), **given), data, trunk, out)


if __name__ == "__main__":
    main()
