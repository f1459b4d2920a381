package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Learns to make points that an expert takes for those of the cloud (Mao et al. 2016). */
record Forgery(Player generator, Player expert) implements Learner {

  static final Metric DISTANCE = new Metric("distance of means", false, false);
  private static final int LATENT = 3;

  static Forgery create() {
    Unit generator = seq(linear(LATENT, 16), batchNorm(16), relu(), linear(16, 2));
    Unit expert = seq(linear(2, 16), relu(), linear(16, 1));
    AdamW optimizer = AdamW.standard().betas(0.5, 0.9).decay(0);
    return new Forgery(
        Player.of("generator", generator)
            .input(new Shape(LATENT))
            .optimizer(optimizer)
            .average(Averaging.decay(0.9)),
        Player.of("expert", expert).optimizer(optimizer));
  }

  @Override
  public List<Player> players() {
    return List.of(generator, expert);
  }

  @Override
  public Outcome step(Step step) {
    Gradients judged =
        step.differentiate(
            expert,
            (pass, batch) -> {
              NDArray real = pass.predict(expert.net(), batch.images());
              NDArray fake = pass.predict(expert.net(), forged(pass, batch).stopGradient());
              return Outcome.of(real.sub(1).square().mean().add(fake.square().mean()), batch);
            });
    Outcome judgement = step.update(judged);
    Gradients forged =
        step.differentiate(
            generator,
            (pass, batch) -> {
              NDArray fake = pass.predict(expert.net(), forged(pass, batch));
              return Outcome.of(fake.sub(1).square().mean(), batch);
            });
    return step.update(forged).beside(judgement.loss());
  }

  private NDArray forged(Pass pass, Batch batch) {
    NDArray noise = batch.manager().randomNormal(new Shape(batch.size(), LATENT));
    return pass.predict(generator.net(), noise);
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    return Map.of(new Metric("expert's loss", false, false), counts[0] / images);
  }

  @Override
  public NDList predict(Pass pass, Batch batch) {
    return new NDList(forged(pass, batch));
  }

  @Override
  public Measure measure(NDManager manager) {
    return new Measure() {
      private int batches;
      private double distance;

      @Override
      public void add(NDList outputs, Batch batch) {
        NDArray between =
            outputs.head().mean(new int[] {0}).sub(batch.images().mean(new int[] {0}));
        distance += between.norm().getFloat();
        batches++;
      }

      @Override
      public Metrics metrics() {
        return new Metrics(batches, Double.NaN, Map.of(DISTANCE, distance / batches));
      }
    };
  }

  @Override
  public String toString() {
    return "forgery";
  }

  /** Points around (2, -1), and nothing to compare with. */
  static Examples cloud(NDManager manager, int n) {
    Random random = new Random(n);
    float[] points = new float[2 * n];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) (0.5 * random.nextGaussian()) + (i % 2 == 0 ? 2 : -1);
    }
    return Examples.of(
        manager.create(points, new Shape(n, 2)), manager.zeros(new Shape(n), DataType.INT64));
  }
}
