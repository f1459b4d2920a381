package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import java.util.List;
import java.util.Map;

/** The usual learner: one network, which is told what its outputs should have been. */
record Supervised(Player player, Task task) implements Learner {

  /** Of a network that gives each image its class. */
  static Supervised of(Block net) {
    return new Supervised(Player.of(net), Classification.standard());
  }

  @Override
  public List<Player> players() {
    return List.of(player);
  }

  @Override
  public Outcome step(Step step) {
    Gradients gradients =
        step.differentiate(
            player,
            (pass, batch) -> {
              NDList outputs = pass.predict(player.net(), task.inputs(batch));
              check(outputs, step.data());
              return measured(outputs, batch);
            });
    return step.update(gradients);
  }

  @Override
  public NDList predict(Pass pass, Batch batch) {
    return pass.predict(player.net(), new NDList(batch.images()));
  }

  private Outcome measured(NDList outputs, Batch batch) {
    NDArray loss = task.loss(outputs, batch);
    return new Outcome(loss, GradMode.off(() -> task.counts(outputs, batch)), batch.size());
  }

  @Override
  public boolean repeats() {
    return player.net() instanceof Unit unit && unit.repeats() && task.repeats();
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    return task.metrics(counts, images);
  }

  @Override
  public Measure measure(NDManager manager) {
    return task.measure(manager);
  }

  @Override
  public void check(NDList outputs, Source data) {
    task.check(outputs, data);
  }

  @Override
  public String toString() {
    return task.toString();
  }
}
