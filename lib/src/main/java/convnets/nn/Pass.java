package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import convnets.torch.HalfPrecision;
import convnets.torch.TorchOps;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One pass through a network: where the parameters are, whether it trains, and who looks on.
 *
 * <p>A <em>dry</em> pass runs the same {@code forward} to learn its shapes, so that they need not
 * be written a second time. Its arrays hold no meaningful numbers, and the layers that cost time do
 * not compute: convolutions, batch norms, fully connected layers and activations return memory that
 * nobody has touched, which takes no time and hardly any memory.
 */
public final class Pass {

  /** Is told of every block that a pass runs, in the order in which they finish. */
  @FunctionalInterface
  public interface Observer {

    /**
     * Called when a block has run. The arrays are freed soon after: copy what you keep, or take
     * another handle of what you want the gradient by ({@link TorchOps#same}).
     */
    void ran(Block block, NDList inputs, NDList outputs);
  }

  private static final Observer NOBODY = (block, inputs, outputs) -> {};

  private final ParameterStore store;
  private final boolean training;
  private final Observer observer;

  /** Where blocks that are not units get their parameters in a dry pass; null: nowhere. */
  private final NDManager initializing;

  private final DataType dataType;
  private final Substitution substitution;
  private final DataType precision;

  /**
   * What a pass runs and reads in place of something else.
   *
   * @param blocks by what they stand for, told apart by identity
   * @param values of parameters, likewise
   */
  record Substitution(Map<Block, Block> blocks, Map<Parameter, NDArray> values) {
    private static final Substitution NOTHING = new Substitution(Map.of(), Map.of());
  }

  private Pass(
      ParameterStore store,
      boolean training,
      Observer observer,
      NDManager initializing,
      DataType dataType,
      Substitution substitution,
      DataType precision) {
    this.store = store;
    this.training = training;
    this.observer = observer;
    this.initializing = initializing;
    this.dataType = dataType;
    this.substitution = substitution;
    this.precision = precision;
  }

  /** In single precision, with nothing in place of something else. */
  private Pass(
      ParameterStore store,
      boolean training,
      Observer observer,
      NDManager initializing,
      DataType dataType) {
    this(store, training, observer, initializing, dataType, Substitution.NOTHING, DataType.FLOAT32);
  }

  /** A pass that computes. */
  public static Pass of(ParameterStore store, boolean training) {
    return observed(store, training, NOBODY);
  }

  /** A pass that computes while somebody looks on. */
  public static Pass observed(ParameterStore store, boolean training, Observer observer) {
    Objects.requireNonNull(store, "store");
    return new Pass(store, training, observer, null, null);
  }

  /** A pass that computes shapes only, and needs no parameters. */
  static Pass dry(Observer observer) {
    return new Pass(null, false, observer, null, null);
  }

  /**
   * A dry pass that initialises the blocks which are not units, from the shapes that reach them.
   */
  static Pass initializing(NDManager manager, DataType dataType) {
    return new Pass(null, false, NOBODY, manager, dataType);
  }

  /**
   * The same pass, in which other blocks run in place of some, wherever in the network they stand.
   *
   * @param others by the block that each stands for, told apart by identity; one may stand for a
   *     block that itself is stood for, so that two can change places
   */
  public Pass replacing(Map<Block, Block> others) {
    Map<Block, Block> blocks = new IdentityHashMap<>(substitution.blocks);
    blocks.putAll(others);
    return with(new Substitution(blocks, substitution.values));
  }

  /** The same pass with other blocks and values in place of some. */
  Pass with(Substitution others) {
    return new Pass(store, training, observer, initializing, dataType, others, precision);
  }

  /**
   * The same pass in mixed precision, as PyTorch's {@code autocast} does it: convolutions and fully
   * connected layers compute in this precision, and what comes after them takes what it gets. The
   * parameters, and so their gradients, stay as they are; blocks that are not units compute in
   * FLOAT32. On a CPU that does not compute in this precision, numbers are rounded to it, and
   * computed with in FLOAT32.
   *
   * @param precision FLOAT32, FLOAT16 or BFLOAT16; FLOAT32 changes nothing
   */
  public Pass precision(DataType precision) {
    return new Pass(store, training, observer, initializing, dataType, substitution, precision);
  }

  /** Whether the network trains: batch statistics, dropout and auxiliary heads depend on it. */
  public boolean training() {
    return training;
  }

  /** Whether parameters are being set up, of side exits too. */
  boolean initializing() {
    return initializing != null;
  }

  /** Whether only shapes count: what a layer that costs time looks at before it computes. */
  public boolean dry() {
    return store == null;
  }

