package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.data.Batch;
import java.util.Objects;
import java.util.function.BinaryOperator;

/** One output, one target, and any loss between the two; nothing is counted. */
record Regression(String name, BinaryOperator<NDArray> lossOf) implements Task {

  Regression {
    Objects.requireNonNull(name, "name must not be null");
    Objects.requireNonNull(lossOf, "loss must not be null");
  }

  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    return lossOf.apply(outputs.head(), batch.targets().head());
  }

  @Override
  public String toString() {
    return "regression (" + name + ")";
  }
}
