package convnets.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Statistics;
import convnets.data.Transform;
import convnets.data.Transforms;
import convnets.io.Pictures;
import convnets.torch.TorchOps;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * All that a {@link Segmenter} is but the weights.
 *
 * @param network its name among {@link Segmenters}; empty of one of the caller's own
 * @param classes the names of its outputs
 * @param statistics by which pixels from 0 to 1 are normalised; empty: not at all
 * @param shorterSide to which pictures are scaled; 0: they stay as they are
 */
record SegmenterOptions(
    Optional<String> network,
    List<String> classes,
    Optional<Statistics> statistics,
    int shorterSide) {

  SegmenterOptions {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must name the background at least");
    }
    classes = List.copyOf(classes);
  }

  static SegmenterOptions of(Optional<String> network, List<String> classes) {
    return new SegmenterOptions(network, classes, Optional.empty(), 0);
  }

  SegmenterOptions named(String network) {
    return new SegmenterOptions(Optional.of(network), classes, statistics, shorterSide);
  }

  SegmenterOptions normalised(Statistics statistics) {
    return new SegmenterOptions(network, classes, Optional.of(statistics), shorterSide);
  }

  SegmenterOptions shorterSide(int pixels) {
    return new SegmenterOptions(network, classes, statistics, Checks.positive("pixels", pixels));
  }

  /** A picture as the network takes it: (1, 3, H, W). */
  NDArray input(NDManager manager, BufferedImage picture) {
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] planes = Pictures.planes(picture);
    float[] shares = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      shares[i] = (planes[i] & 0xFF) / 255f;
    }
    NDArray x = manager.create(shares, new Shape(1, 3, height, width));
    if (shorterSide > 0) {
      double times = (double) shorterSide / Math.min(height, width);
      x = TorchOps.resize(x, scaled(height, times), scaled(width, times), false);
    }
    return transform().apply(x, new SplittableRandom(0));
  }

  /** What is done to images with pixels from 0 to 1. */
  Transform transform() {
    return statistics
        .map(Transforms::normalise)
        .orElseGet(() -> Transform.ofColours((images, random) -> images));
  }

  private static int scaled(int side, double times) {
    return (int) Math.max(1, Math.round(side * times));
  }
}
