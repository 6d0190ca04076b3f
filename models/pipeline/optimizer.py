"""Muon for the matrices (Jordan et al. 2024), AdamW for embeddings and norms, one learning-rate factor over both."""

from __future__ import annotations

import torch
from torch import Tensor

from model import Model

MUON_RATE, ADAM_RATE = 0.02, 3e-3
MUON_DECAY = 0.01
MOMENTUM = 0.95
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


class Optimizer:
    def __init__(self, model: Model, products: torch.dtype) -> None:
        self.model, self.products = model, products
        groups: dict[torch.Size, list[Tensor]] = {}
        for matrix in model.matrices():
            groups.setdefault(matrix.shape, []).append(matrix)
        # Matrices of one shape are orthogonalized in one batch.
        self.groups = list(groups.values())
        self.momenta = [torch.zeros(len(group), *group[0].shape) for group in self.groups]
        self.adam = torch.optim.AdamW(model.others(), lr=ADAM_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True)

    @torch.no_grad()
    def step(self, factor: float) -> None:
        """One update at `factor` times the full rates; gradients are cleared."""
        torch.nn.utils.clip_grad_norm_(self.model.others(), 1.0)
        for group, momentum in zip(self.groups, self.momenta):
            gradient = torch.stack([p.grad for p in group])
            momentum.mul_(MOMENTUM).add_(gradient)
            update = orthogonalized(gradient.add_(momentum, alpha=MOMENTUM), self.products)
            rate = MUON_RATE * factor * max(1.0, update.shape[1] / update.shape[2]) ** 0.5
            for matrix, direction in zip(group, update):
                matrix.mul_(1 - MUON_RATE * factor * MUON_DECAY).sub_(direction, alpha=rate)
        for group in self.adam.param_groups:
            group["lr"] = ADAM_RATE * factor
        self.adam.step()
        self.model.zero_grad(set_to_none=False)

    def state(self) -> dict:
        return {"momenta": self.momenta, "adam": self.adam.state_dict()}

    def load(self, state: dict) -> None:
        for mine, saved in zip(self.momenta, state["momenta"]):
            mine.copy_(saved)
        self.adam.load_state_dict(state["adam"])


def orthogonalized(g: Tensor, products: torch.dtype) -> Tensor:
    """Five Newton-Schulz steps towards the nearest semi-orthogonal matrix. g: [n, rows, columns]; the steps forgive bf16."""
    a, b, c = NEWTON_SCHULZ
    tall = g.shape[1] > g.shape[2]
    x = g.transpose(1, 2) if tall else g
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(products)
    for _ in range(5):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    x = x.to(g.dtype)
    return x.transpose(1, 2) if tall else x
