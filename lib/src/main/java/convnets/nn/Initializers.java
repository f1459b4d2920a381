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
        manager.randomNormal(
            0, (float) Math.sqrt(2.0 / (shape.get(1) * kernelArea(shape))), shape, type);
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

  /** The same value everywhere. */
  public static Initializer constant(double value) {
    return (manager, shape, type) -> manager.full(shape, (float) value, type);
  }

  private static long kernelArea(Shape weight) {
    return weight.slice(2).size();
  }
}
