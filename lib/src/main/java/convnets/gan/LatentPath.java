package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostCopy;

/**
 * Ways from one latent vector to another, to see what a generator makes of what lies between.
 *
 * <p>Of normal numbers in many dimensions nearly all have about the length √D, and the middle of a
 * straight way between two of them is shorter, by √2: a point as the generator has hardly ever
 * seen. A spherical way keeps the length (White 2016, arXiv:1609.04468).
 */
public final class LatentPath {

  /** Where the sine of the angle is smaller, a way is straight but for rounding. */
  private static final double SMALL = 1e-6;

  private LatentPath() {}

  /**
   * (1 − t) a + t b, with t from 0 to 1 in equal steps.
   *
   * @param a (D), or (N, D) for several ways
   * @param b of the same shape
   * @param steps points of each way, both ends among them, at least 2
   * @return (N · steps, D), one way after the other
   */
  public static NDArray straight(NDArray a, NDArray b, int steps) {
    return path(a, b, steps, (t, angle) -> new double[] {1 - t, t});
  }

  /**
   * (sin((1 − t) Ω) a + sin(t Ω) b) / sin Ω, with t from 0 to 1 in equal steps; Ω is the angle
   * between a and b. Vectors of one direction, or of opposite ones, are joined by a straight way.
   *
   * @param a (D), or (N, D) for several ways
   * @param b of the same shape
   * @param steps points of each way, both ends among them, at least 2
   * @return (N · steps, D), one way after the other
   */
  public static NDArray spherical(NDArray a, NDArray b, int steps) {
    return path(a, b, steps, LatentPath::onSphere);
  }

  private static double[] onSphere(double t, double angle) {
    double sine = Math.sin(angle);
    return sine < SMALL
        ? new double[] {1 - t, t}
        : new double[] {Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine};
  }

  /** How much of both ends a point holds. */
  @FunctionalInterface
  private interface Shares {
    double[] at(double t, double angle);
  }

  private static NDArray path(NDArray a, NDArray b, int steps, Shares shares) {
    Shape shape = a.getShape();
    if (!shape.equals(b.getShape()) || shape.dimension() < 1 || shape.dimension() > 2) {
      throw new IllegalArgumentException(
          "a %s and b %s must both be (D) or (N, D)".formatted(shape, b.getShape()));
    }
    if (steps < 2) {
      throw new IllegalArgumentException(
          "steps (" + steps + ") must be at least 2: both ends are among them");
    }
    int size = (int) shape.get(shape.dimension() - 1);
    int ways = (int) (shape.size() / size);
    float[] from = HostCopy.floats(a);
    float[] to = HostCopy.floats(b);
    float[] points = new float[ways * steps * size];
    for (int way = 0; way < ways; way++) {
      double angle = angle(from, to, way * size, size);
      for (int step = 0; step < steps; step++) {
        double[] share = shares.at((double) step / (steps - 1), angle);
        for (int i = 0; i < size; i++) {
          points[(way * steps + step) * size + i] =
              (float) (share[0] * from[way * size + i] + share[1] * to[way * size + i]);
        }
      }
    }
    return a.getManager().create(points, new Shape((long) ways * steps, size));
  }

  /** Between two vectors, from 0 to π; 0 where one of them is 0. */
  private static double angle(float[] a, float[] b, int first, int size) {
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = first; i < first + size; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(ofA) * Math.sqrt(ofB);
    return lengths == 0 ? 0 : Math.acos(Math.max(-1, Math.min(1, product / lengths)));
  }
}
