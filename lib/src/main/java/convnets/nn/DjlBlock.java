package convnets.nn;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import convnets.nn.Unit.Child;
import convnets.torch.MemoryLayout;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What DJL asks of a block, for a {@link Unit}: all of it follows from how the unit runs, its own
 * parameters and its children.
 */
abstract class DjlBlock implements Block {

  /** Of the format of {@link #saveParameters}. */
  private static final byte VERSION = 1;

  /** In which weights can be. */
  private static final Set<DataType> TYPES =
      EnumSet.of(DataType.FLOAT32, DataType.FLOAT16, DataType.FLOAT64);

  /** Set by {@link #initialize}; null before. */
  private Shape[] inputShapes;

  /** Runs the unit as a part of a pass. */
  public abstract NDList run(Pass pass, NDList inputs);

  /** The children with their names, in the order in which they were added. */
  abstract List<Child> children();

  @Override
  public final NDList forward(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> ignored) {
    return run(Pass.of(store, training), inputs);
  }

  /**
   * {@inheritDoc}
   *
   * @param dataType FLOAT32, FLOAT16 or FLOAT64
   */
  @Override
  public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
    checkType(dataType);
    Shape[] oneImage =
        Arrays.stream(inputShapes).map(DjlBlock::withBatchOfOne).toArray(Shape[]::new);
    dryRun(Pass.initializing(manager, dataType), oneImage);
    for (Parameter parameter : ownParameters()) {
      parameter.initialize(manager, dataType);
      MemoryLayout.arrange(parameter);
    }
    this.inputShapes = inputShapes.clone();
  }

  /** DJL cannot hold bfloat16: its engine ends the process. */
  private static void checkType(DataType dataType) {
    if (!TYPES.contains(dataType)) {
      String remedy =
          dataType == DataType.BFLOAT16
              ? ". To compute in bfloat16, leave the weights in float32: train by"
                  + " Training.precision(BFLOAT16), and use the network by"
                  + " Inference.prepare(net, BFLOAT16)"
              : "";
      throw new IllegalArgumentException(
          "dataType (%s) must be float32, float16 or float64%s".formatted(dataType, remedy));
    }
  }

  private static Shape withBatchOfOne(Shape shape) {
    long[] sizes = shape.getShape().clone();
    if (sizes.length > 0) {
      sizes[0] = 1;
    }
    return new Shape(sizes);
  }

  /** The shapes that come out of a dry pass. */
  final Shape[] dryRun(Pass pass, Shape... inputShapes) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDList inputs = new NDList();
      for (Shape shape : inputShapes) {
        inputs.add(manager.create(shape));
      }
      return run(pass, inputs).getShapes();
    }
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
    return dryRun(Pass.dry((block, inputs, outputs) -> {}), inputShapes);
  }

  @Override
  public final BlockList getChildren() {
    BlockList list = new BlockList(children().size());
    for (Child child : children()) {
      String name = child.name() == null ? Integer.toString(list.size()) : child.name();
      list.add(name, child.block());
    }
    return list;
  }

  /** All parameters under their full names, as in "layer1.0.conv1.weight". */
  @Override
  public final ParameterList getParameters() {
    ParameterList list = new ParameterList();
    Names.of(this).parameters().forEach(list::add);
    return list;
  }

  /** The parameters of this unit and of all units below it; those of other blocks are theirs. */
  private List<Parameter> ownParameters() {
    List<Parameter> own = new ArrayList<>(getDirectParameters().values());
    for (Child child : children()) {
      if (child.block() instanceof DjlBlock unit) {
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

  /**
   * {@inheritDoc}
   *
   * @param dataType FLOAT32, FLOAT16 or FLOAT64
   */
  @Override
  public final void cast(DataType dataType) {
    checkType(dataType);
    for (Parameter parameter : getParameters().values()) {
      NDArray old = parameter.getArray();
      NDArray cast = old.toType(dataType, false);
      if (cast != old) {
        cast.attach(old.getManager());
        parameter.close();
        parameter.setShape(null);
        parameter.setArray(cast);
        MemoryLayout.arrange(parameter);
        cast.setRequiresGradient(parameter.requiresGradient());
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Running statistics stay as they are: they are not learned, and take no gradients.
   */
  @Override
  public final void freezeParameters(boolean freeze) {
    freezeParameters(freeze, parameter -> true);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Running statistics stay as they are: they are not learned, and take no gradients.
   */
  @Override
  public final void freezeParameters(boolean freeze, Predicate<Parameter> which) {
    getParameters().values().stream()
        .filter(which)
        .filter(parameter -> !Parameter.Type.RUNNING_MEAN.equals(parameter.getType()))
        .filter(parameter -> !Parameter.Type.RUNNING_VAR.equals(parameter.getType()))
        .forEach(parameter -> parameter.freeze(freeze));
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

  /** That of the weights, for each output; null as long as there are none. */
  @Override
  public final DataType[] getOutputDataTypes() {
    Optional<Parameter> any =
        getParameters().values().stream().filter(Parameter::isInitialized).findFirst();
    if (any.isEmpty()) {
      return null;
    }
    int outputs = inputShapes == null ? 1 : getOutputShapes(inputShapes).length;
    DataType[] types = new DataType[outputs];
    Arrays.fill(types, any.get().getArray().getDataType());
    return types;
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
  }
}
