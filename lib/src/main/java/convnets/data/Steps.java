package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import convnets.Lists;
import convnets.torch.ImageOps;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is done to a batch's images and targets, first to last. Each step has a generator of its
 * own, the same as if all had been put together by {@link Transform#andThen}.
 *
 * @param transforms the steps
 * @param kinds of the targets
 */
record Steps(List<Transform> transforms, List<Target> kinds) {

  /**
   * These, then others.
   *
   * @throws IllegalArgumentException if one does not say what it does to the targets, or would get
   *     other pixels than it can take
   */
  Steps then(List<Transform> more) {
    for (Transform transform : more) {
      if (Target.anyPlaced(kinds) && !(transform instanceof JointTransform)) {
        throw new IllegalArgumentException(
            ("transform %d of %d does not say whether it moves pixels, and targets %s must move"
                    + " along: if it moves none, say Transform.ofColours(…), otherwise make it a"
                    + " JointTransform")
                .formatted(more.indexOf(transform) + 1, more.size(), kinds));
      }
    }
    List<Transform> all = Lists.and(transforms, more);
    checkOrder(all.stream().flatMap(InTurn::parts).toList());
    return new Steps(all, kinds);
  }

  /** What takes pixels from 0 to 1 does not come behind what normalises them, once. */
  private static void checkOrder(List<Transform> all) {
    boolean normalised = false;
    for (Transform transform : all) {
      if (normalised && transform instanceof Normalisation) {
        throw new IllegalArgumentException(
            "normalise comes twice, and the second time pixels are normalised already: leave one"
                + " away");
      }
      normalised |= transform instanceof Normalisation;
      if (normalised && transform instanceof RandAugment augment) {
        throw new IllegalArgumentException(
            augment + " takes pixels from 0 to 1, and comes after normalise: put it before");
      }
    }
  }

  /**
   * Transforms a batch.
   *
   * @param example inputs, as bytes or floats, then targets
   * @return float32 inputs and the targets of {@link Target}, of the inputs' manager
   */
  NDList apply(NDList example, SplittableRandom random) {
    SplittableRandom[] generators = generators(random);
    NDList changed = example;
    int next = 0;
    if (example.head().getDataType() == DataType.UINT8) {
      // Crops and flips that come first are done on the bytes, in one pass.
      Windows windows = new Windows(example.head().getShape());
      while (next < generators.length
          && transforms.get(next) instanceof Windows.Choice choice
          && windows.accepts(choice)) {
        choice.choose(windows, generators[next++]);
      }
      changed = after(windows, example);
      changed.set(0, ImageOps.floats(changed.head()));
    }
    for (; next < generators.length; next++) {
      changed = after(transforms.get(next), changed, generators[next]);
    }
    return numbers(changed);
  }

  private NDList after(Transform transform, NDList example, SplittableRandom random) {
    if (transform instanceof JointTransform joint) {
      return after(joint.draw(example.head().getShape(), random), example);
    }
    NDList changed = new NDList(transform.apply(example.head(), random));
    return changed.addAll(example.subNDList(1));
  }

  private NDList after(Change change, NDList example) {
    NDList changed = new NDList(change.images(example.head()));
    for (int i = 0; i < kinds.size(); i++) {
      changed.add(kinds.get(i).after(change, example.get(i + 1)));
    }
    return changed;
  }

  /** Masks that came as bytes, as int64. */
  private NDList numbers(NDList example) {
    NDList numbers = new NDList(example);
    for (int i = 0; i < kinds.size(); i++) {
      NDArray target = example.get(i + 1);
      if (kinds.get(i).isMask() && target.getDataType() == DataType.UINT8) {
        numbers.set(i + 1, target.toType(DataType.INT64, false));
      }
    }
    return numbers;
  }

  /** One for each step. */
  private SplittableRandom[] generators(SplittableRandom random) {
    SplittableRandom[] generators = new SplittableRandom[transforms.size()];
    SplittableRandom left = random;
    for (int i = generators.length - 1; i > 0; i--) {
      SplittableRandom before = left.split();
      generators[i] = left.split();
      left = before;
    }
    if (generators.length > 0) {
      generators[0] = left;
    }
    return generators;
  }
}
