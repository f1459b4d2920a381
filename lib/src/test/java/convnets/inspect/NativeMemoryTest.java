package convnets.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private static final long MIB = 1 << 20;

  /** What the JVM may take or give back meanwhile: its compiler alone has been seen to take 10. */
  private static final long NOISE = 20 * MIB;

  private final NDManager manager = NDManager.newBaseManager();

  /** So many bytes of numbers. */
  private NDArray array(long bytes) {
    return manager.ones(new Shape(bytes / Float.BYTES));
  }

  @Test
  void anArrayTakesItsBytesUntilItIsClosed() {
    array(MIB).close(); // whatever the first one loads
    long before = NativeMemory.inUse();
    NDArray array = array(96 * MIB);
    assertThat(NativeMemory.inUse() - before).isBetween(96 * MIB - NOISE, 96 * MIB + NOISE);
    array.close();
    assertThat(NativeMemory.inUse() - before).isBetween(-NOISE, NOISE);
  }

  /** Of a sum of squares, autograd keeps what was squared: closing the array does not free it. */
  @Test
  void whatAutogradKeepsCounts() {
    NDArray small = leaf(MIB);
    gradient(squares(small), small).close(); // whatever the first one loads
    NDArray leaf = leaf(64 * MIB);
    long before = NativeMemory.inUse();
    NDArray loss = squares(leaf);
    assertThat(NativeMemory.inUse() - before).isBetween(64 * MIB - NOISE, 64 * MIB + NOISE);
    gradient(loss, leaf).close();
    assertThat(NativeMemory.inUse() - before).isBetween(-NOISE, NOISE);
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
    long peak =
        NativeMemory.peak(
            () -> {
              rest(array(48 * MIB));
              rest(array(96 * MIB));
              rest(array(64 * MIB));
            });
    assertThat(peak).isBetween(96 * MIB - NOISE, 96 * MIB + NOISE);
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
  void workThatTakesNothingHasNoPeak() {
    assertThat(NativeMemory.peak(() -> {})).isBetween(0L, NOISE);
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
