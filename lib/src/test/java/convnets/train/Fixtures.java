package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.dropout;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.ImageDataset;
import convnets.nn.Unit;
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

  static Unit linearNet() {
    return seq(flatten(), linear(SIZE * SIZE, CLASSES));
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

  /** A history without the clock. */
  static List<Object> numbers(History history) {
    return Arrays.asList(
        history.steps(),
        history.epochs().stream()
            .map(e -> List.of(e.epoch(), e.rate(), e.training(), e.test()))
            .toList());
  }
}
