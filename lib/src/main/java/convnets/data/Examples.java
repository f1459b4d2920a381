package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Arrays of inputs and of targets, in memory: PyTorch's {@code TensorDataset}. They stay the
 * caller's, who keeps them open and does not write into them.
 */
public final class Examples implements Source {

  private final NDArray inputs;
  private final NDList targets;
  private final List<Target> kinds;
  private final List<String> classes;

  private Examples(NDArray inputs, NDList targets, List<Target> kinds, List<String> classes) {
    this.inputs = inputs;
    this.targets = targets;
    this.kinds = kinds;
    this.classes = classes;
  }

  /**
   * Examples by the first axis of each array. The targets are {@link Target#VALUES}, unless {@link
   * #kinds} says otherwise.
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
    List<Target> values = Collections.nCopies(targets.length, Target.VALUES);
    return new Examples(inputs, new NDList(targets), values, List.of());
  }

  /**
   * The same, told what the targets are, so that boxes and masks go along when pixels move.
   *
   * @param kinds one for each target
   * @throws IllegalArgumentException if there are more or fewer, or an array is not of its kind
   */
  public Examples kinds(Target... kinds) {
    if (kinds.length != targets.size()) {
      throw new IllegalArgumentException(
          "kinds %s must be one for each of the %d targets"
              .formatted(Arrays.toString(kinds), targets.size()));
    }
    for (int i = 0; i < kinds.length; i++) {
      kinds[i].check(targets.get(i), inputs.getShape());
    }
    return new Examples(inputs, targets, List.of(kinds), classes);
  }

  /**
   * The same, with names of the classes.
   *
   * @param names in the order of the classes' numbers
   */
  public Examples classes(List<String> names) {
    return new Examples(inputs, targets, kinds, List.copyOf(names));
  }

  @Override
  public List<Target> kinds() {
    return kinds;
  }

  @Override
  public List<String> classes() {
    return classes;
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
    return "%d examples %s with targets %s of %s"
        .formatted(size(), inputShape(), kinds, Arrays.toString(targets.getShapes()));
  }
}
