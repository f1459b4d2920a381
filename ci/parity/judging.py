"""Writes what SciPy, scikit-learn and the authors' `prdc` say of clouds of features, so that the library's tests need
none of them.

    .venv-pytorch/bin/python -m ci.parity.judging

A row of `judging.tsv` is a case: its number, the real and the generated samples, the features, k; the Fréchet distance
(with SciPy's matrix square root), the kernel distance (with scikit-learn's polynomial kernel), precision, recall,
density and coverage (prdc 0.2, Naeem et al. 2020); and the point a third of the way along the great circle between
the first real and the first generated sample, both of length 1, as a projection (SciPy's geometric_slerp). Features
come from the formula of `fixtures.py`.
"""

import numpy as np
from prdc import compute_prdc
from scipy.linalg import sqrtm
from scipy.spatial import geometric_slerp
from sklearn.metrics.pairwise import polynomial_kernel

from ci.parity.fixtures import FOLDER, projection, uniform

CASES = 60


def cloud(name: str, rows: int, features: int, spread: float, shift: float, mixed: bool) -> np.ndarray:
    """Uniform numbers around a shift; mixed, each feature holds the ones before it as well"""
    numbers = (uniform(name, rows * features).numpy() - 0.5).reshape(rows, features) * spread + shift
    return (np.cumsum(numbers, axis=1) if mixed else numbers).astype(np.float32)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    first, second = np.atleast_2d(np.cov(a, rowvar=False)), np.atleast_2d(np.cov(b, rowvar=False))
    root = np.real(sqrtm(first @ second))
    apart = a.mean(axis=0) - b.mean(axis=0)
    return float(apart @ apart + np.trace(first) + np.trace(second) - 2 * np.trace(root))


def kernel(a: np.ndarray, b: np.ndarray) -> float:
    n, m = len(a), len(b)
    own, other, across = (polynomial_kernel(x, y, degree=3, coef0=1) for x, y in ((a, a), (b, b), (a, b)))
    return float((own.sum() - np.trace(own)) / (n * (n - 1)) + (other.sum() - np.trace(other)) / (m * (m - 1))
                 - 2 * across.mean())


def case(number: int) -> str:
    features = (1, 2, 3, 5, 8, 17)[number % 6]
    n, m, k = 40 + 37 * (number % 7), 30 + 53 * (number % 5), 1 + number % 5
    a = cloud(f"real {number}", n, features, 1.0, 0.0, number % 2 == 1).astype(np.float64)
    b = cloud(f"fake {number}", m, features, (0.5, 1.0, 1.7)[number % 3], (0.0, 0.3)[number % 2], number % 4 == 3)
    b = b.astype(np.float64)
    found = compute_prdc(real_features=a, fake_features=b, nearest_k=k)
    way = np.nan
    if features > 1:
        ends = a[0] / np.linalg.norm(a[0]), b[0] / np.linalg.norm(b[0])
        way = projection("way", uniform("", features) * 0 + geometric_slerp(*ends, [1 / 3])[0])
    numbers = [frechet(a, b), kernel(a, b), *(found[key] for key in ("precision", "recall", "density", "coverage")), way]
    return "\t".join([*map(str, (number, n, m, features, k)), *(f"{value:.9g}" for value in numbers)])


if __name__ == "__main__":
    (FOLDER / "judging.tsv").write_text("".join(f"{case(i)}\n" for i in range(CASES)), encoding="utf-8")
