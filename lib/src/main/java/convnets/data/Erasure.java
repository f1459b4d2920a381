package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.BoxOps;
import convnets.torch.ImageOps;
import java.util.Arrays;

/** A rectangle of each image that is seen no more, perhaps filled with something else. */
final class Erasure implements Change {
  private final int size;
  private final int height;
  private final int width;

  /** (N, 4): left, top, right and bottom edge, within the image; all 0 for none. */
  private final float[] rectangles;

  /** Null: zeros. */
  private float[] filling;

  /** Nothing of images (N, C, H, W). */
  Erasure(Shape images) {
    size = (int) images.get(0);
    height = (int) images.get(2);
    width = (int) images.get(3);
    rectangles = new float[4 * size];
  }

  /** Erases a rectangle of an image, as far as it lies inside. */
  void erase(int image, int left, int top, int right, int bottom) {
    rectangles[4 * image] = Math.max(left, 0);
    rectangles[4 * image + 1] = Math.max(top, 0);
    rectangles[4 * image + 2] = Math.min(right, width);
    rectangles[4 * image + 3] = Math.min(bottom, height);
  }

  /**
   * Fills what is erased.
   *
   * @param filling (N, C, H, W), 0 where nothing is erased; null for zeros
   */
  void fill(float[] filling) {
    this.filling = filling;
  }

  @Override
  public NDArray images(NDArray images) {
    try (NDArray kept = kept(images)) {
      NDArray erased = images.mul(kept);
      if (filling != null) {
        try (NDArray filler = ImageOps.beside(images, filling, images.getShape())) {
          erased.addi(filler);
        }
      }
      return erased;
    }
  }

  /** 1 where an image is kept, 0 where it is erased: (N, 1, H, W), float32. */
  private NDArray kept(NDArray beside) {
    // 1 outside the rectangle's rows or columns, 0 inside: a pixel is kept if either is 1.
    float[] rows = new float[size * height];
    float[] columns = new float[size * width];
    Arrays.fill(rows, 1);
    Arrays.fill(columns, 1);
    for (int i = 0; i < size; i++) {
      clear(columns, i * width, rectangles[4 * i], rectangles[4 * i + 2]);
      clear(rows, i * height, rectangles[4 * i + 1], rectangles[4 * i + 3]);
    }
    try (NDArray row = ImageOps.beside(beside, rows, new Shape(size, 1, height, 1));
        NDArray column = ImageOps.beside(beside, columns, new Shape(size, 1, 1, width))) {
      return row.maximum(column);
    }
  }

  private static void clear(float[] array, int start, float from, float to) {
    Arrays.fill(array, start + (int) from, start + (int) to, 0);
  }

  @Override
  public NDArray mask(NDArray mask) {
    try (NDArray kept = kept(mask);
        NDArray factors = kept.toType(mask.getDataType(), false)) {
      return Change.asImages(mask, planes -> planes.mul(factors));
    }
  }

  @Override
  public NDArray boxes(NDArray boxes) {
    return BoxOps.cover(boxes, rectangles, Target.LEAST_SEEN);
  }
}
