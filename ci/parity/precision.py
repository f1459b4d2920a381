"""Writes what pycocotools and Pascal VOC's rules say of a thousand random detections; torchmetrics must agree.

    .venv-pytorch/bin/python -m ci.parity.precision

A row of `precision.tsv` holds a case: its number; the twelve numbers of COCO's summary; its average precisions and its
recalls by threshold, class, size and limit, each in one number that all of them move; the mean average precision by
VOC's rules of 2012 and of 2007. A case is a few images whose things and detections come from the formula that
`AveragePrecisionReferenceTest` writes again. Their numbers are exact in single precision, many scores are equal, and
many boxes too.
"""

import contextlib
import io

import numpy as np
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torchmetrics.detection import MeanAveragePrecision

from ci.parity.fixtures import FOLDER, projection, uniform

CASES = 1000
CROWDED = 50  # each of so many cases has more detections than COCO's limit
DRAWS = 1 << 14
VOC_OVERLAP = 0.5


class Draws:
    """The numbers of a case, one after another."""

    def __init__(self, case: int):
        self.numbers = uniform(f"case {case}", DRAWS).tolist()
        self.next = 0

    def number(self) -> float:
        self.next += 1
        return self.numbers[self.next - 1]

    def below(self, bound: int) -> int:
        return int(self.number() * bound)


def box(draws: Draws) -> list[float]:
    """Left, top, right and bottom edge, in quarters of pixels; sides from a quarter to 256 pixels"""
    left, top = draws.below(800) / 4, draws.below(800) / 4
    width = (1 + draws.below(1 << (4 + draws.below(7)))) / 4
    height = (1 + draws.below(1 << (4 + draws.below(7)))) / 4
    return [left, top, left + width, top + height]


def near(other: list[float], draws: Draws) -> list[float]:
    """A box with each edge moved by up to an eighth of the side, or not at all"""
    sides = other[2] - other[0], other[3] - other[1]
    return [edge + (draws.below(5) - 2) * sides[i % 2] / 16 for i, edge in enumerate(other)]


def case(number: int) -> tuple[int, list[dict], list[dict]]:
    """How many classes; the things; the detections"""
    draws = Draws(number)
    classes = 1 + draws.below(3)
    truth, found = [], []
    for image in range(1, 2 + draws.below(4)):
        things = []
        for _ in range(draws.below(7)):
            edges = box(draws)
            area = (edges[2] - edges[0]) * (edges[3] - edges[1]) * (2 + draws.below(3)) / 4
            thing = {"edges": edges, "label": draws.below(classes), "crowd": draws.number() < 0.15, "area": area}
            things.append(thing | {"image": image})
        for _ in range(draws.below(400 if number % CROWDED == 0 else 13)):
            if draws.number() < 0.6 and things:
                thing = things[draws.below(len(things))]
                edges = near(thing["edges"], draws)
                label = thing["label"] if draws.number() < 0.85 else draws.below(classes)
            else:
                edges, label = box(draws), draws.below(classes)
            found.append({"edges": edges, "label": label, "score": draws.below(64) / 64, "image": image})
        truth += things
    return classes, truth, found


