package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.nn.NnTest;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;

/** What tests of detection share: random boxes, and torchvision's results of detection.tsv. */
abstract class DetectTest extends NnTest {

  private static final Map<String, Map<String, Numbers>> REFERENCE = read();

  /** A shape, and its numbers as they stand in the table. */
  record Numbers(Shape shape, String text) {

    float[] floats() {
      float[] floats = new float[words().length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = Float.parseFloat(words()[i]);
      }
      return floats;
    }

    long[] longs() {
      return Arrays.stream(words()).mapToLong(Long::parseLong).toArray();
    }

    private String[] words() {
      return text.isEmpty() ? new String[0] : text.split(" ");
    }
  }

  private static Map<String, Map<String, Numbers>> read() {
    Map<String, Map<String, Numbers>> cases = new LinkedHashMap<>();
    for (String[] row : Reference.rows("detection.tsv")) {
      cases
          .computeIfAbsent(row[0], name -> new LinkedHashMap<>())
          .put(row[1], new Numbers(Reference.shape(row[2]), row[3]));
    }
    return cases;
  }

  /** The names of torchvision's cases that start with something. */
  static List<String> cases(String start) {
    List<String> names = REFERENCE.keySet().stream().filter(n -> n.startsWith(start)).toList();
    assertThat(names).isNotEmpty();
    return names;
  }

  /** What torchvision was given or gave. */
  static Numbers numbers(String name, String what) {
    return REFERENCE.get(name).get(what);
  }

  NDArray floats(String name, String what) {
    Numbers numbers = numbers(name, what);
    return manager.create(numbers.floats(), numbers.shape());
  }

  NDArray longs(String name, String what) {
    Numbers numbers = numbers(name, what);
    return manager.create(numbers.longs(), numbers.shape());
  }

  static void assertEqual(NDArray actual, Numbers expected, double tolerance) {
    assertThat(actual.getShape()).isEqualTo(expected.shape());
    assertThat(actual.toFloatArray())
        .containsExactly(expected.floats(), Offset.offset((float) tolerance));
  }

  static void assertEqual(NDArray actual, Numbers expected) {
    assertThat(actual.getShape()).isEqualTo(expected.shape());
    assertThat(actual.toLongArray()).containsExactly(expected.longs());
  }

  /** Compares a result, and the gradients of Σ w y, with torchvision's. */
  void assertWithGradients(
      String name, Supplier<NDArray> result, double tolerance, Map<String, NDArray> inputs) {
    inputs.values().forEach(input -> input.setRequiresGradient(true));
    NDArray y = GradMode.on(result);
    assertEqual(y, numbers(name, "y"), tolerance);
    NDArray sum = GradMode.on(() -> y.mul(floats(name, "w")).sum());
    NDList gradients = TorchOps.gradients(sum, new NDList(List.copyOf(inputs.values())));
    int i = 0;
    for (String input : inputs.keySet()) {
      assertEqual(gradients.get(i++), numbers(name, "gradient " + input), 10 * tolerance);
    }
  }

  /** The gradient of the sum of a result by one array. */
  static NDArray gradient(NDArray x, Supplier<NDArray> result) {
    x.setRequiresGradient(true);
    NDArray sum = GradMode.on(() -> result.get().sum());
    return TorchOps.gradients(sum, new NDList(x)).singletonOrThrow();
  }

  static void assertFinite(NDArray array) {
    for (float number : array.toFloatArray()) {
      assertThat(number).isFinite();
    }
  }

  /** Random boxes with an area, in and around an image of 64 × 48 pixels. */
  float[] randomBoxes(int count) {
    float[] boxes = new float[4 * count];
    for (int i = 0; i < boxes.length; i += 4) {
      float x = 64 * random.nextFloat();
      float y = 48 * random.nextFloat();
      float width = 1 + 25 * random.nextFloat();
      float height = 1 + 20 * random.nextFloat();
      boxes[i] = x - width / 2;
      boxes[i + 1] = y - height / 2;
      boxes[i + 2] = x + width / 2;
      boxes[i + 3] = y + height / 2;
    }
    return boxes;
  }

  float[] randomNumbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat();
    }
    return numbers;
  }

  long[] randomClasses(int count, int classes) {
    return random.longs(count, 0, classes).toArray();
  }

  NDArray boxes(float... edges) {
    return manager.create(edges, new Shape(edges.length / 4, 4));
  }

  NDArray truth(int images, float... rows) {
    return manager.create(rows, new Shape(images, rows.length / 5 / images, 5));
  }

  NDArray empty(long... shape) {
    return manager.create(new Shape(shape));
  }

  /** The IoU of two boxes that start at some places of two arrays. */
  static double iou(float[] a, int i, float[] b, int j) {
    double across = Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]);
    double down = Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]);
    double inter = Math.max(across, 0) * Math.max(down, 0);
    return inter / (area(a, i) + area(b, j) - inter);
  }

  private static double area(float[] boxes, int i) {
    return ((double) boxes[i + 2] - boxes[i]) * ((double) boxes[i + 3] - boxes[i + 1]);
  }
}
