package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;

/**
 * The distribution of the noise that a generator starts from.
 *
 * @param form of each number, all drawn by themselves
 * @param size how many numbers make one sample
 */
public record Latent(Form form, int size) {

  /** How a number is drawn. */
  public enum Form {
    /** With mean 0 and deviation 1. */
    NORMAL,
    /** From −1 to 1. */
    UNIFORM
  }

  /** Checks the size. */
  public Latent {
    Checks.positive("size", size);
  }

  /** Normal noise with mean 0 and deviation 1. */
  public static Latent normal(int size) {
    return new Latent(Form.NORMAL, size);
  }

  /** Uniform noise from −1 to 1. */
  public static Latent uniform(int size) {
    return new Latent(Form.UNIFORM, size);
  }

  /**
   * Draws from the engine's generator, which a training seeds for each step.
   *
   * @param manager owns the noise, and decides the device
   * @param n how many samples
   * @return (n, size), float32
   */
  public NDArray draw(NDManager manager, int n) {
    Shape shape = new Shape(Checks.positive("n", n), size);
    return form == Form.NORMAL ? manager.randomNormal(shape) : manager.randomUniform(-1, 1, shape);
  }

  /** The shape of one sample. */
  public Shape shape() {
    return new Shape(size);
  }

  /** As in "normal noise of 64". */
  @Override
  public String toString() {
    return (form == Form.NORMAL ? "normal" : "uniform") + " noise of " + size;
  }
}
