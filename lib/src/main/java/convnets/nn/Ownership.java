package convnets.nn;

import ai.djl.nn.Block;

/** Whose memory an output is. */
final class Ownership {

  private Ownership() {}

  /** Whether what a block has returned may be overwritten: see {@link Unit}. */
  static boolean mayOverwrite(Block producer) {
    return producer instanceof Unit unit && unit.outputMayBeOverwritten();
  }
}
