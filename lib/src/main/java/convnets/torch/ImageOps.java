package convnets.torch;

import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.integers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Native operators on batches of images, each image treated in its own way: what augmentation is
 * made of.
 *
 * <p>Where nothing else is said, images are (N, C, H, W), float32, from 0 to 1, of 1 channel (grey)
 * or 3 (red, green, blue), and there is one factor for each. Colours change as torchvision changes
 * those of tensors. A result is a new array that belongs to the manager of the first argument.
 */
public final class ImageOps {

  /**
   * For numbers that the host reads, where on a GPU it would have to wait for them, and for arrays
   * that a script takes to the device of the images: there the host does not wait for the device,
   * as DJL does when it creates an array on it.
   */
  private static final NDManager HOST = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  private ImageOps() {}

  // Copying.

  /**
   * Numbers on the device of images. On a GPU the host does not wait until the device has done what
   * it was asked for before, as it does in DJL's {@code create}.
   *
   * @param images whose manager owns the result
   */
  public static NDArray beside(NDArray images, float[] numbers, Shape shape) {
    if (!images.getDevice().isGpu()) {
      return images.getManager().create(numbers, shape);
    }
    try (NDArray host = HOST.create(numbers, shape)) {
      return call("on_device_of", images, host);
    }
  }

  /**
   * Rows of an array of any type, copied: (N, …) -> (index.length, …).
   *
   * @param index their places, from 0 to N - 1; repetitions are allowed
   */
  public static NDArray select(NDArray x, long[] index) {
    try (NDArray i = HOST.create(index)) {
      return call("select", x, i);
    }
  }

  /** Bytes, from 0 to 255, as numbers from 0 to 1. */
  public static NDArray floats(NDArray bytes) {
    return call("bytes_to_floats", bytes);
  }

  /**
   * Pads each image with zeros on all four sides, cuts out a window of the original size, and
   * mirrors some of the windows, left to right.
   *
   * @param x of any type
   * @param pad pixels on each side, at least 0
   * @param rows for each image, its window's first row in the padded image, from 0 to 2 pad
   * @param columns for each image, its window's first column, likewise
   * @param mirrored which images to mirror, their places in the batch
   */
  public static NDArray windows(NDArray x, int pad, int[] rows, int[] columns, long[] mirrored) {
    Shape shape = x.getShape();
    long height = shape.get(2) + 2 * pad;
    long width = shape.get(3) + 2 * pad;
    long[] first = new long[rows.length];
    for (int i = 0; i < first.length; i++) {
      first[i] = (i * shape.get(1) * height + rows[i]) * width + columns[i];
    }
    try (NDArray f = HOST.create(first);
        NDArray m = HOST.create(mirrored)) {
      return call("windows", x, f, m, integers(pad));
    }
  }

  /**
   * Moves pixels along straight lines: each takes the value of the pixel nearest to where it comes
   * from, or 0 if that is outside.
   *
   * @param matrices for each image (a, b, c, d, e, f): the pixel at column x and row y, counted
   *     from the image's centre, comes from column ax + by + c and row dx + ey + f
   */
  public static NDArray affine(NDArray images, float[] matrices) {
    Shape shape = new Shape(images.getShape().get(0), 2, 3);
    try (NDArray m = HOST.create(matrices, shape)) {
      return call("affine", images, m);
    }
  }

  /**
   * Has a view of each image's plane fill the image, larger or smaller than it was: linear
   * interpolation, over as many pixels as become one. What is outside of the image is 0.
   *
   * @param views for each image left and top edge, width and height, in pixels
   */
  public static NDArray zoom(NDArray images, double[] views) {
    return view("zoom", images, views);
  }

  /**
   * As {@link #zoom}, of any type: a pixel takes the value of the one in which its centre was.
   *
   * @param x (N, C, H, W)
   */
  public static NDArray zoomNearest(NDArray x, double[] views) {
    return view("zoom_nearest", x, views);
  }

  private static NDArray view(String method, NDArray x, double[] views) {
    try (NDArray v = HOST.create(views, new Shape(x.getShape().get(0), 4))) {
      return call(method, x, v);
    }
  }

  // Colours.

  /** Black at 0, the image at 1, brighter above 1. */
  public static NDArray brightness(NDArray images, float[] factors) {
    return with("brightness", images, factors);
  }

  /** Grey at 0, the image at 1, more colourful above 1. Grey images stay as they are. */
  public static NDArray saturation(NDArray images, float[] factors) {
    return with("saturation", images, factors);
  }

  /** The image's mean grey at 0, the image at 1, more contrast above 1. */
  public static NDArray contrast(NDArray images, float[] factors) {
    return with("contrast", images, factors);
  }

  /**
   * Smoothed by a kernel of 3×3 at 0, the image at 1, sharper above 1. The border stays as it is.
   */
  public static NDArray sharpness(NDArray images, float[] factors) {
    return with("sharpness", images, factors);
  }

  /**
   * Fewer colours: pixels, as bytes, lose their lowest bits.
   *
   * @param bits how many are kept for each image, from 0 to 8
   */
  public static NDArray posterize(NDArray images, int[] bits) {
    float[] steps = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      steps[i] = 1 << 8 - bits[i];
    }
    return with("posterize", images, steps);
  }

  /** Inverts the pixels that are as bright as a threshold or brighter. */
  public static NDArray solarize(NDArray images, float[] thresholds) {
    return with("solarize", images, thresholds);
  }

  /** Stretches each channel of each image to the whole range from 0 to 1. */
  public static NDArray autocontrast(NDArray images) {
    return call("autocontrast", images);
  }

  /** Gives each channel of each image, as bytes, an even histogram, as Pillow does. */
  public static NDArray equalize(NDArray images) {
    return call("equalize", images);
  }

  private static NDArray with(String method, NDArray images, float[] factors) {
    try (NDArray f = HOST.create(factors, new Shape(factors.length, 1, 1, 1))) {
      return call(method, images, f);
    }
  }

  // Mixing.

  /**
   * Each row of a batch, of any shape, and another of the same batch, in given shares: (N, …) ->
   * (N, …).
   *
   * @param partners the place of each row's partner
   * @param share of the row itself, from 0 to 1
   */
  public static NDArray mixup(NDArray x, long[] partners, double share) {
    try (NDArray p = HOST.create(partners);
        NDArray s = HOST.create(share)) {
      return call("mixup", x, p, s);
    }
  }

  /**
   * Pastes a rectangle of each image's partner at the same place.
   *
   * @param partners the place of each image's partner
   * @param bottom the row behind the rectangle
   * @param right the column behind the rectangle
   */
  public static NDArray paste(
      NDArray images, long[] partners, int top, int left, int bottom, int right) {
    try (NDArray p = HOST.create(partners);
        NDArray box = HOST.create(new long[] {top, left, bottom, right})) {
      return call("paste", images, p, box);
    }
  }

  /** (N), int64 -> (N, classes), float32: 1 at the label's place, 0 elsewhere. */
  public static NDArray oneHot(NDArray labels, int classes) {
    return call("one_hot", labels, integers(classes));
  }
}
