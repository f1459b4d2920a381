package convnets.nn;

import ai.djl.nn.Block;

/** A unit of parallel branches, which share its scope of names. */
abstract class Branches extends Unit {

  /**
   * Takes the branches as children.
   *
   * @throws IllegalArgumentException if there are fewer than {@code least}
   */
  Branches(String combinator, int least, Block... branches) {
    if (branches.length < least) {
      throw new IllegalArgumentException(
          combinator + " takes at least " + least + " branches, but was given " + branches.length);
    }
    for (Block branch : branches) {
      child(branch);
    }
  }
}
