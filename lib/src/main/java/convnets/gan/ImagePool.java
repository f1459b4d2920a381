package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import convnets.torch.ImageOps;
import convnets.torch.TorchOps;
import java.util.Arrays;

/**
 * A pool of generated images that a discriminator looks at in place of the newest ones alone, so
 * that it does not forget how the generator cheated before (Shrivastava et al. 2017,
 * arXiv:1612.07828, section 2.3; as in the code of CycleGAN, whose pool holds 50).
 *
 * <p>In a pass of training, an image is kept and passed on while the pool is not full. From then on
 * it is passed on in half of the cases; in the other half one of the pool is, at random, and the
 * new image takes its place. In evaluation all are passed on, and nothing is kept.
 *
 * <p>The pool is a unit, and its images are running statistics, {@code images} and {@code count}:
 * so a checkpoint keeps them, and a training that is resumed goes on exactly. Make it a part of the
 * discriminator's network, and run it in the discriminator's turn: {@code pass.run(pool, fake)}.
 */
public final class ImagePool extends Unit {

  private static final double KEPT = 0.5;

  private final int size;
  private final Shape image;
  private final Parameter images;
  private final Parameter count;

  private ImagePool(int size, Shape image) {
    this.size = size;
    this.image = image;
    images = statistic("images", new Shape(size).addAll(image));
    count = statistic("count", new Shape(1));
  }

  /**
   * An empty pool.
   *
   * @param size how many images it holds
   * @param channels of each image
   * @param height of each image
   * @param width of each image
   */
  public static ImagePool of(int size, int channels, int height, int width) {
    Checks.positive("size", size);
    Checks.positive("channels", channels);
    Checks.positive("height", height);
    Checks.positive("width", width);
    return new ImagePool(size, new Shape(channels, height, width));
  }

  private Parameter statistic(String name, Shape shape) {
    return parameter(name, Parameter.Type.RUNNING_MEAN, shape, Initializers.constant(0));
  }

  /** (N, C, H, W) -> (N, C, H, W), without a graph in training. */
  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    if (!x.getShape().slice(1).equals(image)) {
      throw new IllegalArgumentException(
          describe() + " takes (N, …) of images " + image + ", but was given " + x.getShape());
    }
    if (pass.dry() || !pass.training()) {
      return x;
    }
    NDArray kept = pass.value(images, x);
    NDArray number = pass.value(count, x);
    Exchange exchange = new Exchange(size, Math.round(HostCopy.floats(number)[0]));
    float[] lots = lots(x);
    for (int i = 0; i < lots.length / 2; i++) {
      exchange.take(lots[2 * i], lots[2 * i + 1]);
    }
    try (NDArray all = TorchOps.concat(new NDList(kept, x.stopGradient()), 0);
        NDArray after = ImageOps.select(all, exchange.pool);
        NDArray filled = x.getManager().create(new float[] {exchange.filled})) {
      TorchOps.copy(after, kept);
      TorchOps.copy(filled, number);
      NDArray passed = ImageOps.select(all, exchange.passed());
      passed.attach(x.getManager()); // not to the pool's, which outlives the step
      return passed;
    }
  }

  /** Two numbers for each image, from 0 to below 1, of the engine's generator. */
  private static float[] lots(NDArray x) {
    Shape shape = new Shape(x.getShape().get(0), 2);
    try (NDArray drawn = x.getManager().randomUniform(0, 1, shape, DataType.FLOAT32)) {
      return HostCopy.floats(drawn);
    }
  }

  /** Who goes where, by places in the pool and, behind it, in the batch. */
  private static final class Exchange {

    private final int size;
    private final long[] pool;
    private int filled;
    private long[] passed = {};

    Exchange(int size, int filled) {
      this.size = size;
      this.filled = filled;
      pool = new long[size];
      Arrays.setAll(pool, i -> i);
    }

    void take(float coin, float lot) {
      long own = size + (long) passed.length;
      passed = Arrays.copyOf(passed, passed.length + 1);
      passed[passed.length - 1] = own;
      if (filled < size) {
        pool[filled++] = own;
      } else if (coin > KEPT) {
        int place = Math.min(size - 1, (int) (lot * size));
        passed[passed.length - 1] = pool[place];
        pool[place] = own;
      }
    }

    long[] passed() {
      return passed;
    }
  }

  @Override
  protected boolean repeatsItself() {
    return false; // Java decides which images are passed on
  }

  @Override
  protected String kind() {
    return "pool";
  }

  @Override
  public String describe() {
    return "pool of " + size + " images";
  }
}
