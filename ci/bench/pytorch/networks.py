"""The networks of `./course bench` in PyTorch: torchvision's; where it lacks one, timm's; ResNet-20 as usually written.

Each is imported when it is asked for, as a user would do: the memory of libraries that it does not need is not counted.
"""

import torch.nn.functional as F
from torch import Tensor, nn


def network(name: str) -> nn.Module:
    """A network by our catalogue's name, with as many classes."""
    if name == "resnet20":
        return ResNet20()
    if name == "resnest50":
        import timm

        return timm.create_model("resnest50d")
    from torchvision import models

    return getattr(models, name)()


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut without parameters (He et al. 2015, section 4.2, option A)."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride
        self.more = (outputs - inputs) // 2

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.stride > 1:
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.more, self.more))
        return F.relu(out + x)


class ResNet20(nn.Module):
    """The network of section 4.2 for small images: three stages of three blocks, 16, 32 and 64 channels wide."""

    def __init__(self, channels: int = 3, stem_stride: int = 1, classes: int = 10):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 16, 3, stem_stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = self.stage(16, 16, 1)
        self.layer2 = self.stage(16, 32, 2)
        self.layer3 = self.stage(32, 64, 2)
        self.fc = nn.Linear(64, classes)

    @staticmethod
    def stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
        blocks = [BasicBlock(outputs, outputs, 1) for _ in range(2)]
        return nn.Sequential(BasicBlock(inputs, outputs, stride), *blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
