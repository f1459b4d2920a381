package convnets.gan;

import convnets.inspect.NativeMemory;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Progress;
import convnets.train.Training;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How much more native memory a training holds in its second half than in its first. */
final class MemoryGrowth {

  /** How often it is looked at: ten times in each half. */
  private static final int LOOKS = 20;

  private MemoryGrowth() {}

  /**
   * Trains. The lowest of each half counts, as the JVM's own allocations come and go.
   *
   * @param epochs a multiple of 20
   * @return bytes
   */
  static long of(Training training, int epochs) {
    List<Long> bytes = new ArrayList<>();
    training
        .epochs(epochs)
        .on(
            new Callback() {
              @Override
              public void epochEnded(Progress progress, History soFar) {
                if (progress.epoch() % (epochs / LOOKS) == 0) {
                  System.gc(); // what waits for the collector is no leak
                  bytes.add(NativeMemory.inUse());
                }
              }
            })
        .fit();
    long before = Collections.min(bytes.subList(0, LOOKS / 2));
    long after = Collections.min(bytes.subList(LOOKS / 2, LOOKS));
    return after - before;
  }
}
