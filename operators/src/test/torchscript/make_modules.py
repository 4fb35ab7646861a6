"""Writes the modules of TorchScriptTest to ../resources/io/penstock/surrogate/*.pt.

Run once after a change, with any PyTorch from 1.13 on; the results are checked in so that a build
needs no Python:   python3 make_modules.py
"""

import io
import os
import zipfile

import torch
from torch import Tensor, nn


class Direct(nn.Module):
    """Scalars [k, 3] -> [k, 12], by dense layers with softplus(x) - ln 2 (SchNet's) between them.

    One layer is frozen: a constant that is not trained.
    """

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 24)
        self.second = nn.Linear(24, 24)
        self.mixing = nn.Linear(24, 24, bias=False)
        self.last = nn.Linear(24, 12)
        self.mixing.requires_grad_(False)
        self.register_buffer("shift", torch.log(torch.tensor(2.0)))

    def activation(self, x: Tensor) -> Tensor:
        return nn.functional.softplus(x) - self.shift

    def forward(self, scalars: Tensor) -> Tensor:
        x = self.activation(self.first(scalars))
        x = self.activation(self.second(x) + self.mixing(x))
        return self.last(x)


class Ring(nn.Module):
    """Scalars [k, 3] and fields [k, 1, 3, 4], read as a ring of 12 cells -> [k, 1, 3, 4].

    The same convolution is done twice: its weights are found under two names.
    """

    def __init__(self):
        super().__init__()
        self.lift = nn.Conv1d(4, 16, 5, padding=2, padding_mode="circular")
        self.inner = nn.Conv1d(16, 16, 3, padding=1, padding_mode="circular")
        self.again = self.inner
        self.project = nn.Conv1d(16, 1, 1)

    def forward(self, scalars: Tensor, fields: Tensor) -> Tensor:
        u = fields.flatten(2)
        given = scalars.unsqueeze(2).expand(-1, -1, u.size(2))
        x = torch.tanh(self.lift(torch.cat([u, given], 1)))
        x = x + torch.tanh(self.inner(x))
        x = x + torch.tanh(self.again(x))
        return (u + self.project(x)).view_as(fields)


class Refused(nn.Module):
    """What the modules that are refused have in common."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(3, 12)


class TwoArguments(Refused):
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return self.last(a + b)


class NoForward(Refused):
    @torch.jit.export
    def apply_to(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)


class WrongWidth(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 12)

    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)


class NoTensor(Refused):
    def forward(self, scalars: Tensor) -> float:
        return float(self.last(scalars).sum())


class Seven(Refused):
    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)[:, :7]


class OneSample(Refused):
    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)[:1]


class DoubleOutputs(Refused):
    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars).double()


class NoParameters(nn.Module):
    def forward(self, scalars: Tensor) -> Tensor:
        return scalars.repeat(1, 4)


class Doubles(Refused):
    def __init__(self):
        super().__init__()
        self.double()

    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars.double()).float()


class Transposed(Refused):
    def __init__(self):
        super().__init__()
        self.last.weight = nn.Parameter(torch.ones(3, 12).t())

    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)


class Unused(Refused):
    def __init__(self):
        super().__init__()
        self.other = nn.Parameter(torch.ones(2))

    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars)


class Running(Refused):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(12)

    def forward(self, scalars: Tensor) -> Tensor:
        return self.norm(self.last(scalars))


class Random(Refused):
    def forward(self, scalars: Tensor) -> Tensor:
        return torch.dropout(self.last(scalars), 0.5, self.training)


class InPlace(Refused):
    def forward(self, scalars: Tensor) -> Tensor:
        return self.last(scalars.mul_(2.0))


def without_debug_files(archive: bytes) -> bytes:
    """Drops the source positions, which name the folder this script was run in."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as target:
            for entry in source.infolist():
                if not entry.filename.endswith(".debug_pkl"):
                    target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry))
    return result.getvalue()


MODULES = {
    "direct": Direct,
    "ring": Ring,
    "two-arguments": TwoArguments,
    "no-forward": NoForward,
    "no-tensor": NoTensor,
    "wrong-width": WrongWidth,
    "seven-outputs": Seven,
    "one-sample": OneSample,
    "float64-outputs": DoubleOutputs,
    "no-parameters": NoParameters,
    "doubles": Doubles,
    "transposed": Transposed,
    "unused-parameter": Unused,
    "running-mean": Running,
    "dropout": Random,
    "in-place": InPlace,
}

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.path.join(here, "..", "resources", "io", "penstock", "surrogate")
    for name, module in MODULES.items():
        torch.manual_seed(1)
        buffer = io.BytesIO()
        torch.jit.save(torch.jit.script(module()), buffer)
        path = os.path.join(folder, name + ".pt")
        with open(path, "wb") as file:
            file.write(without_debug_files(buffer.getvalue()))
        print("wrote", os.path.normpath(path), os.path.getsize(path), "bytes")
