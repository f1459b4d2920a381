package convnets.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import convnets.torch.CudaGraph;
import convnets.torch.MemoryLayout;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A block whose topology is written once.
 *
 * <p>A subclass registers its parameters and children in its constructor and writes one {@code
 * forward}. From it follow running, initialising, naming of parameters, shape inference and
 * observation. It is a plain DJL {@link Block}, and any DJL block may be its child.
 *
 * <p>What {@code forward} makes and does not return is freed when it returns.
 */
public abstract class Unit implements Block {

  private static final byte VERSION = 1;

  /** A child and its name; without one, it shares the scope of names of its parent. */
  record Child(String name, Block block) {}

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final List<Child> children = new ArrayList<>();

  /** Set by {@link #initialize}; null before. */
  private Shape[] inputShapes;

  private DataType dataType;

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

  /** Adds a child whose parameters are called {@code name.…}. */
  protected final <B extends Block> B child(String name, B block) {
    children.add(new Child(name, block));
    return block;
  }

  /** Adds a child whose parameters are named as if they were this unit's own. */
  protected final <B extends Block> B child(B block) {
    return child(null, block);
  }

  /** The children with their names, in the order in which they were added. */
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
    try (NDManager copies = x.getManager().newSubManager()) {
      Pass pass = Pass.of(new ParameterStore(copies, false), false);
      return run(pass, new NDList(x)).singletonOrThrow();
    }
  }

  /**
   * Runs the unit as a part of a pass.
   *
   * @return the outputs, which belong to the manager of the inputs
   */
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

  // DJL's contract.

  @Override
  public final NDList forward(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> ignored) {
    return run(Pass.of(store, training), inputs);
  }

  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape[] oneImage = Arrays.stream(inputShapes).map(Unit::withBatchOfOne).toArray(Shape[]::new);
    dryRun(Pass.initializing(manager, dataType), oneImage);
    for (Parameter parameter : ownParameters()) {
      parameter.initialize(manager, dataType);
      MemoryLayout.arrange(parameter);
    }
    this.inputShapes = inputShapes.clone();
    this.dataType = dataType;
  }

  @Override
  public final boolean isInitialized() {
    return getParameters().values().stream().allMatch(Parameter::isInitialized);
  }

  /**
   * The shapes of the outputs, found by {@code forward} itself in a dry pass. Works before the unit
   * is initialised; what takes time in a network is not computed.
   */
  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    return observeShapes((block, inputs, outputs) -> {}, inputShapes);
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

  private static Shape withBatchOfOne(Shape shape) {
    long[] sizes = shape.getShape().clone();
    if (sizes.length > 0) {
      sizes[0] = 1;
    }
    return new Shape(sizes);
  }

  private Shape[] dryRun(Pass pass, Shape... inputShapes) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDList inputs = new NDList();
      for (Shape shape : inputShapes) {
        inputs.add(manager.create(shape));
      }
      return run(pass, inputs).getShapes();
    }
  }

  @Override
  public final BlockList getChildren() {
    BlockList list = new BlockList(children.size());
    for (int i = 0; i < children.size(); i++) {
      Child child = children.get(i);
      list.add(child.name == null ? Integer.toString(i) : child.name, child.block);
    }
    return list;
  }

  @Override
  public final ParameterList getDirectParameters() {
    return new ParameterList(parameters);
  }

  /** All parameters under their full names, as in "layer1.0.conv1.weight". */
  @Override
  public final ParameterList getParameters() {
    ParameterList list = new ParameterList();
    Names.of(this).parameters().forEach(list::add);
    return list;
  }

  /**
   * The paths of all layers and of named blocks, as in "layer1.0.conv1", by the block itself: the
   * map tells blocks apart by identity.
   */
  public final Map<Block, String> paths() {
    return Names.of(this).blocks();
  }

  /** The parameters of this unit and of all units below it; those of other blocks are theirs. */
  private List<Parameter> ownParameters() {
    List<Parameter> own = new ArrayList<>(parameters.values());
    for (Child child : children) {
      if (child.block instanceof Unit unit) {
        own.addAll(unit.ownParameters());
      }
    }
    return own;
  }

  @Override
  public final void setInitializer(Initializer initializer, Parameter.Type type) {
    setInitializer(initializer, parameter -> parameter.getType() == type);
  }

  @Override
  public final void setInitializer(Initializer initializer, String name) {
    Parameter parameter = getParameters().get(name);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "name (" + name + ") is no parameter of this block; it has " + getParameters().keys());
    }
    parameter.setInitializer(initializer);
  }

  @Override
  public final void setInitializer(Initializer initializer, Predicate<Parameter> which) {
    getParameters().values().stream()
        .filter(which)
        .forEach(parameter -> parameter.setInitializer(initializer));
  }

  @Override
  public final void cast(DataType dataType) {
    for (Parameter parameter : getParameters().values()) {
      NDArray old = parameter.getArray();
      NDArray cast = old.toType(dataType, false);
      if (cast != old) {
        cast.attach(old.getManager());
        parameter.close();
        parameter.setShape(null);
        parameter.setArray(cast);
        cast.setRequiresGradient(parameter.requiresGradient());
      }
    }
    this.dataType = dataType;
  }

  @Override
  public final void clear() {
    getParameters().forEach(pair -> pair.getValue().close());
  }

  /** The shapes it was initialised for; none if its weights were loaded and its input is open. */
  @Override
  public final PairList<String, Shape> describeInput() {
    PairList<String, Shape> inputs = new PairList<>();
    Shape[] shapes = inputShapes == null ? new Shape[0] : inputShapes;
    for (int i = 0; i < shapes.length; i++) {
      inputs.add("data" + i, shapes[i]);
    }
    return inputs;
  }

  @Override
  public final Shape[] getInputShapes() {
    if (inputShapes == null) {
      throw new IllegalStateException(
          "this block has not been initialised: call initialize(manager, dataType, inputShape)");
    }
    return inputShapes.clone();
  }

  @Override
  public final DataType[] getOutputDataTypes() {
    return dataType == null ? null : new DataType[] {dataType};
  }

  @Override
  public final void saveParameters(DataOutputStream out) throws IOException {
    out.writeByte(VERSION);
    Shape[] shapes = inputShapes == null ? new Shape[0] : inputShapes;
    out.writeInt(shapes.length);
    for (Shape shape : shapes) {
      out.write(shape.getEncoded());
    }
    for (Parameter parameter : getParameters().values()) {
      parameter.save(out);
    }
  }

  @Override
  public final void loadParameters(NDManager manager, DataInputStream in)
      throws IOException, MalformedModelException {
    byte version = in.readByte();
    if (version != VERSION) {
      throw new MalformedModelException(
          "parameters were saved in version " + version + ", this library reads " + VERSION);
    }
    Shape[] shapes = new Shape[in.readInt()];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = Shape.decode(in);
    }
    for (Parameter parameter : getParameters().values()) {
      parameter.load(manager, in);
      MemoryLayout.arrange(parameter);
    }
    inputShapes = shapes.length == 0 ? null : shapes;
    dataType = DataType.FLOAT32;
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
