package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.ImageOps;

/**
 * A row of numbers for each class: (N) -> (N, size). Parameter: {@code weight} (classes, size),
 * normal with deviation 1 at first, as PyTorch's {@code Embedding}.
 */
final class ClassEmbedding extends Unit {

  private final int classes;
  private final int size;
  private final Parameter weight;

  ClassEmbedding(int classes, int size) {
    this.classes = Checks.positive("classes", classes);
    this.size = Checks.positive("size", size);
    weight =
        parameter(
            "weight", Parameter.Type.WEIGHT, new Shape(classes, size), Initializers.normal(1));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray labels) {
    if (labels.getShape().dimension() != 1) {
      throw new IllegalArgumentException(
          describe() + " takes labels (N), but was given " + labels.getShape());
    }
    if (pass.dry()) {
      return pass.shaped(new Shape(labels.getShape().get(0), size), labels);
    }
    check(labels, classes);
    NDArray chosen = ImageOps.oneHot(labels, classes);
    return chosen.matMul(pass.value(weight, chosen));
  }

  /**
   * Refuses other inputs than two, to a network that is told classes.
   *
   * @param network as it describes itself
   * @param first what it takes besides labels
   */
  static void requireLabelled(String network, String first, NDList inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          "%s takes %s and labels, but was given %d arrays"
              .formatted(network, first, inputs.size()));
    }
  }

  /** Refuses what is no class, except on a GPU. */
  static void check(NDArray labels, int classes) {
    if (labels.getDevice().isGpu()) { // it would have to be waited for
      return;
    }
    for (long label : labels.toLongArray()) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label (" + label + ") must be a class, from 0 to " + (classes - 1));
      }
    }
  }

  @Override
  protected boolean repeatsItself() {
    return false; // it looks at the labels
  }

  @Override
  public String describe() {
    return "embedding of " + classes + " classes, " + size;
  }
}
