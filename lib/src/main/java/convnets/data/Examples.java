package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Arrays of inputs and of targets, in memory: PyTorch's {@code TensorDataset}. They stay the
 * caller's, who keeps them open and does not write into them.
 */
public final class Examples implements Source {

  private final NDArray inputs;
  private final NDList targets;

  private Examples(NDArray inputs, NDList targets) {
    this.inputs = inputs;
    this.targets = targets;
  }

  /**
   * Examples by the first axis of each array.
   *
   * @param inputs (N, …), float32, or uint8 for images
   * @param targets one or more, (N, …)
   * @throws IllegalArgumentException if the arrays are not of as many examples
   */
  public static Examples of(NDArray inputs, NDArray... targets) {
    DataType type = inputs.getDataType();
    if (type != DataType.FLOAT32 && type != DataType.UINT8) {
      throw new IllegalArgumentException(
          "inputs (%s) must be float32, or uint8 for images".formatted(type));
    }
    if (targets.length == 0) {
      throw new IllegalArgumentException("targets (none) must be at least one array");
    }
    for (NDArray target : targets) {
      if (target.getShape().get(0) != inputs.getShape().get(0)) {
        throw new IllegalArgumentException(
            "targets %s must be of as many examples as inputs %s"
                .formatted(target.getShape(), inputs.getShape()));
      }
    }
    return new Examples(inputs, new NDList(targets));
  }

  @Override
  public int size() {
    return (int) inputs.getShape().get(0);
  }

  @Override
  public Shape inputShape() {
    return inputs.getShape().slice(1);
  }

  @Override
  public NDManager manager() {
    return inputs.getManager();
  }

  @Override
  public NDList gather(NDManager owner, int... indices) {
    NDList chosen = new NDList(ImageDataset.gather(inputs, owner, indices));
    targets.forEach(target -> chosen.add(ImageDataset.gather(target, owner, indices)));
    return chosen;
  }

  @Override
  public String toString() {
    return "%d examples %s with targets %s"
        .formatted(size(), inputShape(), Arrays.toString(targets.getShapes()));
  }
}
