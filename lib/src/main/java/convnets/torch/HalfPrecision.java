package convnets.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.EnumMap;
import java.util.Map;

/**
 * Who multiplies matrices in half the precision.
 *
 * <p>A CPU does if it has the instructions (bfloat16: AVX-512 or AVX-NE-CONVERT; float16: AVX-512
 * FP16 or AVX-NE-CONVERT) and oneDNN uses them. For other CPUs the numbers are rounded to half the
 * precision, and what is computed with them is computed in single: that is as exact, and no faster
 * than single precision. (PyTorch by itself would add up in half the precision there, slowly, or
 * refuse.)
 */
public final class HalfPrecision {

  private HalfPrecision() {}

  /** What the CPU has been found to do. */
  private static final Map<DataType, Boolean> CPU = new EnumMap<>(DataType.class);

  /**
   * The precision to compute in, on a device, when this one is asked for.
   *
   * @throws IllegalArgumentException if it is not FLOAT32, FLOAT16 or BFLOAT16
   */
  public static DataType computed(DataType precision, Device device) {
    TorchScript.bits(precision); // refuses others
    boolean single =
        precision != DataType.FLOAT32
            && device.getDeviceType().equals(Device.Type.CPU)
            && !(OneDnn.available() && triedOnCpu(precision));
    return single ? DataType.FLOAT32 : precision;
  }

  /**
   * Numbers rounded to a precision, to compute with on their device: in that precision, or in
   * single. Gradients flow through it, and are rounded alike.
   *
   * @param x float32, or in the precision already
   */
  public static NDArray rounded(NDArray x, DataType precision) {
    NDArray y = TorchOps.convert(x, precision);
    DataType computed = computed(precision, x.getDevice());
    return computed == precision ? y : TorchOps.convert(y, computed);
  }

  private static boolean triedOnCpu(DataType precision) {
    synchronized (CPU) {
      return CPU.computeIfAbsent(precision, p -> OneDnn.has(p) && trial(p));
    }
  }

  /**
   * Convolves, forward and backward, and multiplies: whether that ends well. oneDNN may have been
   * told to use less than the processor has ({@code ONEDNN_MAX_CPU_ISA}), which PyTorch does not
   * ask.
   */
  private static boolean trial(DataType precision) {
    return GradMode.on(() -> endsWell(precision));
  }

  private static boolean endsWell(DataType precision) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray x = manager.ones(new Shape(1, 16, 4, 4));
      NDArray w = manager.ones(new Shape(16, 16, 3, 3));
      NDArray rows = manager.ones(new Shape(16, 16));
      NDList inputs = new NDList(x, w, rows);
      inputs.forEach(array -> array.setRequiresGradient(true));
      NDList low = new NDList();
      inputs.forEach(array -> low.add(TorchOps.convert(array, precision)));
      Geometry window = new Geometry(1, 1, 1, 1, 1);
      NDArray y = TorchOps.convolution(low.get(0), low.get(1), null, window);
      NDArray z = Linear.linear(low.get(2), low.get(2)).singletonOrThrow();
      NDArray sum = TorchOps.convert(y, DataType.FLOAT32).sum();
      TorchOps.gradients(sum.add(TorchOps.convert(z, DataType.FLOAT32).sum()), inputs);
      return true;
    } catch (EngineException e) {
      return false;
    }
  }
}
