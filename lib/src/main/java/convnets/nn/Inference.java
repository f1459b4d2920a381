package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.HalfPrecision;

/**
 * Prepares trained networks for use.
 *
 * <pre>{@code
 * try (Prepared fast = Inference.prepare(net)) {
 *   NDArray logits = fast.apply(images);
 * }
 * }</pre>
 *
 * <p>What makes it faster: batch norms are multiplied into the weights of the convolutions before
 * them; additions and activations are computed while the sums of a convolution are at hand; weights
 * lie in the order in which the processor reads them; what only training needs is gone.
 */
public final class Inference {

  private Inference() {}

  /**
   * A copy of a network for use, in single precision: its outputs are those of the network in
   * evaluation but for rounding.
   *
   * @param net initialised; it stays as it is, and may be trained on. Blocks of other libraries in
   *     it are not copied
   */
  public static Prepared prepare(Block net) {
    return prepare(net, DataType.FLOAT32);
  }

  /**
   * A copy of a network for use in another precision. BFLOAT16 keeps 8 bits of each number and
   * takes half the time on processors that compute with it (AVX-512 BF16, AMX); on CPUs that do not
   * (without AVX-512, most of them) weights and inputs are rounded alike, and computed with in
   * single precision. FLOAT16 is for GPUs.
   *
   * @param net initialised; it stays as it is
   * @param precision FLOAT32, FLOAT16 or BFLOAT16
   */
  public static Prepared prepare(Block net, DataType precision) {
    HalfPrecision.computed(precision, Device.cpu()); // refuses what is none
    for (var parameter : net.getParameters()) {
      if (!parameter.getValue().isInitialized()) {
        throw new IllegalArgumentException(
            "net has not been initialised ("
                + parameter.getKey()
                + " has no value): train it, load weights into it, or call initialize");
      }
    }
    NDManager manager = NDManager.newBaseManager(device(net));
    try {
      DataType computed = HalfPrecision.computed(precision, manager.getDevice());
      Unit network = new Fusion(manager, precision, computed).rewrite(net);
      return new Prepared(network, manager, precision, computed);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static Device device(Block net) {
    return net.getParameters().values().stream()
        .findFirst()
        .map(Parameter::getArray)
        .map(array -> array.getDevice())
        .orElse(Device.cpu());
  }
}
