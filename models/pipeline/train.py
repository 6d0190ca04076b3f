"""Trains the base on the sampled rows, from a GGUF or from where the last run stopped, until it is ended.

The schedule can be cut at any moment (warm-up, stable, decay: Hu et al. 2024): the rate stays until a file WORK/decay says in how many
steps it is to fall to zero; training ends there. Checkpoints rotate, and a resumed run goes on exactly where the saved one was. The means
of the weights over every 250 steps stay as RUN/mean-STEP.pt, for `export.py --mean`.

Weights, moments and sums are F32; products run in bf16 where the processor multiplies it (AMX, AVX-512), or as --products says.

usage: train.py WORK RUN --from BASE.gguf [--rate 0.5] [--threads 2] [--products bf16|f32] [--end-weight 6] [--middle-weight 3]
                [--unwanted-weight 8] [--rollouts FILE …] [--rollout-every 2]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from averaging import IntervalMean
from checkpoint import RotatingCheckpoint
from model import ChunkedLoss, Model, Shape
from optimizer import Optimizer
from rows import UNLEARNED, UNWANTED, Batch, Rows
from weights import read_gguf

PRODUCTS = {"bf16": torch.bfloat16, "f32": torch.float32}
WARM_UP_STEPS = 40
SAVE_EVERY_S = 240
EVALUATE_EVERY_STEPS = 100
LOG_EVERY_STEPS = 10


@dataclass(frozen=True)
class Weights:
    """Of a target in the loss: where the text ends (there is one in 300 tokens), in a middle, and one that should not follow."""

    end: float = 1.0
    middle: float = 1.0
    unwanted: float = 1.0


@dataclass
class Progress:
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    decay_from: int | None = None
    decay_steps: int | None = None


def rate_factor(progress: Progress, peak: float) -> float:
    """Share of the full rates at this step; 0 ends the run. Linear decay to zero (Defazio et al. 2023)."""
    warm = min(1.0, (progress.step + 1) / WARM_UP_STEPS)
    if progress.decay_from is None:
        return peak * warm
    return peak * warm * max(0.0, 1 - (progress.step - progress.decay_from) / progress.decay_steps)


class Trainer:
    def __init__(self, model: Model, rows: Rows, peak: float, products: torch.dtype, weights: Weights = Weights()) -> None:
        self.model, self.rows, self.peak, self.products, self.weights = model, rows, peak, products, weights
        self.optimizer = Optimizer(model, products)
        self.progress = Progress()
        self.interval = IntervalMean(model)
        for block in model.blk:
            # One block's code serves all of them: compiled as one, the model takes minutes.
            block.compile(dynamic=False)

    def loss_sum(self, batch: Batch, by: Weights) -> torch.Tensor:
        """The weighted sum over the batch's learned targets."""
        ids, targets = (torch.from_numpy(one.astype(np.int64)) for one in (batch.ids, batch.targets.flatten()))
        learned = targets != UNLEARNED
        deciding, middle = (torch.from_numpy(one).flatten() for one in (batch.deciding, batch.middle))
        weights = learned.float() * torch.where(deciding, by.end, torch.where(middle, by.middle, 1.0))
        weights = torch.where(learned & ((targets & UNWANTED) > 0), -by.unwanted, weights)
        targets = torch.where(learned, targets & ~UNWANTED, 0)
        with torch.autocast("cpu", self.products, enabled=self.products != torch.float32):
            hidden = self.model.hidden(ids)
        return ChunkedLoss.apply(hidden, self.model.token_embd, targets, weights, self.products)

    def step(self) -> float:
        """One update; mean loss in nats a token."""
        batches = self.rows.batch(self.progress.step)
        count = sum(batch.ids.size for batch in batches)
        total = 0.0
        for batch in batches:
            loss = self.loss_sum(batch, self.weights) / count
            loss.backward()
            total += float(loss.detach())
        self.optimizer.step(rate_factor(self.progress, self.peak))
        self.progress.step += 1
        self.progress.tokens += count
        return total

    @torch.no_grad()
    def evaluate(self) -> float:
        held = self.rows.held_out()
        return sum(float(self.loss_sum(batch, Weights())) for batch in held) / sum(batch.ids.size for batch in held)

    def state(self) -> dict:
        return {
            "shape": vars(self.model.shape), "weights": self.model.state_dict(),
            "optimizer": self.optimizer.state(), "progress": vars(self.progress), "peak": self.peak, "interval": self.interval.state(),
        }  # fmt: skip

    def load(self, state: dict) -> None:
        self.model.load_state_dict(state["weights"])
        self.optimizer.load(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self.interval.load(state["interval"])


def begin_decay(work: Path, checkpoint: RotatingCheckpoint, trainer: Trainer) -> None:
    """Starts the decay when WORK/decay asks, keeping the state before it, from which a later run can go on at the full rate."""
    request = work / "decay"
    if trainer.progress.decay_from is None and request.exists():
        checkpoint.save(trainer.state(), name="before-decay.pt")
        trainer.progress.decay_from, trainer.progress.decay_steps = trainer.progress.step, int(request.read_text())
        request.unlink()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("work", type=Path)
    arguments.add_argument("run")
    arguments.add_argument("--from", dest="base", type=Path, required=True)
    arguments.add_argument("--rate", type=float, default=0.5)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--products", choices=PRODUCTS, default="bf16" if torch.cpu._is_avx512_bf16_supported() else "f32")
    arguments.add_argument("--end-weight", type=float, default=6.0)
    arguments.add_argument("--middle-weight", type=float, default=3.0)
    arguments.add_argument("--unwanted-weight", type=float, default=8.0)
    arguments.add_argument("--rollouts", type=Path, nargs="*", default=[], help="rows made by rollouts.py")
    arguments.add_argument("--rollout-every", type=int, default=2, help="steps")
    arguments.add_argument("--steps", type=int, help="stop after so many steps (for comparisons)")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    folder = options.work / "runs" / options.run
    checkpoint = RotatingCheckpoint(folder)
    saved = checkpoint.newest()
    model = Model(Shape(**saved["shape"])) if saved else read_gguf(options.base)
    rows = Rows(options.work / "rows", options.rollouts, options.rollout_every)
    weights = Weights(options.end_weight, options.middle_weight, options.unwanted_weight)
    trainer = Trainer(model, rows, options.rate, PRODUCTS[options.products], weights)
    if saved:
        trainer.load(saved)
    log = (folder / "log.jsonl").open("a")

    def note(**fields: float) -> None:
        log.write(json.dumps({"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds), **fields}) + "\n")
        log.flush()

    progress = trainer.progress
    last_save = time.monotonic()
    losses: list[float] = []
    while rate_factor(progress, trainer.peak) > 0 and progress.step != options.steps:
        started = time.monotonic()
        if progress.step % EVALUATE_EVERY_STEPS == 0:
            note(held_out=round(trainer.evaluate(), 4))
        losses.append(trainer.step())
        progress.seconds += time.monotonic() - started
        if progress.step % LOG_EVERY_STEPS == 0:
            note(loss=round(float(np.mean(losses)), 4), rate=round(rate_factor(progress, trainer.peak), 4), tokens_per_second=round(progress.tokens / progress.seconds))
            losses.clear()
        if mean := trainer.interval.after(progress.step):
            checkpoint.save({"shape": vars(model.shape), "weights": mean, "progress": vars(progress)}, name=f"mean-{progress.step:05d}.pt")
        if time.monotonic() - last_save > SAVE_EVERY_S:
            checkpoint.save(trainer.state())
            last_save = time.monotonic()
        begin_decay(options.work, checkpoint, trainer)
    note(held_out=round(trainer.evaluate(), 4))
    checkpoint.save(trainer.state(), name="final.pt")
    checkpoint.save(trainer.state())


if __name__ == "__main__":
    # MKL takes one thread for these shapes unless told otherwise: half the speed (measured 148 against 313 GFLOP/s).
    if os.environ.get("MKL_DYNAMIC") != "FALSE":
        os.environ["MKL_DYNAMIC"] = "FALSE"
        # Freed activations stay in the heap: mapping them anew at every step costs a third of the time in page faults.
        os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(1 << 32))
        os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(1 << 34))
        os.execv(sys.executable, [sys.executable, *sys.argv])
    main()
