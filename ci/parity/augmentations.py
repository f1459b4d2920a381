"""Writes what torchvision's augmentations make of small images, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.augmentations

Rows of `augmentations.tsv`: `input`, a name, its shape, its bytes in hexadecimal; then an operation, the input's name,
the magnitude, and the result, each number from 0 to 1 times 65535 in four hexadecimal digits. Rows of
`augmentation_magnitudes.tsv`: a policy, an operation, the bin of 31, height, width, the magnitude.

Posterize and Equalize are defined on bytes, and run on them; the others run on floats.
"""

import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

from ci.parity.fixtures import FOLDER

POLICIES = {"RandAugment": v2.RandAugment(), "TrivialAugmentWide": v2.TrivialAugmentWide()}
BINS = 31
ON_BYTES = ("Posterize", "Equalize")
SHAPES = {"colour": (3, 6, 8), "grey": (1, 7, 5), "flat": (1, 4, 5), "large": (3, 24, 34)}


def inputs() -> dict[str, Tensor]:
    """Noise that is mostly dark, and never quite black or white; and one of a single shade."""
    generator = torch.Generator().manual_seed(1)
    images = {name: (20 + 220 * torch.rand(shape, generator=generator) ** 2).byte() for name, shape in SHAPES.items()}
    images["flat"].fill_(77)
    return images


def cases(height: int, width: int):
    """Policy, operation, bin, magnitude without its sign, whether it has one."""
    for policy, transform in POLICIES.items():
        for operation, (magnitudes, signed) in transform._AUGMENTATION_SPACE.items():
            values = magnitudes(BINS, height, width)
            for b in (0, 9, 30):
                yield policy, operation, b, 0.0 if values is None else float(values[b]), signed


def apply(operation: str, image: Tensor, magnitude: float) -> Tensor:
    image = image if operation in ON_BYTES else image / 255
    policy = POLICIES["RandAugment"]
    result = policy._apply_image_or_video_transform(image, operation, magnitude, InterpolationMode.NEAREST, policy._fill)
    return result / 255 if operation in ON_BYTES else result


def hexadecimal(values: Tensor, digits: int) -> str:
    return "".join(f"{int(v):0{digits}x}" for v in values.flatten())


def main() -> None:
    rows, magnitudes = [], []
    for name, image in inputs().items():
        shape = "x".join(map(str, image.shape))
        rows.append(f"input\t{name}\t{shape}\t{hexadecimal(image, 2)}")
    for name, image in inputs().items():
        _, height, width = image.shape
        seen = set()
        for policy, operation, b, magnitude, signed in cases(height, width):
            magnitudes.append(f"{policy}\t{operation}\t{b}\t{height}\t{width}\t{magnitude:.7g}")
            if name == "large" and operation != "Equalize":  # which leaves small images alone
                continue
            for value in (magnitude, -magnitude) if signed else (magnitude,):
                if (operation, value) not in seen:
                    seen.add((operation, value))
                    result = hexadecimal((apply(operation, image, value) * 65535).round(), 4)
                    rows.append(f"{operation}\t{name}\t{value:.7g}\t{result}")
    (FOLDER / "augmentations.tsv").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    (FOLDER / "augmentation_magnitudes.tsv").write_text("".join(f"{row}\n" for row in magnitudes), encoding="utf-8")


if __name__ == "__main__":
    main()
