package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OneDnnTest {

  @AfterEach
  void unset() {
    System.clearProperty("convnets.onednn");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "on", "ON "})
  void isUsedUnlessSomebodyMinds(String setting) {
    assertThat(OneDnn.asked(setting)).isTrue();
  }

  @Test
  void canBeLeftOut() {
    assertThat(OneDnn.asked("off")).isFalse();
    System.setProperty("convnets.onednn", "off");
    assertThat(OneDnn.available()).isFalse();
  }

  @Test
  void anotherSettingIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> OneDnn.asked("no"))
        .withMessage("CONVNETS_ONEDNN=no is not understood. Say on or off.");
  }

  /** On a processor without the instructions it is the same. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
  void withoutItCpusComputeInSinglePrecision(DataType precision) {
    System.setProperty("convnets.onednn", "off");
    assertThat(HalfPrecision.computed(precision, Device.cpu())).isEqualTo(DataType.FLOAT32);
    assertThat(HalfPrecision.computed(precision, Device.gpu())).isEqualTo(precision);
  }
}
