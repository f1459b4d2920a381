package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.io.Pictures;
import convnets.torch.TorchOps;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a trained network expects to be done to a picture, as torchvision and timm do it: scale its
 * shorter side, cut out the middle, subtract a mean and divide by a deviation for each channel.
 *
 * @param shorterSide pixels of the shorter side after scaling
 * @param crop height and width of the middle that is kept
 * @param bicubic whether pixels are interpolated by cubics, or else linearly
 * @param mean of red, green and blue, with pixels from 0 to 1
 * @param deviation of red, green and blue
 */
public record Preprocessing(
    int shorterSide, int crop, boolean bicubic, List<Double> mean, List<Double> deviation) {

  /** Checks sizes and deviations. */
  public Preprocessing {
    Checks.positive("crop", crop);
    if (shorterSide < crop) {
      throw new IllegalArgumentException(
          "shorterSide (" + shorterSide + ") must be at least crop (" + crop + ")");
    }
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    deviation.forEach(d -> Checks.positive("deviation", d));
  }

  /** With the statistics of ImageNet's pixels. */
  static Preprocessing imageNet(int shorterSide, int crop, boolean bicubic) {
    return new Preprocessing(
        shorterSide, crop, bicubic, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  }

  /** For networks that take pixels from −1 to 1, as those that came from TensorFlow do. */
  Preprocessing symmetric() {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return new Preprocessing(shorterSide, crop, bicubic, half, half);
  }

  /** A picture as the network takes it: (1, 3, crop, crop). */
  public NDArray apply(NDManager manager, BufferedImage picture) {
    int height = picture.getHeight();
    int width = picture.getWidth();
    NDArray bytes =
        manager.create(
            ByteBuffer.wrap(Pictures.planes(picture)),
            new Shape(1, 3, height, width),
            DataType.UINT8);
    int scaledHeight = scaled(height, width);
    int scaledWidth = scaled(width, height);
    // Pillow scales bytes to bytes, first along the rows.
    NDArray pixels = bytes.toType(DataType.FLOAT32, false);
    pixels = whole(TorchOps.resize(pixels, height, scaledWidth, bicubic));
    pixels = whole(TorchOps.resize(pixels, scaledHeight, scaledWidth, bicubic));
    int top = (int) Math.round((scaledHeight - crop) / 2.0);
    int left = (int) Math.round((scaledWidth - crop) / 2.0);
    NDArray middle = pixels.get(":, :, {}:{}, {}:{}", top, top + crop, left, left + crop);
    return middle.div(255).sub(channels(manager, mean)).div(channels(manager, deviation));
  }

  private static NDArray whole(NDArray pixels) {
    return pixels.round().clip(0, 255);
  }

  /** A side's new length: the shorter one's is given, the longer one keeps the proportion. */
  private int scaled(int side, int other) {
    return side <= other ? shorterSide : (int) ((long) shorterSide * side / other);
  }

  private static NDArray channels(NDManager manager, List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return manager.create(floats, new Shape(1, floats.length, 1, 1));
  }
}
