"""PyTorch's half of `./course bench`, in the reference environment: ordinary code, as its tutorials have it."""
