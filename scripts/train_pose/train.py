"""Trains the correction of the drawn maps: ``python -m scripts.train_pose.train --help``.

The trunk stays as published, and computing what it sees costs more than a step on it. So training
goes in rounds: some thousand views are made and looked through, then learned from a few times over.
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

from scripts.train_pose.clues import ClueReader
from scripts.train_pose.data import Bytes, open_pictures
from scripts.train_pose.loss import masked_l2
from scripts.train_pose.network import Clues, Correction, HeadSize
from scripts.train_pose.samples import Samples
from scripts.train_pose.unlabelled import open_suspicions

# Makes clues of images (batch, height, width, 3), RGB.
Reader = Callable[[Bytes], Clues]


class Lesson(NamedTuple):
    """A batch: what the correction sees and what it should answer."""

    clues: Clues
    maps: Tensor  #: (batch, channels, cells, cells)
    mask: Tensor  #: (batch, 1, cells, cells)


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
        Highest learning rate.
    decay : float
        Weight decay.
    memory : float
        Share of the averaged weights that a step keeps.
    seed : int
        Of the samples and of the first weights.
    """

    rounds: int = 40
    views: int = 768
    repeats: int = 3
    batch: int = 16
    size: int = 320
    rate: float = 1e-3
    decay: float = 1e-4
    memory: float = 0.998
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
    """A correction on its way: weights, their average, optimiser, steps done."""

    def __init__(self, plan: Plan, size: HeadSize | None = None) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.round, self.step = plan, 0, 0
        self.net = Correction(size)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {name: value.clone() for name, value in self.net.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), plan.rate, weight_decay=plan.decay, fused=True
        )

    def learn(self, lesson: Lesson) -> float:
        """Take one step on a batch; give its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * self.plan.share(self.step)
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net(lesson.clues)
        loss = masked_l2(found, lesson.maps, lesson.mask)
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
            "round": self.round,
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
        self.round, self.step = state["round"], state["step"]
        self.net.load_state_dict(state["net"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])

    def _remember(self) -> None:
        # A young average would still hold the first, random weights: forget faster then.
        memory = min(self.plan.memory, self.step / (self.step + 10))
        for name, value in self.net.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - memory)
            else:
                self.average[name].copy_(value)


def lessons(samples: Samples, reader: Reader, plan: Plan, number: int) -> Iterator[Lesson]:
    """Give the batches of a round, always the same for the same plan and number."""
    first = number * plan.views
    batches = [
        _lesson(samples, reader, range(k, k + plan.batch))
        for k in range(first, first + plan.views, plan.batch)
    ]
    clues = Clues(*map(torch.cat, zip(*(each.clues for each in batches), strict=True)))
    whole = Lesson(clues, *(torch.cat([each[k] for each in batches]) for k in (1, 2)))
    for repeat in range(plan.repeats):
        order = np.random.default_rng((plan.seed, number, repeat)).permutation(plan.views)
        for chosen in torch.from_numpy(order).split(plan.batch):
            picked = (part[chosen] for part in whole.clues)
            clues = Clues(*(part.to(memory_format=torch.channels_last) for part in picked))
            yield Lesson(clues, whole.maps[chosen].float(), whole.mask[chosen])


def _lesson(samples: Samples, reader: Reader, numbers: range) -> Lesson:
    images, *rest = (np.stack(part) for part in zip(*(samples[k] for k in numbers), strict=True))
    clues = reader(images)
    maps, mask, large = map(torch.from_numpy, rest)
    maps = torch.where(large > 0, clues.maps.float(), maps).bfloat16()
    return Lesson(clues, maps, torch.maximum(mask, large))


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
    reader = ClueReader(trunk, plan.size, out / "cache", threads)
    train(Training(plan), samples, reader.read, out)


if __name__ == "__main__":
    main()
