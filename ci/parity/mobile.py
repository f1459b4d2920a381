"""MobileNet to EfficientNet."""

from ci.parity.reference import Reference

REFERENCES: dict[str, Reference] = {}
