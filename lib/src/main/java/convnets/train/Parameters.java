package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import convnets.torch.MemoryLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What training does to the parameters of a block as a whole. */
final class Parameters {

  private static final Set<Parameter.Type> STATISTICS =
      EnumSet.of(Parameter.Type.RUNNING_MEAN, Parameter.Type.RUNNING_VAR);

  private Parameters() {}

  /**
   * The device of a block.
   *
   * @throws IllegalArgumentException if the block has not been initialised
   */
  static Device device(Block net) {
    if (net instanceof Prepared prepared) {
      return prepared.device();
    }
    if (!net.isInitialized()) {
      throw new IllegalArgumentException(
          "net has not been initialised: train it, load weights into it, or call initialize");
    }
    return Unit.deviceOf(net);
  }

  /**
   * Moves a block to a device, and has the parameters that are not frozen take gradients. Running
   * statistics are not learned, whoever has unfrozen them: DJL's {@code freezeParameters(false)}
   * does not tell them apart.
   */
  static void prepare(Block net, Device device) {
    for (Parameter parameter : net.getParameters().values()) {
      NDArray old = parameter.getArray();
      if (!old.getDevice().equals(device)) {
        NDArray moved = moved(old, device);
        parameter.close();
        parameter.setShape(null);
        parameter.setArray(moved);
      }
      MemoryLayout.arrange(parameter);
      if (STATISTICS.contains(parameter.getType())) {
        parameter.freeze(true);
      }
      if (parameter.requiresGradient()) {
        parameter.getArray().setRequiresGradient(true);
      }
    }
  }

  /**
   * Freezes the parameters that are not to learn.
   *
   * @return those that were not frozen before
   */
  static List<Parameter> freeze(Block net, Rates rates) {
    List<Parameter> frozen = new ArrayList<>();
    for (var pair : net.getParameters()) {
      Parameter parameter = pair.getValue();
      if (parameter.requiresGradient() && rates.factor(pair.getKey()) == 0) {
        parameter.freeze(true);
        frozen.add(parameter);
      }
    }
    return frozen;
  }

  /** A copy on another device, without a gradient, in the same manager. */
  private static NDArray moved(NDArray array, Device device) {
    try (NDArray detached = array.stopGradient()) {
      NDArray moved = detached.toDevice(device, true);
      moved.attach(array.getManager());
      return moved;
    }
  }
}
