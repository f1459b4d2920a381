package convnets.gan;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Conv;
import convnets.nn.ConvTranspose;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/**
 * DCGAN: a generator of transposed convolutions, and a discriminator that is its mirror image.
 *
 * <p>A. Radford, L. Metz, S. Chintala, "Unsupervised Representation Learning with Deep
 * Convolutional Generative Adversarial Networks", 2015, arXiv:1511.06434. Widths, kernels, starts
 * and names of parameters are those of PyTorch's example, which has 64×64 pixels in 3 channels and
 * 3,576,704 and 2,765,568 parameters ({@link #paper}). For other sizes it has fewer halvings: 32 is
 * 4 · 2³ and 28 is 7 · 2².
 *
 * <pre>{@code
 * DCGAN design = DCGAN.of(28, 1).width(32).classes(10);
 * Unit generator = design.generator();         // (N, 100) and (N) -> (N, 1, 28, 28)
 * Unit discriminator = design.discriminator(); // (N, 1, 28, 28) and (N) -> (N, 1)
 * }</pre>
 */
public final class DCGAN extends Options<DCGAN> {

  /** The smallest and the largest side that the halvings end with. */
  private static final int SMALLEST = 4;

  private static final int LARGEST = 7;

  /** How many numbers tell the generator a class. */
  private static final int EMBEDDED = 32;

  /** The deviation of all weights at first: section 4 of the paper. */
  private static final double DEVIATION = 0.02;

  private static final Initializer WEIGHTS = Initializers.normal(DEVIATION);
  private static final Initializer GAMMAS =
      (manager, shape, type) -> manager.randomNormal(1, (float) DEVIATION, shape, type);

  private final int size;
  private final int channels;

  /** The side that the halvings end with, and how many they are. */
  private final int side;

  private final int halvings;

  private int latent = 100;
  private int width = 64;
  private boolean batchNorm = true;
  private boolean pooled;
  private double slope = 0.2;
  private boolean sigmoid;
  private boolean spectral;
  private boolean statistics;
  private int classes;
  private Told told = Told.EMBEDDING;

  /** How the discriminator is told a class. */
  private enum Told {
    EMBEDDING,
    PROJECTION,
    SCORE_PER_CLASS
  }

  private DCGAN(int size, int channels) {
    this.size = Checks.positive("size", size);
    this.channels = Checks.positive("channels", channels);
    int rest = size;
    int times = 0;
    while (rest % 2 == 0 && rest / 2 >= SMALLEST) {
      rest /= 2;
      times++;
    }
    if (times == 0 || rest > LARGEST) {
      throw new IllegalArgumentException(
          "size (%d) must be 4, 5, 6 or 7 times 2, 4, 8 …, as 28, 32 and 64".formatted(size));
    }
    side = rest;
    halvings = times;
  }

  /**
   * For square pictures.
   *
   * @param size their side, as 28, 32 or 64
   * @param channels 1 for grey, 3 for colour
   */
  public static DCGAN of(int size, int channels) {
    return new DCGAN(size, channels);
  }

  /** For 64×64 pixels in colour, as in the paper. */
  public static DCGAN paper() {
    return of(64, 3);
  }

  /** How many numbers of noise the generator starts from, in place of 100. */
  public DCGAN latent(int numbers) {
    Checks.positive("numbers", numbers);
    return with(d -> d.latent = numbers);
  }

  /** The channels of the finest maps, in place of 64; each halving doubles them. */
  public DCGAN width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /**
   * Tells both networks a class, by a second input of labels: to the generator as an embedding
   * behind the noise, to the discriminator as a plane behind the picture. See {@link Gan#classes}.
   */
  public DCGAN classes(int classes) {
    Checks.positive("classes", classes);
    return with(d -> d.classes = classes);
  }

  /**
   * Has the discriminator compare its last features, summed over the pixels, with the class, in
   * place of an embedding, or of a score for each class. (Miyato and Koyama 2018,
   * arXiv:1802.05637.)
   */
  public DCGAN projection() {
    return with(d -> d.told = Told.PROJECTION);
  }

  /**
   * Has the discriminator give a score for each class, of which the label picks one, in place of an
   * embedding or a projection.
   */
  public DCGAN scorePerClass() {
    return with(d -> d.told = Told.SCORE_PER_CLASS);
  }

  /** Holds the discriminator's layers at a largest singular value of 1, in place of batch norms. */
  public DCGAN spectralNorm() {
    return with(d -> d.spectral = true);
  }

  /** Tells the discriminator's last layer how much a batch varies: {@link MinibatchStatistics}. */
  public DCGAN minibatchStatistics() {
    return with(d -> d.statistics = true);
  }

  // The paper's rules, each of which can be broken.

  /** Leaves the batch norms out of both networks; the layers have biases instead. */
  public DCGAN withoutBatchNorm() {
    return with(d -> d.batchNorm = false);
  }

