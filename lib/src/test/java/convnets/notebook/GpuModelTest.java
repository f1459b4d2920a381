package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuModelTest {

  @TempDir Path driver;

  @Test
  void isThatOfTheOnlyOne() throws IOException {
    gpu("01", "NVIDIA GeForce GTX 1660 SUPER");
    assertThat(GpuModel.ofAll(driver)).hasValue("NVIDIA GeForce GTX 1660 SUPER");
  }

  @Test
  void isThatOfSeveralAlike() throws IOException {
    gpu("01", "NVIDIA H200");
    gpu("02", "NVIDIA H200");
    assertThat(GpuModel.ofAll(driver)).hasValue("NVIDIA H200");
  }

  @Test
  void isNotGuessedAmongSeveral() throws IOException {
    gpu("01", "NVIDIA GeForce RTX 5090");
    gpu("06", "NVIDIA GeForce RTX 3080");
    assertThat(GpuModel.ofAll(driver)).isEmpty();
  }

  @Test
  void isNothingWithoutADriver() throws IOException {
    assertThat(GpuModel.ofAll(driver.resolve("none"))).isEmpty();
    Files.createDirectory(driver.resolve("0000:01:00.0"));
    assertThat(GpuModel.ofAll(driver)).isEmpty();
  }

  private void gpu(String bus, String model) throws IOException {
    Path folder = Files.createDirectory(driver.resolve("0000:" + bus + ":00.0"));
    Files.writeString(
        folder.resolve("information"),
        "Model: \t\t " + model + "\nIRQ:   \t\t 58\nBus Type: \t PCIe\nDevice Minor: \t 0\n");
  }
}
