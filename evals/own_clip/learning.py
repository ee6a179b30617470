"""How our own CLIP learns: soft targets that say how true every caption is of every picture, and heads that read the facets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

from .captions import WIDTH as CLAIM_WIDTH
from .facets import NAMES

RATE = 2e-3
WARM_UP = 100
DECAY = 0.05
HEADS = 2.0
"""Weight of the heads' loss: without them nothing is learned in the first hundreds of steps."""
MOST_SCALE = math.log(100)


class Lessons:
    """A model with its throw-away heads and its optimizer."""

    def __init__(self, model: Any, width: int) -> None:
        import torch

        self.model = model
        self.heads = torch.nn.ModuleDict({name: torch.nn.Linear(width, len(NAMES)) for name in ("image", "text")})
        values = [*model.parameters(), *self.heads.parameters()]
        decayed, free = [v for v in values if v.ndim > 1], [v for v in values if v.ndim < 2]
        self._optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": DECAY}, {"params": free, "weight_decay": 0.0}], lr=RATE, betas=(0.9, 0.98)
        )
        self.steps = 0

    def step(
        self, pictures: torch.Tensor, tokens: torch.Tensor, facets: torch.Tensor, claims: torch.Tensor, done: float
    ) -> tuple[float, float]:
        """One batch.

        Args:
            pictures: (B, 3, H, W) normalised.
            tokens: (C, L) captions, of some of them.
            facets: (B, F) of the pictures.
            claims: (C, F) of the captions, NaN where nothing is claimed.
            done: Share of the training that is over, 0 to 1.

        Returns:
            The contrastive loss above the least that the soft targets allow, and the heads' loss.
        """
        import torch

        warm = min(1.0, (self.steps + 1) / WARM_UP)
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * warm * (0.5 + 0.5 * math.cos(math.pi * min(done, 1.0)))
        image, text = self.model.encode_image(pictures), self.model.encode_text(tokens)
        contrast = _contrast(image, text, self.model.logit_scale.exp(), soft_truth(facets, claims))
        read = _read(self.heads["image"](image), facets) + _read(self.heads["text"](text), claims)
        self._optimizer.zero_grad(set_to_none=True)
        (contrast + HEADS * read).backward()
        self._optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(0, MOST_SCALE)
        self.steps += 1
        return float(contrast.detach()), float(read.detach())


def soft_truth(facets: torch.Tensor, claims: torch.Tensor) -> torch.Tensor:
    """(N, M) how true each claim is of each posture; `captions.truth` for tensors."""
    import torch

    claimed, wanted = torch.isfinite(claims).float(), torch.nan_to_num(claims)
    apart = facets**2 @ claimed.T - 2 * facets @ wanted.T + (wanted**2).sum(dim=1)
    return torch.exp(-apart.clamp(min=0) / (2 * CLAIM_WIDTH**2))


def _contrast(image: torch.Tensor, text: torch.Tensor, scale: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Softmax both ways towards the truth of all pairs, for in any batch many captions fit many pictures."""
    from torch.nn import functional

    logits = scale * functional.normalize(image, dim=-1) @ functional.normalize(text, dim=-1).T
    return (_divergence(logits, true) + _divergence(logits.T, true.T)) / 2


def _divergence(logits: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    wanted = (true + 1e-6) / (true + 1e-6).sum(dim=1, keepdim=True)
    return (wanted * (wanted.log() - logits.log_softmax(dim=1))).sum(dim=1).mean()


def _read(said: torch.Tensor, facets: torch.Tensor) -> torch.Tensor:
    """Smooth L1 of facets read off embeddings, over those that are known."""
    import torch
    from torch.nn import functional

    known = torch.isfinite(facets)
    return functional.smooth_l1_loss(said[known], facets[known], beta=0.1)
