package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PsnrTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void isTheFormulaOfEachPicture() {
    NDArray a = manager.randomUniform(0, 1, new Shape(5, 3, 4, 7));
    NDArray b = manager.randomUniform(0, 1, new Shape(5, 3, 4, 7));
    float[] x = a.toFloatArray();
    float[] y = b.toFloatArray();
    double[] made = Psnr.of(a, b);
    assertThat(made).hasSize(5);
    double sum = 0;
    for (int n = 0; n < 5; n++) {
      double squares = 0;
      for (int i = 0; i < 84; i++) {
        squares += Math.pow(x[84 * n + i] - y[84 * n + i], 2);
      }
      double expected = 10 * Math.log10(1 / (squares / 84));
      assertThat(made[n]).isCloseTo(expected, within(1e-4));
      sum += expected;
    }
    assertThat(Psnr.mean(a, b)).isCloseTo(sum / 5, within(1e-4));
  }

  @Test
  void aTenthOfTheRangeIsTwentyAndNothingAtAllAHundred() {
    NDArray a = manager.full(new Shape(1, 1, 1, 1), 0.5f);
    assertThat(Psnr.mean(a, a.add(0.1f))).isCloseTo(20, within(1e-4));
    assertThat(Psnr.mean(a, a)).isEqualTo(100);
    assertThat(Psnr.mean(a.zerosLike(), a.onesLike())).isCloseTo(0, within(1e-9));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    NDArray a = manager.zeros(new Shape(1, 1, 2, 2));
    NDArray b = manager.zeros(new Shape(1, 1, 2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Psnr.of(a, b))
        .withMessageContaining("must be (N, C, H, W), the same");
    NDArray none = manager.zeros(new Shape(0, 1, 2, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Psnr.mean(none, none));
  }
}
