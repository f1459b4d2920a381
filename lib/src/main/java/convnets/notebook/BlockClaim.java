package convnets.notebook;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A block that an answer builds, about to be compared with what it should be. */
public final class BlockClaim {

  private final Check check;
  private final String what;
  private final Supplier<? extends Block> answer;

  BlockClaim(Check check, String what, Supplier<? extends Block> answer) {
    this.check = check;
    this.what = what;
    this.answer = answer;
  }

  /**
   * Claims that the block is the expected one but for names and the order of its layers. It has
   * parameters of the same kinds and shapes, each once, and the same of them can be trained. With
   * the same random numbers in both, evaluation and training give the same output, the same
   * gradients and the same running statistics for random input of each shape; the input stays as it
   * was. Every call must build a block of its own. Where the expected block jumps right beside the
   * numbers that were drawn, others are drawn: there no answer can be told from a wrong one.
   *
   * @param shapes of the input; the block is initialised for the first
   * @throws CheckFailedException if it is not
   */
  public Check equalTo(Expected<Supplier<Block>> expected, Shape... shapes) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block right = expected.value().get();
      Block own = built();
      for (Shape shape : shapes) {
        String part = "output shape for " + shape;
        Shape actual = runs(part, () -> outputShape(own, shape));
        that(part, actual).equalTo(outputShape(right, shape));
      }
      initialize(manager, own, shapes[0]);
      right.initialize(manager, DataType.FLOAT32, shapes[0]);
      compareKinds(own, right);
      new BlockComparison(this, manager, own, right).over(shapes);
    }
    return check;
  }

  /**
   * Claims that the block starts as the expected one when both draw the same random numbers: each
   * parameter has the same value, and the same of them can be trained.
   *
   * @param shape of the input to initialise for
   * @throws CheckFailedException if it does not
   */
  public Check startsAs(Expected<Supplier<Block>> expected, Shape shape) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block right = expected.value().get();
      Block own = built();
      int seed = seed(manager);
      Engine.getInstance().setRandomSeed(seed);
      right.initialize(manager, DataType.FLOAT32, shape);
      Engine.getInstance().setRandomSeed(seed);
      initialize(manager, own, shape);
      compareKinds(own, right);
      for (int i = 0; i < right.getParameters().size(); i++) {
        String name = own.getParameters().keyAt(i);
        Parameter parameter = own.getParameters().valueAt(i);
        Parameter expectedParameter = right.getParameters().valueAt(i);
        compareTrainable(name, parameter, expectedParameter);
        that(name + " at the start", parameter.getArray()).equalTo(expectedParameter.getArray());
      }
    }
    return check;
  }

  /** A block of the answer's, after a look at another. */
  private Block built() {
    Block block = answer.get();
    Block another = answer.get();
    if (block == null || another == null) {
      throw check.failure(what, "expected a block, but got null");
    }
    Map<Parameter, String> names = new IdentityHashMap<>();
    for (Pair<String, Parameter> pair : runs("parameters", block::getParameters)) {
      String before = names.put(pair.getValue(), pair.getKey());
      if (before != null) {
        throw check.failure(
            what,
            "expected each layer once, but got " + before + " a second time as " + pair.getKey());
      }
    }
    for (Pair<String, Parameter> pair : another.getParameters()) {
      if (names.containsKey(pair.getValue())) {
        throw check.failure(
            what, "expected a new block from each call, but got two that share " + pair.getKey());
      }
    }
    return block;
  }

  private void initialize(NDManager manager, Block block, Shape shape) {
    runs(
        "initialising",
        () -> {
          block.initialize(manager, DataType.FLOAT32, shape);
          return block;
        });
  }

  /** Tells those parameters alone that one of the two lacks. */
  private void compareKinds(Block own, Block right) {
    List<String> extra = kinds(own);
    List<String> missing = kinds(right);
    kinds(right).forEach(extra::remove);
    kinds(own).forEach(missing::remove);
    if (!extra.isEmpty() || !missing.isEmpty()) {
      throw check.failure(
          what + ", parameters", "expected " + listed(missing) + ", but got " + listed(extra));
    }
  }

  private static List<String> kinds(Block block) {
    return new ArrayList<>(block.getParameters().values().stream().map(Partners::kind).toList());
  }

  private static String listed(List<String> kinds) {
    return kinds.isEmpty() ? "no more" : String.join(", ", kinds);
  }

  /** Starts a claim on something of the block's. */
  Check.Claim that(String part, Object actual) {
    return check.that(what + ", " + part, actual);
  }

  void compareTrainable(String name, Parameter actual, Parameter expected) {
    that("whether " + name + " can be trained", actual.requiresGradient())
        .equalTo(expected.requiresGradient());
  }

  static Shape outputShape(Block block, Shape shape) {
    return block.getOutputShapes(new Shape[] {shape})[0];
  }

  /** A random number, which the notebook's seed decides. */
  static int seed(NDManager manager) {
    return manager.randomInteger(0, Integer.MAX_VALUE, new Shape(1), DataType.INT32).getInt();
  }

  /** Runs what the answer has built; it is wrong if that throws, but for a gap left to fill. */
  <T> T runs(String part, Supplier<T> code) {
    return check.runs(what + ", " + part, code);
  }
}
