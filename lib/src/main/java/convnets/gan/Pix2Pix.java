package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.Checks;
import convnets.Options;
import convnets.data.Batch;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import convnets.train.Learner;
import convnets.train.Measure;
import convnets.train.Metric;
import convnets.train.Outcome;
import convnets.train.Player;
import convnets.train.Step;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * To make a picture of a picture, from pairs: the generator's output is to be near the true partner
 * (L1), and a discriminator that sees both pictures of a pair is to take it for true.
 *
 * <p>P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, "Image-to-Image Translation with Conditional
 * Adversarial Networks", 2017, arXiv:1611.07004, equation 4: G* = arg min max L_cGAN(G, D) + λ
 * L_L1(G), λ = 100. As there, there is no noise but the generator's dropout, and the
 * discriminator's loss is halved.
 *
 * <pre>{@code
 * Pix2Pix learner = Pix2Pix.of(UNetGenerator.of(3, 3).downs(5).build(), PatchGAN.of(6).build());
 * Training.of(learner)
 *     .data(Pairs.of(outlines, pictures))
 *     .optimizer(AdamW.standard().betas(0.5, 0.999).decay(0))
 *     .schedule(Schedule.constant(2e-4))
 *     .fit();
 * }</pre>
 *
 * <p>A batch holds {@link Pairs}, from 0 to 1; the networks see them from −1 to 1. Evaluation
 * measures the {@link Psnr} between what is made and the true partner.
 */
public final class Pix2Pix extends Options<Pix2Pix> implements Learner {

  private static final Metric L1 = new Metric("L1", false, false);
  private static final Metric ADVERSARIAL = new Metric("adversarial loss", false, false);
  private static final Metric JUDGING = new Metric("discriminator's loss", false, false);

  private final int channels;
  private final Unit net;
  private Player generator;
  private Player discriminator;
  private GanLoss loss = GanLoss.nonSaturating();
  private double adversarial = 1;
  private double l1 = 100;

  private Pix2Pix(int channels, Unit generator, Unit discriminator) {
    this.channels = Checks.positive("channels", channels);
    net = Objects.requireNonNull(generator, "generator must not be null");
    Objects.requireNonNull(discriminator, "discriminator must not be null");
    // Both are initialised by the shape of pairs; weights keep their names.
    Unit first = lambda("first of the pair", x -> Pairs.first(x, channels));
    this.generator = Player.of("generator", seq(first, net));
    this.discriminator = Player.of("discriminator", discriminator);
  }

  /** Of pictures whose first has 3 channels. */
  public static Pix2Pix of(Unit generator, Unit discriminator) {
    return of(generator, discriminator, 3);
  }

  /**
   * A learner.
   *
   * @param generator (N, channels, H, W) from −1 to 1 -> (N, C, H, W) from −1 to 1
   * @param discriminator (N, channels + C, H, W) -> scores, any number for each image
   * @param channels of the first picture of a pair
   */
  public static Pix2Pix of(Unit generator, Unit discriminator, int channels) {
    return new Pix2Pix(channels, generator, discriminator);
  }

  /** Another loss of the two players: the non-saturating one by default. */
  public Pix2Pix loss(GanLoss loss) {
    Objects.requireNonNull(loss, "loss must not be null");
    return with(p -> p.loss = loss);
  }

  /**
   * The weight of the generator's adversarial loss: 1 by default; 0 does without a discriminator.
   */
  public Pix2Pix adversarial(double weight) {
    Checks.notNegative("weight", weight);
    return with(p -> p.adversarial = weight);
  }

  /** The weight of the mean absolute difference, of pixels from −1 to 1: 100 by default. */
  public Pix2Pix l1(double weight) {
    Checks.notNegative("weight", weight);
    return with(p -> p.l1 = weight);
  }

  /** Other options of the generator as a player: {@code generator(p -> p.average(…))}. */
  public Pix2Pix generator(UnaryOperator<Player> options) {
    Player changed = options.apply(generator);
    return with(p -> p.generator = changed);
  }

  /** Other options of the discriminator as a player. */
  public Pix2Pix discriminator(UnaryOperator<Player> options) {
    Player changed = options.apply(discriminator);
    return with(p -> p.discriminator = changed);
  }

  @Override
  public List<Player> players() {
    return adversarial > 0 ? List.of(generator, discriminator) : List.of(generator);
  }

  /** The discriminator's turn, then the generator's, who sees what the former has learned. */
  @Override
  public Outcome step(Step step) {
    checkWeights();
    if (adversarial == 0) {
      return step.update(step.differentiate(generator, this::paint));
    }
    Outcome judged = step.update(step.differentiate(discriminator, this::judge));
    Outcome painted = step.update(step.differentiate(generator, this::paint));
    return PairLosses.and(painted, judged);
  }

  private void checkWeights() {
    if (adversarial == 0 && l1 == 0) {
      throw new IllegalArgumentException(
          "adversarial (0.0) and l1 (0.0) must not both be 0: nothing is learned");
    }
  }

  private Outcome judge(Pass pass, Batch batch) {
    NDArray given = given(batch);
    NDArray fake = pass.predict(net, given).stopGradient();
    NDArray real = real(batch, fake);
    NDArray apart = loss.discriminator(score(pass, given, real), score(pass, given, fake));
    return Outcome.of(TorchOps.scale(apart, 0.5), batch);
  }

  private Outcome paint(Pass pass, Batch batch) {
    NDArray given = given(batch);
    NDArray fake = pass.predict(net, given);
    NDArray real = real(batch, fake);
    NDArray distance = PairLosses.l1(fake, real);
    NDArray near = TorchOps.scale(distance, l1);
    if (adversarial == 0) {
      return Outcome.of(near, batch).beside(distance);
    }
    NDArray fooling = loss.generator(score(pass, given, fake));
    NDArray weighted = TorchOps.scale(fooling, adversarial);
    NDArray total = l1 == 0 ? weighted : near.add(weighted);
    return Outcome.of(total, batch).beside(distance, fooling);
  }

  private NDArray given(Batch batch) {
    return Pixels.toSigned(Pairs.first(batch.images(), channels));
  }

  /** The true partners, which must be of the shape of what is made. */
  private NDArray real(Batch batch, NDArray fake) {
    NDArray real = Pixels.toSigned(Pairs.second(batch.images(), channels));
    if (!real.getShape().equals(fake.getShape())) {
      throw new IllegalArgumentException(
          "pairs %s must hold %d channels and then what the generator makes, which is %s: see Pairs"
              .formatted(batch.images().getShape(), channels, fake.getShape()));
    }
    return real;
  }

  private NDArray score(Pass pass, NDArray given, NDArray picture) {
    return pass.predict(discriminator.net(), TorchOps.concat(new NDList(given, picture), 1));
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    List<Metric> all = adversarial == 0 ? List.of(L1) : List.of(L1, ADVERSARIAL, JUDGING);
    return Metric.means(all, counts, images);
  }

  /** What the generator makes of the first pictures, from −1 to 1. */
  @Override
  public NDList predict(Pass pass, Batch batch) {
    return new NDList(pass.predict(net, given(batch)));
  }

  @Override
  public Measure measure(NDManager manager) {
    return new PairMeasure(
        List.of(Psnr.PSNR), images -> new NDList(Pairs.second(images, channels)));
  }

  @Override
  public String toString() {
    return "pix2pix (channels %d, loss %s, adversarial %s, L1 %s)"
        .formatted(channels, loss, adversarial, l1);
  }
}
