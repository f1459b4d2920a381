package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import convnets.torch.FusedOps;
import java.util.Locale;

/**
 * A network for use, made by {@link Inference}: it computes what the network computes in
 * evaluation, in less time. It has copies of the weights and no parameters; {@link #close} frees
 * it.
 */
public final class Prepared extends Unit implements AutoCloseable {

  private final Unit network;
  private final NDManager manager;
  private final DataType precision;
  private final DataType computed;

  Prepared(Unit network, NDManager manager, DataType precision, DataType computed) {
    this.network = child(network);
    this.manager = manager;
    this.precision = precision;
    this.computed = computed;
  }

  /**
   * Of the weights and inputs, and of what is computed with them if the device computes so; inputs
   * and outputs are float32.
   */
  public DataType precision() {
    return precision;
  }

  /** Where the weights are, and the inputs must be. */
  @Override
  public Device device() {
    return manager.getDevice();
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    if (pass.training()) {
      throw new IllegalStateException(
          "a network prepared for inference does not train: train the one it was made from, and"
              + " prepare it anew");
    }
    if (!manager.isOpen()) {
      throw new IllegalStateException("this prepared network has been closed: prepare it anew");
    }
    for (NDArray input : inputs) {
      if (pass.hasOneType() && input.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "a network prepared for inference takes float32, but was given %s, %s: convert it by toType(DataType.FLOAT32, false)"
                .formatted(input.getDataType(), input.getShape()));
      }
    }
    if (precision == DataType.FLOAT32 || pass.dry()) {
      return pass.run(network, inputs);
    }
    NDList rounded = new NDList();
    for (NDArray input : inputs) {
      rounded.add(FusedOps.rounded(input, precision, computed));
    }
    NDList outputs = new NDList();
    for (NDArray output : pass.run(network, rounded)) {
      outputs.add(FusedOps.cast(output, DataType.FLOAT32));
    }
    return outputs;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    manager.close();
  }

  @Override
  public String describe() {
    return "prepared for inference in " + precision.toString().toLowerCase(Locale.ROOT);
  }
}
