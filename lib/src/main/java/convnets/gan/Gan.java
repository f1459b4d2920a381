package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.Options;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.data.Target;
import convnets.nn.Pass;
import convnets.torch.GradMode;
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
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Two networks that play against each other: a generator makes samples of noise, and a
 * discriminator is to tell them from real ones. (Goodfellow et al., "Generative Adversarial Nets",
 * 2014, arXiv:1406.2661, algorithm 1.)
 *
 * <pre>{@code
 * AdamW adam = AdamW.standard().betas(0.5, 0.999).decay(0);
 * Gan gan = Gan.of(
 *     Player.of("generator", generator).optimizer(adam),
 *     Player.of("discriminator", discriminator).optimizer(adam),
 *     Latent.normal(64));
 * Training.of(gan).data(images).transform(Pixels.signed()).schedule(Schedule.constant(2e-4)).fit();
 * NDArray pictures = Sampler.of(generator, Latent.normal(64)).pixels().draw(manager, 16);
 * }</pre>
 *
 * <p>A step sees a batch: the discriminator learns from it and from as many generated samples, then
 * the generator learns from fresh noise. In the history the loss is the discriminator's; beside it
 * are the generator's and what the discriminator says of real and of generated samples, before it
 * learned from them.
 *
 * <p>Immutable: each option returns another game, with the same networks.
 */
public final class Gan extends Options<Gan> implements Learner {

  /** The generator's loss; in steps in which it does not learn, what it would have been. */
  public static final Metric GENERATOR_LOSS = new Metric("generator's loss", false, false);

  /** The mean of what the discriminator says of real samples: of scores, or of probabilities. */
  public static final Metric REAL = new Metric("D(real)", false, true);

  /** The mean of what it says of generated ones. */
  public static final Metric FAKE = new Metric("D(fake)", false, false);

  private static final List<Metric> COUNTED = List.of(GENERATOR_LOSS, REAL, FAKE);

  private final Latent latent;
  private Player generator;
  private Player discriminator;
  private GanLoss loss = GanLoss.nonSaturating();
  private int critics = 1;

  /** 0: weights may be as large as they like. */
  private double clip;

  /** Null: none. */
  private GradientPenalty penalty;

  /** 0: the networks take no labels. */
  private int classes;

  private Gan(Player generator, Player discriminator, Latent latent) {
    this.generator = generator.input(latent.shape());
    this.discriminator = discriminator;
    this.latent = latent;
  }

  /**
   * A game, with the non-saturating loss.
   *
   * @param generator (N, latent) -> the shape of the data
   * @param discriminator samples -> raw scores: one a sample, or more, of any shape
   * @param latent what the generator starts from
   */
  public static Gan of(Player generator, Player discriminator, Latent latent) {
    Objects.requireNonNull(generator, "generator must not be null");
    Objects.requireNonNull(discriminator, "discriminator must not be null");
    Objects.requireNonNull(latent, "latent must not be null");
    return new Gan(generator, discriminator, latent);
  }

  /** What the two are to make smaller. */
  public Gan loss(GanLoss loss) {
    Objects.requireNonNull(loss, "loss must not be null");
    return with(g -> g.loss = loss);
  }

  /**
   * Has the discriminator take this many steps, each on a batch of its own, for one of the
   * generator: the k of algorithm 1.
   */
  public Gan critics(int steps) {
    Checks.positive("steps", steps);
    return with(g -> g.critics = steps);
  }

  /**
   * Cuts off the discriminator's weights at ±limit after each of its steps. (Arjovsky et al. 2017,
   * arXiv:1701.07875, algorithm 1, with 0.01.)
   */
  public Gan clipWeights(double limit) {
    Checks.positive("limit", limit);
    return with(g -> g.clip = limit);
  }

  /** Adds a penalty on the slopes of the discriminator to its loss. */
  public Gan penalty(GradientPenalty penalty) {
    Objects.requireNonNull(penalty, "penalty must not be null");
    return with(g -> g.penalty = penalty);
  }

  /**
   * Gives both networks the labels of the batch as a second input, (N), int64: the generator is to
   * make samples of these classes, and the discriminator to tell whether they are. (Mirza and
   * Osindero, "Conditional Generative Adversarial Nets", 2014, arXiv:1411.1784.)
   *
   * @param classes how many there are; the data's first target must be {@link Target#CLASS}
   */
  public Gan classes(int classes) {
    Checks.positive("classes", classes);
    return with(
        g -> {
          g.classes = classes;
          g.generator = g.generator.secondInput(new Shape());
          g.discriminator = g.discriminator.secondInput(new Shape());
        });
  }

  @Override
  public List<Player> players() {
    return List.of(generator, discriminator);
  }

