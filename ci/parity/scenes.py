"""Reads scenes that the library has written, as other tools read them: COCO's by pycocotools, VOC's by Pillow.

    .venv-pytorch/bin/python -m ci.parity.scenes

Both must show the same pictures, boxes and masks, and whoever finds just what is marked must have an average precision
of 1.
"""

import contextlib
import io
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from ci import programs

COUNT = 40
SIDE = 72


def pixels(file: Path) -> np.ndarray:
    return np.asarray(Image.open(file))


def compare(coco: COCO, pictures: Path, voc: Path) -> int:
    """How many things were compared"""
    names = (voc / "ImageSets" / "Main" / "scenes.txt").read_text(encoding="utf-8").split()
    assert len(names) == len(coco.imgs) == COUNT
    things = 0
    for image, name in zip(coco.loadImgs(sorted(coco.imgs)), names, strict=True):
        picture = pixels(pictures / image["file_name"])
        assert picture.shape == (image["height"], image["width"], 3)
        assert (picture == pixels(voc / "JPEGImages" / f"{name}.png")).all()
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        objects = ElementTree.parse(voc / "Annotations" / f"{name}.xml").findall("object")
        assert len(annotations) == len(objects)
        classes = np.zeros(picture.shape[:2], np.uint8)
        instances = np.zeros(picture.shape[:2], np.uint8)
        for number, (annotation, one) in enumerate(zip(annotations, objects, strict=True), 1):
            (category,) = coco.loadCats(annotation["category_id"])
            assert category["name"] == one.findtext("name")
            left, top, right, bottom = (float(one.findtext(f"bndbox/{edge}")) for edge in ("xmin", "ymin", "xmax", "ymax"))
            assert annotation["bbox"] == [left - 1, top - 1, right - left + 1, bottom - top + 1]
            inside = coco.annToMask(annotation).astype(bool)
            assert annotation["area"] == inside.sum()
            classes[inside] = annotation["category_id"]
            instances[inside] = number
            things += 1
        assert (classes == pixels(voc / "SegmentationClass" / f"{name}.png")).all()
        assert (instances == pixels(voc / "SegmentationObject" / f"{name}.png")).all()
    return things


def precision(coco: COCO, kind: str) -> float:
    found = [annotation | {"score": 1.0} for annotation in coco.dataset["annotations"]]
    with contextlib.redirect_stdout(io.StringIO()):
        judged = COCOeval(coco, coco.loadRes([dict(one) for one in found]), kind)
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return float(judged.stats[0])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs.output("WriteScenes", str(folder), str(COUNT), str(SIDE))
        with contextlib.redirect_stdout(io.StringIO()):
            coco = COCO(folder / "coco" / "scenes.json")
        things = compare(coco, folder / "coco" / "pictures", folder / "voc")
        for kind in ("bbox", "segm"):
            assert abs(precision(coco, kind) - 1) < 1e-9, kind
    print(f"{COUNT} pictures with {things} things: VOC and COCO show the same, and agree with themselves")


if __name__ == "__main__":
    main()
