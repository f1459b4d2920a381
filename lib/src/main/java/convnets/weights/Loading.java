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
    List<String> key = List.of();
    NDManager manager;
    Verification verification;
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
   * Takes the weights from an entry of a checkpoint of PyTorch that holds several: {@code
   * key("model_ema")} for a moving average, {@code key("ema", "state_dict")} for an entry within
   * another. Otherwise they are those of the network itself, where training scripts usually put
   * them.
   */
  public Loading<B> key(String... names) {
    List<String> key = List.of(names);
    return with(p -> p.key = key);
  }

  /**
   * Has the block show, once it is loaded, that it computes what the weights were trained for:
   * names and shapes do not tell padding, activations, or the ε of batch norms. The file, in any
   * format that is read here, holds two tensors, a few images called {@code input} and what the
   * original makes of them in evaluation, called {@code output}. In PyTorch:
   *
   * <pre>{@code
   * x = torch.randn(2, 3, 224, 224)
   * torch.save({"input": x, "output": model.eval()(x).detach()}, "resnet50.check.pth")
   * }</pre>
   *
   * <p>The outputs may differ by a thousandth of the largest (in half the precision, by two
   * hundredths).
   */
  public Loading<B> verify(Path file) {
    Verification verification = new Verification(file);
    return with(p -> p.verification = verification);
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
   *     shape, or the block then computes something else than it should by {@link #verify}; the
   *     block is as it was then
   * @throws IllegalArgumentException if the block does not know its shapes: blocks of DJL itself
   *     must have been initialised; or if what is to be left out is nowhere, or belongs to the
   *     block and what it computes is to be verified
   */
  public B from(Path file) {
    try (FileBytes bytes = FileBytes.open(file);
        NDManager host = NDManager.newBaseManager(Device.cpu())) {
      Map<String, Parameter> parameters = kept(named(block));
      Map<String, StoredTensor> renamed =
          Scope.opened(parameters.keySet(), renamed(WeightsFile.read(bytes, plan.key), file));
      checkLeftOut(renamed.keySet());
      checkVerifiable(parameters.size());
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
      // The block was not touched until here, and without verification nothing fails from here on.
      if (plan.verification == null) {
        put(numbers);
      } else {
        putVerified(numbers, file, host);
      }
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

  private void checkVerifiable(int parameters) {
    if (plan.verification != null && parameters < block.getParameters().size()) {
      throw new IllegalArgumentException(
          "verify needs all weights of the block, and without leaves some out: load it whole first");
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

  /** Puts the numbers into the block, and takes them back if it then computes something else. */
  private void putVerified(Map<Parameter, NDArray> numbers, Path file, NDManager host)
      throws IOException {
    Map<Parameter, NDArray> before = new LinkedHashMap<>();
    for (Parameter parameter : numbers.keySet()) {
      NDArray copy = null;
      if (parameter.isInitialized()) {
        copy = parameter.getArray().duplicate();
        copy.attach(host);
      }
      before.put(parameter, copy);
    }
    put(numbers);
    try {
      plan.verification.check(block, file);
    } catch (IOException | RuntimeException e) {
      before.forEach(
          (parameter, copy) -> {
            if (copy == null) {
              parameter.close();
            } else {
              TorchOps.copy(copy, parameter.getArray());
            }
          });
      throw e;
    }
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
