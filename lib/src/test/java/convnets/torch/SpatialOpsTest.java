package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Naive;
import convnets.nn.Naive.Tensor;
import convnets.nn.NnTest;
import java.util.function.IntUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpatialOpsTest extends NnTest {

  @Test
  void bordersEqualTheLoops() {
    Tensor x = randomTensor(2, 3, 4, 5);
    NDArray a = array(x);
    assertClose(
        SpatialOps.reflectionPad(a, 1, 3, 2, 0),
        bordered(x, i -> mirrored(i - 2, 4), j -> mirrored(j - 1, 5)));
    assertClose(
        SpatialOps.replicationPad(a, 1, 3, 2, 0),
        bordered(x, i -> Math.min(Math.max(i - 2, 0), 3), j -> Math.min(Math.max(j - 1, 0), 4)));
    assertClose(SpatialOps.constantPad(a, 1, 3, 2, 0, -1.5), bordered(x, i -> i - 2, j -> j - 1));
  }

  private static int mirrored(int i, int size) {
    int positive = Math.abs(i);
    return positive < size ? positive : 2 * (size - 1) - positive;
  }

  /** Two rows more above, one column on the left and three on the right; −1.5 from outside. */
  private static Tensor bordered(Tensor x, IntUnaryOperator row, IntUnaryOperator column) {
    Tensor y = new Tensor(x.n(), x.c(), x.h() + 2, x.w() + 4);
    for (int i = 0; i < y.values().length; i++) {
      int image = i / (y.c() * y.h() * y.w());
      int channel = i / (y.h() * y.w()) % y.c();
      int sy = row.applyAsInt(i / y.w() % y.h());
      int sx = column.applyAsInt(i % y.w());
      y.values()[i] = x.inside(sy, sx) ? x.get(image, channel, sy, sx) : -1.5;
    }
    return y;
  }

  @Test
  void anImageMustBeLargerThanItsReflection() {
    NDArray x = manager.zeros(new Shape(1, 1, 3, 5));
    assertThat(SpatialOps.reflectionPad(x, 4, 4, 2, 2).getShape())
        .isEqualTo(new Shape(1, 1, 7, 13));
    assertThatThrownBy(() -> SpatialOps.reflectionPad(x, 1, 1, 0, 3))
        .hasMessage(
            "a reflected border of 3 must be smaller than the image, which has a side of 3");
    assertThatThrownBy(() -> SpatialOps.reflectionPad(x, 5, 1, 0, 0))
        .hasMessageContaining("border of 5")
        .hasMessageContaining("side of 5");
  }

  /** Larger, smaller and both, by whole factors and others, from a single pixel. */
  @ParameterizedTest
  @CsvSource({"3, 4, 6, 8", "3, 5, 7, 4", "6, 7, 2, 3", "1, 1, 3, 2", "4, 3, 1, 1", "5, 5, 5, 5"})
  void otherSizesEqualTheFormulas(int h, int w, int height, int width) {
    Tensor x = randomTensor(2, 3, h, w);
    NDArray a = array(x);
    Tensor nearest = new Tensor(2, 3, height, width);
    Tensor corners = new Tensor(2, 3, height, width);
    Tensor centres = new Tensor(2, 3, height, width);
    for (int i = 0; i < nearest.values().length; i++) {
      int image = i / (3 * height * width);
      int channel = i / (height * width) % 3;
      int row = i / width % height;
      int column = i % width;
      nearest.values()[i] = x.get(image, channel, row * h / height, column * w / width);
      double y = Math.max(0, (row + 0.5) * h / height - 0.5);
      double z = Math.max(0, (column + 0.5) * w / width - 0.5);
      corners.values()[i] = between(x, image, channel, y, z);
      y = height == 1 ? 0 : row * (h - 1.0) / (height - 1);
      z = width == 1 ? 0 : column * (w - 1.0) / (width - 1);
      centres.values()[i] = between(x, image, channel, y, z);
    }
    assertClose(SpatialOps.upsampleNearest(a, height, width), nearest);
    assertClose(SpatialOps.upsampleBilinear(a, height, width, false), corners);
    assertClose(SpatialOps.upsampleBilinear(a, height, width, true), centres);
  }

  /** Between the four pixels around a place; beyond the last row and column it stays there. */
  private static double between(Tensor x, int image, int channel, double row, double column) {
    int y = Math.min((int) row, x.h() - 1);
    int z = Math.min((int) column, x.w() - 1);
    int below = Math.min(y + 1, x.h() - 1);
    int right = Math.min(z + 1, x.w() - 1);
    double down = row - y;
    double across = column - z;
    return (1 - down) * (1 - across) * x.get(image, channel, y, z)
        + (1 - down) * across * x.get(image, channel, y, right)
        + down * (1 - across) * x.get(image, channel, below, z)
        + down * across * x.get(image, channel, below, right);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1, 1", "3, 2, 1, 1", "2, 2, 0, 1", "3, 2, 2, 2", "1, 1, 0, 1"})
  void convolutionIsAProductWithTheUnfoldedWindows(
      int kernel, int stride, int padding, int dilation) {
    Tensor x = randomTensor(2, 3, 6, 7);
    Tensor weight = randomTensor(4, 3, kernel, kernel);
    Tensor expected = Naive.conv(x, weight, stride, padding, padding, dilation, 1);
    NDArray columns = SpatialOps.unfold(array(x), kernel, stride, padding, dilation);
    assertThat(columns.getShape())
        .isEqualTo(new Shape(2, 3 * kernel * kernel, expected.h() * expected.w()));
    NDArray product = array(weight).reshape(1, 4, -1).matMul(columns);
    assertClose(product.reshape(2, 4, expected.h(), expected.w()), expected);

    // fold is the adjoint: ⟨unfold(x), y⟩ = ⟨x, fold(y)⟩
    NDArray y = manager.randomNormal(columns.getShape());
    NDArray folded = SpatialOps.fold(y, 6, 7, kernel, stride, padding, dilation);
    assertThat(folded.getShape()).isEqualTo(new Shape(2, 3, 6, 7));
    assertThat((double) columns.mul(y).sum().getFloat())
        .isCloseTo(array(x).mul(folded).sum().getFloat(), Offset.offset(2e-4));
  }
}
