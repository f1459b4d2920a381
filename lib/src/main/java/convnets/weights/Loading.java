package convnets.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.Lists;
import convnets.Options;
import convnets.torch.MemoryLayout;
import convnets.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * How weights are loaded into a block: made by {@link Weights#loading}, changed by its methods,
 * each of which returns a new one, and done by {@link #from}.
 *
 * @param <B> the kind of block
 */
public final class Loading<B extends Block> {

  /** What may be changed. */
  private static final class Plan extends Options<Plan> {
    UnaryOperator<String> rename = UnaryOperator.identity();
    List<String> without = List.of();
    NDManager manager;
  }

  private final B block;
  private final Plan plan;

  private Loading(B block, Plan plan) {
    this.block = Objects.requireNonNull(block, "block");
    this.plan = plan;
  }

  static <B extends Block> Loading<B> into(B block) {
    return new Loading<>(block, new Plan());
  }

  private Loading<B> with(Consumer<Plan> change) {
    return new Loading<>(block, plan.with(change));
  }

  /** Gives the tensors of the file other names, before they are compared with the block's. */
  public Loading<B> rename(UnaryOperator<String> newName) {
    Objects.requireNonNull(newName, "newName");
    return with(p -> p.rename = newName);
  }

  /**
   * Leaves out all names that start with one of these, in the block and in the file: {@code
   * without("fc.")} is for a head that shall tell other classes apart. Each prefix must be that of
   * a name, in the block or in the file.
   */
  public Loading<B> without(String... prefixes) {
    return with(p -> p.without = Lists.and(p.without, List.of(prefixes)));
  }

  /**
   * Has the arrays of a block that is not initialised belong to this manager and lie on its device;
   * by default they lie on the CPU, until the block is cleared.
   */
  public Loading<B> manager(NDManager manager) {
    Objects.requireNonNull(manager, "manager");
    return with(p -> p.manager = manager);
  }

  /**
   * Loads the weights.
   *
   * <p>Parameters that are initialised keep their arrays, devices and types, and take the numbers;
   * others are given arrays of float32 with the numbers of the file. Those that are left out and
   * not initialised start as they were designed to.
   *
   * @return the block
   * @throws WeightsException if the file cannot be read, or does not fit name by name and shape by
   *     shape; the block is as it was then
   * @throws IllegalArgumentException if the block does not know its shapes: blocks of DJL itself
   *     must have been initialised; or if what is to be left out is nowhere
   */
  public B from(Path file) {
    try (FileBytes bytes = FileBytes.open(file);
        NDManager host = NDManager.newBaseManager(Device.cpu())) {
      Map<String, StoredTensor> renamed = renamed(WeightsFile.read(bytes), file);
      checkLeftOut(renamed.keySet());
      Map<String, Parameter> parameters = kept(named(block));
      Map<String, StoredTensor> tensors = kept(renamed);
      Fit.of(parameters, tensors).check(file);
      Map<Parameter, NDArray> numbers = new LinkedHashMap<>();
      for (Map.Entry<String, Parameter> entry : parameters.entrySet()) {
        NDArray array = TensorReader.read(bytes, tensors.get(entry.getKey()), host);
        numbers.put(entry.getValue(), ready(entry.getValue(), array));
      }
      for (Parameter parameter : fresh()) {
        numbers.computeIfAbsent(parameter, p -> ready(p, initial(p, host)));
      }
      // The block was not touched until here, and nothing fails from here on.
      put(numbers);
    } catch (IOException e) {
      throw WeightsFile.unreadable(file, e);
    }
    return block;
  }

  /** The tensors under their names in the block. */
  private Map<String, StoredTensor> renamed(Map<String, StoredTensor> tensors, Path file) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors.values()) {
      String name = plan.rename.apply(tensor.name());
      if (name == null) {
        throw new IllegalArgumentException("rename must not make null of " + tensor.name());
      }
      StoredTensor before = renamed.put(name, tensor);
      if (before != null) {
        throw new WeightsException(
            "cannot load %s: rename makes %s of both %s and %s"
                .formatted(
                    file,
                    MalformedException.printable(name),
                    MalformedException.printable(before.name()),
                    MalformedException.printable(tensor.name())));
      }
    }
    return renamed;
  }

  private void checkLeftOut(Set<String> inFile) {
    for (String prefix : plan.without) {
      if (Stream.concat(inFile.stream(), block.getParameters().keys().stream())
          .noneMatch(name -> name.startsWith(prefix))) {
        throw new IllegalArgumentException(
            "without (" + prefix + ") is the start of no name, neither in the block nor the file");
      }
    }
  }

  private <T> Map<String, T> kept(Map<String, T> byName) {
    Map<String, T> kept = new LinkedHashMap<>(byName);
    kept.keySet().removeIf(name -> plan.without.stream().anyMatch(name::startsWith));
    return kept;
  }

  private static Map<String, Parameter> named(Block block) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    block.getParameters().forEach(pair -> parameters.put(pair.getKey(), pair.getValue()));
    return parameters;
  }

  /** The parameters without an array that know how to start. */
  private List<Parameter> fresh() {
    return block.getParameters().values().stream()
        .filter(p -> !p.isInitialized() && p.getShape() != null && p.getInitializer() != null)
        .toList();
  }

  private static NDArray initial(Parameter parameter, NDManager manager) {
    return parameter.getInitializer().initialize(manager, parameter.getShape(), DataType.FLOAT32);
  }

  /** An array in the form in which a parameter takes it. */
  private NDArray ready(Parameter parameter, NDArray array) {
    if (parameter.isInitialized()) {
      return array;
    }
    Device device = plan.manager == null ? Device.cpu() : plan.manager.getDevice();
    return array.toType(DataType.FLOAT32, false).toDevice(device, false);
  }

  private void put(Map<Parameter, NDArray> numbers) {
    // Where none was given, arrays live until the block is cleared, and so does their manager.
    boolean own =
        plan.manager == null && !numbers.keySet().stream().allMatch(Parameter::isInitialized);
    NDManager owner = own ? NDManager.newBaseManager(Device.cpu()) : plan.manager;
    numbers.forEach(
        (parameter, array) -> {
          if (parameter.isInitialized()) {
            TorchOps.copy(array, parameter.getArray());
          } else {
            array.attach(owner);
            NDScope.unregister(array);
            parameter.setShape(null); // else it takes no array
            parameter.setArray(array);
            MemoryLayout.arrange(parameter);
            array.setRequiresGradient(parameter.requiresGradient());
          }
        });
  }
}
