"""ResNet and its descendants."""

from torchvision import models

from ci.parity.reference import Reference

REFERENCES = {
    f"resnet{depth}": Reference(
        f"torchvision.models.resnet{depth}",
        lambda classes, name=f"resnet{depth}": getattr(models, name)(num_classes=classes),
    )
    for depth in (18, 34, 50, 101, 152)
}
