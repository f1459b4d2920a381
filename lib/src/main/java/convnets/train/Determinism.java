package convnets.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/** Whether, and by what, a training gives the same numbers again, to the bit. */
final class Determinism {

  private Determinism() {}

  /**
   * What the bits depend on besides the recipe, as in "PyTorch 2.7.1, 2 threads, amd64".
   *
   * @throws IllegalStateException if the devices cannot keep the promise
   */
  static String on(List<Device> devices) {
    for (Device device : devices) {
      if (device.isGpu()) {
        throw refusal(
            "of %s: cuDNN and cuBLAS may add in another order each time, and DJL has no switch"
                    .formatted(device)
                + " for their deterministic algorithms",
            "device(Device.cpu())");
      }
      if (Devices.isMps(device)) {
        throw refusal(
            "of %s: nobody has tried whether Apple's GPU gives the same bits".formatted(device),
            "device(Device.cpu())");
      }
    }
    if (devices.size() > 1) {
      throw refusal(
          "of " + devices.size() + " parts on the CPU, which draw from one generator",
          "one device");
    }
    return "PyTorch %s, %d threads, %s"
        .formatted(
            Engine.getEngine("PyTorch").getVersion(),
            JniUtils.getNumThreads(),
            System.getProperty("os.arch"));
  }

  private static IllegalStateException refusal(String why, String remedy) {
    return new IllegalStateException(
        "deterministic() cannot be kept because %s. Train with %s, or without deterministic()"
            .formatted(why, remedy));
  }
}
