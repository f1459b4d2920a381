package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DevicesTest {

  private static final Device MPS = Device.of("mps", 0);

  @Test
  void withoutAWishItIsAGpuWhereThatWorks() {
    assertThat(Devices.choose(null, true, 2, false)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose("  ", true, 0, false)).isEqualTo(Device.cpu());
    assertThat(Devices.choose(null, false, 1, false)).isEqualTo(Device.cpu());
  }

  @Test
  void withoutAWishItIsTheCpuOfAMac() {
    assertThat(Devices.choose(null, false, 0, true)).isEqualTo(Device.cpu());
  }

  @Test
  void wishesAreGranted() {
    assertThat(Devices.choose("cpu", true, 2, false)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("gpu", true, 2, false)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose(" GPU:1 ", true, 2, false)).isEqualTo(Device.gpu(1));
    assertThat(Devices.choose("cpu", false, 0, true)).isEqualTo(Device.cpu());
    assertThat(Devices.choose(" MPS ", false, 0, true)).isEqualTo(Device.of("mps", 0));
  }

  @Test
  void allAreAllGpusUnlessOneWasAskedFor() {
    assertThat(Devices.all(Device.gpu(), 2)).containsExactly(Device.gpu(0), Device.gpu(1));
    assertThat(Devices.all(Device.gpu(1), 2)).containsExactly(Device.gpu(1));
    assertThat(Devices.all(Device.cpu(), 2)).containsExactly(Device.cpu());
    assertThat(Devices.all(MPS, 0)).containsExactly(MPS);
  }

  @Test
  void refusalsSayWhyAndWhatToDo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu", false, 1, false))
        .withMessageContaining("CONVNETS_DEVICE=gpu")
        .withMessageContaining("built for the CPU only")
        .withMessageContaining("PYTORCH_LIBRARY_PATH");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu", true, 0, false))
        .withMessageContaining("driver offers none")
        .withMessageContaining("nvidia-smi");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("gpu:2", true, 2, false))
        .withMessageContaining("GPU number 2, but there are 2")
        .withMessageContaining("gpu:1 or lower");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("cuda", true, 2, false))
        .withMessageContaining("CONVNETS_DEVICE=cuda is not a device");
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.choose("mps", true, 2, false))
        .withMessage(
            "CONVNETS_DEVICE=mps asks for Apple's GPU, but this is no Mac with Apple silicon."
                + " Say cpu, or gpu for one of NVIDIA's.");
  }

  @Test
  @DisabledOnOs(value = OS.MAC, disabledReason = "where it may compute")
  void applesGpuIsRefusedIfPyTorchCannotComputeOnIt() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Devices.checkComputes(MPS, "mps"))
        .withMessageContaining("CONVNETS_DEVICE=mps")
        .withMessageContaining("cannot compute on it")
        .withMessageContaining("macOS 13")
        .withCauseInstanceOf(EngineException.class);
  }

  @Test
  void applesGpuIsNoneOfTheOthers() {
    assertThat(Devices.isMps(MPS)).isTrue();
    assertThat(Devices.isMps(Device.gpu())).isFalse();
    assertThat(Devices.isMps(Device.cpu())).isFalse();
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
