package convnets.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Whether a gradient comes to every parameter. */
public final class EveryParameter {

  private EveryParameter() {}

  /**
   * Of a loss over networks, at weights beside those that they start with: what starts at zero lets
   * nothing through.
   *
   * @param noise deviation of what is added to each weight
   * @param nets initialised
   */
  public static void learns(
      NDManager manager, float noise, List<Unit> nets, Supplier<NDArray> loss) {
    List<String> names = new ArrayList<>();
    NDList learned = new NDList();
    for (int net = 0; net < nets.size(); net++) {
      for (Pair<String, Parameter> pair : nets.get(net).getParameters()) {
        if (pair.getValue().requiresGradient()) {
          NDArray value = pair.getValue().getArray();
          NDArray more = manager.randomNormal(0, noise, value.getShape(), DataType.FLOAT32);
          TorchOps.copy(value.add(more), value);
          value.setRequiresGradient(true);
          names.add(pair.getKey() + " of network " + net);
          learned.add(value);
        }
      }
    }
    NDList gradients = TorchOps.gradients(GradMode.on(loss), learned);
    for (int i = 0; i < names.size(); i++) {
      assertThat(gradients.get(i).abs().sum().getFloat()).as(names.get(i)).isGreaterThan(0);
    }
  }
}
