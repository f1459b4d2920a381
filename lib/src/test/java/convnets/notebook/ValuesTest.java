package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-3, -3",
    "123456789, 123456789",
    "0.25, 0.25",
    "0.3333333, 0.333333",
    "100.5, 100.5",
    "1e-7, 1e-07",
    "1.5e-7, 1.5e-07",
    "2.5e12, 2.5e+12",
    "123456.7, 123457",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void numbersAreShort(double value, String text) {
    assertThat(Values.number(value)).isEqualTo(text);
  }

  @Test
  void arrays() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      assertThat(Values.describe(manager.arange(8f).reshape(2, 4)))
          .isEqualTo("(2, 4) float32 on cpu: 0, 1, 2, 3, 4, 5, …");
      assertThat(Values.describe(manager.create(7L))).isEqualTo("() int64 on cpu: 7");
      assertThat(Values.describe(manager.create(new boolean[] {true, false})))
          .isEqualTo("(2) boolean on cpu: 1, 0");
      assertThat(Values.describe(manager.zeros(new Shape(0, 3))))
          .isEqualTo("(0, 3) float32 on cpu");
      assertThat(Values.describe(manager.create(new String[] {"a"}))).isEqualTo("(1) string: [a]");
      assertThat(Values.describe(manager.ones(new Shape(1)).toType(DataType.FLOAT16, true)))
          .isEqualTo("(1) float16 on cpu: 1");
      NDArray closed = manager.ones(new Shape(1));
      closed.close();
      assertThat(Values.describe(closed)).isEqualTo("an array that has been closed");
    }
  }
}
