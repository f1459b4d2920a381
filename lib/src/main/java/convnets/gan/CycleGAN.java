package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import convnets.train.Gradients;
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
 * To make a picture of another kind of each picture, and back, without pairs: two generators, whose
 * outputs two discriminators are to take for real, and who are to undo each other.
 *
 * <p>J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, "Unpaired Image-to-Image Translation using
 * Cycle-Consistent Adversarial Networks", 2017, arXiv:1703.10593, equation 3: L_GAN(G, D_Y) +
 * L_GAN(F, D_X) + λ L_cyc(G, F), λ = 10, with the squared loss of section 4. As in the authors'
 * code the generators are one player and the discriminators another, and all gradients are taken
 * before anything is updated.
 *
 * <pre>{@code
 * CycleGAN learner = CycleGAN.of(
 *     ResNetGenerator.of(3, 3).build(), ResNetGenerator.of(3, 3).build(),
 *     PatchGAN.of(3).instanceNorm().build(), PatchGAN.of(3).instanceNorm().build());
 * Training.of(learner).data(Pairs.unaligned(horses, zebras)) …
 * }</pre>
 *
 * <p>A batch holds {@link Pairs} of as many channels each, from 0 to 1; the networks see them from
 * −1 to 1. Evaluation measures the {@link Psnr} of each half of the pair against what is made of
 * the other: it means something where pairs are true ones.
 */
public final class CycleGAN extends Options<CycleGAN> implements Learner {

  /** Between what is made of the first pictures and the second. */
  public static final Metric THERE = new Metric("PSNR there (dB)", false, true);

  /** Between what is made of the second pictures and the first. */
  public static final Metric BACK = new Metric("PSNR back (dB)", false, true);

  private static final Metric CYCLE = new Metric("cycle", false, false);
  private static final Metric ADVERSARIAL = new Metric("adversarial loss", false, false);
  private static final Metric JUDGING = new Metric("discriminators' loss", false, false);

  private final Unit there;
  private final Unit back;
  private final Unit judgeOfSecond;
  private final Unit judgeOfFirst;
  private Player generators;
  private Player discriminators;
  private UnaryOperator<Player> ofDiscriminators = UnaryOperator.identity();

  /** Null, as the other one: none. */
  private ImagePool poolOfSecond;

  private ImagePool poolOfFirst;
  private GanLoss loss = GanLoss.leastSquares();
  private double adversarial = 2; // GanLoss's least squares are halved, as in their paper
  private double cycle = 10;
  private double identity;

  private CycleGAN(Unit there, Unit back, Unit judgeOfSecond, Unit judgeOfFirst) {
    this.there = Objects.requireNonNull(there, "there must not be null");
    this.back = Objects.requireNonNull(back, "back must not be null");
    this.judgeOfSecond = Objects.requireNonNull(judgeOfSecond, "judgeOfSecond must not be null");
    this.judgeOfFirst = Objects.requireNonNull(judgeOfFirst, "judgeOfFirst must not be null");
    if (there == back || judgeOfFirst == judgeOfSecond) {
      throw new IllegalArgumentException("there and back, and both judges, must be two networks");
    }
    generators = Player.of("generators", new Duo("G_A", there, "G_B", back));
    discriminators = judges();
  }

  private Player judges() {
    Duo both = new Duo("D_B", judgeOfFirst, "D_A", judgeOfSecond);
    return ofDiscriminators.apply(
        Player.of(
            "discriminators", poolOfFirst == null ? both : both.with(poolOfFirst, poolOfSecond)));
  }

  /**
   * A learner.
   *
   * @param there from the first pictures to the second, (N, C, H, W) -> the same, from −1 to 1: the
   *     paper's G, and the authors' G_A
   * @param back from the second to the first, likewise: F, G_B
   * @param judgeOfSecond (N, C, H, W) -> scores, any number for each image: D_Y, D_A
   * @param judgeOfFirst likewise: D_X, D_B
   */
  public static CycleGAN of(Unit there, Unit back, Unit judgeOfSecond, Unit judgeOfFirst) {
    return new CycleGAN(there, back, judgeOfSecond, judgeOfFirst);
  }

  /** Another loss of the players: least squares by default. */
  public CycleGAN loss(GanLoss loss) {
    Objects.requireNonNull(loss, "loss must not be null");
    return with(p -> p.loss = loss);
  }

  /**
   * The weight of the generators' adversarial losses: 2 by default, since {@link
   * GanLoss#leastSquares} has a factor of a half that CycleGAN's has not.
   */
  public CycleGAN adversarial(double weight) {
    Checks.positive("weight", weight);
    return with(p -> p.adversarial = weight);
  }

  /** The weight of the way there and back: 10 by default; 0 leaves it out. (Equation 2.) */
  public CycleGAN cycle(double weight) {
    Checks.notNegative("weight", weight);
    return with(p -> p.cycle = weight);
  }

  /**
   * The weight of leaving pictures alone that are of the wanted kind already: 0 by default. The
   * paper takes half of the weight of the cycle, 5, for paintings, so that colours stay (section
   * 5.2), and so does the authors' code by default.
   */
  public CycleGAN identity(double weight) {
    Checks.notNegative("weight", weight);
    return with(p -> p.identity = weight);
  }

  /** Other options of the generators as a player. */
  public CycleGAN generators(UnaryOperator<Player> options) {
    Player changed = options.apply(generators);
    return with(p -> p.generators = changed);
  }

