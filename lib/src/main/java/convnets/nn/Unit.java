package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import convnets.torch.CudaGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A block whose topology is written once.
 *
 * <p>A subclass registers its parameters and children in its constructor and writes one {@code
 * forward}. From it follow running, initialising, naming of parameters, shape inference and
 * observation. It is a plain DJL {@link Block}, and any DJL block may be its child.
 *
 * <p>What {@code forward} makes and does not return is freed when it returns.
 */
public abstract class Unit extends DjlBlock {

  /** A child and its name; without one, it shares the scope of names of its parent. */
  record Child(String name, Block block) {}

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final List<Child> children = new ArrayList<>();

  /** For subclasses. */
  protected Unit() {}

  // What a subclass says.

  /**
   * Computes the output of a unit with one input and one output. It is also called to learn the
   * shapes, with arrays of any numbers: let operators flow from them, not decisions.
   */
  protected NDArray forward(Pass pass, NDArray x) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " must override one of the two methods forward");
  }

  /** Computes the outputs of a unit with several inputs or outputs. */
  protected NDList forward(Pass pass, NDList inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          this + " takes 1 array, but was given " + inputs.size() + ": " + shapes(inputs));
    }
    return new NDList(forward(pass, inputs.head()));
  }

  /** The multiplications, each with its addition, that one pass over these shapes takes. */
  public long multiplyAdds(Shape input, Shape output) {
    return 0;
  }

  /**
   * Whether every pass over inputs of the same shapes starts the same operators with the same
   * numbers of the host, so that a GPU may repeat a recorded one ({@link CudaGraph}). Of units that
   * are not this library's own nobody knows, and by default they do not: override it in one that
   * decides, counts and draws nothing in Java and makes no arrays of Java's numbers in {@code
   * forward}.
   */
  protected boolean repeatsItself() {
    return ofThisLibrary(this);
  }

  /** Whether the code of an object is this library's own. */
  static boolean ofThisLibrary(Object object) {
    return object.getClass().getName().startsWith("convnets.");
  }

  /** Whether this unit and all blocks below it {@linkplain #repeatsItself repeat themselves}. */
  public final boolean repeats() {
    return repeatsItself()
        && children.stream().allMatch(c -> c.block instanceof Unit unit && unit.repeats());
  }

  /** How the data flows through the children. */
  public Topology topology() {
    return children.isEmpty() ? Topology.LAYER : Topology.OWN;
  }

  /** What each output pixel sees of the input, for a layer that looks at a window of it. */
  public Optional<Window> window() {
    return Optional.empty();
  }

  /** What this unit is called by default in names of parameters, such as "conv" in "conv1". */
  protected String kind() {
    String name = getClass().getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /** A few words that say what this unit does, without its children: "conv 3×3, 16 → 32, /2". */
  public String describe() {
    return kind();
  }

  /**
   * What tables of costs count this unit under, such as "3×3 depthwise conv": by default, what it
   * is described as.
   */
  public String category() {
    return describe();
  }

  /** What a figure writes into the box of this unit: by default, what it is described as. */
  public Label label() {
    return Label.of(Role.OTHER, describe());
  }

  /** Adds a parameter. */
  protected final Parameter parameter(
      String name, Parameter.Type type, Shape shape, Initializer initializer) {
    boolean learned = type != Parameter.Type.RUNNING_MEAN && type != Parameter.Type.RUNNING_VAR;
    Parameter parameter =
        Parameter.builder()
            .setName(name)
            .setType(type)
            .optShape(shape)
            .optInitializer(initializer)
            .optRequiresGrad(learned)
            .build();
    parameters.put(name, parameter);
    return parameter;
  }

  /** Adds a parameter of another unit, under its name there, which both have from then on. */
  final Parameter shared(Parameter parameter) {
    parameters.put(parameter.getName(), parameter);
    return parameter;
  }

  /** Adds a child whose parameters are called {@code name.…}. */
  protected final <B extends Block> B child(String name, B block) {
    children.add(new Child(name, block));
    return block;
  }

  /** Adds a child whose parameters are named as if they were this unit's own. */
  protected final <B extends Block> B child(B block) {
    return child(null, block);
  }

  @Override
  public final ParameterList getDirectParameters() {
    return new ParameterList(parameters);
  }

  @Override
  final List<Child> children() {
    return children;
  }

  // What a caller writes.

  /** This unit and then another block. */
  public Seq then(Block next) {
    return Combinators.seq(this, next);
  }

  /** This unit and then max(x, 0). */
  public Seq relu() {
    return then(Layers.relu());
  }

  /** This unit and then a leaky ReLU: x where it is positive, slope · x elsewhere. */
  public Seq leakyRelu(double slope) {
    return then(Layers.leakyRelu(slope));
  }

  /** This unit, its parameters called {@code name.…}. */
  public Unit named(String name) {
    return new Named(name, this);
  }

  /**
   * What the unit makes of one array, in evaluation mode, on the device of the array.
   *
   * @return the output, which belongs to the manager of the input
   */
  public final NDArray apply(NDArray x) {
    return outputs(x).singletonOrThrow();
  }

  /**
   * What the unit makes of two arrays, as of pictures and their classes, in evaluation mode, on the
   * device of the first.
   *
   * @return the output, which belongs to the manager of the first
   */
  public final NDArray apply(NDArray x, NDArray y) {
    return outputs(new NDList(x, y)).singletonOrThrow();
  }

  /**
   * All that the unit makes of one array, in evaluation mode, on the device of the array.
   *
   * @return the outputs, which belong to the manager of the input
   */
  public final NDList outputs(NDArray x) {
    return outputs(new NDList(x));
  }

  private NDList outputs(NDList inputs) {
    try (NDManager copies = inputs.head().getManager().newSubManager()) {
      Pass pass = Pass.of(new ParameterStore(copies, false), false);
      return run(pass, inputs);
    }
  }

  /**
   * Where its weights are.
   *
   * @throws IllegalStateException if it has none
   */
  public Device device() {
    if (getParameters().isEmpty()) {
      throw withoutWeights();
    }
    return deviceOf(this);
  }

  /**
   * Where the weights of any block are; the CPU if it needs none.
   *
   * @throws IllegalStateException if it has not been initialised
   */
  public static Device deviceOf(Block net) {
    if (!net.isInitialized()) {
      throw withoutWeights();
    }
    var all = net.getParameters();
    return all.isEmpty() ? Device.cpu() : all.valueAt(0).getArray().getDevice();
  }

  private static IllegalStateException withoutWeights() {
    return new IllegalStateException(
        "the network has no weights: train it, load weights into it, or call initialize");
  }

  /**
   * Requires that this may be called by the name of another: that it has the same parameters.
   *
   * @param name of the other
   * @throws IllegalArgumentException if it has not
   */
  public final void requireSameParameters(String name, Unit other) {
    if (!parameterShapes().equals(other.parameterShapes())) {
      throw new IllegalArgumentException(
          "network (%s) has other parameters than this one".formatted(name));
    }
  }

  /** The shapes of all parameters and running statistics, by their names. */
  public final Map<String, Shape> parameterShapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    getParameters().forEach(pair -> shapes.put(pair.getKey(), pair.getValue().getShape()));
    return shapes;
  }

  /**
   * Runs the unit as a part of a pass.
   *
   * @return the outputs, which belong to the manager of the inputs
   */
  @Override
  public final NDList run(Pass pass, NDList inputs) {
    NDList outputs;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      outputs = forward(pass, inputs);
      NDScope.unregister(outputs);
    }
    for (NDArray output : outputs) {
      if (inputs.stream().noneMatch(input -> input == output)) {
        NDScope.register(output); // the caller's to free from here on
      }
    }
    pass.ran(this, inputs, outputs);
    return outputs;
  }

  /** The shape of the output of a unit with one input and one output. */
  public final Shape outputShape(Shape input) {
    return getOutputShapes(new Shape[] {input})[0];
  }

  /**
   * Runs a dry pass before an observer: it sees every block with the shapes of its arrays, and no
   * numbers.
   *
   * @return the shapes of the outputs
   */
  public final Shape[] observeShapes(Pass.Observer observer, Shape... inputShapes) {
    return dryRun(Pass.dry(observer), inputShapes);
  }

  /**
   * The paths of all layers and of named blocks, as in "layer1.0.conv1", by the block itself: the
   * map tells blocks apart by identity.
   */
  public final Map<Block, String> paths() {
    return Names.of(this).blocks();
  }

  /** A tree of the units, with their names. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(describe());
    for (Child child : children) {
      String name = child.name == null ? "" : "(" + child.name + ") ";
      text.append("\n  ").append(name).append(child.block.toString().replace("\n", "\n  "));
    }
    return text.toString();
  }

  private static String shapes(NDList arrays) {
    return Arrays.toString(arrays.getShapes());
  }
}
