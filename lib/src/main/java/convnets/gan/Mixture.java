package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.torch.HostCopy;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A mixture of equally likely, round normal distributions in the plane, its modes: data of which
 * everything is known, to see what a generator has left out.
 *
 * @param modes (x, y) of each, in the order of their numbers
 * @param sigma the deviation of each, in both directions
 */
public record Mixture(double[][] modes, double sigma) {

  /** A sample is good if it lies this many deviations from a mode, or nearer. */
  private static final double NEAR = 3;

  /** Copies the modes. */
  public Mixture {
    if (modes.length == 0 || Arrays.stream(modes).anyMatch(mode -> mode.length != 2)) {
      throw new IllegalArgumentException(
          "modes %s must be one or more points (x, y)".formatted(Arrays.deepToString(modes)));
    }
    modes = Arrays.stream(modes).map(double[]::clone).toArray(double[][]::new);
    Checks.positive("sigma", sigma);
  }

  /**
   * Modes at equal distances on a circle around 0, the first on the right, counter-clockwise (Metz
   * et al. 2016, arXiv:1611.02163, section 3.1).
   */
  public static Mixture ring(int modes, double radius, double sigma) {
    Checks.positive("modes", modes);
    Checks.positive("radius", radius);
    return new Mixture(
        IntStream.range(0, modes)
            .mapToDouble(i -> 2 * Math.PI * i / modes)
            .mapToObj(angle -> new double[] {radius * Math.cos(angle), radius * Math.sin(angle)})
            .toArray(double[][]::new),
        sigma);
  }

  /** Modes on a square grid around 0, row by row from below. */
  public static Mixture grid(int side, double spacing, double sigma) {
    Checks.positive("side", side);
    Checks.positive("spacing", spacing);
    double first = -spacing * (side - 1) / 2;
    return new Mixture(
        IntStream.range(0, side * side)
            .mapToObj(
                i ->
                    new double[] {
                      first + i % side * spacing, first + (double) (i / side) * spacing
                    })
            .toArray(double[][]::new),
        sigma);
  }

  /**
   * Samples.
   *
   * @param seed decides them: the same on every machine
   * @return (n, 2)
   */
  public NDArray draw(NDManager manager, int n, long seed) {
    Checks.positive("n", n);
    SplittableRandom random = new SplittableRandom(seed);
    float[] points = new float[2 * n];
    for (int i = 0; i < n; i++) {
      put(points, i, random.nextInt(modes.length), random);
    }
    return manager.create(points, new Shape(n, 2));
  }

  /**
   * Samples to train on, each with the number of its mode as its class.
   *
   * @param manager owns the arrays
   * @param seed decides them
   */
  public Examples examples(NDManager manager, int n, long seed) {
    Checks.positive("n", n);
    SplittableRandom random = new SplittableRandom(seed);
    float[] points = new float[2 * n];
    long[] numbers = new long[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = random.nextInt(modes.length);
      put(points, i, (int) numbers[i], random);
    }
    List<String> names = IntStream.range(0, modes.length).mapToObj(i -> "mode " + i).toList();
    return Examples.of(manager.create(points, new Shape(n, 2)), manager.create(numbers))
        .kinds(Target.CLASS)
        .classes(names);
  }

  private void put(float[] points, int i, int mode, SplittableRandom random) {
    // Box and Muller: SplittableRandom has no normal numbers that are the same on every Java.
    double length = sigma * Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    double angle = 2 * Math.PI * random.nextDouble();
    points[2 * i] = (float) (modes[mode][0] + length * Math.cos(angle));
    points[2 * i + 1] = (float) (modes[mode][1] + length * Math.sin(angle));
  }

  /** Which modes samples (N, 2) reach: those with at least one good sample. */
  public ModeCount count(NDArray points) {
    return count(points, 1);
  }

  /**
   * Which modes samples reach.
   *
   * @param points (N, 2)
   * @param least how many good samples a mode must have, to count as covered
   */
  public ModeCount count(NDArray points, int least) {
    Checks.positive("least", least);
    Shape shape = points.getShape();
    if (shape.dimension() != 2 || shape.get(1) != 2 || shape.get(0) < 1) {
      throw new IllegalArgumentException(
          "points %s must be (N, 2), of at least one point".formatted(shape));
    }
    float[] numbers = HostCopy.floats(points);
    int[] perMode = new int[modes.length];
    for (int i = 0; i < numbers.length; i += 2) {
      int mode = nearest(numbers[i], numbers[i + 1]);
      if (distance(mode, numbers[i], numbers[i + 1]) <= NEAR * sigma) {
        perMode[mode]++;
      }
    }
    return new ModeCount(perMode, numbers.length / 2, least);
  }

  private int nearest(double x, double y) {
    int nearest = 0;
    for (int i = 1; i < modes.length; i++) {
      nearest = distance(i, x, y) < distance(nearest, x, y) ? i : nearest;
    }
    return nearest;
  }

  private double distance(int mode, double x, double y) {
    return Math.hypot(x - modes[mode][0], y - modes[mode][1]);
  }
}