  @Override
  public Outcome step(Step step) {
    check(step.data());
    Outcome judged = step.update(step.differentiate(discriminator, this::judge));
    if (clip > 0) {
      cutOff();
    }
    if ((step.number() + 1) % critics != 0) {
      return judged;
    }
    Outcome forged = step.update(step.differentiate(generator, this::forge));
    NDArray told = TorchOps.scale(forged.loss(), forged.size()).reshape(1);
    NDArray others = judged.counts().orElseThrow().get(new NDIndex("1:"));
    NDArray counts = TorchOps.concat(new NDList(told, others), 0);
    return new Outcome(judged.loss(), Optional.of(counts), judged.size());
  }

  private Outcome judge(Pass pass, Batch batch) {
    NDArray fake = GradMode.off(() -> generated(pass, batch));
    checkShape(fake, batch);
    boolean atReal = penalty != null && penalty.atReal();
    NDArray real = atReal ? GradientPenalty.place(batch.images()) : batch.images();
    NDArray realScores = scores(pass, real, batch);
    NDArray fakeScores = scores(pass, fake, batch);
    NDArray total = loss.discriminator(realScores, fakeScores);
    if (atReal) {
      total = total.add(penalty.of(realScores, real));
    } else if (penalty != null) {
      NDArray place =
          GradientPenalty.place(GradMode.off(() -> GradientPenalty.between(batch.images(), fake)));
      total = total.add(penalty.of(scores(pass, place, batch), place));
    }
    return Outcome.of(total, batch)
        .beside(
            loss.generator(fakeScores),
            loss.opinion(realScores).mean(),
            loss.opinion(fakeScores).mean());
  }

  private Outcome forge(Pass pass, Batch batch) {
    return Outcome.of(loss.generator(scores(pass, generated(pass, batch), batch)), batch);
  }

  /** As many samples as the batch has, from fresh noise. */
  private NDArray generated(Pass pass, Batch batch) {
    NDArray noise = latent.draw(batch.images().getManager(), batch.size());
    return run(pass, generator, noise, batch);
  }

  private NDArray scores(Pass pass, NDArray samples, Batch batch) {
    return run(pass, discriminator, samples, batch);
  }

  private NDArray run(Pass pass, Player player, NDArray x, Batch batch) {
    NDList inputs = classes == 0 ? new NDList(x) : new NDList(x, batch.labels());
    return pass.predict(player.net(), inputs).singletonOrThrow();
  }

  private void cutOff() {
    for (Parameter parameter : discriminator.net().getParameters().values()) {
      if (parameter.requiresGradient()) {
        NDArray weights = parameter.getArray();
        GradMode.off(
            () -> {
              try (NDArray within = weights.clip(-clip, clip)) {
                TorchOps.copy(within, weights);
              }
              return null;
            });
      }
    }
  }

  private void check(Source data) {
    if (classes == 0) {
      return;
    }
    if (data.kinds().isEmpty() || data.kinds().get(0) != Target.CLASS) {
      throw new IllegalArgumentException(
          "data (%s) must give each sample its class, as classes(%d) was called, but has targets %s"
              .formatted(data, classes, data.kinds()));
    }
    if (data.classes().size() > classes) {
      throw new IllegalArgumentException(
          "classes (%d) must be at least as many as those of the data (%d)"
              .formatted(classes, data.classes().size()));
    }
  }

  private void checkShape(NDArray fake, Batch batch) {
    Shape made = fake.getShape().slice(1);
    Shape real = batch.images().getShape().slice(1);
    if (!made.equals(real)) {
      throw new IllegalArgumentException(
          "%s makes samples %s, but the data are %s".formatted(generator.name(), made, real));
    }
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    return Metric.means(COUNTED, counts, images);
  }

  /** As many samples as the batch has, and what the discriminator says of them and of the batch. */
  @Override
  public NDList predict(Pass pass, Batch batch) {
    NDArray fake = generated(pass, batch);
    return new NDList(fake, scores(pass, batch.images(), batch), scores(pass, fake, batch));
  }

  /** The losses of both on real samples that they have not seen. */
  @Override
  public Measure measure(NDManager manager) {
    return new GanMeasure(loss, this::metrics);
  }

  /** Its options; the players tell theirs. */
  @Override
  public String toString() {
    StringJoiner told = new StringJoiner(", ", "GAN (", ")");
    told.add(loss.toString()).add(latent.toString());
    if (critics > 1) {
      told.add(critics + " critics");
    }
    if (clip > 0) {
      told.add("weights cut off at " + clip);
    }
    if (penalty != null) {
      told.add(penalty.toString());
    }
    if (classes > 0) {
      told.add(classes + " classes");
    }
    return told.toString();
  }
}
