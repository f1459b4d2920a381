package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a pass finds weights: in copies where there are some, otherwise in the networks' own. What
 * a pass of training would write into and must not, such as the running statistics of another
 * player, is lent to it as a copy that is thrown away.
 */
final class Store extends ParameterStore implements AutoCloseable {

  private final Map<Parameter, NDArray> copies = new IdentityHashMap<>();
  private final Set<Parameter> spared;
  private final NDList lent = new NDList();

  /**
   * On the device of a manager.
   *
   * @param weights in place of the networks' own; empty ones stand for nothing
   * @param spared what a pass of training must leave as it is
   */
  Store(NDManager manager, Collection<WeightCopy> weights, Set<Parameter> spared) {
    super(manager, false);
    weights.forEach(copy -> copies.putAll(copy.byParameter()));
    this.spared = spared;
  }

  /** With nothing spared. */
  Store(NDManager manager, List<WeightCopy> weights) {
    this(manager, weights, Set.of());
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    NDArray copy = copies.get(parameter);
    NDArray value = copy == null ? super.getValue(parameter, device, training) : copy;
    return training && spared.contains(parameter) ? lend(value) : value;
  }

  private NDArray lend(NDArray value) {
    NDArray copy = value.duplicate();
    lent.add(copy);
    return copy;
  }

  /** Frees what was lent; the store can be used again. */
  @Override
  public void close() {
    lent.forEach(NDArray::close);
    lent.clear();
  }
}
