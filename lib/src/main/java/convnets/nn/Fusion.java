package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import convnets.torch.Geometry;
import convnets.torch.MemoryLayout;
import convnets.torch.OneDnn;
import convnets.torch.TorchOps;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a network for use. What only training needs goes, convolutions take in the batch norm,
 * the addition and the activation behind them, and weights are copied in the order and precision
 * that the processor wants.
 *
 * <p>Series within series become one series first; layers that belong together are neighbours then.
 * A unit with a {@code forward} of its own keeps it: its pass runs the rewritten children in place
 * of its own.
 */
final class Fusion {

  private final NDManager manager;
  private final DataType precision;
  private final DataType computed;
  private final boolean oneDnn;

  /**
   * A rewriting.
   *
   * @param manager owns the copies of the weights, on their device
   * @param precision to which the weights are rounded
   * @param computed the precision to compute in with them
   */
  Fusion(NDManager manager, DataType precision, DataType computed) {
    this.manager = manager;
    this.precision = precision;
    this.computed = computed;
    oneDnn = manager.getDevice().getDeviceType().equals(Device.Type.CPU) && OneDnn.available();
  }

  /** The block for use. */
  Unit rewrite(Block block) {
    Deque<Block> layers = new ArrayDeque<>();
    flatten(block, layers);
    List<Unit> units = new ArrayList<>();
    while (!layers.isEmpty()) {
      boolean ownsInput = !units.isEmpty() && isFresh(units.get(units.size() - 1));
      units.add(rewriteNext(layers, ownsInput));
    }
    return units.size() == 1 ? units.get(0) : new Seq(false, units.toArray(Block[]::new));
  }

  /** Takes the next layer if it is a batch norm; otherwise null. */
  private static BatchNorm takeBatchNorm(Deque<Block> layers) {
    return layers.peek() instanceof BatchNorm ? (BatchNorm) layers.remove() : null;
  }

  /** Takes the next layer if it is an activation that is computed along with others. */
  private static FusedActivation takeActivation(Deque<Block> layers) {
    FusedActivation activation = activationOf(layers.peek());
    if (activation != FusedActivation.NONE) {
      layers.remove();
    }
    return activation;
  }

  /** What a block computes if that can be done along with others; else, and for null, nothing. */
  static FusedActivation activationOf(Block block) {
    return block instanceof Activation activation ? activation.fused() : FusedActivation.NONE;
  }

  /** How descriptions tell an activation: " + ReLU". */
  static String suffix(FusedActivation activation) {
    return activation == FusedActivation.NONE ? "" : " + " + activation;
  }

  /** Whether the output is certainly an array of its own, not the input nor a view of it. */
  static boolean isFresh(Unit unit) {
    if (unit instanceof Seq) {
      List<Unit.Child> layers = unit.children();
      return !layers.isEmpty()
          && layers.get(layers.size() - 1).block() instanceof Unit last
          && isFresh(last);
    }
    return unit instanceof FusedConv
        || unit instanceof FusedAdd
        || unit instanceof FusedNorm
        || unit instanceof Pool;
  }

  /**
   * Makes a unit of the next layer, or of the next few that can be one.
   *
   * @param ownsInput whether the unit before has made the input for this one alone
   */
  private Unit rewriteNext(Deque<Block> layers, boolean ownsInput) {
    Block block = layers.remove();
    if (block instanceof Filters<?> filters) {
      return new FusedConv(filters, takeBatchNorm(layers), takeActivation(layers), this);
    }
    if (block instanceof BatchNorm norm) {
      return new FusedNorm(norm, takeActivation(layers), this);
    }
    if (block instanceof Add add) {
      return new FusedAdd(branches(add), takeActivation(layers), ownsInput);
    }
    if (block instanceof Concat concat) {
      return new Concat(branches(concat));
    }
    if (block instanceof Split split) {
      return new Split(branches(split));
    }
    return hosted(block);
  }

  private Unit[] branches(Unit unit) {
    return unit.children().stream().map(child -> rewrite(child.block())).toArray(Unit[]::new);
  }

  /** A unit with a {@code forward} of its own, or a block of another library. */
  private Unit hosted(Block block) {
    Map<Block, Block> blocks = new IdentityHashMap<>();
    Map<Parameter, NDArray> values = new IdentityHashMap<>();
    if (!(block instanceof Unit)
        && precision != DataType.FLOAT32
        && !block.getParameters().isEmpty()) {
      throw new IllegalArgumentException(
          "net holds a block that is not of this library (%s), which computes in float32 only: prepare it in FLOAT32"
              .formatted(block.getClass().getSimpleName()));
    }
    if (block instanceof Unit unit) {
      unit.children().forEach(child -> blocks.put(child.block(), rewrite(child.block())));
      unit.getDirectParameters().values().forEach(p -> values.put(p, copy(p.getArray())));
      if (blocks.isEmpty() && values.isEmpty()) {
        return unit;
      }
    }
    return new Hosted(block, new Pass.Substitution(blocks, values));
  }

  /** Takes scopes of names, series within series and what only training needs away. */
  private static void flatten(Block block, Deque<Block> layers) {
    if (block instanceof Seq || block instanceof Named) {
      ((Unit) block).children().forEach(child -> flatten(child.block(), layers));
    } else if (block instanceof Auxiliary auxiliary) {
      flatten(auxiliary.main(), layers);
    } else if (!(block instanceof Dropping
        || block instanceof Lambda lambda && lambda.isIdentity())) {
      layers.add(block);
    }
  }

  /**
   * How a convolution with these weights is computed.
   *
   * @param weight (out, in / groups, height, width), float32; copied
   * @param bias (out), float32; copied
   */
  ConvKernel kernel(NDArray weight, NDArray bias, Geometry geometry) {
    NDArray b = copy(bias);
    if (oneDnn) {
      return new OneDnnConvKernel(copy(weight), b, geometry, this);
    }
    Device device = manager.getDevice();
    boolean channelsLast = MemoryLayout.channelsLast(device);
    PlainConvKernel plain = new PlainConvKernel(kernels(weight), b, geometry, channelsLast);
    return device.isGpu() ? new CudaConvKernel(plain) : plain;
  }

  /** A copy of a convolution's float32 weights to compute with, laid out as images are. */
  NDArray kernels(NDArray weight) {
    NDArray w = copy(weight);
    if (MemoryLayout.channelsLast(manager.getDevice())) {
      TorchOps.layOutChannelsLast(w);
    }
    return w;
  }

  /** A copy of a float32 array, rounded to the precision of this rewriting, to compute with. */
  NDArray copy(NDArray array) {
    try (NDArray here = array.toDevice(manager.getDevice(), true)) {
      return owned(FusedOps.rounded(here, precision, computed));
    }
  }

  /** Puts an array into the hands of the rewritten network, whatever the caller's scope frees. */
  NDArray owned(NDArray array) {
    NDScope.unregister(array);
    array.attach(manager);
    return array;
  }

  /** A block that runs within a pass of its own substitutes. */
  private static final class Hosted extends Unit {
    private final Block block;
    private final Pass.Substitution substitution;

    Hosted(Block block, Pass.Substitution substitution) {
      this.block = block;
      this.substitution = substitution;
    }

    @Override
    protected NDList forward(Pass pass, NDList inputs) {
      return pass.with(substitution).run(block, inputs);
    }

    @Override
    public String describe() {
      return block instanceof Unit unit ? unit.describe() : block.getClass().getSimpleName();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(describe());
      substitution
          .blocks()
          .values()
          .forEach(child -> text.append("\n  ").append(child.toString().replace("\n", "\n  ")));
      return text.toString();
    }
  }
}