  /** Halves the discriminator's maps by maxima over 2×2, where it strides. */
  public DCGAN pooled() {
    return with(d -> d.pooled = true);
  }

  /** The slope of the discriminator's ReLUs below 0, in place of 0.2; 0 for plain ones. */
  public DCGAN slope(double slope) {
    Checks.notNegative("slope", slope);
    return with(d -> d.slope = slope);
  }

  /** Ends the generator with 2 σ(x) − 1 in place of a tanh: the same range, half as steep. */
  public DCGAN sigmoid() {
    return with(d -> d.sigmoid = true);
  }

  // The networks.

  /** (N, latent) -> (N, C, H, W), and with classes, (N, latent) and (N) -> (N, C, H, W). */
  public Unit generator() {
    int in = latent + (classes > 0 ? EMBEDDED : 0);
    List<Block> blocks = new ArrayList<>();
    // (N, in, 1, 1) -> (N, width · 2^(halvings − 1), side, side)
    int out = width << (halvings - 1);
    blocks.add(up(in, out, side, 1, 0));
    for (int i = halvings - 1; i >= 0; i--) {
      normed(blocks, out, relu(), batchNorm);
      int next = i == 0 ? channels : width << (i - 1);
      blocks.add(up(out, next, 4, 2, 1)); // (N, out, H, W) -> (N, next, 2H, 2W)
      out = next;
    }
    blocks.add(sigmoid ? lambda("2 σ − 1", DCGAN::stretched) : Layers.tanh());
    Unit points = lambda("to one pixel", z -> z.reshape(z.getShape().get(0), -1, 1, 1));
    Unit main = named("main", seq(blocks.toArray(Block[]::new)).indexed());
    Unit net =
        classes == 0
            ? seq(points, main)
            : new Conditioned(classes, new Shape(EMBEDDED), identity(), seq(points, main));
    return started(net);
  }

  /** 2 σ(x) − 1 = tanh(x / 2). */
  private static NDArray stretched(NDArray x) {
    return TorchOps.scale(x, 0.5).tanh();
  }

  /** (N, C, H, W) -> (N, 1), and with classes, (N, C, H, W) and (N) -> (N, 1). */
  public Unit discriminator() {
    if (classes == 0 && told != Told.EMBEDDING) {
      throw new IllegalStateException(
          (told == Told.PROJECTION ? "projection" : "scorePerClass")
              + " needs classes: call classes(n)");
    }
    boolean embedded = classes > 0 && told == Told.EMBEDDING;
    boolean scores = told == Told.SCORE_PER_CLASS;
    boolean norms = batchNorm && !spectral;
    List<Block> blocks = new ArrayList<>();
    int in = channels + (embedded ? 1 : 0);
    for (int i = 0; i < halvings; i++) {
      int out = width << i;
      if (pooled) {
        blocks.add(down(in, out, 3, 1, 1));
        blocks.add(maxPool(2, 2));
      } else {
        blocks.add(down(in, out, 4, 2, 1)); // (N, in, H, W) -> (N, out, H/2, W/2)
      }
      normed(blocks, out, leakyRelu(slope), norms && i > 0);
      in = out;
    }
    if (statistics) {
      blocks.add(MinibatchStatistics.create());
      in++;
    }
    if (told == Told.PROJECTION) {
      Unit main = named("main", seq(blocks.toArray(Block[]::new)).indexed());
      Unit sums = lambda("sum over pixels", x -> x.sum(new int[] {2, 3}));
      return started(new Projected(classes, in, seq(main, sums), spectral));
    }
    blocks.add(down(in, scores ? classes : 1, side, 1, 0)); // (N, in, side, side) -> (N, 1, 1, 1)
    Unit net = seq(named("main", seq(blocks.toArray(Block[]::new)).indexed()), flatten());
    if (scores) {
      return started(new Picked(classes, net));
    }
    return started(
        embedded ? new Conditioned(classes, new Shape(1, size, size), identity(), net) : net);
  }

  private static void normed(List<Block> blocks, int channels, Unit activation, boolean norm) {
    if (norm) {
      blocks.add(Layers.batchNorm(channels));
    }
    blocks.add(activation);
  }

  private ConvTranspose up(int in, int out, int kernel, int stride, int padding) {
    ConvTranspose layer =
        convTranspose(in, out, kernel).stride(stride).padding(padding).initializer(WEIGHTS);
    return batchNorm ? layer : layer.bias();
  }

  private Conv down(int in, int out, int kernel, int stride, int padding) {
    Conv layer = conv(in, out, kernel).stride(stride).padding(padding).initializer(WEIGHTS);
    Conv free = batchNorm && !spectral ? layer : layer.bias();
    return spectral ? free.spectralNorm() : free;
  }

  private static Unit started(Unit net) {
    net.setInitializer(GAMMAS, Parameter.Type.GAMMA);
    return net;
  }
}
