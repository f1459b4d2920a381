package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.BoxOps;
import convnets.torch.ImageOps;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * One window from each image of a batch, some of them mirrored: neighbouring crops and flips are
 * gathered here and done in one pass.
 */
final class Windows implements Change {

  /** A transform that only chooses windows. It leaves bytes bytes. */
  interface Choice extends JointTransform {

    /** How many pixels of padding it needs on each side. */
    int pad();

    /** Draws for each image, on top of what was chosen before. */
    void choose(Windows windows, SplittableRandom random);

    @Override
    default Change draw(Shape images, SplittableRandom random) {
      Windows windows = new Windows(images);
      choose(windows, random);
      return windows;
    }
  }

  private final Shape images;
  private final int size;
  private int pad;
  private final int[] rows;
  private final int[] columns;
  private final boolean[] mirrored;
  private boolean moved;

  /** All images as they are, (N, C, H, W), of any type. */
  Windows(Shape images) {
    this.images = images;
    this.size = (int) images.get(0);
    this.rows = new int[size];
    this.columns = new int[size];
    this.mirrored = new boolean[size];
  }

  /** Whether a choice can be made on top: what a crop has cut off cannot come back by another. */
  boolean accepts(Choice choice) {
    return pad == 0 || choice.pad() == 0;
  }

  /** Chooses a window of the original size in each padded image. */
  void crop(int padding, SplittableRandom random) {
    pad = padding;
    moved = true;
    for (int i = 0; i < size; i++) {
      rows[i] = random.nextInt(2 * pad + 1);
      int column = random.nextInt(2 * pad + 1);
      columns[i] = mirrored[i] ? 2 * pad - column : column; // seen from the image's other side
    }
  }

  /** Mirrors about half of the windows. */
  void flip(SplittableRandom random) {
    moved = true;
    for (int i = 0; i < size; i++) {
      mirrored[i] ^= random.nextBoolean();
    }
  }

  /** The windows, a new array; the images themselves if nothing was chosen. Of any type. */
  @Override
  public NDArray images(NDArray images) {
    if (!moved) {
      return images;
    }
    long[] flips = LongStream.range(0, size).filter(i -> mirrored[(int) i]).toArray();
    return ImageOps.windows(images, pad, rows, columns, flips);
  }

  @Override
  public NDArray mask(NDArray mask) {
    return moved ? Change.asImages(mask, this::images) : mask;
  }

  @Override
  public NDArray boxes(NDArray boxes) {
    if (!moved) {
      return boxes;
    }
    int height = (int) images.get(2);
    int width = (int) images.get(3);
    float[] matrices = new float[6 * size];
    for (int i = 0; i < size; i++) {
      int right = pad - columns[i];
      matrices[6 * i] = mirrored[i] ? -1 : 1;
      matrices[6 * i + 2] = mirrored[i] ? width - right : right;
      matrices[6 * i + 4] = 1;
      matrices[6 * i + 5] = pad - rows[i];
    }
    return BoxOps.move(boxes, matrices, height, width, Target.LEAST_SEEN);
  }
}
