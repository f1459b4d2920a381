package convnets.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private static final long MIB = 1 << 20;

  /**
   * What the JVM may take or give back meanwhile. Its compiler takes tens of megabytes at times,
   * and only for a moment: so the median of several rounds counts.
   */
  private static final long NOISE = 20 * MIB;

  private static final int ROUNDS = 7;

  private final NDManager manager = NDManager.newBaseManager();

  /** So many bytes of numbers. */
  private NDArray array(long bytes) {
    return manager.ones(new Shape(bytes / Float.BYTES));
  }

  @Test
  void anArrayTakesItsBytesUntilItIsClosed() {
    array(MIB).close(); // whatever the first one loads
    assertTakes(96 * MIB, () -> array(96 * MIB), NDArray::close);
  }

  /** Of a sum of squares, autograd keeps what was squared: closing the array does not free it. */
  @Test
  void whatAutogradKeepsCounts() {
    NDArray small = leaf(MIB);
    gradient(squares(small), small).close(); // whatever the first one loads
    NDArray leaf = leaf(64 * MIB);
    assertTakes(64 * MIB, () -> squares(leaf), loss -> gradient(loss, leaf).close());
  }

  /** In use behind {@code take}, beyond what was before, and no more behind {@code giveBack}. */
  private static void assertTakes(long bytes, Supplier<NDArray> take, Consumer<NDArray> giveBack) {
    double[] taken = new double[ROUNDS];
    double[] left = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = NativeMemory.inUse();
      NDArray array = take.get();
      taken[i] = NativeMemory.inUse() - before;
      giveBack.accept(array);
      left[i] = NativeMemory.inUse() - before;
    }
    assertThat(Sample.of(taken).median()).isBetween(1.0 * bytes - NOISE, 1.0 * bytes + NOISE);
    assertThat(Sample.of(left).median()).isBetween(-1.0 * NOISE, 1.0 * NOISE);
  }

  private NDArray leaf(long bytes) {
    NDArray leaf = array(bytes);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  private static NDArray squares(NDArray leaf) {
    return GradMode.on(
        () -> {
          NDArray doubled = leaf.add(leaf);
          NDArray squares = doubled.square();
          NDArray sum = squares.sum();
          doubled.close();
          squares.close();
          return sum;
        });
  }

  private static NDList gradient(NDArray loss, NDArray leaf) {
    return TorchOps.gradients(loss, new NDList(leaf));
  }

  @Test
  void aPeakIsTheMostAtOnce() {
    array(MIB).close();
    assertThat(peak(() -> List.of(48, 96, 64).forEach(n -> rest(array(n * MIB)))))
        .isBetween(96.0 * MIB - NOISE, 96.0 * MIB + NOISE);
  }

  @Test
  void workThatTakesNothingHasNoPeak() {
    assertThat(peak(() -> {})).isBetween(0.0, 1.0 * NOISE);
  }

  private static double peak(Runnable work) {
    double[] found = new double[ROUNDS];
    Arrays.setAll(found, i -> NativeMemory.peak(work));
    return Sample.of(found).median();
  }

  private static void rest(NDArray array) {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    array.close();
  }

  @Test
  void whatWorkThrowsArrivesAndNobodyLooksOnAfterwards() {
    IllegalStateException failure = new IllegalStateException("no");
    assertThatThrownBy(
            () ->
                NativeMemory.peak(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(names(Thread.getAllStackTraces().keySet())).doesNotContain("native memory");
  }

  private static List<String> names(Set<Thread> threads) {
    return threads.stream().map(Thread::getName).toList();
  }

  @Test
  void anInterruptIsNotLost() {
    Thread.currentThread().interrupt();
    NativeMemory.peak(() -> {});
    assertThat(Thread.interrupted()).isTrue();
  }
}
