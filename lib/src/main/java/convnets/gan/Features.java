package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import convnets.Options;
import convnets.data.Transform;
import convnets.nn.Linear;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import convnets.torch.ImageOps;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How a trained classifier sees images: the numbers that its last fully connected layer decides by,
 * as the space in which generated images are compared with real ones, and the class that it gives
 * them.
 *
 * <p>Papers take those of Inception-V3, trained on ImageNet. Any classifier will do that knows the
 * images at hand; distances in the features of one say nothing beside those of another.
 *
 * <p>Immutable: each option returns a copy. Images are (N, C, H, W), bytes or numbers from 0 to 1.
 */
public final class Features extends Options<Features> {

  private static final int PORTION = 250;

  private final Unit classifier;
  private List<Transform> transforms = List.of();

  private Features(Unit classifier) {
    this.classifier = classifier;
  }

  /**
   * Of a classifier.
   *
   * @param classifier trained; its last fully connected layer gives the logits
   */
  public static Features of(Unit classifier) {
    return new Features(classifier);
  }

  /** What was done to images from 0 to 1 when the classifier was trained: normalising. */
  public Features transform(Transform... steps) {
    return with(copy -> copy.transforms = List.of(steps));
  }

  /**
   * What the last fully connected layer sees of images.
   *
   * @return (N, D); belongs to the manager of the images
   * @throws IllegalArgumentException if the classifier has no fully connected layer
   */
  public NDArray of(NDArray images) {
    return walk(images, 0);
  }

  /** What the classifier takes each image for. */
  public int[] classes(NDArray images) {
    try (NDArray logits = walk(images, 1);
        NDArray best = logits.argMax(1)) {
      return Arrays.stream(HostCopy.longs(best)).mapToInt(i -> (int) i).toArray();
    }
  }

  /**
   * The share of images that the classifier takes for what they are meant to be.
   *
   * @param labels one for each image
   */
  public double confirmed(NDArray images, int... labels) {
    if (labels.length != images.getShape().get(0)) {
      throw new IllegalArgumentException(
          "labels (%d) must be as many as images %s".formatted(labels.length, images.getShape()));
    }
    int[] classes = classes(images);
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += labels[i] == classes[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /** What {@link #look} gives of each portion, one behind the other: 0 features, 1 logits. */
  private NDArray walk(NDArray images, int which) {
    if (images.getShape().dimension() != 4 || images.getShape().get(0) < 1) {
      throw new IllegalArgumentException(
          "images %s must be (N, C, H, W), at least one".formatted(images.getShape()));
    }
    return Portions.of(
        images.getManager(),
        (int) images.getShape().get(0),
        PORTION,
        (own, from, to) -> {
          NDArray part = images.get(new NDIndex().addSliceDim(from, to));
          part.attach(own);
          return look(prepared(part)).get(which);
        });
  }

  private NDArray prepared(NDArray images) {
    NDArray x = images.getDataType() == DataType.UINT8 ? ImageOps.floats(images) : images;
    for (Transform step : transforms) {
      x = step.apply(x, new SplittableRandom(0)); // those of evaluation draw nothing
    }
    return x;
  }

  /** The inputs of the last fully connected layer, and the logits. */
  private NDList look(NDArray x) {
    NDList seen = new NDList();
    Pass.Observer keep =
        (block, ins, outs) -> {
          if (block instanceof Linear) {
            NDArray copy = ins.head().duplicate(); // the pass frees its own
            NDScope.unregister(copy);
            seen.add(copy);
          }
        };
    try (NDManager copies = x.getManager().newSubManager()) {
      Pass pass = Pass.observed(new ParameterStore(copies, false), false, keep);
      NDArray logits = classifier.run(pass, new NDList(x)).head();
      if (seen.isEmpty()) {
        throw new IllegalArgumentException(
            "classifier has no fully connected layer: take one that ends with linear(…)");
      }
      return new NDList(seen.get(seen.size() - 1), logits);
    }
  }
}
