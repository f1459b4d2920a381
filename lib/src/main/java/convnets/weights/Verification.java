package convnets.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import convnets.torch.GradMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a network makes of a few images, as its own framework has computed it.
 *
 * @param file holds the tensors "input" and "output"
 */
record Verification(Path file) {

  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  /** Of the largest number in the output: other orders of adding up stay far below it. */
  private static final double TOLERANCE = 1e-3;

  private static final double TOLERANCE_IN_HALF = 2e-2;

  /**
   * Runs a block that has been loaded.
   *
   * @throws WeightsException if it computes something else, or cannot take these images
   */
  void check(Block block, Path weights) throws IOException {
    Map<String, StoredTensor> tensors;
    try (FileBytes bytes = FileBytes.open(file)) {
      tensors = WeightsFile.read(bytes, List.of());
    } catch (IOException e) {
      throw WeightsFile.unreadable(file, e);
    }
    if (!tensors.containsKey(INPUT) || !tensors.containsKey(OUTPUT)) {
      throw new WeightsException(
          "verify (%s) must hold two tensors called input and output, but holds %s: write it by"
                  .formatted(file, tensors.keySet())
              + " torch.save({\"input\": x, \"output\": model.eval()(x).detach()}, path)");
    }
    NDArray weight = block.getParameters().valueAt(0).getArray();
    DataType type = weight.getDataType();
    try (NDManager manager = NDManager.newBaseManager(weight.getDevice())) {
      NDArray input = tensors.get(INPUT).array(manager).toType(type, false);
      NDArray expected = tensors.get(OUTPUT).array(manager).toType(DataType.FLOAT32, false);
      NDArray actual = output(block, input).toType(DataType.FLOAT32, false);
      if (!actual.getShape().equals(expected.getShape())) {
        throw differs(
            weights, "shape " + actual.getShape() + " in place of " + expected.getShape());
      }
      double largest = expected.abs().max().getFloat();
      double difference = actual.sub(expected).abs().max().getFloat();
      double allowed = largest * (type == DataType.FLOAT16 ? TOLERANCE_IN_HALF : TOLERANCE);
      if (!(difference <= allowed)) {
        throw differs(
            weights,
            "numbers up to %.3g away, where the largest is %.3g".formatted(difference, largest));
      }
    }
  }

  private static NDArray output(Block block, NDArray input) {
    ParameterStore store = new ParameterStore(input.getManager(), false);
    return GradMode.off(() -> block.forward(store, new NDList(input), false, null)).head();
  }

  private WeightsException differs(Path weights, String how) {
    return new WeightsException(
        ("the weights in %s fit the block by names and shapes, but it computes something else than"
                + " %s says: %s. Look for a variant of the block with other padding, activation or"
                + " ε of batch norms, which neither names nor shapes tell")
            .formatted(weights, file, how));
  }
}
