package convnets.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Inference;
import convnets.nn.Prepared;
import convnets.nn.Unit;

/** Passes of a network in evaluation mode, images to logits. */
final class InferenceWorkload implements Workload {

  private final Unit plain;
  private final Unit net;
  private final NDArray images;

  InferenceWorkload(Setting setting, NDManager manager) {
    Shape input = new Shape(setting.batch(), 3, setting.size(), setting.size());
    plain = setting.net();
    plain.initialize(NDManager.newBaseManager(manager.getDevice()), DataType.FLOAT32, input);
    net = inForm(plain, setting.form());
    images = manager.randomUniform(0, 1, input);
  }

  private static Unit inForm(Unit net, String form) {
    return switch (form) {
      case "plain" -> net;
      case "prepared" -> Inference.prepare(net);
      case "bf16" -> Inference.prepare(net, DataType.BFLOAT16);
      default -> throw new IllegalArgumentException("no form " + form);
    };
  }

  @Override
  public double run(int passes) {
    return Workload.seconds(passes, () -> net.apply(images).close());
  }

  @Override
  public void close() {
    if (net instanceof Prepared prepared) {
      prepared.close();
    }
    plain.clear();
  }
}
