package convnets.models;

import convnets.Checks;
import convnets.nn.Options;
import convnets.nn.Unit;

/**
 * A network on paper: change it, then {@link #build()} it. A design is immutable; every method that
 * changes something returns a new design.
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

  /** Builds the network: (N, channels, H, W) -> (N, classes). */
  public abstract Unit build();
}
