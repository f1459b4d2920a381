package convnets.cli;

import ai.djl.ndarray.types.DataType;
import convnets.models.EfficientNetLite;
import convnets.models.Models;
import convnets.nn.Unit;
import convnets.weights.Weights;
import java.nio.file.Path;

/**
 * Turns a checkpoint into safetensors of half precision under our names; {@code
 * data/efficientnet-lite0/make} calls it.
 */
public final class ConvertWeights {

  private ConvertWeights() {}

  /**
   * Converts a checkpoint.
   *
   * @param arguments the network's name in the zoo, the checkpoint, the file to write
   */
  public static void main(String[] arguments) {
    Unit net = Models.create(arguments[0]);
    Weights.loading(net).rename(EfficientNetLite::renamed).from(Path.of(arguments[1]));
    Weights.save(net, Path.of(arguments[2]), DataType.FLOAT16);
  }
}
