package convnets.cli;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One training step without the update, for comparison with another implementation: {@code
 * ci/parity/step.py} does the same.
 */
public final class TrainingStep {

  /** Of PyTorch's generator before the forward pass: dropout draws the same numbers. */
  private static final int SEED = 7;

  /** Of each auxiliary output in the loss. */
  private static final double AUXILIARY_WEIGHT = 0.3;

  private TrainingStep() {}

  /**
   * Runs forward in training mode and backward.
   *
   * @param images (N, C, H, W)
   * @param labels (N), int64
   * @return {@code loss}, {@code gradient NAME} of every learned parameter, and {@code statistics
   *     NAME} of every running statistic as the step left it
   */
  public static Map<String, NDArray> run(Unit net, NDArray images, NDArray labels) {
    Engine engine = images.getManager().getEngine();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    engine.setRandomSeed(SEED);
    try (GradientCollector collector = engine.newGradientCollector()) {
      ParameterStore store = new ParameterStore(images.getManager(), false);
      NDList outputs = net.forward(store, new NDList(images), true, null);
      NDArray loss = TorchOps.crossEntropy(outputs.head(), labels, 0);
      for (NDArray auxiliary : outputs.subNDList(1)) {
        loss =
            loss.add(TorchOps.scale(TorchOps.crossEntropy(auxiliary, labels, 0), AUXILIARY_WEIGHT));
      }
      collector.backward(loss);
      arrays.put("loss", loss);
    }
    for (Pair<String, Parameter> pair : net.getParameters()) {
      NDArray value = pair.getValue().getArray();
      if (pair.getValue().requiresGradient()) {
        arrays.put("gradient " + pair.getKey(), value.getGradient());
      } else {
        arrays.put("statistics " + pair.getKey(), value);
      }
    }
    return arrays;
  }
}
