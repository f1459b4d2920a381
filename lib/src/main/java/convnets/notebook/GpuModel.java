package convnets.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What NVIDIA's driver on Linux calls its GPUs, each in a folder of its own. */
final class GpuModel {

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");
  private static final String FIELD = "Model:";

  private GpuModel() {}

  /** The model of all GPUs, where it is one. CUDA numbers them otherwise than the driver. */
  static Optional<String> ofAll() {
    return ofAll(DRIVER);
  }

  static Optional<String> ofAll(Path driver) {
    try (Stream<Path> folders = Files.list(driver)) {
      List<String> models = folders.flatMap(GpuModel::model).distinct().toList();
      return models.size() == 1 ? Optional.of(models.get(0)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no such driver
    }
  }

  private static Stream<String> model(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("information")).stream()
          .filter(line -> line.startsWith(FIELD))
          .map(line -> line.substring(FIELD.length()).strip());
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
