package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.Pictures;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A network with trained weights, and what is needed to use it.
 *
 * @param net the network, on the device it was loaded to
 * @param preprocessing what it expects to be done to a picture
 * @param labels the names of its classes, in the order of its outputs
 */
public record Pretrained(Unit net, Preprocessing preprocessing, List<String> labels) {

  /** Keeps the labels as they are. */
  public Pretrained {
    labels = List.copyOf(labels);
  }

  /** The network without its classifier; it shares the weights. */
  public Backbone backbone() {
    return Backbone.of(net, new Shape(1, 3, 224, 224));
  }

  /**
   * What the network takes a picture for.
   *
   * @param file a picture, as {@link Pictures#read} reads it
   * @throws UncheckedIOException if it cannot be read
   */
  public Predictions predict(Path file) {
    return predict(Pictures.open(file));
  }

  /** What the network takes a picture for. */
  public Predictions predict(BufferedImage picture) {
    try (NDManager manager = NDManager.newBaseManager(net.device())) {
      NDArray logits = net.apply(preprocessing.apply(manager, picture));
      return Predictions.of(logits.softmax(1).toFloatArray(), labels);
    }
  }
}
