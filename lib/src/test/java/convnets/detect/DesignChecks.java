package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import convnets.data.Batch;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/** What tests of all detectors ask. */
final class DesignChecks {

  private DesignChecks() {}

  /** Its task's loss has a gradient at every parameter. */
  static void assertEveryParameterLearns(
      DetectionDesign design, NDManager manager, Shape images, NDArray truth) {
    Unit net = design.build();
    net.initialize(manager, DataType.FLOAT32, images);
    List<String> names = new ArrayList<>();
    NDList learned = new NDList();
    for (Pair<String, Parameter> pair : net.getParameters()) {
      if (pair.getValue().requiresGradient()) {
        NDArray value = pair.getValue().getArray();
        // What starts at zero lets nothing through.
        TorchOps.copy(
            value.add(manager.randomNormal(0, 0.05f, value.getShape(), DataType.FLOAT32)), value);
        value.setRequiresGradient(true);
        names.add(pair.getKey());
        learned.add(value);
      }
    }
    Batch batch = new Batch(manager.randomNormal(images), new NDList(truth), manager);
    NDArray loss =
        GradMode.on(
            () -> {
              NDList inputs = new NDList(batch.images());
              NDList outputs = net.forward(new ParameterStore(manager, false), inputs, true, null);
              return design.task().loss(outputs, batch);
            });
    NDList gradients = TorchOps.gradients(loss, learned);
    for (int i = 0; i < names.size(); i++) {
      assertThat(gradients.get(i).abs().sum().getFloat()).as(names.get(i)).isGreaterThan(0);
    }
  }
}
