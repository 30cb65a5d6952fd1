"""Trains MoveNet's last blocks, its pyramid and its branches further: ``python -m scripts.train_pose.train --help``.

The early blocks stay as published, and computing what they see costs more than a step on it. So training
goes in rounds: some hundred views are made and looked through, then learned from a few times over.
Stopped at any moment, the same command continues from its last round, and ends with the weights
that it would have ended with anyway.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from scripts.train_pose.data import Bytes, open_pictures
from scripts.train_pose.levels import LevelReader
from scripts.train_pose.loss import branch_loss
from scripts.train_pose.samples import Samples
from scripts.train_pose.trunk import Levels, MoveNetTrunk
from scripts.train_pose.unlabelled import open_suspicions

# Computes the levels of images (batch, height, width, 3), RGB.
Reader = Callable[[Bytes], Levels]


# The least size of a layer's weights that its learning rate goes by.
SMALLEST = 1e-4


class Lesson(NamedTuple):
    """A batch: what the trained part sees and what it should answer, as in `Sample`."""

    levels: Levels
    heat: Tensor
    mask: Tensor
    xy: Tensor
    centre: Tensor


@dataclass(frozen=True)
class Plan:
    """A training.

    Parameters
    ----------
    rounds : int
        Rounds in all.
    views : int
        Views made for a round, a multiple of the batch.
    repeats : int
        How often a round learns from its views.
    batch : int
        Views in a batch.
    size : int
        Height and width of the views in pixels.
    rate : float
        Highest learning rate, as a share of the root mean square of a layer's published weights.
    memory : float
        Share of the averaged weights that a step keeps.
    seed : int
        Of the samples.
    """

    rounds: int = 30
    views: int = 768
    repeats: int = 3
    batch: int = 16
    size: int = 352
    rate: float = 1e-3
    memory: float = 0.999
    seed: int = 1

    @property
    def steps(self) -> int:
        """Count the steps in all."""
        return self.rounds * self.repeats * self.views // self.batch

    def share(self, step: int) -> float:
        """Give the learning rate of a step as a share of the highest: warm up, then cosine."""
        warm = min(1.0, (step + 1) / 100)
        return warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / self.steps)))


class Training:
    """A network on its way: weights, their average, optimiser, steps done.

    Parameters
    ----------
    plan : Plan
        How it is trained.
    net : MoveNetTrunk
        With its published weights; those that `learned` names are changed.
    """

    def __init__(self, plan: Plan, net: MoveNetTrunk) -> None:
        self.plan, self.round, self.step = plan, 0, 0
        self.net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {name: value.clone() for name, value in net.learned().items()}
        named = dict(net.named_parameters())
        self.parameters = [named[name] for name in self.average]
        # Batch normalisation is folded into the weights, so that layers differ in size by thousands:
        # each moves by shares of its own size.
        self.sizes = [max(each.square().mean().sqrt().item(), SMALLEST) for each in self.parameters]
        self.optimiser = torch.optim.Adam(
            [{"params": [each]} for each in self.parameters], fused=True
        )

    def learn(self, lesson: Lesson) -> float:
        """Take one step on a batch; give its loss."""
        rate = self.plan.rate * self.plan.share(self.step)
        for group, size in zip(self.optimiser.param_groups, self.sizes, strict=True):
            group["lr"] = rate * size
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net.read(lesson.levels)
        loss = branch_loss(found, *lesson[1:])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimiser.step()
        self.step += 1
        self._remember()
        return loss.item()

    def save(self, file: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "plan": asdict(self.plan),
            "round": self.round,
            "step": self.step,
            "net": self.net.learned(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
        }
        aside = file.with_suffix(".part")
        torch.save(state, aside)
        aside.replace(file)

    def resume(self, file: Path) -> None:
        """Continue from a checkpoint; the plan stays the one given, so that it may be changed."""
        state: dict[str, Any] = torch.load(file, weights_only=True)
        self.round, self.step = state["round"], state["step"]
        self.net.load_state_dict(state["net"], strict=False)
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])

    def _remember(self) -> None:
        # A young average would still hold the published weights: forget faster then.
        memory = min(self.plan.memory, self.step / (self.step + 10))
        for name, value in self.net.learned().items():
            self.average[name].lerp_(value, 1 - memory)


def lessons(samples: Samples, reader: Reader, plan: Plan, number: int) -> Iterator[Lesson]:
    """Give the batches of a round, always the same for the same plan and number."""
    first = number * plan.views
    batches = [
        _lesson(samples, reader, range(k, k + plan.batch))
        for k in range(first, first + plan.views, plan.batch)
    ]
    levels = Levels(*map(torch.cat, zip(*(each.levels for each in batches), strict=True)))
    answers = [torch.cat(parts) for parts in list(zip(*batches, strict=True))[1:]]
    for repeat in range(plan.repeats):
        order = np.random.default_rng((plan.seed, number, repeat)).permutation(plan.views)
        for chosen in torch.from_numpy(order).split(plan.batch):
            seen = (part[chosen].to(memory_format=torch.channels_last) for part in levels)
            yield Lesson(Levels(*seen), *(part[chosen].float() for part in answers))


def _lesson(samples: Samples, reader: Reader, numbers: range) -> Lesson:
    images, heat, *rest = (
        np.stack(part) for part in zip(*(samples[k] for k in numbers), strict=True)
    )
    return Lesson(reader(images), torch.from_numpy(heat).half(), *map(torch.from_numpy, rest))


def train(training: Training, samples: Samples, reader: Reader, out: Path) -> None:
    """Train, or continue, until the plan is done; checkpoint and log lie in `out`."""
    plan, checkpoint = training.plan, out / "checkpoint.pt"
    if checkpoint.exists():
        training.resume(checkpoint)
    for number in range(training.round, plan.rounds):
        started = time.monotonic()
        losses = [training.learn(lesson) for lesson in lessons(samples, reader, plan, number)]
        training.round = number + 1
        training.save(checkpoint)
        spent = (time.monotonic() - started) / len(losses)
        first = sum(losses[: len(losses) // plan.repeats]) * plan.repeats / len(losses)
        _report(out / "log.jsonl", training, first, spent)


def _report(file: Path, training: Training, loss: float, seconds: float) -> None:
    line = {
        "round": training.round,
        "step": training.step,
        "loss_on_new_views": round(loss, 4),
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
    threads = given.pop("threads")
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    data, trunk, out = (given.pop(name) for name in ("data", "trunk", "out"))
    out.mkdir(parents=True, exist_ok=True)
    plan = replace(Plan(), **given)
    pictures = open_pictures(data, out / "cache")
    suspicions = open_suspicions(pictures, trunk, out / "cache")
    samples = Samples(pictures, suspicions, plan.size, plan.seed)
    reader = LevelReader(trunk, plan.size, out / "cache", threads)
    net = MoveNetTrunk()
    net.load_published(trunk)
    train(Training(plan, net), samples, reader.read, out)


if __name__ == "__main__":
    main()
