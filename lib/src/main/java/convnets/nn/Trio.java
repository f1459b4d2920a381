package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import java.util.List;

/**
 * Neighbours in a series that a GPU evaluates in one call: a convolution, the batch norm behind it
 * and the activation behind both, or the latter two. A small network's evaluation takes as long as
 * the host takes to ask for it, and a call from Java is what costs most.
 *
 * @param conv null for none
 * @param activation its code in {@link Fusion}; 0 for none
 */
record Trio(Conv conv, BatchNorm norm, FusedActivation activation) {

  /** The neighbours that begin at each place of a series; null where there are none. */
  static Trio[] of(List<Unit.Child> series) {
    Trio[] trios = new Trio[series.size()];
    for (int i = 0; i < trios.length; i++) {
      Conv conv = block(series, i) instanceof Conv c ? c : null;
      int next = conv == null ? i : i + 1;
      if (block(series, next) instanceof BatchNorm norm) {
        Trio trio = new Trio(conv, norm, Fusion.activationOf(block(series, next + 1)));
        trios[i] = trio.size() > 1 ? trio : null;
      }
    }
    return trios;
  }

  private static Block block(List<Unit.Child> series, int i) {
    return i < series.size() ? series.get(i).block() : null;
  }

  /** How many blocks these are. */
  int size() {
    return (conv == null ? 0 : 1) + 1 + (activation == FusedActivation.NONE ? 0 : 1);
  }

  /** What the blocks make of x one after the other, in evaluation and without a record. */
  NDArray evaluate(Pass pass, NDArray x) {
    NDArray[] statistics = norm.values(pass, x);
    if (conv == null) {
      norm.check(x);
      return FusedOps.normFused(x, statistics, norm.epsilon(), activation);
    }
    return conv.normalised(pass, x, statistics, norm.epsilon(), activation);
  }
}
