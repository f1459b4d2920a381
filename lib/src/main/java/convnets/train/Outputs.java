package convnets.train;

import ai.djl.ndarray.NDArray;
import convnets.data.ImageDataset;

/** What a network gives out, held against the data set it is for. */
final class Outputs {

  private Outputs() {}

  /**
   * Whether there is an output for every label. PyTorch sees to that itself on a CPU. On a GPU it
   * finds out too late to say so, and CUDA computes nothing more in the process.
   *
   * @param logits (N, classes)
   * @param highest of the data set's labels, as {@link ImageDataset#highestLabel} says
   * @throws IllegalArgumentException if there is not
   */
  static void check(NDArray logits, int highest) {
    long outputs = logits.getShape().get(1);
    if (highest >= outputs) {
      throw new IllegalArgumentException(
          ("the network has %d outputs, but the data set has labels up to %d: give it as many"
                  + " outputs as the data set has classes")
              .formatted(outputs, highest));
    }
  }
}
