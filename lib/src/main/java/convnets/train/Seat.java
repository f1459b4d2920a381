package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.ParameterOps;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A player at work: its network on the device, and all that is kept beside it. */
final class Seat implements AutoCloseable {

  private final Player player;
  private final List<Parameter> frozen;
  private final Updater updater;
  private final LossScale scale;
  private final double clip;

  /** Null: none. */
  private final Averaging averaging;

  private WeightCopy average = WeightCopy.none();
  private WeightCopy best = WeightCopy.none();

  /**
   * Moves the network to the device.
   *
   * @param player its network is initialised
   * @param recipe says what the player does not
   * @param manager of the first device; owns what is kept
   */
  Seat(Player player, Recipe recipe, NDManager manager) {
    this.player = player;
    Block net = player.net();
    Rates rates = player.ratesOr(recipe.rates);
    rates.check(net);
    frozen = Parameters.freeze(net, rates);
    try {
      Parameters.prepare(net, manager.getDevice());
      updater = player.optimizerOr(recipe.optimizer).start(net, rates, manager);
      if (updater.parameters().isEmpty()) {
        throw new IllegalStateException(
            "there is nothing to learn: all parameters of the network are frozen. Call"
                + " net.freezeParameters(false), or freeze fewer");
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    scale = LossScale.in(recipe.precision, manager);
    clip = player.clipOr(recipe.clip);
    averaging = player.averagingOr(recipe.averaging);
  }

  Player player() {
    return player;
  }

  /** The weights that it learns, live. */
  NDList learned() {
    return updater.parameters();
  }

  /** What the loss is to be multiplied by. */
  double scale() {
    return scale.value();
  }

  /** What a pass of training writes into: running statistics and their like. */
  Set<Parameter> buffers() {
    Set<Parameter> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    buffers.addAll(player.net().getParameters().values());
    buffers.removeIf(Parameter::requiresGradient);
    frozen.forEach(buffers::remove);
    return buffers;
  }

  /** From now on keeps the average that was asked for. */
  void keepAverage(NDManager manager) {
    if (averaging != null) {
      average = WeightCopy.of(player.net(), manager);
    }
  }

  /** From now on has a place for the weights of the best epoch. */
  void keepBest(NDManager manager) {
    best = WeightCopy.of(player.net(), manager);
  }

  /**
   * Changes the weights. Nothing here waits for the device, but in FLOAT16 the look whether the
   * gradients are finite; if not, no weight is changed.
   *
   * @param gradients of {@link #learned}, times {@link #scale}
   * @param step its number, from 0
   */
  void update(NDList gradients, double rate, int step) {
    if (scale.unscale(gradients)) {
      if (clip > 0) {
        ParameterOps.clipNorm(gradients, clip);
      }
      updater.step(gradients, rate);
    }
    if (!average.isEmpty()) {
      average.approach(averaging.share(step));
    }
  }

  /** Empty: none is kept. */
  WeightCopy average() {
    return average;
  }

  /** Empty: none is kept. */
  WeightCopy best() {
    return best;
  }

  /** All arrays that an exact resume needs, live, by their names in a checkpoint. */
  Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    String prefix = player.prefix();
    player
        .net()
        .getParameters()
        .forEach(p -> state.put(prefix + "net/" + p.getKey(), p.getValue().getArray()));
    updater.state().forEach((name, array) -> state.put(prefix + "optimizer/" + name, array));
    scale.state().ifPresent(array -> state.put(prefix + "scale", array));
    average.byName().forEach((name, array) -> state.put(prefix + "average/" + name, array));
    best.byName().forEach((name, array) -> state.put(prefix + "best/" + name, array));
    return state;
  }

  /** Has what was frozen for this training alone learn again. */
  @Override
  public void close() {
    frozen.forEach(parameter -> parameter.freeze(false));
  }
}
