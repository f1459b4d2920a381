package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches whose examples are made ahead of time. */
class AheadTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Example i is the number i; making a batch first does something. */
  private final class Numbers implements HostSource {
    private final int size;
    private final IntConsumer before;
    private final AtomicInteger made = new AtomicInteger();

    Numbers(int size, IntConsumer before) {
      this.size = size;
      this.before = before;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Shape inputShape() {
      return new Shape(1);
    }

    @Override
    public List<Target> kinds() {
      return List.of(Target.VALUES);
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public Function<NDManager, NDList> make(int... indices) {
      before.accept(indices[0]);
      made.incrementAndGet();
      float[] numbers = new float[indices.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = indices[i];
      }
      return owner -> {
        NDArray array = owner.create(numbers, new Shape(numbers.length, 1));
        return new NDList(array, array.duplicate());
      };
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until something holds, for ten seconds at most. */
  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void batchesComeInTheirOrderWhicheverIsReadyFirst() {
    Numbers numbers = new Numbers(41, first -> sleep(first % 3 * 10L));
    for (int from : new int[] {0, 3, 11}) {
      float expected = 4 * from;
      for (Batch batch : Batches.of(numbers, 4).epoch(0, from)) {
        for (float value : batch.images().toFloatArray()) {
          assertThat(value).isEqualTo(expected++);
        }
      }
      assertThat(expected).isEqualTo(Math.max(41, 4 * from));
    }
  }

  @Test
  void twoBatchesAreMadeAheadAndNoMore() {
    Numbers numbers = new Numbers(100, first -> {});
    Iterator<Batch> batches = Batches.of(numbers, 5).iterator();
    for (int taken = 1; taken <= 20; taken++) {
      batches.next();
      int ahead = Math.min(taken + Ahead.BATCHES, 20);
      await(() -> numbers.made.get() == ahead);
      sleep(10);
      assertThat(numbers.made).hasValue(ahead);
    }
    assertThat(batches.hasNext()).isFalse();
  }

  @Test
  void nothingIsLeftOfALoopThatIsLeftEarly() {
    int before = manager.getManagedArrays().size();
    for (Batch batch : Batches.of(new Numbers(100, first -> {}), 5)) {
      batch.close();
      break;
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
    await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(AheadTest::isAhead));
  }

  private static boolean isAhead(Thread thread) {
    return thread.getName().equals(Ahead.THREADS);
  }

  @Test
  void whatGoesWrongIsThrownAtItsBatch() {
    Numbers numbers =
        new Numbers(
            20,
            first -> {
              if (first == 10) {
                throw new FileException("no number " + first);
              }
            });
    Iterator<Batch> batches = Batches.of(numbers, 5).iterator();
    batches.next();
    batches.next();
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(batches::next).isInstanceOf(FileException.class).hasMessage("no number 10");
    assertThat(manager.getManagedArrays()).hasSizeLessThan(before);
  }

  @Test
  void anInterruptedThreadGetsItsBatchAndStaysInterrupted() {
    Iterator<Batch> batches = Batches.of(new Numbers(20, first -> sleep(20)), 5).iterator();
    Thread.currentThread().interrupt();
    try (Batch batch = batches.next()) {
      assertThat(batch.size()).isEqualTo(5);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
