package convnets.nn;

import ai.djl.nn.Block;

/** What the parallel combinators have in common. */
final class Branches {

  private Branches() {}

  /**
   * Requires branches enough.
   *
   * @throws IllegalArgumentException if there are fewer than {@code least}
   */
  static void require(String combinator, int least, Block... branches) {
    if (branches.length < least) {
      throw new IllegalArgumentException(
          combinator + " takes at least " + least + " branches, but was given " + branches.length);
    }
  }
}
