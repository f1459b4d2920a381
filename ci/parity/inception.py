"""GoogLeNet to Xception."""

from ci.parity.reference import Reference

REFERENCES: dict[str, Reference] = {}
