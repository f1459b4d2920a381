package convnets.inspect;

import static convnets.nn.Layers.convTranspose;
import static convnets.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import org.junit.jupiter.api.Test;

class SpectrumTest extends NnTest {

  /** The power of each row and column, less its mean, by the definition of the transform. */
  @Test
  void powerIsThatOfAFourierTransform() {
    NDArray maps = manager.randomNormal(new Shape(2, 3, 10, 10));
    float[] x = maps.toFloatArray();
    Spectrum spectrum = Spectrum.of(maps);
    assertThat(spectrum.frequencies()).containsExactly(0, 0.1, 0.2, 0.3, 0.4, 0.5);
    for (int k = 0; k <= 5; k++) {
      double power = 0;
      for (int line = 0; line < 60; line++) {
        for (boolean row : new boolean[] {true, false}) {
          double mean = 0;
          for (int i = 0; i < 10; i++) {
            mean += at(x, line, i, row) / 10;
          }
          double re = 0;
          double im = 0;
          for (int i = 0; i < 10; i++) {
            re += (at(x, line, i, row) - mean) * Math.cos(2 * Math.PI * k * i / 10);
            im += (at(x, line, i, row) - mean) * Math.sin(2 * Math.PI * k * i / 10);
          }
          power += (re * re + im * im) / 10 / 120;
        }
      }
      assertThat(spectrum.power()[k]).isCloseTo(power, within(1e-9));
    }
  }

  private static double at(float[] x, int line, int i, boolean row) {
    return row ? x[line * 10 + i] : x[line / 10 * 100 + i * 10 + line % 10];
  }

  @Test
  void aCheckerboardIsAPeakAndNoiseHasNone() {
    NDArray noise = manager.randomNormal(new Shape(8, 4, 32, 32));
    assertThat(Spectrum.of(noise).checkerboard()).isBetween(0.8, 1.2);
    float[] board = new float[32 * 32];
    for (int i = 0; i < board.length; i++) {
      board[i] = (i + i / 32) % 2;
    }
    NDArray faint = noise.add(manager.create(board, new Shape(1, 1, 32, 32)));
    assertThat(Spectrum.of(faint).checkerboard()).isGreaterThan(5);
    assertThat(Spectrum.of(manager.full(new Shape(1, 1, 9, 8), 0.1f)).checkerboard()).isEqualTo(1);
  }

  /** A kernel of 3 that moves by 2 paints some pixels twice; interpolation paints all alike. */
  @Test
  void transposedConvolutionsLeaveOneAndInterpolationDoesNot() {
    NDArray x = manager.randomUniform(0, 1, new Shape(4, 8, 16, 17), DataType.FLOAT32);
    Unit transposed = convTranspose(8, 8, 3).stride(2);
    transposed.initialize(manager, DataType.FLOAT32, x.getShape());
    assertThat(Spectrum.of(transposed.apply(x)).checkerboard()).isGreaterThan(3);
    assertThat(Spectrum.of(upsample(2).bilinear().apply(x)).checkerboard()).isLessThan(1);
  }

  @Test
  void smallMapsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spectrum.of(manager.zeros(new Shape(1, 1, 7, 9))))
        .withMessageContaining("with sides of 8 pixels at least");
  }
}
