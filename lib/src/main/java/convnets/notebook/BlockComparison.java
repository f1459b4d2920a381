package convnets.notebook;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The block of an answer and the expected one at work, with the same numbers in both. */
final class BlockComparison {

  private static final double TOLERANCE = 1e-3;

  private static final int MOST_DRAWS = 4;

  private final BlockClaim claim;
  private final NDManager manager;
  private final Block own;
  private final Block right;

  /** The answer's, and their names. */
  private final List<Parameter> parameters;

  private final Map<Parameter, String> names = new IdentityHashMap<>();

  /** For each of the parameters, the one of the expected block that plays its part. */
  private List<Parameter> partners;

  /** Takes two initialised blocks with parameters of the same kinds and shapes. */
  BlockComparison(BlockClaim claim, NDManager manager, Block own, Block right) {
    this.claim = claim;
    this.manager = manager;
    this.own = own;
    this.right = right;
    parameters = Partners.parameters(own);
    own.getParameters().forEach(pair -> names.put(pair.getValue(), pair.getKey()));
  }

  /**
   * Compares both on random input of these shapes, in evaluation and in training, with other
   * parameters for each: a ReLU that is silent with some hides what stands around it.
   */
  void over(Shape... shapes) {
    parameters.forEach(this::fill);
    partners = partners(manager.randomNormal(shapes[0]));
    for (int i = 0; i < partners.size(); i++) {
      claim.compareTrainable(names.get(parameters.get(i)), parameters.get(i), partners.get(i));
    }
    for (Shape shape : shapes) {
      compare(shape, false);
      compare(shape, true);
      parameters.forEach(this::fill);
      copyTo(partners);
    }
  }

  /** Random numbers that are never near zero; positive ones where a variance belongs. */
  private void fill(Parameter parameter) {
    Shape shape = parameter.getShape();
    NDArray numbers = manager.randomUniform(0.5f, 1.5f, shape);
    NDArray signs = manager.randomUniform(-1, 1, shape).sign();
    boolean positive = parameter.getType() == Parameter.Type.RUNNING_VAR;
    TorchOps.copy(positive ? numbers : numbers.mul(signs), parameter.getArray());
  }

  /** The partners with whom both compute the same, or the likeliest ones if none do. */
  private List<Parameter> partners(NDArray x) {
    NDArray kept = x.duplicate();
    NDArray output = claim.runs("a pass", () -> forward(own, kept, false));
    claim.that("its input afterwards", kept).equalTo(x);
    List<List<Parameter>> ways = Partners.of(own, right);
    for (List<Parameter> way : ways) {
      copyTo(way);
      Numbers expected = Numbers.of(forward(right, x, false));
      double tolerance = TOLERANCE * expected.scale();
      if (expected.difference(Numbers.of(output), tolerance).isEmpty()) {
        return way;
      }
    }
    copyTo(ways.get(0));
    return ways.get(0);
  }

  private void copyTo(List<Parameter> others) {
    for (int i = 0; i < others.size(); i++) {
      TorchOps.copy(parameters.get(i).getArray(), others.get(i).getArray());
    }
  }

  private NDArray forward(Block block, NDArray x, boolean training) {
    ParameterStore store = new ParameterStore(manager, false);
    return block.forward(store, new NDList(x), training).singletonOrThrow();
  }

  /** Where the expected block jumps right beside the numbers that were drawn, draws others. */
  private void compare(Shape shape, boolean training) {
    for (int draws = 1; ; draws++) {
      NDArray x = manager.randomNormal(shape);
      NDArray weights = manager.randomNormal(BlockClaim.outputShape(right, shape));
      int seed = BlockClaim.seed(manager);
      try {
        compare(x, weights, training, seed);
        return;
      } catch (CheckFailedException failure) {
        if (draws == MOST_DRAWS || !jumps(x, weights, training, seed)) {
          throw failure;
        }
      }
    }
  }

  private void compare(NDArray x, NDArray weights, boolean training, int seed) {
    String where = " in " + (training ? "training" : "evaluation") + " for " + x.getShape();
    Backward expected = backward(right, partners, x, weights, training, seed);
    Backward actual =
        claim.runs("a pass" + where, () -> backward(own, parameters, x, weights, training, seed));
    near("output" + where, actual.output(), expected.output());
    near("gradient at the input" + where, actual.gradient(0), expected.gradient(0));
    int source = 1;
    for (int i = 0; i < partners.size(); i++) {
      String name = names.get(parameters.get(i));
      if (partners.get(i).requiresGradient()) {
        near("gradient of " + name + where, actual.gradient(source), expected.gradient(source));
        source++;
      }
      near(
          name + " after a pass" + where, parameters.get(i).getArray(), partners.get(i).getArray());
    }
  }

  /** The expected block is as before afterwards. */
  private boolean jumps(NDArray x, NDArray weights, boolean training, int seed) {
    List<NDArray> before = partners.stream().map(p -> p.getArray().duplicate()).toList();
    boolean jumps =
        Jumps.near(
            x,
            TOLERANCE,
            beside -> {
              Backward pass = backward(right, partners, beside, weights, training, seed);
              List<NDArray> outputs = new ArrayList<>(pass.gradients());
              outputs.add(pass.output());
              return outputs;
            });
    for (int i = 0; i < before.size(); i++) {
      TorchOps.copy(before.get(i), partners.get(i).getArray());
    }
    return jumps;
  }

  private Backward backward(
      Block block,
      List<Parameter> parameters,
      NDArray input,
      NDArray weights,
      boolean training,
      int seed) {
    NDArray x = input.duplicate();
    x.setRequiresGradient(true);
    NDList sources = new NDList(x);
    for (Parameter parameter : parameters) {
      if (parameter.requiresGradient()) {
        sources.add(parameter.getArray());
      }
    }
    Engine.getInstance().setRandomSeed(seed); // for dropout
    return Backward.of(sources, weights, () -> forward(block, x, training));
  }

  private void near(String part, NDArray actual, NDArray expected) {
    claim.that(part, actual).nearTo(expected, TOLERANCE);
  }
}
