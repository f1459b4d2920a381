package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.torch.ParameterOps;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An optimiser at work on the parameters of a block.
 *
 * <p>Weight decay is for weights ({@link Parameter.Type#WEIGHT}) only: biases and the γ and β of
 * normalisations are left alone, as they do not overfit and are no smaller for it (He et al. 2018,
 * arXiv:1812.01187, section 3.1).
 */
public abstract class Updater {

  /**
   * Parameters that are treated alike, and what the optimiser keeps beside them.
   *
   * @param decay their weight decay
   * @param factor of the learning rate
   * @param values the parameters
   * @param state for each kind of state ("momentum") an array for each parameter
   */
  protected record Group(double decay, double factor, NDList values, Map<String, NDList> state) {

    private static Group empty(double decay, double factor, Kind... kinds) {
      Map<String, NDList> state = new LinkedHashMap<>();
      for (Kind kind : kinds) {
        state.put(kind.name(), new NDList());
      }
      return new Group(decay, factor, new NDList(), state);
    }
  }

  /**
   * What an optimiser keeps for each parameter, zero at first.
   *
   * @param name as in "momentum"
   * @param scalar whether it is a single number; otherwise it has the parameter's shape
   */
  protected record Kind(String name, boolean scalar) {
    private NDArray zeros(NDManager manager, NDArray parameter) {
      if (scalar) {
        return manager.zeros(new Shape(), parameter.getDataType());
      }
      NDArray zeros = TorchOps.zerosLike(parameter); // as the fused optimisers take for granted
      zeros.attach(manager);
      return zeros;
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final Map<String, NDArray> state = new LinkedHashMap<>();

  /**
   * Starts with state that is zero.
   *
   * @param block whose parameters that take gradients are learned
   * @param rates how fast
   * @param manager owns the state
   * @param decay of weights; other parameters have none
   * @param kinds what is kept for each parameter
   */
  protected Updater(Block block, Rates rates, NDManager manager, double decay, Kind... kinds) {
    addGroups(block, rates, manager, decay, true, kinds);
    addGroups(block, rates, manager, 0, false, kinds);
  }

  /** Groups the weights, or all else, by their rates. */
  private void addGroups(
      Block block, Rates rates, NDManager manager, double decay, boolean weights, Kind... kinds) {
    Map<Double, Group> byFactor = new LinkedHashMap<>();
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (var pair : block.getParameters()) {
      Parameter parameter = pair.getValue();
      double factor = rates.factor(pair.getKey());
      boolean weight = parameter.getType() == Parameter.Type.WEIGHT;
      if (!parameter.requiresGradient()
          || factor == 0
          || weight != weights
          || !seen.add(parameter)) {
        continue; // frozen, of the other groups, or shared with another layer
      }
      Group group = byFactor.computeIfAbsent(factor, f -> Group.empty(decay, f, kinds));
      NDArray value = parameter.getArray();
      group.values().add(value);
      for (Kind kind : kinds) {
        NDArray zeros = kind.zeros(manager, value);
        group.state().get(kind.name()).add(zeros);
        state.put(kind.name() + "/" + pair.getKey(), zeros);
      }
    }
    groups.addAll(byFactor.values());
  }

  /**
   * Updates a group of parameters.
   *
   * @param gradients of {@code group.values()}, in the same order
   * @param rate the group's own
   */
  protected abstract void update(Group group, NDList gradients, double rate);

  /** The parameters it learns, each of them once. */
  public final NDList parameters() {
    NDList all = new NDList();
    groups.forEach(group -> all.addAll(group.values()));
    return all;
  }

  /**
   * Updates all parameters.
   *
   * @param gradients of {@link #parameters}, in the same order
   * @param rate that of parameters whose {@link Rates} say nothing
   */
  public final void step(NDList gradients, double rate) {
    int from = 0;
    for (Group group : groups) {
      int to = from + group.values().size();
      update(group, new NDList(gradients.subList(from, to)), rate * group.factor());
      from = to;
    }
  }

  /**
   * Updates all parameters by the gradients that DJL's {@code GradientCollector} has added to their
   * arrays, and clears these.
   */
  public final void step(double rate) {
    try (NDList gradients = gradients()) {
      step(gradients, rate);
      ParameterOps.zeroAll(gradients);
    }
  }

  /** Forgets the gradients that DJL's {@code GradientCollector} has added to the arrays. */
  public final void clearGradients() {
    try (NDList gradients = gradients()) {
      ParameterOps.zeroAll(gradients);
    }
  }

  /** All that an exact resume needs, by name, as in "momentum/conv1.weight"; live arrays. */
  public final Map<String, NDArray> state() {
    return Collections.unmodifiableMap(state);
  }

  /** New handles to the gradients that DJL keeps: the caller closes them. */
  private NDList gradients() {
    NDList gradients = new NDList();
    parameters().forEach(value -> gradients.add(value.getGradient()));
    return gradients;
  }
}
