package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import convnets.nn.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeterminismTest extends SmallProblem {

  @TempDir Path folder;
  private final int threads = JniUtils.getNumThreads();

  DeterminismTest() {
    super(60, 20);
  }

  @AfterEach
  void restore() {
    JniUtils.setNumThreads(threads);
  }

  private Training training(Unit net) {
    return Training.of(net)
        .data(train)
        .batchSize(20)
        .schedule(Schedule.constant(0.1))
        .device(Device.cpu());
  }

  @Test
  void aCheckpointOfAnotherNumberOfThreadsIsRefused() {
    Path file = folder.resolve("net.checkpoint");
    JniUtils.setNumThreads(2);
    Unit straight = Fixtures.convNet();
    training(straight).epochs(2).deterministic().fit();
    training(Fixtures.convNet()).deterministic().checkpoint(file).fit();

    JniUtils.setNumThreads(1);
    Training more = training(Fixtures.convNet()).epochs(2).checkpoint(file);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(more.deterministic()::fit)
        .withMessageContaining("deterministic was PyTorch ")
        .withMessageContaining(", 2 threads, ")
        .withMessageContaining(", 1 threads, ");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(more::fit)
        .withMessageContaining("is off");

    JniUtils.setNumThreads(2);
    Unit resumed = Fixtures.convNet();
    training(resumed).epochs(2).deterministic().checkpoint(file).fit();
    assertThat(Fixtures.weights(resumed)).isEqualTo(Fixtures.weights(straight));
  }

  @Test
  void refusesWhatItCannotKeep() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Determinism.on(List.of(Device.gpu())))
        .withMessageContaining("gpu(0)")
        .withMessageContaining("device(Device.cpu())");
    assertThatIllegalStateException()
        .isThrownBy(() -> Determinism.on(List.of(Device.of("mps", 0))))
        .withMessageContaining("mps(0)")
        .withMessageContaining("device(Device.cpu())");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                training(Fixtures.linearNet())
                    .devices(Device.cpu(), Device.cpu())
                    .deterministic()
                    .fit())
        .withMessageContaining("2 parts on the CPU");
  }

  /** The engine has one generator for all threads. */
  @Test
  void trainingsSideBySideGiveTheNumbersOfOneAlone() {
    JniUtils.setNumThreads(1);
    var alone = onAThread().join();
    List<CompletableFuture<Map<String, List<Float>>>> others =
        Stream.generate(this::onAThread).limit(3).toList();
    for (var other : others) {
      assertThat(other.join()).isEqualTo(alone);
    }
  }

  /** The weights after a training with dropout. */
  private CompletableFuture<Map<String, List<Float>>> onAThread() {
    return CompletableFuture.supplyAsync(
        () -> {
          Unit net = Fixtures.convNet();
          training(net).epochs(12).seed(3).fit();
          return Fixtures.weights(net);
        },
        task -> new Thread(task).start());
  }
}