  /** An array of a shape and of any numbers: what a layer returns in a dry pass. */
  public NDArray shaped(Shape shape, NDArray like) {
    return like.getManager().create(shape);
  }

  /**
   * The value of a parameter on the device of {@code like}.
   *
   * @return null if the parameter is null, as for a layer without a bias
   * @throws IllegalArgumentException if they are of two types, outside of mixed precision
   */
  public NDArray value(Parameter parameter, NDArray like) {
    if (parameter == null) {
      return null;
    }
    if (dry()) {
      return shaped(parameter.getShape(), like);
    }
    NDArray substitute = substitution.values.get(parameter);
    if (substitute != null) {
      return substitute;
    }
    NDArray value = store.getValue(parameter, like.getDevice(), training);
    if (hasOneType() && value.getDataType() != like.getDataType()) {
      throw new IllegalArgumentException(twoTypes(value.getDataType(), like));
    }
    NDScope.unregister(value); // a copy made for this device outlives the unit that asked for it
    return value;
  }

  /**
   * Whether all arrays are of the type of the weights. In mixed precision, and in what is prepared
   * for a lower one, they are not, and nobody may ask for their types: of BFLOAT16 DJL cannot tell.
   */
  boolean hasOneType() {
    return !dry() && !mixed() && substitution == Substitution.NOTHING;
  }

  /** Says that a network of one type was given arrays of another. */
  static String twoTypes(DataType weights, NDArray given) {
    return "the weights of the network are %s, but it was given %s, as what reaches them, %s, shows: convert its input by toType(DataType.%s, false), or the network by cast(DataType.%s)"
        .formatted(
            weights,
            given.getDataType(),
            given.getShape(),
            weights.name(),
            given.getDataType().name());
  }

  /**
   * An input or a parameter rounded to the precision of this pass, for layers that multiply
   * matrices. Gradients flow through it.
   *
   * @return the array itself in FLOAT32, and null for null
   */
  public NDArray lowered(NDArray array) {
    return array == null || !mixed() ? array : HalfPrecision.rounded(array, precision);
  }

  private boolean mixed() {
    return precision != DataType.FLOAT32;
  }

  /**
   * Whether blocks may be evaluated together, as nobody would see a difference: on a GPU, without
   * gradients, and where each would run as it is.
   */
  boolean takesTogether(NDList inputs) {
    return !dry()
        && !training
        && observer == NOBODY
        && substitution == Substitution.NOTHING
        && !mixed()
        && inputs.size() == 1
        && inputs.head().getDevice().isGpu()
        && !JniUtils.isGradMode();
  }

  /** Runs a block on one array. */
  public NDArray run(Block block, NDArray x) {
    return run(block, new NDList(x)).singletonOrThrow();
  }

  /** Runs a block. */
  public NDList run(Block given, NDList inputs) {
    Block block = substitution.blocks.getOrDefault(given, given);
    if (block instanceof Unit unit) {
      return unit.run(this, inputs);
    }
    NDList outputs = dry() ? dryRun(block, inputs) : foreignRun(block, inputs);
    ran(block, inputs, outputs);
    return outputs;
  }

  /**
   * Runs a network as a whole.
   *
   * @return its outputs in single precision, whatever this pass computes in
   */
  public NDList predict(Block net, NDList inputs) {
    NDList outputs = run(net, inputs);
    if (mixed()) {
      outputs.replaceAll(output -> TorchOps.convert(output, DataType.FLOAT32));
    }
    return outputs;
  }

  /** Runs a network that has one input and one output as a whole, likewise. */
  public NDArray predict(Block net, NDArray x) {
    return predict(net, new NDList(x)).singletonOrThrow();
  }

  /** Tells the observer. */
  void ran(Block block, NDList inputs, NDList outputs) {
    observer.ran(block, inputs, outputs);
  }

  private NDList foreignRun(Block block, NDList inputs) {
    for (Parameter parameter : block.getParameters().values()) {
      value(parameter, inputs.head()); // for its effect: the value is kept out of our scopes
    }
    NDList single = inputs;
    if (mixed()) {
      single = new NDList(inputs);
      single.replaceAll(input -> TorchOps.convert(input, DataType.FLOAT32));
    }
    return block.forward(store, single, training, new PairList<>());
  }

  private NDList dryRun(Block block, NDList inputs) {
    Shape[] shapes = inputs.getShapes();
    if (initializing != null) {
      block.initialize(initializing, dataType, shapes);
      block.getParameters().values().forEach(parameter -> NDScope.unregister(parameter.getArray()));
    }
    NDList outputs = new NDList();
    for (Shape shape : block.getOutputShapes(shapes)) {
      outputs.add(shaped(shape, inputs.head()));
    }
    return outputs;
  }
}
