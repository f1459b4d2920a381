package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.ImageDataset;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A small problem, and networks that suit it. */
final class Fixtures {

  static final int CLASSES = 6;
  static final int SIZE = 8;

  private Fixtures() {}

  /** Grey 8×8 images of noise, whose class is the row that is a little brighter. */
  static ImageDataset rows(NDManager manager, int n, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[n * SIZE * SIZE];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(CLASSES);
      for (int p = 0; p < SIZE * SIZE; p++) {
        int brighter = p / SIZE == labels[i] ? 60 : 0;
        pixels[i * SIZE * SIZE + p] = (byte) (random.nextInt(160) + brighter);
      }
    }
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(i -> "row " + i).toList();
    return ImageDataset.of(manager, pixels, new Shape(n, 1, SIZE, SIZE), labels, classes);
  }

  /** With batch norm and dropout: all that an exact resume has to care for. */
  static Unit convNet() {
    return seq(
        conv(1, 4, 3).bn().relu(), dropout(0.2), flatten(), linear(4 * SIZE * SIZE, CLASSES));
  }

  /** Interrupts after a batch. */
  static Callback stopAfter(int epoch, int batch) {
    return new Callback() {
      @Override
      public void batchEnded(Progress progress) {
        if (progress.epoch() == epoch && progress.batch() == batch) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  static Unit linearNet() {
    return seq(flatten(), linear(SIZE * SIZE, CLASSES));
  }

  /** Gives one network the weights of another of the same kind. */
  static void copyWeights(Block from, Block to) {
    for (var pair : from.getParameters()) {
      TorchOps.copy(pair.getValue().getArray(), to.getParameters().get(pair.getKey()).getArray());
    }
  }

  /** Copies of all parameters by name. */
  static Map<String, List<Float>> weights(Block net) {
    Map<String, List<Float>> weights = new LinkedHashMap<>();
    for (var pair : net.getParameters()) {
      float[] values = pair.getValue().getArray().toFloatArray();
      weights.put(
          pair.getKey(), IntStream.range(0, values.length).mapToObj(i -> values[i]).toList());
    }
    return weights;
  }

  /**
   * How many arrays live in all managers.
   *
   * @param any one of them
   */
  static int liveArrays(NDManager any) {
    NDManager root = any;
    while (root.getParentManager() != null && root.getParentManager() != root) {
      root = root.getParentManager();
    }
    return liveBelow(root);
  }

  private static int liveBelow(NDManager manager) {
    try {
      Field field = BaseNDManager.class.getDeclaredField("resources");
      field.setAccessible(true);
      int count = 0;
      for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
        count += resource instanceof NDManager child ? liveBelow(child) : 1;
      }
      return count;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** A history without the clock. */
  static List<Object> numbers(History history) {
    return Arrays.asList(
        history.steps(),
        history.epochs().stream()
            .map(e -> List.of(e.epoch(), e.rate(), e.training(), e.test()))
            .toList());
  }
}
