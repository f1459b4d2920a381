package convnets.weights;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the names of a file fit those of a block.
 *
 * @param missing names that the file lacks
 * @param unexpected names that the block lacks
 * @param misshapen what is in both, but differs
 * @param scopes in each of which the file has all names of the block
 */
record Fit(
    List<String> missing, List<String> unexpected, List<String> misshapen, List<String> scopes) {

  private static final int SHOWN = 5;

  /**
   * Compares. Tensors of integers that the block lacks are not unexpected: they are counters and
   * indices ({@code num_batches_tracked}), not weights. Nor are those of kinds that are not read.
   *
   * @throws IllegalArgumentException if a parameter does not know its shape
   */
  static Fit of(Map<String, Parameter> parameters, Map<String, StoredTensor> tensors) {
    parameters.forEach(Fit::checkShapeKnown);
    List<String> scopes = Scope.of(parameters.keySet(), tensors.keySet());
    Fit fit = new Fit(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), scopes);
    parameters.forEach((name, parameter) -> fit.expect(name, shape(parameter), tensors.get(name)));
    tensors.forEach(
        (name, tensor) -> {
          if (!parameters.containsKey(name) && tensor.dataType().isFloating()) {
            fit.unexpected.add(MalformedException.printable(name));
          }
        });
    return fit;
  }

  private static void checkShapeKnown(String name, Parameter parameter) {
    if (!parameter.isInitialized() && parameter.getShape() == null) {
      throw new IllegalArgumentException(
          "block does not know the shape of %s before it is initialised: call initialize first"
              .formatted(name));
    }
  }

  private static Shape shape(Parameter parameter) {
    return parameter.isInitialized() ? parameter.getArray().getShape() : parameter.getShape();
  }

  private void expect(String name, Shape shape, StoredTensor tensor) {
    if (tensor == null) {
      missing.add(name);
    } else if (!tensor.shape().equals(shape)) {
      misshapen.add("%s is %s here and %s in the file".formatted(name, shape, tensor.shape()));
    } else if (!tensor.dataType().isFloating()) {
      String remedy = tensor.isRead() ? "" : ", which is not read here: convert it in PyTorch";
      misshapen.add("%s is %s in the file%s".formatted(name, tensor.kind(), remedy));
    }
  }

  /**
   * Insists that everything fits.
   *
   * @throws WeightsException if not, with the names that do not
   */
  void check(Path file) {
    List<String> faults = new ArrayList<>();
    describe("missing in the file", missing, faults);
    describe("unexpected in the file", unexpected, faults);
    describe("misshapen", misshapen, faults);
    if (!faults.isEmpty()) {
      throw new WeightsException(
          "the weights in %s do not fit the block: %s. %s"
              .formatted(file, String.join("; ", faults), remedy()));
    }
  }

  private String remedy() {
    if (scopes.size() > 1) {
      return "The file has networks under %s: choose one by"
              .formatted(MalformedException.printable(String.join(" and ", scopes)))
          + " Weights.loading(block).rename(name -> name.replace(\"%s\", \"\"))"
              .formatted(MalformedException.printable(scopes.get(0)))
          + " and without";
    }
    return "Build the block as it was saved, leave a part out by"
        + " Weights.loading(block).without(prefix), or translate names by rename";
  }

  private static void describe(String fault, List<String> names, List<String> faults) {
    if (!names.isEmpty()) {
      int shown = Math.min(SHOWN, names.size());
      String more = shown < names.size() ? " and %d more".formatted(names.size() - shown) : "";
      faults.add(fault + ": " + String.join(", ", names.subList(0, shown)) + more);
    }
  }
}
