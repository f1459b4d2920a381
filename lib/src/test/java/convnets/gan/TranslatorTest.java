package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.nn.Layers;
import convnets.weights.Weights;
import convnets.weights.WeightsException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslatorTest {

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  {
    Engine.getInstance().setRandomSeed(2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Translator started(String name, int in, int out) {
    Translator translator = Translator.create(name, in, out);
    translator.net().initialize(manager, DataType.FLOAT32, new Shape(1, in, 32, 32));
    return translator;
  }

  private static float apart(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat();
  }

  @Test
  void isSavedAndLoadedByName() {
    Translator translator = started("resnet_1blocks_width4", 3, 3).size(24, 20).asInTraining();
    translator.save(folder);
    Translator loaded = Translator.load(folder);
    NDArray x = manager.randomUniform(0, 1, new Shape(3, 3, 24, 20));
    assertThat(apart(loaded.translate(x), translator.translate(x))).isZero();
    BufferedImage picture = new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB);
    BufferedImage made = loaded.translate(picture);
    assertThat(new int[] {made.getWidth(), made.getHeight()}).containsExactly(20, 24);
    loaded.net().clear();
  }

  @Test
  void anIdentityGivesThePictureBack() {
    Translator same = Translator.of(Layers.conv(3, 3, 1));
    same.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 1, 1));
    NDArray unit = manager.eye(3).reshape(3, 3, 1, 1);
    same.net().getParameters().get("weight").getArray().set(unit.toFloatArray());
    BufferedImage picture = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 35; i++) {
      picture.setRGB(i % 7, i / 7, 0xFF000000 | i * 7 << 16 | (255 - i) << 8 | i);
    }
    BufferedImage made = same.translate(picture);
    for (int i = 0; i < 35; i++) {
      assertThat(made.getRGB(i % 7, i / 7)).isEqualTo(picture.getRGB(i % 7, i / 7));
    }
    NDArray many = manager.randomUniform(0, 1, new Shape(130, 3, 2, 1)); // three portions
    assertThat(apart(same.translate(many), many)).isLessThan(1e-6f);
  }

  /** Dropout and the statistics of the batch, and nothing is left of it. */
  @Test
  void asInTrainingLeavesTheNetworkAsItIs() {
    Translator still = started("resnet_2blocks_width4_batch_dropout", 3, 3);
    Translator noisy = still.asInTraining();
    NDArray x = manager.randomUniform(0, 1, new Shape(4, 3, 16, 16));
    Map<String, float[]> before = numbers(still);
    NDArray first = still.translate(x);
    NDArray once = noisy.translate(x);
    assertThat(apart(once, noisy.translate(x))).isPositive();
    assertThat(numbers(still)).usingRecursiveComparison().isEqualTo(before);
    assertThat(apart(still.translate(x), first)).isZero();
  }

  private static Map<String, float[]> numbers(Translator translator) {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    for (Pair<String, Parameter> pair : translator.net().getParameters()) {
      numbers.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
    }
    return numbers;
  }

  /** As the authors' older checkpoints have them, with statistics that nobody uses. */
  @Test
  void publishedWeightsLoadByNameAndWhatIsNotUsedIsLeftOut() {
    Translator source = started("resnet_1blocks_width4", 3, 3);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    source.net().getParameters().forEach(p -> tensors.put(p.getKey(), p.getValue().getArray()));
    tensors.put("model.2.running_mean", manager.zeros(new Shape(4)));
    tensors.put("model.2.running_var", manager.ones(new Shape(4)));
    tensors.put("model.10.conv_block.2.num_batches_tracked", manager.zeros(new Shape(1)));
    Path file = folder.resolve("latest_net_G.safetensors");
    Weights.write(tensors, file);
    Translator loaded = Translator.create("resnet_1blocks_width4", 3, 3).weights(file);
    NDArray x = manager.randomUniform(0, 1, new Shape(1, 3, 9, 11));
    assertThat(apart(loaded.translate(x), source.translate(x))).isZero();
    loaded.net().clear();

    tensors.remove("model.1.weight");
    Weights.write(tensors, file);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Translator.create("resnet_1blocks_width4", 3, 3).weights(file))
        .withMessageContaining("model.1.weight");
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Translator.of(started("unet_8_width4", 3, 3).net()).save(folder))
        .withMessageContaining("named(…)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Translator.of(started("unet_8_width4", 3, 3).net()).named("unet_16", 3, 3))
        .withMessage("network (unet_16) has other parameters than this one");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Translator.create("unet_8_width4", 3, 3)
                    .translate(manager.zeros(new Shape(1, 3, 8, 8))))
        .withMessageContaining("has no weights");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> started("unet_8_width4", 3, 3).translate(manager.zeros(new Shape(0, 3, 8, 8))))
        .withMessageContaining("one at least");
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> started("unet_8_width4", 3, 2).translate(picture))
        .withMessageContaining("2 channels, which cannot be shown");
  }
}
