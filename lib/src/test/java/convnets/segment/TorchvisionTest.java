package convnets.segment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.Reference;
import convnets.models.Models;
import convnets.models.ReferenceWeights;
import convnets.nn.Unit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks beside torchvision's, by fixtures that {@code ci/parity/segmenters.py} has made: names
 * and shapes, logits, and what both classifiers make in training.
 */
class TorchvisionTest {

  static Stream<List<String>> rows() {
    return Reference.rows("segmenters.tsv").stream().map(List::of);
  }

  private static Unit network(String name, int classes) {
    return switch (name) {
      case "fcn_resnet50" ->
          FCN.dilated(Models.backbone("resnet50").outputStride(8), classes).auxiliary().build();
      case "deeplabv3_resnet50" ->
          DeepLab.of(Models.backbone("resnet50").outputStride(8), classes).auxiliary().build();
      case "deeplabv3_mobilenet_v3_large" -> DeepLab.mobileNetV3Large(classes).auxiliary().build();
      case "lraspp_mobilenet_v3_large" -> LRASPP.mobileNetV3Large(classes).build();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @MethodSource("rows")
  void namesLogitsAndTrainingAreTorchvisions(List<String> row) {
    int classes = Integer.parseInt(row.get(2));
    Unit net = network(row.get(0), classes);
    assertThat(ReferenceWeights.digest(net)).isEqualTo(row.get(3));
    Shape shape = Reference.shape(row.get(1));
    // PyTorch drew for dropout on a CPU; a GPU draws other numbers.
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      ReferenceWeights.fill(net, manager, shape);
      NDArray images = ReferenceWeights.images(manager, shape);
      NDArray logits = net.apply(images);
      assertThat(logits.getShape()).isEqualTo(new Shape(2, classes, shape.get(2), shape.get(3)));
      Reference.assertAgrees("logits", logits, row.get(4), 1e-4);

      net.cast(DataType.FLOAT64);
      Engine.getEngine("PyTorch").setRandomSeed(7);
      NDList inputs = new NDList(images.toType(DataType.FLOAT64, false));
      NDList made = net.forward(new ParameterStore(manager, false), inputs, true, null);
      Reference.assertAgrees("classifier", made.get(0), row.get(5), 1e-7);
      if (!row.get(6).equals("-")) {
        Reference.assertAgrees("auxiliary", made.get(1), row.get(6), 1e-7);
      }
      assertThat(made).hasSize(row.get(6).equals("-") ? 1 : 2);
    }
  }
}
