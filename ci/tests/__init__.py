"""Unit tests of the tools; `./course test` runs them."""
