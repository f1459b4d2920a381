package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.torch.ParameterOps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A network that takes steps: what is the same in training and in the search for a rate. */
final class Learner implements AutoCloseable {

  private final Recipe recipe;
  private final Shares shares;
  private final Updater updater;
  private final LossScale scale;

  /**
   * Initialises the network by the recipe's seed, if it has not been, and moves it to the first
   * device.
   *
   * @param manager of the first device; owns what is kept beside the network
   */
  Learner(Recipe recipe, NDManager manager) {
    this.recipe = recipe;
    Block net = recipe.net;
    Device device = manager.getDevice();
    if (!net.isInitialized()) {
      seed(-1);
      Shape input = new Shape(recipe.batchSize).addAll(recipe.train.inputShape());
      net.initialize(NDManager.newBaseManager(device), DataType.FLOAT32, input);
    }
    Parameters.prepare(net, device);
    updater = recipe.optimizer.start(net, manager);
    if (updater.parameters().isEmpty()) {
      throw new IllegalStateException(
          "there is nothing to learn: all parameters of the network are frozen. Call"
              + " net.freezeParameters(false), or freeze fewer");
    }
    scale = recipe.precision == DataType.FLOAT16 ? LossScale.dynamic(manager) : LossScale.none();
    shares = new Shares(recipe, updater.parameters(), manager, recipe.devices());
  }

  /**
   * One step: predicts, measures, differentiates, updates. Nothing here waits for the device, but
   * in FLOAT16 the look whether the gradients are finite; if not, nothing is updated.
   *
   * @param step its number, from 0
   */
  Outcome step(int step, Batch batch, double rate) {
    seed(step); // for dropout
    try (Share whole = shares.compute(batch, scale.value())) {
      if (scale.takeOut(whole.gradients())) {
        update(whole.gradients(), rate);
      }
      return whole.outcome();
    }
  }

  private void update(NDList gradients, double rate) {
    if (recipe.clip > 0) {
      ParameterOps.clipNorm(gradients, recipe.clip);
    }
    updater.step(gradients, rate);
  }

  /** Seeds the engine's generator afresh, so that a resumed training draws the same numbers. */
  private void seed(int step) {
    long mixed = new SplittableRandom(recipe.seed).nextLong() + step;
    Engine.getEngine("PyTorch").setRandomSeed(new SplittableRandom(mixed).nextInt());
  }

  /** What an exact resume needs besides the network, by name; live arrays. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    updater.state().forEach((name, array) -> state.put("optimizer/" + name, array));
    scale.state().ifPresent(array -> state.put("scale", array));
    return state;
  }

  @Override
  public void close() {
    shares.close();
  }
}
