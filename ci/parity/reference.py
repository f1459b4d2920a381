"""What a network of the zoo is compared with."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

GROUPS = ("residual", "classic", "inception", "mobile")
"""The modules beside this one; each has a dictionary REFERENCES, by the catalogue's names."""


@dataclass(frozen=True)
class Reference:
    """A reference implementation."""

    label: str
    """How a reader finds it: torchvision.models.resnet50."""

    build: Callable[[int], nn.Module]
    """The network for a number of classes."""

    input: tuple[int, int, int] = (3, 224, 224)
    """The image it was published for."""

    small: tuple[int, int, int] = (3, 64, 64)
    """A smaller image for the fixtures."""

    rename: Callable[[str], str] = lambda name: name
    """From the reference's name of a parameter to ours."""

    fixture: bool = True
    """Whether the fixtures hold it: off for the largest, and for those that repeat another's blocks."""

    def parameters(self, net: nn.Module) -> dict[str, Tensor]:
        """Parameters and running statistics by our names."""
        state = net.state_dict(keep_vars=True)
        return {self.rename(name): t for name, t in state.items() if not name.endswith("num_batches_tracked")}


def references() -> dict[str, Reference]:
    """All there are, by the catalogue's names."""
    found: dict[str, Reference] = {}
    for group in GROUPS:
        found |= importlib.import_module(f"ci.parity.{group}").REFERENCES
    return found
