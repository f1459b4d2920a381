package convnets.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import convnets.detect.Boxes;
import convnets.detect.Nms;
import convnets.models.Models;
import convnets.nn.Layers;
import convnets.nn.Unit;
import convnets.torch.NormOps;
import convnets.torch.TorchOps;
import convnets.train.Sgd;
import convnets.train.Updater;
import java.util.List;
import java.util.function.Supplier;

/**
 * One operator. {@code ci/bench/pytorch/operators.py} has the same by the same names.
 *
 * @param operator its result is freed
 */
record OperatorWorkload(Supplier<NDArray> operator) implements Workload {

  static Workload of(String name, NDManager manager) {
    return switch (name) {
      case "optimiser_step" -> new OptimizerStep(manager);
      case "channel_shuffle" -> {
        NDArray x = manager.randomNormal(new Shape(64, 116, 16, 16));
        Unit shuffle = Layers.channelShuffle(2);
        yield new OperatorWorkload(() -> shuffle.apply(x));
      }
      case "local_response_norm" -> {
        NDArray x = manager.randomNormal(new Shape(32, 96, 27, 27));
        yield new OperatorWorkload(() -> NormOps.localResponseNorm(x, 5, 5e-4, 0.75, 2));
      }
      case "smoothed_cross_entropy" -> {
        NDArray logits = manager.randomNormal(new Shape(1024, 1000));
        NDArray labels = manager.randomInteger(0, 1000, new Shape(1024), DataType.INT64);
        yield new OperatorWorkload(() -> TorchOps.crossEntropy(logits, labels, 0.1));
      }
      case "nms" -> {
        NDArray boxes = boxes(manager, 10_000);
        NDArray scores = manager.create(sequence(10_000, 0.5698402910));
        yield new OperatorWorkload(() -> Nms.greedy(boxes, scores, 0.5));
      }
      case "box_iou" -> {
        NDArray boxes = boxes(manager, 10_000);
        NDArray others = boxes(manager, 100);
        yield new OperatorWorkload(() -> Boxes.iou(boxes, others));
      }
      default -> throw new IllegalArgumentException("no operator " + name);
    };
  }

  /** Boxes of sides from 20 to 120 in an image of 1000 × 1000, the same on both sides. */
  private static NDArray boxes(NDManager manager, int count) {
    float[] x = sequence(count, 0.8191725134);
    float[] y = sequence(count, 0.6710436067);
    float[] width = sequence(count, 0.5497004779);
    float[] height = sequence(count, 0.4502995221);
    float[] centers = new float[4 * count];
    for (int i = 0; i < count; i++) {
      centers[4 * i] = 1000 * x[i];
      centers[4 * i + 1] = 1000 * y[i];
      centers[4 * i + 2] = 20 + 100 * width[i];
      centers[4 * i + 3] = 20 + 100 * height[i];
    }
    try (NDArray form = manager.create(centers, new Shape(count, 4))) {
      return Boxes.centersToCorners(form);
    }
  }

  /** Numbers from 0 to 1 that fill the interval evenly, in no order to speak of. */
  private static float[] sequence(int count, double step) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (i * step % 1);
    }
    return numbers;
  }

  @Override
  public double run(int times) {
    return Workload.seconds(times, () -> operator.get().close());
  }

  @Override
  public void close() {}

  /** SGD with momentum on the parameters of ResNet-50; making gradients is not counted. */
  private static final class OptimizerStep implements Workload {
    private final Unit net = Models.resnet50();
    private final NDManager manager;
    private final List<NDArray> parameters;
    private final Updater updater;

    OptimizerStep(NDManager manager) {
      this.manager = manager;
      net.initialize(
          NDManager.newBaseManager(manager.getDevice()),
          DataType.FLOAT32,
          new Shape(1, 3, 224, 224));
      parameters =
          net.getParameters().values().stream()
              .filter(Parameter::requiresGradient)
              .map(Parameter::getArray)
              .toList();
      parameters.forEach(parameter -> parameter.setRequiresGradient(true));
      updater = Sgd.momentum(0.9).decay(5e-4).start(net, manager);
    }

    @Override
    public double run(int times) {
      double seconds = 0;
      for (int i = 0; i < times; i++) {
        differentiate();
        seconds += Workload.seconds(() -> updater.step(1e-3));
      }
      return seconds;
    }

    /** Gives every parameter a gradient of ones. */
    private void differentiate() {
      try (NDManager scratch = manager.newSubManager();
          GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray sum = scratch.create(0f);
        for (NDArray parameter : parameters) {
          NDArray part = parameter.sum();
          part.attach(scratch);
          sum = sum.add(part);
        }
        collector.backward(sum);
      }
    }

    @Override
    public void close() {
      net.clear();
    }
  }
}
