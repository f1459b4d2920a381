package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CenterNetTest extends DetectTest {

  private static final int CLASSES = 3;
  private static final Shape IMAGES = new Shape(2, 3, 32, 32);
  private static final Shape MAP = new Shape(2, 2, 8, 8);

  /** Anew each time: networks of one design share parameters. */
  private static CenterNet tiny() {
    return CenterNet.of(
            Backbone.of(
                    seq(conv(3, 4, 3).stride(4).bn().relu(), conv(4, 8, 3).stride(2).bn().relu()),
                    new Shape(1, 3, 32, 32))
                .at(4, 8),
            CLASSES)
        .width(6);
  }

  private NDArray someTruth() {
    return truth(
        2, 1, 3, 4, 12, 13, -1, 0, 0, 5, 5, 0, 15, 10, 31, 28, //
        2, 0, 0, 7, 6, 2, 8, 9, 19, 30, -1, 9, 9, 9, 9);
  }

  private Batch batch(NDArray truth) {
    Shape images = new Shape(truth.getShape().get(0), 3, 32, 32);
    return new Batch(manager.zeros(images), new NDList(truth), manager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"centernet_small", "centernet_resnet18"})
  void mapsHaveTheSizeOfTheFinest(String name) {
    Unit net = Detectors.create(name, CLASSES).build();
    for (Shape image : new Shape[] {new Shape(1, 3, 64, 64), new Shape(2, 3, 101, 77)}) {
      long h = (image.get(2) + 3) / 4;
      long w = (image.get(3) + 3) / 4;
      Shape pairs = new Shape(image.get(0), 2, h, w);
      assertThat(net.getOutputShapes(new Shape[] {image}))
          .containsExactly(new Shape(image.get(0), CLASSES, h, w), pairs, pairs);
    }
  }

  @Test
  void everyParameterLearns() {
    DesignChecks.assertEveryParameterLearns(tiny(), manager, IMAGES, someTruth());
  }

  /** Outputs that say what the truth says. */
  private NDList perfect(NDArray truth) {
    NDArray heat = manager.full(new Shape(2, CLASSES, 8, 8), -20f);
    NDArray offsets = manager.zeros(MAP);
    NDArray sizes = manager.zeros(MAP);
    float[] t = truth.toFloatArray();
    for (int row = 0; row < t.length / 5; row++) {
      int at = 5 * row;
      if (t[at] >= 0) {
        int n = row / 3;
        float x = (t[at + 1] + t[at + 3]) / 8;
        float y = (t[at + 2] + t[at + 4]) / 8;
        int column = (int) x;
        int line = (int) y;
        heat.set(index(n, (int) t[at], line, column), 20f);
        offsets.set(index(n, 0, line, column), x - column);
        offsets.set(index(n, 1, line, column), y - line);
        sizes.set(index(n, 0, line, column), (t[at + 3] - t[at + 1]) / 4);
        sizes.set(index(n, 1, line, column), (t[at + 4] - t[at + 2]) / 4);
      }
    }
    return new NDList(heat, offsets, sizes);
  }

  private static NDIndex index(int... place) {
    return new NDIndex("%d, %d, %d, %d".formatted(place[0], place[1], place[2], place[3]));
  }

  @Test
  void perfectPredictionsAreJudgedSo() {
    NDArray truth = someTruth();
    DetectionMeasure measure = DetectionMeasure.of(tiny().task());
    measure.add(perfect(truth), batch(truth));
    assertThat(measure.metrics().get("mAP")).isCloseTo(1, within(1e-9));
    assertThat(measure.metrics().loss()).isBetween(0.0, 1e-3);
  }

  /** The targets have tests of their own; here is what the loss makes of them. */
  @Test
  void theLossIsThatOfLoops() {
    NDArray truth = someTruth();
    NDList outputs =
        new NDList(
            manager.randomNormal(new Shape(2, CLASSES, 8, 8)),
            manager.randomNormal(MAP),
            manager.randomNormal(MAP));
    CenterTargets targets = CenterTargets.of(truth, CLASSES, IMAGES, MAP);
    float[] heat = targets.heat().toFloatArray();
    float[] logits = outputs.get(0).toFloatArray();
    double sum = 0;
    for (int i = 0; i < heat.length; i++) {
      double p = 1 / (1 + Math.exp(-logits[i]));
      sum +=
          heat[i] == 1
              ? -Math.pow(1 - p, 2) * Math.log(p)
              : -Math.pow(1 - heat[i], 4) * p * p * Math.log(1 - p);
    }
    long[] pixels = targets.pixels().toLongArray();
    for (int k = 0; k < pixels.length; k++) {
      int n = k / 3;
      for (int d = 0; pixels[k] >= 0 && d < 2; d++) {
        long y = pixels[k] / 8;
        long x = pixels[k] % 8;
        sum +=
            0.5
                * Math.abs(
                    outputs.get(1).getFloat(n, d, y, x) - targets.offsets().getFloat(n, k % 3, d));
        sum +=
            0.3
                * Math.abs(
                    outputs.get(2).getFloat(n, d, y, x) - targets.sizes().getFloat(n, k % 3, d));
      }
    }
    CenterNetTask task = tiny().task().offsetWeight(0.5).sizeWeight(0.3);
    assertThat(task.loss(outputs, batch(truth)).getFloat())
        .isCloseTo((float) (sum / 4), within(1e-4f));
  }

  @Test
  void imagesMayBeEmpty() {
    for (NDArray truth : List.of(truth(1, -1, 0, 0, 0, 0), empty(1, 0, 5))) {
      NDArray heat = manager.randomNormal(new Shape(1, CLASSES, 8, 8));
      NDArray pairs = manager.randomNormal(new Shape(1, 2, 8, 8));
      NDList outputs = new NDList(heat, pairs, pairs);
      assertFinite(tiny().task().loss(outputs, batch(truth)));
      assertFinite(gradient(heat, () -> tiny().task().loss(outputs, batch(truth))));
      DetectionMeasure measure = DetectionMeasure.of(tiny().task());
      measure.add(outputs, batch(truth));
      assertThat(measure.metrics().get("mAP")).isNaN();
    }
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    Examples boxes = Examples.of(manager.zeros(IMAGES), someTruth()).kinds(Target.BOXES);
    NDArray heat = manager.zeros(new Shape(2, CLASSES + 1, 8, 8));
    NDArray pairs = manager.zeros(MAP);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiny().task().check(new NDList(heat, pairs, pairs), boxes))
        .withMessageContaining("CenterNet's task takes heat (N, 3, H, W)");
    tiny().task().check(perfect(someTruth()), boxes);
    assertThat(
            List.of(tiny().task(), tiny().task().sizeWeight(1), tiny().task().offsetWeight(2))
                .stream()
                .map(Object::toString))
        .doesNotHaveDuplicates();
  }
}
