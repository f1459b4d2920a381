package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossScaleTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final LossScale scale = LossScale.dynamic(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDList gradients(float value) {
    return new NDList(
        manager.create(new float[] {65536, -131072}), manager.create(new float[] {value}));
  }

  private boolean step(float value) {
    try (NDList gradients = gradients(value)) {
      return scale.unscale(gradients);
    }
  }

  @Test
  void dividesByTheScale() {
    NDList gradients = gradients(3 * 65536f);
    assertThat(scale.value()).isEqualTo(65536);
    assertThat(scale.unscale(gradients)).isTrue();
    assertThat(gradients.get(0).toFloatArray()).containsExactly(1, -2);
    assertThat(gradients.get(1).toFloatArray()).containsExactly(3);
    assertThat(scale.value()).isEqualTo(65536);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
  void halvesWhenOneIsNotFinite(float value) {
    assertThat(step(value)).isFalse();
    assertThat(scale.value()).isEqualTo(32768);
    assertThat(step(1)).isTrue();
    assertThat(scale.value()).isEqualTo(32768);
  }

  @Test
  void doublesAfterTwoThousandGoodStepsInARow() {
    steps(1999);
    assertThat(scale.value()).isEqualTo(65536);
    step(Float.NaN); // and counts anew
    steps(1999);
    assertThat(scale.value()).isEqualTo(32768);
    steps(1);
    assertThat(scale.value()).isEqualTo(65536);
    steps(2000);
    assertThat(scale.value()).isEqualTo(131072);
  }

  private void steps(int n) {
    for (int i = 0; i < n; i++) {
      assertThat(step(1)).isTrue();
    }
  }

  @Test
  void givesUpOnGradientsThatAreNeverFinite() {
    assertThatExceptionOfType(TrainingDivergedException.class)
        .isThrownBy(
            () -> {
              while (true) {
                step(Float.NaN);
              }
            })
        .withMessageContaining("not finite");
  }

  @Test
  void noneLeavesGradientsAlone() {
    NDList gradients = gradients(Float.NaN);
    LossScale none = LossScale.in(DataType.BFLOAT16, manager);
    assertThat(none.value()).isEqualTo(1);
    assertThat(none.unscale(gradients)).isTrue();
    assertThat(gradients.get(0).toFloatArray()).containsExactly(65536, -131072);
  }
}
