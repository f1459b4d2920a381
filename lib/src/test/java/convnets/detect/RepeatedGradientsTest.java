package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.DetectOps;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A training that is resumed calls an operator for the first time where another did long ago. */
class RepeatedGradientsTest extends DetectTest {

  @Test
  void everyCallGivesTheGradientsOfTheFirst() {
    NDArray p = boxes(randomBoxes(400));
    NDArray q = boxes(randomBoxes(400));
    NDArray logits = manager.randomNormal(new Shape(900));
    NDArray heat = manager.randomUniform(0, 1, new Shape(900));
    Map<NDArray, Supplier<NDArray>> losses =
        Map.of(
            p, () -> Overlap.GIOU.loss(p, q),
            q, () -> BoxCoder.standard().decode(q, p.stopGradient()),
            logits, () -> DetectOps.centerFocal(logits, heat, 2, 4));
    losses.forEach(
        (x, loss) -> {
          float[] first = gradient(x, loss).toFloatArray();
          for (int call = 2; call < 6; call++) {
            assertThat(gradient(x, loss).toFloatArray()).containsExactly(first);
          }
        });
  }
}
