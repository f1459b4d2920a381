"""Comparison with the reference implementations. Needs PyTorch, in an environment of its own (`requirements.in`)."""
