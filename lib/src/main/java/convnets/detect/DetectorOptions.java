package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.data.Statistics;
import convnets.data.Transforms;
import convnets.io.Pictures;
import convnets.torch.TorchOps;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.SplittableRandom;

/** All that a {@link Detector} is but its network and task. */
final class DetectorOptions extends Options<DetectorOptions> {

  /** Its name among {@link Detectors}; null for one of the caller's own. */
  String network;

  /** The names of its classes. */
  List<String> classes;

  /** By which pixels from 0 to 1 are normalised; null: not at all. */
  Statistics statistics;

  /** To which pictures are scaled; 0: see the shorter side. */
  int height;

  int width;

  /** To which the shorter side of pictures is scaled; 0: they stay as they are. */
  int shorterSide;

  /** How long the other side is then at most. */
  int longestSide;

  /** Of which both sides are made multiples, by zeros below and on the right. */
  int multiple = 1;

  /** What detections are above. */
  double score = 0.5;

  static DetectorOptions of(String network, List<String> classes) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must name at least one");
    }
    List<String> names = List.copyOf(classes);
    return new DetectorOptions()
        .with(
            o -> {
              o.network = network;
              o.classes = names;
            });
  }

  DetectorOptions size(int height, int width) {
    Checks.positive("height", height);
    Checks.positive("width", width);
    return with(
        o -> {
          o.height = height;
          o.width = width;
          o.shorterSide = 0;
        });
  }

  DetectorOptions shorterSide(int pixels, int longest) {
    Checks.positive("pixels", pixels);
    Checks.positive("longest", longest);
    return with(
        o -> {
          o.height = 0;
          o.width = 0;
          o.shorterSide = pixels;
          o.longestSide = longest;
        });
  }

  /** The height and width at which a picture is looked at. */
  int[] scaled(BufferedImage picture) {
    int h = picture.getHeight();
    int w = picture.getWidth();
    if (height > 0) {
      return new int[] {height, width};
    }
    if (shorterSide == 0) {
      return new int[] {h, w};
    }
    double times = (double) shorterSide / Math.min(h, w);
    times = Math.min(times, (double) longestSide / Math.max(h, w));
    return new int[] {side(h, times), side(w, times)};
  }

  private static int side(int pixels, double times) {
    return (int) Math.max(1, Math.floor(pixels * times));
  }

  /** A picture as the network takes it, (1, 3, H, W). */
  NDArray input(NDManager manager, BufferedImage picture) {
    int h = picture.getHeight();
    int w = picture.getWidth();
    byte[] planes = Pictures.planes(picture);
    float[] shares = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      shares[i] = (planes[i] & 0xFF) / 255f;
    }
    NDArray x = manager.create(shares, new Shape(1, 3, h, w));
    int[] sides = scaled(picture);
    if (sides[0] != h || sides[1] != w) {
      x = TorchOps.resize(x, sides[0], sides[1], false);
    }
    if (statistics != null) {
      x = Transforms.normalise(statistics).apply(x, new SplittableRandom(0));
    }
    int below = (multiple - sides[0] % multiple) % multiple;
    int right = (multiple - sides[1] % multiple) % multiple;
    return below == 0 && right == 0 ? x : TorchOps.pad(x, 0, right, 0, below);
  }
}
