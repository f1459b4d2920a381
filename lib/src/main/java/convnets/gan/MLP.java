package convnets.gan;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Linear;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A generator and a discriminator of fully connected layers, for samples of any shape: the networks
 * of Goodfellow et al. 2014 (arXiv:1406.2661), with ReLUs in the generator and leaky ones in the
 * discriminator.
 *
 * <pre>{@code
 * MLP design = MLP.of(new Shape(1, 28, 28)).hidden(256, 512).tanh();
 * Unit generator = design.generator();         // (N, 64) -> (N, 1, 28, 28)
 * Unit discriminator = design.discriminator(); // (N, 1, 28, 28) -> (N, 1)
 * }</pre>
 */
public final class MLP extends Options<MLP> {

  /** How many numbers tell a class. */
  private static final int EMBEDDED = 16;

  private final Shape sample;
  private int latent = 64;
  private int[] hidden = {128, 128};
  private boolean batchNorm;
  private boolean tanh;
  private double slope = 0.2;
  private double dropout;
  private boolean spectral;
  private boolean statistics;
  private int pack = 1;
  private int classes;
  private boolean projection;

  private MLP(Shape sample) {
    this.sample = sample;
  }

  /**
   * For samples of a shape, with noise of 64 and two hidden layers of 128.
   *
   * @param sample of one, as (2) for points and (1, 28, 28) for pictures
   */
  public static MLP of(Shape sample) {
    Objects.requireNonNull(sample, "sample must not be null");
    if (sample.dimension() == 0 || sample.size() < 1) {
      throw new IllegalArgumentException(
          "sample " + sample + " must be the shape of one sample, as (1, 28, 28)");
    }
    return new MLP(sample);
  }

  /** How many numbers of noise the generator starts from. */
  public MLP latent(int size) {
    Checks.positive("size", size);
    return with(d -> d.latent = size);
  }

  /** The widths of the hidden layers: the generator's in this order, the discriminator's back. */
  public MLP hidden(int... widths) {
    int[] copy = Checks.positive("widths", widths);
    return with(d -> d.hidden = copy);
  }

  /** Puts a batch norm behind each hidden layer of the generator. */
  public MLP batchNorm() {
    return with(d -> d.batchNorm = true);
  }

  /** Ends the generator with a tanh, for pixels from −1 to 1. */
  public MLP tanh() {
    return with(d -> d.tanh = true);
  }

  /** The slope of the discriminator's ReLUs below 0, in place of 0.2; 0 for plain ones. */
  public MLP slope(double slope) {
    Checks.notNegative("slope", slope);
    return with(d -> d.slope = slope);
  }

  /** Drops numbers behind the discriminator's hidden layers, with a probability. */
  public MLP dropout(double rate) {
    Checks.fraction("rate", rate);
    return with(d -> d.dropout = rate);
  }

  /** Holds the discriminator's layers at a largest singular value of 1. */
  public MLP spectralNorm() {
    return with(d -> d.spectral = true);
  }

  /** Tells the discriminator's last layer how much a batch varies: {@link MinibatchStatistics}. */
  public MLP minibatchStatistics() {
    return with(d -> d.statistics = true);
  }

  /** Shows the discriminator several samples at once: {@link Packing}. */
  public MLP pack(int samples) {
    Checks.positive("samples", samples);
    return with(d -> d.pack = samples);
  }

  /**
   * Tells both networks a class, by a second input of labels: an embedding of 16 numbers is put
   * behind what they see. See {@link Gan#classes}.
   */
  public MLP classes(int classes) {
    Checks.positive("classes", classes);
    return with(d -> d.classes = classes);
  }

  /** Has the discriminator compare its last features with the class, in place of an embedding. */
  public MLP projection() {
    return with(d -> d.projection = true);
  }

  /** (N, latent) -> (N, …), and with classes, (N, latent) and (N) -> (N, …). */
  public Unit generator() {
    List<Block> blocks = new ArrayList<>();
    int in = latent + (classes > 0 ? EMBEDDED : 0);
    for (int width : hidden) {
      blocks.add(linear(in, width));
      if (batchNorm) {
        blocks.add(convnets.nn.Layers.batchNorm(width));
      }
      blocks.add(relu());
      in = width;
    }
    blocks.add(linear(in, (int) sample.size()));
    if (tanh) {
      blocks.add(convnets.nn.Layers.tanh());
    }
    blocks.add(lambda("to " + sample, x -> x.reshape(new Shape(-1).addAll(sample))));
    Unit net = seq(blocks.toArray(Block[]::new));
    return classes == 0 ? net : new Conditioned(classes, new Shape(EMBEDDED), identity(), net);
  }

  /** (N, …) -> (N, 1), and with classes, (N, …) and (N) -> (N, 1); of packs, (N / pack, 1). */
  public Unit discriminator() {
    if (classes > 0 && pack > 1) {
      throw new IllegalStateException(
          "pack (%d) and classes (%d) do not go together: a pack would need one class"
              .formatted(pack, classes));
    }
    if (projection && classes == 0) {
      throw new IllegalStateException("projection needs classes: call classes(n)");
    }
    boolean embedded = classes > 0 && !projection;
    List<Block> blocks = new ArrayList<>();
    int in = (int) sample.size() * pack + (embedded ? EMBEDDED : 0);
    for (int i = hidden.length - 1; i >= 0; i--) {
      blocks.add(layer(in, hidden[i]));
      blocks.add(leakyRelu(slope));
      if (dropout > 0) {
        blocks.add(convnets.nn.Layers.dropout(dropout));
      }
      in = hidden[i];
    }
    if (statistics) {
      blocks.add(MinibatchStatistics.create());
      in++;
    }
    Unit flat = pack > 1 ? seq(Packing.of(pack), flatten()) : flatten();
    if (projection) {
      blocks.add(0, flat);
      return new Projected(classes, in, seq(blocks.toArray(Block[]::new)), spectral);
    }
    blocks.add(layer(in, 1));
    Unit net = seq(blocks.toArray(Block[]::new));
    return embedded ? new Conditioned(classes, new Shape(EMBEDDED), flat, net) : seq(flat, net);
  }

  private Linear layer(int in, int out) {
    return spectral ? linear(in, out).spectralNorm() : linear(in, out);
  }
}
