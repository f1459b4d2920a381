"""Writes what pycocotools makes of masks and polygons, so that the library's tests need no pycocotools.

    .venv-pytorch/bin/python -m ci.parity.masks

A row of `masks.tsv` holds what it was made of, its number, height and width, and the runs of COCO in its text: of a
`mask`, whose pixels come from the formula in blocks of a few sizes, so that runs are short and long; of a `polygon`,
whose corners come from the formula too, some outside of the picture, some twice. `RunLengthsTest` writes both again.
"""

import numpy as np
from pycocotools import mask as masks

from ci.parity.fixtures import FOLDER, uniform

CASES = 300


def sides(u: list[float]) -> tuple[int, int]:
    return 1 + int(40 * u[0]), 1 + int(50 * u[1])


def mask(number: int) -> str:
    u = uniform(f"mask {number}", 4096).tolist()
    height, width = sides(u)
    share, block = u[2], 1 + int(6 * u[3] ** 2)
    pixels = np.zeros((height, width), np.uint8, order="F")
    for y in range(height):
        for x in range(width):
            pixels[y, x] = u[4 + y // block * 50 + x // block] < share
    return row("mask", number, height, width, masks.encode(pixels))


def polygon(number: int) -> str:
    """Corners in quarters of pixels, up to 10 outside"""
    u = uniform(f"polygon {number}", 64).tolist()
    height, width = sides(u)
    corners = 3 + int(6 * u[2])
    points = []
    for corner in range(corners):
        place = 4 + 2 * (corner if u[3] < 0.8 else corner // 2)
        points.append(int((width + 20) * 4 * u[place]) / 4 - 10)
        points.append(int((height + 20) * 4 * u[place + 1]) / 4 - 10)
    (runs,) = masks.frPyObjects([points], height, width)
    return row("polygon", number, height, width, runs)


def row(what: str, number: int, height: int, width: int, runs: dict) -> str:
    return f"{what}\t{number}\t{height}x{width}\t{runs['counts'].decode()}\n"


def main() -> None:
    rows = [make(number) for make in (mask, polygon) for number in range(CASES)]
    (FOLDER / "masks.tsv").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
