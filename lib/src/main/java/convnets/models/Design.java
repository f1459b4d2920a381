package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A network on paper: change it, then {@link #build()} it. A design is immutable; every method that
 * something returns a new design.
 *
 * <p>Weights are loaded by names and shapes. What changes neither (strides, padding, dilation,
 * activations, the ε of batch norms) no file tells: weights of another variant load, and compute
 * something else. {@link convnets.weights.Loading#verify} finds that out.
 *
 * @param <D> the family
 */
public abstract class Design<D extends Design<D>> extends Options<D> {

  int classes = 1000;
  int channels = 3;
  boolean smallImages;

  /** For the families. */
  Design() {}

  /** Tells this many classes apart. */
  public final D classes(int classes) {
    Checks.positive("classes", classes);
    return with(d -> d.classes = classes);
  }

  /** Takes images of this many channels: 1 for grey, 3 for colour. */
  public final D channels(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.channels = channels);
  }

  /**
   * Takes images of about 28×28 or 32×32: the stem keeps their size, or halves it where the family
   * says so.
   */
  public final D smallImages() {
    return with(d -> d.smallImages = true);
  }

  /**
   * The strides of a network's stages: as published or, for small images, 1 but for the last three
   * that are larger, so that 32×32 ends as 4×4.
   */
  final int[] strides(int... published) {
    int[] strides = published.clone();
    int larger = 0;
    for (int i = strides.length - 1; smallImages && i >= 0; i--) {
      if (strides[i] > 1 && ++larger > 3) {
        strides[i] = 1;
      }
    }
    return strides;
  }

  /**
   * The row of a paper's table that fits.
   *
   * @throws IllegalArgumentException if there is none, with this message
   */
  static <R> R row(R[] table, Predicate<R> fits, String otherwise) {
    return Arrays.stream(table)
        .filter(fits)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(otherwise));
  }

  /** Builds the network: (N, channels, H, W) -> (N, classes). */
  public abstract Unit build();

  /** Builds the network without its classifier: (N, channels, H, W) -> its feature maps. */
  public final Backbone backbone() {
    int size = smallImages ? 32 : 224;
    return Backbone.of(build(), new Shape(1, channels, size, size));
  }
}