def coco(classes: int, truth: list[dict], found: list[dict]) -> COCOeval:
    def sides(edges: list[float]) -> list[float]:
        return [edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]]

    def common(thing: dict, number: int) -> dict:
        return {"id": number, "image_id": thing["image"], "category_id": thing["label"], "bbox": sides(thing["edges"])}

    def dataset(annotations: list[dict]) -> COCO:
        made = COCO()
        made.dataset = {
            "images": [{"id": image} for image in range(1, 6)],
            "categories": [{"id": label, "name": str(label)} for label in range(classes)],
            "annotations": annotations,
        }
        made.createIndex()
        return made

    things = [
        common(thing, i + 1) | {"area": thing["area"], "iscrowd": int(thing["crowd"])} for i, thing in enumerate(truth)
    ]
    results = []
    for i, one in enumerate(found):
        ann = common(one, i + 1)
        results.append(ann | {"score": one["score"], "area": ann["bbox"][2] * ann["bbox"][3], "iscrowd": 0})
    judged = COCOeval(dataset(things), dataset(results), "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    return judged


SUMMARY = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large")
SUMMARY += ("mar_1", "mar_10", "mar_100", "mar_small", "mar_medium", "mar_large")


def torchmetrics(truth: list[dict], found: list[dict]) -> list[float]:
    """COCO's twelve numbers, with COCO's thresholds: torchmetrics' own are rounded to single precision, so that a
    recall of just a tenth does not reach 0.1."""

    def of(image: int, things: list[dict], **more: str) -> dict[str, torch.Tensor]:
        own = [thing for thing in things if thing["image"] == image]
        edges = torch.tensor([thing["edges"] for thing in own], dtype=torch.float32).reshape(-1, 4)
        labels = torch.tensor([thing["label"] for thing in own], dtype=torch.int64)
        return {"boxes": edges, "labels": labels} | {
            name: torch.tensor([float(thing[key]) for thing in own]) for name, key in more.items()
        }

    metric = MeanAveragePrecision(
        iou_thresholds=np.linspace(0.5, 0.95, 10).tolist(), rec_thresholds=np.linspace(0, 1, 101).tolist()
    )
    metric.warn_on_many_detections = False
    for image in range(1, 6):
        things = of(image, truth, area="area", iscrowd="crowd")
        metric.update([of(image, found, scores="score")], [things | {"iscrowd": things["iscrowd"].long()}])
    result = metric.compute()
    return [float(result[name]) for name in SUMMARY]


def in_one(name: str, values: np.ndarray) -> float:
    return projection(name, torch.from_numpy(values))


def overlap(a: list[float], b: list[float]) -> float:
    """Intersection over union, between edges: VOC's numbers are those of pixels, the last one included, which is why
    its development kit adds 1 to each side."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def voc(label: int, truth: list[dict], found: list[dict]) -> tuple[np.ndarray, np.ndarray] | None:
    """Recall and precision as VOCevaldet.m of the development kit computes them; nothing without a thing to be found"""
    things = [thing | {"found": False} for thing in truth if thing["label"] == label]
    positives = sum(not thing["crowd"] for thing in things)
    ranked = sorted((one for one in found if one["label"] == label), key=lambda one: -one["score"])
    tp, fp = np.zeros(len(ranked)), np.zeros(len(ranked))
    for d, one in enumerate(ranked):
        best, most = None, -np.inf
        for thing in things:
            if thing["image"] == one["image"] and overlap(one["edges"], thing["edges"]) > most:
                best, most = thing, overlap(one["edges"], thing["edges"])
        if most >= VOC_OVERLAP:
            if not best["crowd"]:
                (fp if best["found"] else tp)[d] = 1
                best["found"] = True
        else:
            fp[d] = 1
    if positives == 0:
        return None
    tp, fp = np.cumsum(tp), np.cumsum(fp)
    return tp / positives, np.divide(tp, tp + fp, out=np.zeros(len(ranked)), where=tp + fp > 0)


def every_point(recall: np.ndarray, precision: np.ndarray) -> float:
    """VOCap.m"""
    r = np.concatenate(([0.0], recall, [1.0]))
    p = np.concatenate(([0.0], precision, [0.0]))
    for i in range(len(p) - 1, 0, -1):
        p[i - 1] = max(p[i - 1], p[i])
    steps = np.where(r[1:] != r[:-1])[0] + 1
    return float(np.sum((r[steps] - r[steps - 1]) * p[steps]))


def eleven_points(recall: np.ndarray, precision: np.ndarray) -> float:
    """As VOCevaldet.m of 2007; recalls are tenths exactly"""
    return sum(max(precision[recall >= t / 10], default=0.0) for t in range(11)) / 11


def row(number: int) -> str:
    classes, truth, found = case(number)
    with contextlib.redirect_stdout(io.StringIO()):
        judged = coco(classes, truth, found)
        theirs = torchmetrics(truth, found)
    assert np.abs(judged.stats - theirs).max() < 1e-6, (number, judged.stats, theirs)
    precisions = judged.eval["precision"].mean(axis=1)  # over recalls: threshold, class, size, limit
    curves = [curve for label in range(classes) if (curve := voc(label, truth, found))]
    by_voc = [np.mean([average(*curve) for curve in curves]) if curves else -1 for average in (every_point, eleven_points)]
    numbers = [*judged.stats, in_one("precision", precisions), in_one("recall", judged.eval["recall"]), *by_voc]
    return "\t".join([str(number), *(f"{value:.8g}" for value in numbers)])


def main() -> None:
    text = "".join(f"{row(number)}\n" for number in range(CASES))
    (FOLDER / "precision.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
