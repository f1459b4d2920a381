package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.Reference;
import convnets.models.ReferenceWeights;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Detectors beside torchvision's, by fixtures that {@code ci/parity/detectors.py} has made: names
 * and shapes, outputs, and the boxes that torchvision's own code finds.
 */
class TorchvisionDetectorsTest {

  /** By how much weights of these names are smaller, as the fixtures' are. */
  private static final Map<String, Float> SMALLER =
      Map.of(
          "head.classification_head.module_list", 0.1f,
          "head.regression_head.module_list", 0.1f,
          "rpn.head.cls_logits", 0.1f,
          "rpn.head.bbox_pred", 0.02f,
          "roi_heads.box_predictor", 0.05f);

  static Stream<List<String>> rows() {
    return Reference.rows("detectors.tsv").stream().map(List::of);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void namesOutputsAndBoxesAreTorchvisions(List<String> row) {
    int classes = Integer.parseInt(row.get(2)) - 1;
    DetectionDesign design = Detectors.create(row.get(0), classes);
    Unit net = design.build();
    assertThat(ReferenceWeights.digest(net)).isEqualTo(row.get(3));
    Shape shape = Reference.shape(row.get(1));
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      ReferenceWeights.fill(net, manager, shape);
      makeSmaller(net);
      NDList outputs = net.outputs(ReferenceWeights.images(manager, shape));
      assertAgrees("logits", outputs.get(0), row.get(4));
      assertAgrees("offsets", outputs.get(1), row.get(5));
      float[] found = design.task().detections(outputs, shape).toFloatArray();
      String[] images = row.get(6).split("/");
      int most = found.length / 6 / images.length;
      for (int i = 0; i < images.length; i++) {
        assertFound(Arrays.copyOfRange(found, i * most * 6, (i + 1) * most * 6), images[i]);
      }
    }
  }

  private static void makeSmaller(Unit net) {
    for (Pair<String, Parameter> pair : net.getParameters()) {
      SMALLER.forEach(
          (start, factor) -> {
            if (pair.getKey().startsWith(start)) {
              NDArray array = pair.getValue().getArray();
              TorchOps.copy(array.mul(factor), array);
            }
          });
    }
  }

  /**
   * Nearly every box of torchvision's is there: a score that rounds to the other side of another
   * may let another box go before.
   */
  private static void assertFound(float[] rows, String expected) {
    String[] boxes = expected.split(";");
    int there = 0;
    for (String box : boxes) {
      float[] wanted = floats(box);
      boolean same = false;
      for (int at = 0; at < rows.length && !same; at += 6) {
        same = rows[at] == wanted[0] && Math.abs(rows[at + 5] - wanted[5]) < 1e-4;
        for (int e = 1; e <= 4; e++) {
          same &= Math.abs(rows[at + e] - wanted[e]) < 0.02f;
        }
      }
      there += same ? 1 : 0;
    }
    assertThat(boxes.length).isGreaterThan(10);
    assertThat(there).isGreaterThanOrEqualTo(boxes.length - boxes.length / 20);
  }

  private static float[] floats(String words) {
    String[] split = words.split(" ");
    float[] numbers = new float[split.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.parseFloat(split[i]);
    }
    return numbers;
  }

  private static void assertAgrees(String name, NDArray actual, String expected) {
    float[] floats = actual.toFloatArray();
    double[] numbers = new double[floats.length];
    Arrays.setAll(numbers, i -> floats[i]);
    double norm = Math.sqrt(Arrays.stream(numbers).map(v -> v * v).sum());
    String[] words = expected.split(" ");
    double wanted = Double.parseDouble(words[0]);
    assertThat(norm).as(name).isCloseTo(wanted, within(1e-4 * wanted));
    assertThat(Reference.projection(name, numbers))
        .as(name)
        .isCloseTo(Double.parseDouble(words[1]), within(1e-4 * wanted));
  }

  /** torchvision's first checkpoints have older names, which it translates when it loads them. */
  @Test
  void olderNamesAreKnown() {
    assertThat(FasterRCNN.renamed("backbone.fpn.inner_blocks.2.weight"))
        .isEqualTo("backbone.fpn.inner_blocks.2.0.weight");
    assertThat(FasterRCNN.renamed("backbone.fpn.layer_blocks.0.bias"))
        .isEqualTo("backbone.fpn.layer_blocks.0.0.bias");
    assertThat(FasterRCNN.renamed("rpn.head.conv.weight")).isEqualTo("rpn.head.conv.0.0.weight");
    for (String same :
        List.of(
            "backbone.fpn.layer_blocks.0.0.bias", "rpn.head.conv.0.0.weight", "rpn.head.x.bias")) {
      assertThat(FasterRCNN.renamed(same)).isEqualTo(same);
    }
  }
}
