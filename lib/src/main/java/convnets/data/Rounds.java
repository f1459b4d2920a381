package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.BoxOps;
import convnets.torch.HostCopy;
import convnets.torch.ImageOps;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link RandAugment} has drawn. In each round the images that drew the same operation are
 * changed together.
 *
 * @param shape of the images, (N, C, H, W)
 * @param draws for each round, what each image has drawn
 * @param shares whether translations are shares of the image's side
 * @param name of the augmentation, for messages
 */
record Rounds(Shape shape, List<RandAugment.Draw[]> draws, boolean shares, String name)
    implements Change {

  /** How far pixels may be outside of 0 to 1, which a rounding explains. */
  private static final float SLACK = 1e-3f;

  /** What is done to a group of images. */
  private interface Doing {
    NDArray to(NDArray images, Operation operation, float[] magnitudes);
  }

  @Override
  public NDArray images(NDArray images) {
    if (!images.getDevice().isGpu()) { // where looking would be waiting
      checkRange(images);
    }
    return changed(images, (group, operation, magnitudes) -> operation.apply(group, magnitudes));
  }

  private void checkRange(NDArray images) {
    try (NDArray lowest = images.min();
        NDArray highest = images.max()) {
      float low = HostCopy.floats(lowest)[0];
      float high = HostCopy.floats(highest)[0];
      if (!(low >= -SLACK && high <= 1 + SLACK)) {
        throw new IllegalArgumentException(
            ("%s takes pixels from 0 to 1, and was given some from %s to %s: put it before what"
                    + " changes them")
                .formatted(name, low, high));
      }
    }
  }

  /** In the same groups as the images, so that rounding takes a pixel from the same place. */
  @Override
  public NDArray mask(NDArray mask) {
    return Change.asImages(
        mask,
        planes -> {
          try (NDArray floats = planes.toType(DataType.FLOAT32, false);
              NDArray moved = changed(floats, (group, operation, m) -> operation.move(group, m))) {
            return moved.toType(mask.getDataType(), true);
          }
        });
  }

  @Override
  public NDArray boxes(NDArray boxes) {
    NDArray result = boxes;
    for (RandAugment.Draw[] round : draws) {
      NDArray before = result;
      result = moved(before, round);
      if (before != boxes) {
        before.close();
      }
    }
    return result;
  }

  private NDArray moved(NDArray boxes, RandAugment.Draw[] round) {
    float[] matrices = new float[6 * round.length];
    for (int i = 0; i < round.length; i++) {
      Operation operation = round[i].row().operation();
      double[] matrix =
          operation.moves()
              ? destination(operation.origin(magnitude(round[i]), shape))
              : new double[] {1, 0, 0, 0, 1, 0};
      for (int k = 0; k < 6; k++) {
        matrices[6 * i + k] = (float) matrix[k];
      }
    }
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    return BoxOps.move(boxes, matrices, height, width, Target.LEAST_SEEN);
  }

  /**
   * Where a point goes, counted from the upper left corner, by where a point comes from, counted
   * from the centre.
   */
  private double[] destination(double[] origin) {
    double middle = shape.get(3) / 2.0;
    double centre = shape.get(2) / 2.0;
    double determinant = origin[0] * origin[4] - origin[1] * origin[3];
    double a = origin[4] / determinant;
    double b = -origin[1] / determinant;
    double d = -origin[3] / determinant;
    double e = origin[0] / determinant;
    double x = middle + origin[2];
    double y = centre + origin[5];
    return new double[] {a, b, middle - a * x - b * y, d, e, centre - d * x - e * y};
  }

  private NDArray changed(NDArray images, Doing doing) {
    try (NDManager scratch = images.getManager().newSubManager()) {
      NDArray result = images;
      for (RandAugment.Draw[] round : draws) {
        result = once(result, round, doing, scratch);
      }
      if (result != images) {
        result.attach(images.getManager());
      }
      return result;
    }
  }

  /** Sorts the images by operation, changes each group, and sorts them back. */
  private NDArray once(NDArray images, RandAugment.Draw[] round, Doing doing, NDManager scratch) {
    Map<Operation, List<Integer>> groups = new EnumMap<>(Operation.class);
    for (int i = 0; i < round.length; i++) {
      groups.computeIfAbsent(round[i].row().operation(), o -> new ArrayList<>()).add(i);
    }
    long[] places = new long[round.length];
    int place = 0;
    NDList changed = new NDList();
    for (var group : groups.entrySet()) {
      List<Integer> members = group.getValue();
      float[] magnitudes = new float[members.size()];
      for (int k = 0; k < magnitudes.length; k++) {
        int i = members.get(k);
        magnitudes[k] = magnitude(round[i]);
        places[i] = place++;
      }
      NDArray selected =
          ImageOps.select(images, members.stream().mapToLong(Integer::longValue).toArray());
      selected.attach(scratch);
      changed.add(doing.to(selected, group.getKey(), magnitudes));
    }
    NDArray sorted = NDArrays.concat(changed);
    sorted.attach(scratch);
    return ImageOps.select(sorted, places);
  }

  private float magnitude(RandAugment.Draw draw) {
    return draw.magnitude(shape.get(2), shape.get(3), shares);
  }
}
