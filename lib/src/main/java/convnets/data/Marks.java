package convnets.data;

import java.io.IOException;

/** The masks of an annotated picture, of its own size. */
interface Marks {

  /** What is missing for a kind of mask; null if nothing is. */
  String missing(Target kind);

  /**
   * A mask.
   *
   * @param kind {@link Target#MASK} or {@link Target#INSTANCES}
   * @return row by row
   * @throws IOException if it cannot be read, or does not suit the picture
   */
  byte[] mask(Target kind) throws IOException;
}
