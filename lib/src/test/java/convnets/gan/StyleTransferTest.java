package convnets.gan;

import static convnets.nn.Combinators.stages;
import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Unit;
import convnets.train.AdamW;
import convnets.train.History;
import convnets.train.Schedule;
import convnets.train.Training;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StyleTransferTest {

  {
    Engine.getInstance().setRandomSeed(4);
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray content = manager.randomUniform(0.2f, 0.8f, new Shape(1, 3, 12, 16));
  private final NDArray style = manager.randomUniform(0.4f, 1, new Shape(1, 3, 20, 10));
  private final Unit features =
      stages(conv(3, 4, 3).bn().relu(), conv(4, 6, 3).stride(2).bn().relu());

  StyleTransferTest() {
    features.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 12, 16));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static History fit(StyleTransfer transfer, int steps) {
    return Training.of(transfer)
        .data(transfer.steps(steps))
        .batchSize(1)
        .optimizer(AdamW.standard().decay(0))
        .schedule(Schedule.constant(0.01))
        .device(Device.cpu())
        .fit();
  }

  @Test
  void aGramMatrixIsTheMeanOfProductsOfChannels() {
    NDArray map = manager.randomNormal(new Shape(1, 3, 4, 5));
    float[] x = map.toFloatArray();
    float[] gram = StyleTransfer.gram(map).toFloatArray();
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double sum = 0;
        for (int p = 0; p < 20; p++) {
          sum += x[20 * a + p] * x[20 * b + p];
        }
        assertThat(gram[3 * a + b]).isCloseTo((float) (sum / 20), within(1e-5f));
      }
    }
    // Where something is, it does not know.
    NDArray moved = map.flip(3);
    assertThat(StyleTransfer.gram(moved).sub(StyleTransfer.gram(map)).abs().max().getFloat())
        .isLessThan(1e-6f);
  }

  @Test
  void beginsWithTheContentAndComesNearerToTheStyle() {
    StyleTransfer transfer = StyleTransfer.of(features, content, style).weight(2).contentMap(0);
    List<float[]> before = numbers();
    History history = fit(transfer, 60);
    assertThat(history.steps().get(0).loss()).isCloseTo(2, within(1e-4)); // 0 + 2 · 1
    double last = history.steps().get(59).loss();
    assertThat(last).isLessThan(1);
    NDArray picture = transfer.picture();
    assertThat(picture.getShape()).isEqualTo(content.getShape());
    assertThat(picture.sub(content).abs().max().getFloat()).isPositive();
    assertThat(picture.min().getFloat()).isGreaterThanOrEqualTo(0);
    List<float[]> after = numbers();
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).isEqualTo(before.get(i)); // running statistics, too
    }
    // It goes on where it stopped.
    assertThat(fit(transfer, 5).steps().get(0).loss()).isLessThan(last * 1.2);
  }

  private List<float[]> numbers() {
    return features.getParameters().values().stream()
        .map(Parameter::getArray)
        .map(NDArray::toFloatArray)
        .toList();
  }

  @Test
  void withoutAStyleThePictureStays() {
    StyleTransfer transfer = StyleTransfer.of(features, content, style).weight(0);
    History history = fit(transfer, 3);
    assertThat(history.steps().get(2).loss()).isCloseTo(0, within(1e-9));
    assertThat(transfer.picture().sub(content).abs().max().getFloat()).isLessThan(1e-6f);
  }

  /** Alone it makes all pixels alike; at the start it is its weight. */
  @Test
  void smoothnessTakesStepsAway() {
    StyleTransfer transfer =
        StyleTransfer.of(features, content, style).weight(0).smoothness(5).contentMap(1);
    History history = fit(transfer, 80);
    assertThat(history.steps().get(0).loss()).isCloseTo(5, within(1e-4));
    assertThat(history.steps().get(79).loss()).isLessThan(2.5);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StyleTransfer.of(features, content.squeeze(0), style))
        .withMessageContaining("must be one picture, (1, C, H, W)");
    StyleTransfer transfer = StyleTransfer.of(features, content, style);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> transfer.styleMaps(0, 2))
        .withMessage("map (2) must be from 0 to 1");
    assertThatIllegalStateException()
        .isThrownBy(transfer::picture)
        .withMessage("there is no picture yet: train first");
    assertThat(transfer.weight(3).styleMaps(1))
        .hasToString("style transfer (style 3.0 of maps [1], content of map 1, smoothness 0.0)");
  }
}
