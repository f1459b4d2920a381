package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

class DevicesTest {

  @Test
  void withoutAWishItIsAGpuWhereThatWorks() {
    assertThat(Devices.choose(null, true, 2)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose("  ", true, 0)).isEqualTo(Device.cpu());
    assertThat(Devices.choose(null, false, 1)).isEqualTo(Device.cpu());
  }

  @Test
  void wishesAreGranted() {
    assertThat(Devices.choose("cpu", true, 2)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("gpu", true, 2)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose(" GPU:1 ", true, 2)).isEqualTo(Device.gpu(1));
  }

  @Test
  void allAreAllGpusUnlessOneWasAskedFor() {
    assertThat(Devices.all(Device.gpu(), 2)).containsExactly(Device.gpu(0), Device.gpu(1));
    assertThat(Devices.all(Device.gpu(1), 2)).containsExactly(Device.gpu(1));
    assertThat(Devices.all(Device.cpu(), 2)).containsExactly(Device.cpu());
  }

  @Test
  void refusalsSayWhyAndWhatToDo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu", false, 1))
        .withMessageContaining("CONVNETS_DEVICE=gpu")
        .withMessageContaining("built for the CPU only")
        .withMessageContaining("PYTORCH_LIBRARY_PATH");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu", true, 0))
        .withMessageContaining("driver offers none")
        .withMessageContaining("nvidia-smi");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu:2", true, 2))
        .withMessageContaining("GPU number 2, but there are 2")
        .withMessageContaining("gpu:1 or lower");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("cuda", true, 2))
        .withMessageContaining("CONVNETS_DEVICE=cuda is not a device");
  }

  @Test
  void theSystemPropertyIsHeard() {
    String before = System.getProperty("convnets.device");
    System.setProperty("convnets.device", "cpu");
    try {
      assertThat(Devices.best()).isEqualTo(Device.cpu());
    } finally {
      if (before == null) {
        System.clearProperty("convnets.device");
      } else {
        System.setProperty("convnets.device", before);
      }
    }
  }
}
