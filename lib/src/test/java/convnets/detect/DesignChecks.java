package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.nn.EveryParameter;
import convnets.nn.Unit;
import java.util.List;

/** What tests of all detectors ask. */
final class DesignChecks {

  private DesignChecks() {}

  /** Its task's loss has a gradient at every parameter. */
  static void assertEveryParameterLearns(
      DetectionDesign design, NDManager manager, Shape images, NDArray truth) {
    Unit net = design.build();
    net.initialize(manager, DataType.FLOAT32, images);
    Batch batch = new Batch(manager.randomNormal(images), new NDList(truth), manager);
    EveryParameter.learns(
        manager,
        0.05f,
        List.of(net),
        () -> {
          NDList inputs = design.task().inputs(batch);
          NDList outputs = net.forward(new ParameterStore(manager, false), inputs, true, null);
          return design.task().loss(outputs, batch);
        });
  }
}
