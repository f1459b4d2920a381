package convnets.gan;

import ai.djl.ndarray.NDArray;
import convnets.data.Transform;
import convnets.torch.TorchOps;

/**
 * Between the pixels of batches and plots, from 0 to 1, and those that a generator with a tanh at
 * its end makes, from −1 to 1.
 */
public final class Pixels {

  private Pixels() {}

  /** For {@code Training.transform}: pixels from 0 to 1 become pixels from −1 to 1. */
  public static Transform signed() {
    return Transform.ofColours((images, random) -> toSigned(images));
  }

  /** From 0 … 1 to −1 … 1: 2x − 1. */
  public static NDArray toSigned(NDArray pixels) {
    return TorchOps.scale(pixels, 2).sub(1);
  }

  /** From −1 … 1 to 0 … 1: (x + 1) / 2, and what lies beyond is cut off. */
  public static NDArray toUnit(NDArray pixels) {
    return TorchOps.scale(pixels.add(1), 0.5).clip(0, 1);
  }
}
