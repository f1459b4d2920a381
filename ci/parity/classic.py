"""LeNet to DenseNet."""

from ci.parity.reference import Reference

REFERENCES: dict[str, Reference] = {}
