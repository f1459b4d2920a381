package convnets.nn;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;

/** How weights start, as in the papers and as in PyTorch's modules. */
public final class Initializers {

  private Initializers() {}

  /**
   * He's normal initialisation that keeps the variance of gradients: a normal distribution with
   * deviation √(2 / fan-out), fan-out = output channels × kernel area. (He et al., "Delving Deep
   * into Rectifiers", 2015, equation 14; torchvision's {@code kaiming_normal_(mode="fan_out")},
   * which like this one does not divide by groups.)
   */
  public static Initializer heFanOut() {
    return (manager, shape, type) ->
        manager.randomNormal(
            0, (float) Math.sqrt(2.0 / (shape.get(0) * kernelArea(shape))), shape, type);
  }

  /**
   * He's normal initialisation that keeps the variance of activations: deviation √(2 / fan-in),
   * fan-in = input channels of a group × kernel area. (He et al. 2015, equation 10.)
   */
  public static Initializer heFanIn() {
    return (manager, shape, type) ->
        manager.randomNormal(0, (float) Math.sqrt(2.0 / fanIn(shape)), shape, type);
  }

  /**
   * He's initialisation from a uniform distribution: over ±√(6 / fan-in). (PyTorch's {@code
   * kaiming_uniform_} as it is by default.)
   */
  public static Initializer heUniform() {
    return uniformByFanIn(Math.sqrt(6));
  }

  /** What PyTorch's convolutions and fully connected layers start as: uniform over ±1/√fan-in. */
  public static Initializer pytorchUniform() {
    return uniformByFanIn(1);
  }

  private static Initializer uniformByFanIn(double gain) {
    return (manager, shape, type) ->
        uniform(gain / Math.sqrt(fanIn(shape))).initialize(manager, shape, type);
  }

  /**
   * Glorot's initialisation: uniform over ±√(6 / (fan-in + fan-out)). (Glorot and Bengio,
   * "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16;
   * PyTorch's {@code xavier_uniform_}.)
   */
  public static Initializer xavier() {
    return (manager, shape, type) -> {
      long fanOut = shape.get(0) * kernelArea(shape);
      return uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut))).initialize(manager, shape, type);
    };
  }

  /** A normal distribution with mean zero and the given deviation. */
  public static Initializer normal(double deviation) {
    return (manager, shape, type) -> manager.randomNormal(0, (float) deviation, shape, type);
  }

  /** A normal distribution with mean zero and the given deviation, cut off at two deviations. */
  public static Initializer truncatedNormal(double deviation) {
    return (manager, shape, type) -> manager.truncatedNormal(0, (float) deviation, shape, type);
  }

  /** A uniform distribution over [−bound, bound). */
  public static Initializer uniform(double bound) {
    return (manager, shape, type) ->
        manager.randomUniform((float) -bound, (float) bound, shape, type);
  }

  /**
   * The kernel by which a transposed convolution of stride s = ⌈k / 2⌉ interpolates bilinearly,
   * each channel by itself: (1 − |x − c| / s) (1 − |y − c| / s), c the kernel's centre; 0 between
   * two channels. (Long et al., "Fully Convolutional Networks for Semantic Segmentation", 2015,
   * arXiv:1411.4038, section 4.1.) A kernel of 2s, or 2s − 1 for an odd s, gives what {@code
   * Layers.upsample(s).bilinear()} does, but for the outermost pixels, which it sees beside zeros.
   *
   * <p>For weights (channels, channels / groups, k, k), of 1 or of as many groups as channels.
   */
  public static Initializer bilinear() {
    return (manager, shape, type) -> {
      float[] kernel = tent((int) shape.get(2), (int) shape.get(3));
      int filters = (int) shape.get(0);
      int each = (int) shape.get(1);
      float[] weights = new float[(int) shape.size()];
      for (int i = 0; i < filters; i++) {
        int own = i * each + (each == 1 ? 0 : i);
        if (each == 1 || i < each) {
          System.arraycopy(kernel, 0, weights, own * kernel.length, kernel.length);
        }
      }
      return manager.create(weights, shape).toType(type, true);
    };
  }

  /** The product of two triangles, by rows. */
  private static float[] tent(int height, int width) {
    float[] tent = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        tent[y * width + x] = (float) (triangle(y, height) * triangle(x, width));
      }
    }
    return tent;
  }

  private static double triangle(int place, int size) {
    int reach = (size + 1) / 2;
    return 1 - Math.abs(place - (size - 1) / 2.0) / reach;
  }

  /** The same value everywhere. */
  public static Initializer constant(double value) {
    return (manager, shape, type) -> manager.full(shape, (float) value, type);
  }

  private static long fanIn(Shape weight) {
    return weight.slice(1).size();
  }

  private static long kernelArea(Shape weight) {
    return weight.slice(2).size();
  }
}
