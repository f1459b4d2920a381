package convnets.data;

import ai.djl.ndarray.NDArray;
import convnets.torch.ImageOps;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * One window from each image of a batch, some of them mirrored: neighbouring crops and flips are
 * gathered here and done in one pass.
 */
final class Windows {

  /** A transform that only chooses windows. It leaves bytes bytes. */
  interface Choice extends Transform {

    /** How many pixels of padding it needs on each side. */
    int pad();

    /** Draws for each image, on top of what was chosen before. */
    void draw(Windows windows, SplittableRandom random);

    @Override
    default NDArray apply(NDArray images, SplittableRandom random) {
      Windows windows = new Windows(images);
      draw(windows, random);
      return windows.cut();
    }
  }

  private final NDArray images;
  private final int size;
  private int pad;
  private final int[] rows;
  private final int[] columns;
  private final boolean[] mirrored;
  private boolean moved;

  /** All images as they are, (N, C, H, W), of any type. */
  Windows(NDArray images) {
    this.images = images;
    this.size = (int) images.getShape().get(0);
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

  /** The windows, a new array; the images themselves if nothing was chosen. */
  NDArray cut() {
    if (!moved) {
      return images;
    }
    long[] flips = LongStream.range(0, size).filter(i -> mirrored[(int) i]).toArray();
    return ImageOps.windows(images, pad, rows, columns, flips);
  }
}
