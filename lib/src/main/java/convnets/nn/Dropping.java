package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.Checks;

/** Zeroes at random in training, with a probability, and scales the rest to keep the mean. */
final class Dropping extends Unit {

  /** What is zeroed: x with a probability. */
  @FunctionalInterface
  interface Operator {
    NDArray apply(NDArray x, double rate);
  }

  private final String name;
  private final double rate;
  private final Operator operator;

  Dropping(String name, double rate, Operator operator) {
    this.name = name;
    this.rate = Checks.fraction("rate", rate);
    this.operator = operator;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    return pass.training() && rate > 0 ? operator.apply(x, rate) : x;
  }

  @Override
  protected String kind() {
    return Names.word(name);
  }

  @Override
  public Label label() {
    return Label.of(Role.NORMALIZATION, describe());
  }

  @Override
  public String describe() {
    return name + ", " + rate;
  }
}
