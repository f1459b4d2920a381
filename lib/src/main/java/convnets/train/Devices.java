package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which device to compute on.
 *
 * <p>The environment variable {@code CONVNETS_DEVICE} decides: {@code cpu}, {@code gpu}, {@code
 * gpu:1} for the second one, or {@code mps} for Apple's. The system property {@code
 * convnets.device} goes before it.
 *
 * <p>Nobody has tried Apple's GPU yet, so that nothing but {@code mps} chooses it. Of what the
 * library calls, PyTorch 2.7.1 lacks these operators there, by its own table: {@code index_copy}
 * (augmentation that mirrors images), {@code avg_pool3d} (the local response norms of AlexNet and
 * GoogLeNet), {@code _upsample_bicubic2d_aa} (bicubic resizing) and {@code
 * _amp_foreach_non_finite_check_and_unscale_} (training in FLOAT16, which is refused). They say so
 * by name, and with {@code PYTORCH_ENABLE_MPS_FALLBACK=1} in the environment PyTorch computes them
 * on the CPU. Nothing helps in adaptive pooling to a size that does not divide the images'.
 */
public final class Devices {

  private static final String VARIABLE = "CONVNETS_DEVICE";
  private static final String PROPERTY = "convnets.device";
  private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

  /** Apple's GPU. Its arrays say that they are on number 0, so it is no other. */
  private static final Device MPS = Device.of("mps", 0);

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
    Device device = choose(setting, cudaBuild, CudaUtils.getGpuCount(), appleSilicon());
    if (isMps(device)) {
      checkComputes(device, setting);
    }
    return device;
  }

  /** Whether a device is Apple's GPU, which DJL does not count among the GPUs. */
  public static boolean isMps(Device device) {
    return device.getDeviceType().equals(MPS.getDeviceType());
  }

  private static boolean appleSilicon() {
    return System.getProperty("os.name").startsWith("Mac")
        && System.getProperty("os.arch").equals("aarch64");
  }

  /** A virtual Mac has no GPU, and an old macOS no MPS: PyTorch says so when it is to compute. */
  static void checkComputes(Device device, String setting) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      manager.zeros(new Shape(1));
    } catch (EngineException e) {
      IllegalStateException refusal =
          refusal(
              setting,
              "asks for Apple's GPU, but PyTorch cannot compute on it",
              "It takes macOS 13 or newer, and no virtual machine; or say " + VARIABLE + "=cpu.");
      refusal.initCause(e);
      throw refusal;
    }
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
   * @param appleSilicon whether this is a Mac with a processor and a GPU of Apple's
   */
  static Device choose(String setting, boolean cudaBuild, int gpus, boolean appleSilicon) {
    if (setting == null || setting.isBlank()) {
      return cudaBuild && gpus > 0 ? Device.gpu() : Device.cpu();
    }
    String wish = setting.strip().toLowerCase(Locale.ROOT);
    if (wish.equals("cpu")) {
      return Device.cpu();
    }
    if (wish.equals(MPS.getDeviceType())) {
      if (!appleSilicon) {
        throw refusal(
            setting,
            "asks for Apple's GPU, but this is no Mac with Apple silicon",
            "Say cpu, or gpu for one of NVIDIA's.");
      }
      return MPS;
    }
    Matcher gpu = GPU.matcher(wish);
    if (!gpu.matches()) {
      throw refusal(
          setting,
          "is not a device",
          "Say cpu, gpu, gpu:1 for the second GPU, or mps for Apple's.");
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
