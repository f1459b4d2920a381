package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.io.DataFolder;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PretrainedTest {

  /**
   * What timm 1.0.31's tf_efficientnet_lite0 says with the same weights, in single precision, after
   * its own preprocessing: pixels from −1 to 1.
   */
  @ParameterizedTest
  @CsvSource({
    "chelsea.png, tiger cat, 0.3914",
    "chelsea.png, Egyptian cat, 0.3571",
    "chelsea.png, tabby, 0.1696",
    "coffee.png, espresso, 0.9510",
    "coffee.png, cup, 0.0152",
    "camera.png, tripod, 0.9380",
    "rocket.jpg, missile, 0.2718",
    "rocket.jpg, projectile, 0.1891",
  })
  void efficientNetLite0SaysWhatTimmSays(String file, String label, double probability) {
    Predictions predictions = Lite0.NET.predict(DataFolder.find("photographs/" + file));
    assertThat(predictions.probability(label)).isCloseTo(probability, Offset.offset(0.005));
    assertThat(predictions.ranked().stream().mapToDouble(Predictions.Prediction::probability).sum())
        .isCloseTo(1, Offset.offset(1e-4));
  }

  /** As timm and torchvision have them: what TensorFlow trained takes pixels from −1 to 1. */
  @ParameterizedTest
  @CsvSource({
    "efficientnet_lite0, 0.5, 0.5",
    "googlenet, 0.5, 0.5",
    "inception_v3, 0.5, 0.5",
    "efficientnet_b0, 0.485, 0.229",
    "resnet50, 0.485, 0.229",
  })
  void picturesAreNormalisedAsTheyWereInTraining(String name, double mean, double deviation) {
    Preprocessing usual = PublishedWeights.of(name).preprocessing();
    assertThat(usual.mean().get(0)).isEqualTo(mean);
    assertThat(usual.deviation().get(0)).isEqualTo(deviation);
  }

  /** Loaded once. */
  private static final class Lite0 {
    static final Pretrained NET = Models.pretrained("efficientnet_lite0");
  }

  @Test
  void theTopFiveAreReadInALine() {
    Predictions predictions = Lite0.NET.predict(DataFolder.find("photographs/camera.png"));
    assertThat(predictions.top5()).hasSize(5);
    assertThat(predictions.top5().get(0).label()).isEqualTo("tripod");
    assertThat(predictions.toString()).startsWith("tripod 0.94\nharmonica 0.01\n");
  }

  @Test
  void aNewHeadStartsAtRandomOnWeightsThatAreKept() {
    Unit net = Models.pretrained("efficientnet_lite0", 7);
    assertThat(array(net, "classifier.weight").getShape()).isEqualTo(new Shape(7, 1280));
    assertThat(array(net, "conv_stem.weight"))
        .isEqualTo(array(Lite0.NET.net(), "conv_stem.weight"));
  }

  private static NDArray array(Unit net, String name) {
    return net.getParameters().get(name).getArray();
  }

  /** torchvision's file of DenseNet has an older generation of names. */
  @Test
  void oldNamesAreUnderstood(@TempDir Path folder) {
    assertLoads("densenet121", "densenet121", "(denselayer\\d+\\.(?:norm|conv))([12]\\.)", folder);
  }

  /** torchvision's files of GoogLeNet and Inception-V3 hold the auxiliary heads. */
  @Test
  void auxiliaryHeadsAreLeftOut(@TempDir Path folder) {
    assertLoads("googlenet", "googlenet_aux", "^$()()", folder);
    assertLoads("inception_v3", "inception_v3_aux", "^$()()", folder);
  }

  /** Saves one network, a dot put between the groups of a name, and loads it into another. */
  private static void assertLoads(String name, String saved, String dotted, Path folder) {
    Unit original = Models.create(saved, 5);
    Unit loaded = Models.create(name, 5);
    try (NDManager manager = NDManager.newBaseManager()) {
      original.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 299, 299));
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      original
          .getParameters()
          .forEach(
              pair ->
                  arrays.put(
                      pair.getKey().replaceFirst(dotted, "$1.$2"), pair.getValue().getArray()));
      Path file = folder.resolve(saved + ".safetensors");
      Weights.write(arrays, file);
      PublishedWeights.of(name).loading(loaded).from(file);
      for (Pair<String, Parameter> pair : loaded.getParameters()) {
        NDArray expected = original.getParameters().get(pair.getKey()).getArray();
        NDArray array = pair.getValue().getArray();
        assertThat(array.getShape()).isEqualTo(expected.getShape());
        assertThat(HostCopy.floats(array)).as(pair.getKey()).isEqualTo(HostCopy.floats(expected));
      }
    } finally {
      loaded.clear();
    }
  }

  @Test
  void preprocessingKeepsTheMiddle() {
    BufferedImage picture = new BufferedImage(12, 6, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 12; x++) {
        picture.setRGB(x, y, x << 16 | y << 8 | 255);
      }
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Preprocessing plain =
          new Preprocessing(6, 4, true, List.of(0.0, 0.0, 0.5), List.of(1.0, 0.5, 1.0));
      NDArray x = plain.apply(manager, picture);
      assertThat(x.getShape()).isEqualTo(new Shape(1, 3, 4, 4));
      assertThat(x.getFloat(0, 0, 0, 0)).isEqualTo(4 / 255f);
      assertThat(x.getFloat(0, 0, 3, 3)).isEqualTo(7 / 255f);
      assertThat(x.getFloat(0, 1, 3, 0)).isCloseTo(2 * 4 / 255f, Offset.offset(1e-6f));
      assertThat(x.getFloat(0, 2, 0, 0)).isEqualTo(0.5f);
    }
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> Models.pretrained("resnext50_2x40d"))
        .hasMessageContaining("name (resnext50_2x40d) has no published weights here")
        .hasMessageContaining("resnet50")
        .hasMessageContaining("Weights.load(");
    assertThatThrownBy(() -> Models.pretrained("effnet_lite0"))
        .hasMessageContaining("did you mean efficientnet_lite0?");
    assertThatThrownBy(() -> Lite0.NET.predict(Path.of("no such.png")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no such.png");
    assertThatThrownBy(() -> Preprocessing.imageNet(200, 224, true))
        .hasMessage("shorterSide (200) must be at least crop (224)");
  }
}
