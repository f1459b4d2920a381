package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.torch.NormOps;

/**
 * The weights of a layer: as they are, or over their largest singular value. Then they are the
 * parameters {@code weight_orig}, {@code weight_u} (outputs) and {@code weight_v} (all else), as in
 * PyTorch's {@code spectral_norm}; u and v move at each pass in training, unless the weights are
 * frozen, and evaluation takes them as they are.
 */
final class Weight {

  /** As many as PyTorch's: the first step should not start from noise. */
  private static final int ITERATIONS_AT_START = 15;

  private final Parameter own;
  private final int outputs;

  /** Null for weights as they are; also {@code right}. */
  private final Parameter left;

  private final Parameter right;

  /**
   * Gives a layer its weights.
   *
   * @param outputs the axis of the outputs
   * @param spectral whether the layer computes with them over their largest singular value
   */
  Weight(Unit layer, Shape shape, Initializer start, int outputs, boolean spectral) {
    this.outputs = outputs;
    if (!spectral) {
      own = layer.parameter("weight", Parameter.Type.WEIGHT, shape, start);
      left = null;
      right = null;
      return;
    }
    own = layer.parameter("weight_orig", Parameter.Type.WEIGHT, shape, start);
    long rows = shape.get(outputs);
    left = statistic(layer, "weight_u", rows, Weight::direction);
    right = statistic(layer, "weight_v", shape.size() / rows, this::rightOfLeft);
  }

  private Weight(int outputs, Parameter own, Parameter left, Parameter right) {
    this.outputs = outputs;
    this.own = own;
    this.left = left;
    this.right = right;
  }

  /** The same parameters as those of another layer. */
  Weight sharedWith(Unit layer) {
    return left == null
        ? new Weight(outputs, layer.shared(own), null, null)
        : new Weight(outputs, layer.shared(own), layer.shared(left), layer.shared(right));
  }

  /** Not learned, and moved by every pass in training: by its type a running statistic. */
  private static Parameter statistic(Unit layer, String name, long size, Initializer start) {
    return layer.parameter(name, Parameter.Type.RUNNING_MEAN, new Shape(size), start);
  }

  private static NDArray direction(NDManager manager, Shape shape, DataType type) {
    NDArray random = manager.randomNormal(0, 1, shape, type);
    return random.div(random.norm());
  }

  /** The weights and u start before v does, and u is moved along. */
  private NDArray rightOfLeft(NDManager manager, Shape shape, DataType type) {
    NDArray v = direction(manager, shape, type);
    if (own.isInitialized() && left.isInitialized()) {
      NDArray w = own.getArray();
      NormOps.spectralNorm(w, left.getArray(), v, outputs, ITERATIONS_AT_START).close();
    }
    return v;
  }

  Shape shape() {
    return own.getShape();
  }

  /** What the layer computes with, in a pass over x. */
  NDArray value(Pass pass, NDArray x) {
    NDArray w = pass.value(own, x);
    if (left == null || pass.dry()) {
      return w;
    }
    NDArray u = pass.value(left, x);
    boolean moves = pass.training() && own.requiresGradient();
    return NormOps.spectralNorm(w, u, pass.value(right, x), outputs, moves ? 1 : 0);
  }

  /** What the layer computes with in evaluation: a copy on the CPU, which the caller closes. */
  NDArray onHost() {
    NDArray w = own.getArray();
    if (left == null) {
      return w.toDevice(Device.cpu(), true);
    }
    NDArray u = left.getArray();
    try (NDArray divided = NormOps.spectralNorm(w, u, right.getArray(), outputs, 0)) {
      return divided.toDevice(Device.cpu(), true);
    }
  }
}
