"""Writes ../resources/io/penstock/training/training-ops.pt, the tensor work of a training step.

Run once after a change, with any PyTorch from 1.13 on; the result is checked in so that a build
needs no Python:   python3 training_ops.py

Every method is called without autograd. Tensors are float32 unless said otherwise; a *row* is a
sample's inputs followed by its outputs; the normalised value of q is (q - shift) * scale.
"""

import io
import os
import zipfile
from typing import List, Optional

import torch
from torch import Tensor


def gradient_divisor(
    gradients: List[Tensor], sums: Tensor, clip: float, norm_wanted: bool
) -> Optional[Tensor]:
    """What to divide the gradients by, so that their common 2-norm is at most clip.

    None with clip = 0, which means no clipping. The norm before clipping goes to sums[2] when
    clip > 0 or norm_wanted.
    """
    divisor: Optional[Tensor] = None
    if clip > 0.0 or norm_wanted:
        norm = torch.linalg.vector_norm(
            torch.stack([torch.linalg.vector_norm(g) for g in gradients])
        )
        sums[2].copy_(norm)
        if clip > 0.0:
            divisor = (norm / clip).clamp(min=1.0)
    return divisor


class TrainingOps(torch.nn.Module):
    @torch.jit.export
    def inputs(self, rows: Tensor, shift: Tensor, scale: Tensor, x: Tensor):
        """x [k, n_in] = normalised inputs of rows [k, n_in + n_out]."""
        torch.sub(rows[:, : shift.size(0)], shift, out=x)
        x.mul_(scale)

    @torch.jit.export
    def mse_gradient(
        self,
        prediction: Tensor,
        rows: Tensor,
        shift: Tensor,
        scale: Tensor,
        fresh: Tensor,
        sums: Tensor,
        d: Tensor,
    ):
        """d [k, n_out] = gradient of the mean squared error with respect to the prediction.

        With e = prediction - target, loss = mean(e^2), gradient = 2 e / (k n_out).
        Adds to sums (float64): [0] the loss, [1] the summed loss of the samples marked 1 in
        fresh [k].
        """
        n = shift.size(0)
        torch.sub(rows[:, rows.size(1) - n :], shift, out=d)
        d.mul_(scale)
        torch.sub(prediction, d, out=d)
        per_sample = torch.linalg.vector_norm(d, 2.0, [1]).square_().div_(n)
        sums[0].add_(per_sample.mean())
        sums[1].add_((per_sample * fresh).sum())
        d.mul_(2.0 / (d.size(0) * n))

    @torch.jit.export
    def adam(
        self,
        weights: List[Tensor],
        gradients: List[Tensor],
        first: List[Tensor],
        second: List[Tensor],
        steps: List[Tensor],
        sums: Tensor,
        rate: float,
        beta1: float,
        beta2: float,
        epsilon: float,
        decay: float,
        clip: float,
        norm_wanted: bool,
    ):
        """One step of Adam (arXiv 1412.6980), in place; then the gradients are zeroed.

        Clipping and norm: see gradient_divisor.
        """
        grad_scale = gradient_divisor(gradients, sums, clip, norm_wanted)
        torch._foreach_add_(steps, 1)
        torch._fused_adam_(
            weights,
            gradients,
            first,
            second,
            [],
            steps,
            lr=rate,
            beta1=beta1,
            beta2=beta2,
            weight_decay=decay,
            eps=epsilon,
            amsgrad=False,
            maximize=False,
            grad_scale=grad_scale,
            found_inf=None,
        )
        torch._foreach_zero_(gradients)

    @torch.jit.export
    def sgd(
        self,
        weights: List[Tensor],
        gradients: List[Tensor],
        sums: Tensor,
        rate: float,
        decay: float,
        clip: float,
        norm_wanted: bool,
    ):
        """One step of plain stochastic gradient descent, in place; then the gradients are zeroed.

        w -= rate * (g / divisor + decay * w); for the divisor see gradient_divisor.
        """
        divisor = gradient_divisor(gradients, sums, clip, norm_wanted)
        if divisor is not None:
            torch._foreach_div_(gradients, [divisor for _ in gradients])
        if decay > 0.0:
            torch._foreach_add_(gradients, weights, alpha=decay)
        torch._foreach_add_(weights, gradients, alpha=-rate)
        torch._foreach_zero_(gradients)

    @torch.jit.export
    def errors(
        self, prediction: Tensor, rows: Tensor, shift: Tensor, scale: Tensor, sums: Tensor
    ):
        """Adds to sums (float64), with t the normalised outputs and d = prediction - t:
        [0] sum d^2, [1] sum (d / scale)^2, [2] sum t, [3] sum t^2."""
        n = shift.size(0)
        t = ((rows[:, rows.size(1) - n :] - shift) * scale).double()
        d = prediction.double() - t
        sums[0].add_(d.square().sum())
        sums[1].add_((d / scale).square().sum())
        sums[2].add_(t.sum())
        sums[3].add_(t.square().sum())

    def forward(self, x: Tensor) -> Tensor:
        return x


def without_debug_files(archive: bytes) -> bytes:
    """Drops the source positions, which name the folder this script was run in."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as target:
            for entry in source.infolist():
                if not entry.filename.endswith(".debug_pkl"):
                    target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry))
    return result.getvalue()


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(
        here, "..", "resources", "io", "penstock", "training", "training-ops.pt"
    )
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(TrainingOps()), buffer)
    with open(path, "wb") as file:
        file.write(without_debug_files(buffer.getvalue()))
    print("wrote", os.path.normpath(path), os.path.getsize(path), "bytes")
