package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What a pass in training mode moves of a network, such as the means of batch norms. */
public final class RunningStatistics {

  private RunningStatistics() {}

  /**
   * Does some work with a network in training mode, and puts its running statistics back, also if
   * the work fails.
   *
   * @param net initialised
   * @param manager of the device that computes; holds copies meanwhile
   * @return what the work gives
   */
  public static <T> T unmoved(Block net, NDManager manager, Supplier<T> work) {
    Map<Parameter, NDArray> statistics = new LinkedHashMap<>();
    try (NDManager copies = manager.newSubManager()) {
      for (Parameter parameter : net.getParameters().values()) {
        if (isOne(parameter)) {
          NDArray copy = parameter.getArray().duplicate();
          copy.attach(copies);
          statistics.put(parameter, copy);
        }
      }
      try {
        return work.get();
      } finally {
        statistics.forEach((parameter, copy) -> TorchOps.copy(copy, parameter.getArray()));
      }
    }
  }

  private static boolean isOne(Parameter parameter) {
    Parameter.Type type = parameter.getType();
    return type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
  }
}