  /** Other options of the discriminators as a player. */
  public CycleGAN discriminators(UnaryOperator<Player> options) {
    Objects.requireNonNull(options, "options must not be null");
    CycleGAN changed = with(p -> p.ofDiscriminators = options);
    return changed.with(p -> p.discriminators = changed.judges());
  }

  /**
   * Has the discriminators look at pictures that were made earlier, too: at one of so many that
   * each keeps, every other time. The authors keep 50; without this call there is no pool. Pools
   * are a part of the discriminators as a player, so that a resumed training goes on exactly.
   *
   * @param size how many pictures each pool holds
   * @param picture the shape of one, (C, H, W)
   */
  public CycleGAN pool(int size, Shape picture) {
    if (picture.dimension() != 3) {
      throw new IllegalArgumentException("picture " + picture + " must be (C, H, W)");
    }
    int[] sides = {(int) picture.get(0), (int) picture.get(1), (int) picture.get(2)};
    CycleGAN changed =
        with(
            p -> {
              p.poolOfFirst = ImagePool.of(size, sides[0], sides[1], sides[2]);
              p.poolOfSecond = ImagePool.of(size, sides[0], sides[1], sides[2]);
            });
    return changed.with(p -> p.discriminators = changed.judges());
  }

  @Override
  public List<Player> players() {
    return List.of(generators, discriminators);
  }

  /** Both players differentiate, then both are updated. */
  @Override
  public Outcome step(Step step) {
    Gradients painting = step.differentiate(generators, this::paint);
    Gradients judging = step.differentiate(discriminators, this::judge);
    Outcome painted = step.update(painting);
    return PairLosses.and(painted, step.update(judging));
  }

  private Outcome paint(Pass pass, Batch batch) {
    NDArray a = first(batch);
    NDArray b = second(batch);
    NDArray fakeB = pass.predict(there, a);
    NDArray fakeA = pass.predict(back, b);
    NDArray fooling =
        loss.generator(pass.predict(judgeOfSecond, fakeB))
            .add(loss.generator(pass.predict(judgeOfFirst, fakeA)));
    NDArray total = TorchOps.scale(fooling, adversarial);
    NDArray round = fooling.zerosLike();
    if (cycle > 0) {
      round =
          PairLosses.l1(pass.predict(back, fakeB), a)
              .add(PairLosses.l1(pass.predict(there, fakeA), b));
      total = total.add(TorchOps.scale(round, cycle));
    }
    if (identity > 0) {
      NDArray kept =
          PairLosses.l1(pass.predict(there, b), b).add(PairLosses.l1(pass.predict(back, a), a));
      total = total.add(TorchOps.scale(kept, identity));
    }
    return Outcome.of(total, batch).beside(round, fooling);
  }

  private Outcome judge(Pass pass, Batch batch) {
    NDArray a = first(batch);
    NDArray b = second(batch);
    NDArray fakeB = pooled(pass, poolOfSecond, pass.predict(there, a).stopGradient());
    NDArray fakeA = pooled(pass, poolOfFirst, pass.predict(back, b).stopGradient());
    NDArray ofB = judged(pass, judgeOfSecond, b, fakeB);
    NDArray ofA = judged(pass, judgeOfFirst, a, fakeA);
    return Outcome.of(ofB.add(ofA), batch);
  }

  private static NDArray pooled(Pass pass, ImagePool pool, NDArray fake) {
    return pool == null ? fake : pass.run(pool, fake);
  }

  private NDArray judged(Pass pass, Unit judge, NDArray real, NDArray fake) {
    return loss.discriminator(pass.predict(judge, real), pass.predict(judge, fake));
  }

  private static NDArray first(Batch batch) {
    return Pixels.toSigned(Pairs.first(batch.images(), channels(batch.images())));
  }

  private static NDArray second(Batch batch) {
    return Pixels.toSigned(Pairs.second(batch.images(), channels(batch.images())));
  }

  private static int channels(NDArray pairs) {
    return (int) pairs.getShape().get(1) / 2;
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    List<Metric> all = List.of(CYCLE, ADVERSARIAL, JUDGING);
    return Metric.means(all, counts, images);
  }

  /** What is made of the first pictures and of the second, from −1 to 1. */
  @Override
  public NDList predict(Pass pass, Batch batch) {
    return new NDList(pass.predict(there, first(batch)), pass.predict(back, second(batch)));
  }

  @Override
  public Measure measure(NDManager manager) {
    return new PairMeasure(
        List.of(THERE, BACK),
        images ->
            new NDList(
                Pairs.second(images, channels(images)), Pairs.first(images, channels(images))));
  }

  @Override
  public void check(NDList predictions, Source data) {
    Shape made = predictions.head().getShape();
    Shape pair = data.inputShape();
    if (2 * made.get(1) != pair.get(0)) {
      throw new IllegalArgumentException(
          "data (%s) must be pairs of %d channels each, but has %d in all: see Pairs"
              .formatted(data, made.get(1), pair.get(0)));
    }
  }

  @Override
  public String toString() {
    return "CycleGAN (loss %s, adversarial %s, cycle %s, identity %s, %s)"
        .formatted(
            loss,
            adversarial,
            cycle,
            identity,
            poolOfFirst == null ? "no pool" : poolOfFirst.describe());
  }
}
