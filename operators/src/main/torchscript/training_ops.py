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
    gradients: List[Tensor], sums: Tensor, clip: float, housekeeping: bool
) -> Optional[Tensor]:
    """What to divide the gradients by, so that their common 2-norm is at most clip.

    None with clip = 0, which means no clipping. The norm before clipping goes to sums[2] when
    clip > 0 or in housekeeping.
    """
    divisor: Optional[Tensor] = None
    if clip > 0.0 or housekeeping:
        norm = torch.linalg.vector_norm(
            torch.stack([torch.linalg.vector_norm(g) for g in gradients])
        )
        sums[2].copy_(norm)
        if clip > 0.0:
            divisor = (norm / clip).clamp(min=1.0)
    return divisor


def add_losses(error: Tensor, fresh: Tensor, sums: Tensor):
    """Adds to sums (float64): [0] the mean loss, [1] the summed loss of samples marked fresh."""
    losses = torch.linalg.vector_norm(error, 2.0, [1]).square_().div_(error.size(1))
    sums[0].add_(losses.mean())
    sums[1].add_((losses * fresh).sum())


def flush(moment: Tensor):
    """Sets to zero what is below 1e-30, far too little to move a weight.

    The moments of a unit that is never active fade by beta a step until they are denormal and get
    stuck there, and arithmetic with denormal numbers is slow.
    """
    torch.hardshrink(moment, 1e-30, out=moment)


def adam_step(
    weights: List[Tensor],
    gradients: List[Tensor],
    first: List[Tensor],
    second: List[Tensor],
    steps: List[Tensor],
    rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    decay: float,
    grad_scale: Optional[Tensor],
):
    """Adam's update, in place, with the steps counted already; gradients are divided by grad_scale."""
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
        add_losses(d, fresh, sums)
        d.mul_(2.0 / (d.size(0) * n))

    @torch.jit.export
    def dense_adam_step(
        self,
        rows: Tensor,
        fresh: Tensor,
        in_shift: Tensor,
        in_scale: Tensor,
        out_shift: Tensor,
        out_scale: Tensor,
        sums: Tensor,
        error: Tensor,
        block_gradient: Tensor,
        weights: List[Tensor],
        first: List[Tensor],
        second: List[Tensor],
        steps: List[Tensor],
        rate: float,
        beta1: float,
        beta2: float,
        epsilon: float,
        decay: float,
        housekeeping: bool,
    ) -> List[Tensor]:
        """A whole training step of dense layers with ReLU between them: forward, mean squared
        error, backward and Adam, in one pass over the weights.

        weights: matrix [out, in] and bias [out] of each layer. The matrices are gone through in
        blocks of rows, last layer first. While a block lies in the cache its part of the error
        is passed down, its gradient made and Adam done, so the gradient of a whole matrix never
        exists. For the last layer its part of the prediction is made right there too: with this
        loss an output's error depends on that output only. Memory thus sees weights and moments
        once in and once out, the least that Adam needs.

        With e = prediction - target [k, n_out], the loss is mean(e^2); error [k, n_out] holds e
        in the end. block_gradient: room for a block's gradient, of any matrix at least one row; it
        sets the size of the blocks. Sums: see mse_gradient. In
        housekeeping the 2-norm of the whole gradient goes to sums[2], and faded moments to zero.
        """
        n = out_shift.size(0)
        count = rows.size(0)
        layers = len(weights) // 2
        x = (rows[:, : in_shift.size(0)] - in_shift).mul_(in_scale)
        activations = [x]
        for layer in range(layers - 1):
            x = torch.addmm(weights[2 * layer + 1], x, weights[2 * layer].t()).relu_()
            activations.append(x)
        torch.sub(rows[:, rows.size(1) - n :], out_shift, out=error)
        error.mul_(out_scale)
        torch.sub(weights[2 * layers - 1], error, out=error)

        torch._foreach_add_(steps, 1)
        squares = torch.zeros([1])
        # The compiler would drop an update of a list that lives in here only as dead code.
        updated: List[Tensor] = [error]
        delta = error
        for above in range(layers):
            layer = layers - 1 - above
            factor = 2.0 / (count * n) if above == 0 else 1.0
            below = activations[layer]
            passed = torch.zeros_like(below)
            weight = weights[2 * layer]
            columns = weight.size(1)
            most = block_gradient.size(0) // columns
            start = 0
            while start < weight.size(0):
                length = min(most, weight.size(0) - start)
                w = weight.narrow(0, start, length)
                d = delta.narrow(1, start, length)
                g = block_gradient.narrow(0, 0, length * columns).view([length, columns])
                if above == 0:
                    d.addmm_(below, w.t())
                if layer > 0:
                    passed.addmm_(d, w, alpha=factor)
                torch.addmm(g, d.t(), below, beta=0.0, alpha=factor, out=g)
                if housekeeping:
                    squares.add_(torch.linalg.vector_norm(g).square_())
                m = first[2 * layer].narrow(0, start, length)
                v = second[2 * layer].narrow(0, start, length)
                updated[0] = w
                adam_step(
                    updated,
                    [g],
                    [m],
                    [v],
                    [steps[2 * layer]],
                    rate,
                    beta1,
                    beta2,
                    epsilon,
                    decay,
                    None,
                )
                if housekeeping:
                    flush(m)
                    flush(v)
                start += length
            g = delta.sum([0]).mul_(factor)
            if housekeeping:
                squares.add_(torch.linalg.vector_norm(g).square_())
            updated[0] = weights[2 * layer + 1]
            adam_step(
                updated,
                [g],
                [first[2 * layer + 1]],
                [second[2 * layer + 1]],
                [steps[2 * layer + 1]],
                rate,
                beta1,
                beta2,
                epsilon,
                decay,
                None,
            )
            if housekeeping:
                flush(first[2 * layer + 1])
                flush(second[2 * layer + 1])
            delta = passed.mul_(below > 0)
        if housekeeping:
            sums[2].copy_(squares.sqrt_()[0])
        add_losses(error, fresh, sums)
        return updated

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
        housekeeping: bool,
    ):
        """One step of Adam (arXiv 1412.6980), in place; then the gradients are zeroed.

        Clipping and norm: see gradient_divisor. In housekeeping faded moments become zero.
        """
        grad_scale = gradient_divisor(gradients, sums, clip, housekeeping)
        torch._foreach_add_(steps, 1)
        adam_step(
            weights,
            gradients,
            first,
            second,
            steps,
            rate,
            beta1,
            beta2,
            epsilon,
            decay,
            grad_scale,
        )
        if housekeeping:
            for m, v in zip(first, second):
                flush(m)
                flush(v)
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
        housekeeping: bool,
    ):
        """One step of plain stochastic gradient descent, in place; then the gradients are zeroed.

        w -= rate * (g / divisor + decay * w); for the divisor see gradient_divisor.
        """
        divisor = gradient_divisor(gradients, sums, clip, housekeeping)
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
