"""`./course bench`: this library beside PyTorch in one run, each in a process of its own, taking turns."""
