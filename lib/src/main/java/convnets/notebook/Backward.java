package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.torch.GradMode;
import convnets.torch.LentNumbers;
import convnets.torch.TorchOps;
import java.util.function.Supplier;

/**
 * An output, and what flows back from it.
 *
 * @param gradients one for each source; none if the output has not the shape of the weights
 */
record Backward(NDArray output, NDList gradients) {

  /** The gradient at one of the sources; null if there is none. */
  NDArray gradient(int source) {
    return gradients.isEmpty() ? null : gradients.get(source);
  }

  /**
   * Computes, and then the gradients of the sum of the output's numbers times weights.
   *
   * @param sources arrays that take gradients; what the output does not depend on gets zeros
   * @param weights as many as the output has numbers, so that no two of them count the same
   * @param computation from the sources to the output
   */
  static Backward of(NDList sources, NDArray weights, Supplier<NDArray> computation) {
    sources.forEach(source -> LentNumbers.keep(source.getManager()));
    return GradMode.on(() -> recorded(sources, weights, computation));
  }

  private static Backward recorded(NDList sources, NDArray weights, Supplier<NDArray> computation) {
    NDArray output = computation.get();
    if (output == null || !output.getShape().equals(weights.getShape())) {
      return new Backward(output, new NDList());
    }
    NDArray sum = output.mul(weights).sum();
    for (NDArray source : sources) {
      sum = sum.add(TorchOps.scale(source.sum(), 0)); // autograd wants a sum that it has recorded
    }
    return new Backward(output, TorchOps.gradients(sum, sources));
  }
}
