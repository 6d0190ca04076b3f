"""Means of the weights over so many steps each. Two ends of one base lie on either side of a better one: a mean forgets what a batch of 8,192
tokens threw them aside, which a falling rate alone does not (Kaddour 2022, latest weight averaging; Hägele et al. 2024, section 4)."""

from __future__ import annotations

import torch

from model import Model

SAMPLE_EVERY_STEPS = 10
INTERVAL_STEPS = 250


class IntervalMean:
    """The sum of a model's weights at every `SAMPLE_EVERY_STEPS`th step since the last interval ended."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.count = 0
        self.sums = {name: torch.zeros_like(one) for name, one in model.state_dict().items()}

    @torch.no_grad()
    def after(self, step: int) -> dict | None:
        """The interval's mean when this step ends one."""
        if step % SAMPLE_EVERY_STEPS == 0:
            self.count += 1
            for name, one in self.model.state_dict().items():
                self.sums[name].add_(one)
        if step % INTERVAL_STEPS:
            return None
        mean = {name: one / self.count for name, one in self.sums.items()}
        self.count = 0
        for one in self.sums.values():
            one.zero_()
        return mean

    def state(self) -> dict:
        return {"count": self.count, "sums": self.sums}

    def load(self, state: dict) -> None:
        self.count = state["count"]
        for name, one in self.sums.items():
            one.copy_(state["sums"][name])
