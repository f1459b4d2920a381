package convnets.nn;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Naive.Tensor;
import convnets.torch.SpatialOps;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that come back to the size of their input, and the kernel that interpolates. */
class SizesOfBranchesTest extends NnTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 4", "8, 8", "7, 12"})
  void interpolatedIsPyTorchsInterpolate(int height, int width) {
    Unit body = randomized(conv(2, 3, 3).stride(2), new Shape(1, 2, height, width));
    NDArray x = array(randomTensor(2, 2, height, width));
    Unit net = interpolated(body);
    NDArray expected = SpatialOps.upsampleBilinear(body.apply(x), height, width, false);
    assertThat(net.apply(x)).isEqualTo(expected);
    assertThat(net.outputShape(x.getShape())).isEqualTo(expected.getShape());
  }

  /** Each pixel is that of the body, at its place; what the body lacks are its last pixels. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 7})
  void fittedKeepsPixelsAtTheirPlaces(int size) {
    for (Unit body :
        new Unit[] {
          seq(maxPool(2, 2).ceil(), upsample(2)), // as large, or a pixel larger
          seq(avgPool(1, 3), upsample(3)), // up to two larger
          size < 2 ? upsample(2) : seq(maxPool(2, 2), upsample(2)), // as large, or a pixel smaller
          size < 3 ? upsample(3) : seq(maxPool(3, 3), upsample(3)), // up to two smaller
        }) {
      int width = size + 1;
      NDArray x = array(randomTensor(2, 3, size, width));
      Tensor made = tensor(body.apply(x));
      Unit net = fitted(body);
      Tensor fitted = tensor(net.apply(x));
      assertThat(net.outputShape(x.getShape())).isEqualTo(x.getShape());
      for (int n = 0; n < 2; n++) {
        for (int c = 0; c < 3; c++) {
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < width; j++) {
              int row = Math.min(i, made.h() - 1);
              int column = Math.min(j, made.w() - 1);
              assertThat(fitted.get(n, c, i, j)).isEqualTo(made.get(n, c, row, column));
            }
          }
        }
      }
    }
  }

  @Test
  void gradientsFlowThroughBoth() {
    Tensor x = randomTensor(1, 2, 5, 5);
    NDArray ones = manager.ones(new Shape(1, 2, 5, 5));
    for (Unit net :
        new Unit[] {
          interpolated(conv(2, 2, 3).stride(2)), fitted(seq(conv(2, 2, 3).stride(2), upsample(2)))
        }) {
      randomized(net, new Shape(1, 2, 5, 5));
      Map<String, float[]> gradients = gradients(net, x, ones);
      assertThat(gradients.get("input")).doesNotContain(Float.NaN);
      double sum = 0;
      for (float gradient : gradients.get("conv1.weight")) {
        sum += Math.abs(gradient);
      }
      assertThat(sum).isPositive();
    }
  }

  @Test
  void imagesAreAskedFor() {
    Unit net = interpolated(seq(globalAvgPool(), flatten()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.outputShape(new Shape(1, 2, 4, 4)))
        .withMessageContaining("bilinear to the input's size takes images (N, C, H, W)");
  }

  /**
   * As with {@code upsample(s).bilinear()}, but for a border of zeros in place of a repeated one.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8})
  void aBilinearStartInterpolates(int factor) {
    int kernel = 2 * factor - factor % 2;
    Shape input = new Shape(2, 3, 4, 5);
    NDArray x = manager.randomNormal(input);
    NDArray expected = upsample(factor).bilinear().apply(x);
    ConvTranspose all = convTranspose(3, 3, kernel).stride(factor);
    for (ConvTranspose layer : new ConvTranspose[] {all, all.groups(3)}) {
      ConvTranspose started = layer.initializer(Initializers.bilinear());
      started.initialize(manager, DataType.FLOAT32, input);
      NDArray y = started.apply(x);
      assertThat(y.getShape()).isEqualTo(expected.getShape());
      String inside = ":, :, " + factor + ":-" + factor + ", " + factor + ":-" + factor;
      assertThat(y.get(inside).toFloatArray())
          .containsExactly(expected.get(inside).toFloatArray(), Offset.offset(1e-5f));
    }
  }
}
