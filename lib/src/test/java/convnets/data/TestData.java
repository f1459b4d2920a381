package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small random data sets. */
final class TestData {
  private TestData() {}

  /** Random pixels; image i is of class i % classes. */
  static ImageDataset random(
      NDManager manager, int n, int c, int h, int w, int classes, long seed) {
    byte[] pixels = new byte[n * c * h * w];
    new Random(seed).nextBytes(pixels);
    return ImageDataset.of(
        manager,
        pixels,
        new Shape(n, c, h, w),
        IntStream.range(0, n).map(i -> i % classes).toArray(),
        names(classes));
  }

  /** Image i is one grey pixel of value i, class 0. */
  static ImageDataset numbered(NDManager manager, int n) {
    byte[] pixels = new byte[n];
    for (int i = 0; i < n; i++) {
      pixels[i] = (byte) i;
    }
    return ImageDataset.of(manager, pixels, new Shape(n, 1, 1, 1), new int[n], names(1));
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
  }
}
