package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the tests of all families ask of a network. */
final class Zoo {

  private Zoo() {}

  /** What the catalogue lists. */
  static Stream<String> names() {
    return Models.list().stream().map(Models.Entry::name);
  }

  /** How many numbers it learns. */
  static long parameters(Unit net) {
    return net.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** The shapes that come out of some of them. */
  static List<Shape> outputs(Unit net, Shape input, String... paths) {
    return Stream.of(paths).map(shapes(net, input)::get).toList();
  }

  /** How many multiplications, each with its addition, one pass takes. */
  static long multiplyAdds(Unit net, Shape input) {
    return Summary.of(net, input).multiplyAdds();
  }

  /** The shapes of the outputs of all layers and named parts, by path. */
  static Map<String, Shape> shapes(Unit net, Shape input) {
    Map<Block, String> paths = net.paths();
    Map<String, Shape> shapes = new HashMap<>();
    net.observeShapes(
        (block, inputs, outputs) -> {
          if (paths.containsKey(block)) {
            shapes.put(paths.get(block), outputs.head().getShape());
          }
        },
        input);
    return shapes;
  }

  /** What the last pooling of a network sees of a colour image of 32×32. */
  static Shape mapBeforePooling(Unit net) {
    List<Shape> maps = new ArrayList<>();
    net.observeShapes(
        (block, inputs, outputs) -> {
          if (block instanceof Unit unit && unit.describe().equals("global average pool")) {
            maps.add(inputs.head().getShape());
          }
        },
        new Shape(1, 3, 32, 32));
    return maps.get(maps.size() - 1);
  }

  /**
   * A batch as small as a network takes it: fixed classifiers need the whole image. Of the small
   * images of CIFAR it is half of each side, else 64 or 128 pixels.
   */
  static Shape smallInput(String name, int batch, int classes) {
    Shape whole = Models.entry(name).input();
    long side = whole.get(1);
    return (side < 64 ? Stream.of(side / 2) : Stream.of(64L, 128L))
        .filter(size -> size <= side)
        .map(size -> new Shape(batch, whole.get(0), size, size))
        .filter(input -> !name.equals("inception_v3_aux") && fits(name, input, classes))
        .findFirst()
        .orElse(new Shape(batch).addAll(whole));
  }

  private static boolean fits(String name, Shape input, int classes) {
    try {
      Models.create(name, classes).outputShape(input);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * Initialises a network and moves what starts at zero or one away from there. The scales of batch
   * norms are small: else numbers grow from block to block in a deep net, and rounding with them.
   */
  static void randomize(Unit net, NDManager manager, Shape input) {
    manager.getEngine().setRandomSeed(1);
    net.initialize(manager, DataType.FLOAT32, input);
    for (Parameter parameter : net.getParameters().values()) {
      if (parameter.getType() == Parameter.Type.WEIGHT) {
        continue; // random already
      }
      NDArray value = parameter.getArray();
      NDArray random =
          switch (parameter.getType()) {
            case GAMMA -> manager.randomUniform(0.2f, 0.6f, value.getShape());
            case RUNNING_VAR -> manager.randomUniform(0.5f, 1.5f, value.getShape());
            case BETA, BIAS, RUNNING_MEAN ->
                manager.randomNormal(0, 0.1f, value.getShape(), DataType.FLOAT32);
            default -> value;
          };
      TorchOps.copy(random, value);
    }
  }

  /** Runs forward and backward: every output is (N, classes), every parameter has a gradient. */
  static void assertTrainsEveryParameter(Unit net, Shape input, int classes) {
    try (NDManager manager = NDManager.newBaseManager();
        NDManager host = NDManager.newBaseManager(Device.cpu())) {
      // Drawn on the CPU: in a thin network other numbers can leave a branch dead.
      manager.getEngine().setRandomSeed(1);
      net.initialize(host, DataType.FLOAT32, input);
      NDArray images = host.randomNormal(input).toDevice(manager.getDevice(), false);
      images.attach(manager);
      for (Parameter parameter : net.getParameters().values()) {
        NDArray moved = parameter.getArray().toDevice(manager.getDevice(), true);
        moved.attach(manager);
        parameter.close();
        parameter.setShape(null);
        parameter.setArray(moved);
        moved.setRequiresGradient(parameter.requiresGradient());
      }
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        ParameterStore store = new ParameterStore(manager, false);
        NDArray sum = null;
        for (NDArray logits : net.forward(store, new NDList(images), true, null)) {
          assertThat(logits.getShape()).isEqualTo(new Shape(input.get(0), classes));
          NDArray term = logits.square().sum();
          sum = sum == null ? term : sum.add(term);
        }
        collector.backward(sum);
      }
      net.getParameters().stream()
          .filter(pair -> pair.getValue().requiresGradient())
          .forEach(
              pair ->
                  assertThat(pair.getValue().getArray().getGradient().abs().max().getFloat())
                      .as(pair.getKey())
                      .isPositive());
    }
  }
}
