package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which device to compute on.
 *
 * <p>The environment variable {@code CONVNETS_DEVICE} decides: {@code cpu}, {@code gpu}, or {@code
 * gpu:1} for the second one. The system property {@code convnets.device} goes before it.
 */
public final class Devices {

  private static final String VARIABLE = "CONVNETS_DEVICE";
  private static final String PROPERTY = "convnets.device";
  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  private Devices() {}

  /**
   * The device that was asked for; if none was, the first GPU if there is one that PyTorch can use,
   * otherwise the CPU.
   *
   * @throws IllegalStateException if the device that was asked for cannot be used; the message says
   *     why and what to do
   */
  public static Device best() {
    String setting = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    boolean cudaBuild = Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA);
    return choose(setting, cudaBuild, CudaUtils.getGpuCount());
  }

  /** All GPUs, if {@link #best()} is the first of them; otherwise that device alone. */
  public static Device[] all() {
    return all(best(), CudaUtils.getGpuCount());
  }

  static Device[] all(Device best, int gpus) {
    return best.equals(Device.gpu(0))
        ? IntStream.range(0, gpus).mapToObj(Device::gpu).toArray(Device[]::new)
        : new Device[] {best};
  }

  /**
   * Decides.
   *
   * @param setting what was asked for; null or blank: nothing
   * @param cudaBuild whether PyTorch's native library was built for GPUs
   * @param gpus how many GPUs the driver offers
   */
  static Device choose(String setting, boolean cudaBuild, int gpus) {
    if (setting == null || setting.isBlank()) {
      return cudaBuild && gpus > 0 ? Device.gpu() : Device.cpu();
    }
    String wish = setting.strip().toLowerCase(Locale.ROOT);
    if (wish.equals("cpu")) {
      return Device.cpu();
    }
    Matcher gpu = GPU.matcher(wish);
    if (!gpu.matches()) {
      throw refusal(setting, "is not a device", "Say cpu, gpu, or gpu:1 for the second GPU.");
    }
    if (!cudaBuild) {
      throw refusal(
          setting,
          "asks for a GPU, but this PyTorch library was built for the CPU only",
          "Set PYTORCH_LIBRARY_PATH to the lib folder of a PyTorch 2.7.1 built for CUDA 12.8,"
              + " and PYTORCH_FLAVOR=cu128; or say "
              + VARIABLE
              + "=cpu.");
    }
    if (gpus == 0) {
      throw refusal(
          setting,
          "asks for a GPU, but CUDA's driver offers none",
          "See what nvidia-smi says: install the driver, or let the container use the GPU"
              + " (docker run --gpus all); or say "
              + VARIABLE
              + "=cpu.");
    }
    int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    if (index >= gpus) {
      throw refusal(
          setting,
          "asks for GPU number " + index + ", but there are " + gpus + ", the first is gpu:0",
          "Say gpu:" + (gpus - 1) + " or lower; CUDA_VISIBLE_DEVICES may hide GPUs.");
    }
    return Device.gpu(index);
  }

  private static IllegalStateException refusal(String setting, String why, String remedy) {
    return new IllegalStateException("%s=%s %s. %s".formatted(VARIABLE, setting, why, remedy));
  }
}
