package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.ParameterOps;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A second set of the weights of a network, running statistics included, beside the live ones. One
 * native call moves all of them. A network can run with the copies in place of its own weights, see
 * {@link Store}.
 */
final class WeightCopy {

  private final Map<Parameter, NDArray> byParameter = new IdentityHashMap<>();
  private final Map<String, NDArray> byName = new LinkedHashMap<>();
  private final NDList live = new NDList();
  private final NDList copies = new NDList();

  private WeightCopy() {}

  /** Of nothing: every method does nothing, and costs nothing. */
  static WeightCopy none() {
    return new WeightCopy();
  }

  /** Copies the weights as they are, to the device of a manager that owns the copies. */
  static WeightCopy of(Block net, NDManager manager) {
    return of(net, manager, manager.getDevice());
  }

  /**
   * Copies the weights as they are.
   *
   * @param manager owns the copies
   */
  static WeightCopy of(Block net, NDManager manager, Device device) {
    WeightCopy copy = new WeightCopy();
    for (var pair : net.getParameters()) {
      if (!copy.byParameter.containsKey(pair.getValue())) { // shared by two layers
        copy.add(pair.getKey(), pair.getValue(), manager, device);
      }
    }
    return copy;
  }

  private void add(String name, Parameter parameter, NDManager manager, Device device) {
    NDArray own = parameter.getArray();
    try (NDArray detached = own.stopGradient()) {
      boolean here = own.getDevice().equals(device); // where DJL's toDevice copies nothing
      NDArray copy = here ? detached.duplicate() : detached.toDevice(device, true);
      copy.attach(manager);
      live.add(own);
      copies.add(copy);
      byName.put(name, copy);
      byParameter.put(parameter, copy);
    }
  }

  boolean isEmpty() {
    return copies.isEmpty();
  }

  /** Copies the live weights. */
  void take() {
    copy(live, copies);
  }

  /** Copies the weights of another copy of the same network, or the live ones if that is empty. */
  void take(WeightCopy other) {
    copy(other.isEmpty() ? live : other.copies, copies);
  }

  /** Gives the live weights the values of the copies. */
  void give() {
    copy(copies, live);
  }

  private static void copy(NDList sources, NDList targets) {
    if (!targets.isEmpty()) {
      ParameterOps.copyAll(sources, targets);
    }
  }

  /** Moves the copies a share of the way, from 0 to 1, towards the live weights. */
  void approach(double share) {
    if (!isEmpty()) {
      ParameterOps.lerpAll(copies, live, share);
    }
  }

  /** The copies of some of the live weights, in their order. */
  NDList of(NDList some) {
    Map<NDArray, NDArray> byOriginal = new IdentityHashMap<>();
    for (int i = 0; i < live.size(); i++) {
      byOriginal.put(live.get(i), copies.get(i));
    }
    return new NDList(some.stream().map(byOriginal::get).toList());
  }

  /** The copies by the names of the parameters; live arrays. */
  Map<String, NDArray> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /** The copies by what they stand for, told apart by identity. */
  Map<Parameter, NDArray> byParameter() {
    return Collections.unmodifiableMap(byParameter);
  }
}
