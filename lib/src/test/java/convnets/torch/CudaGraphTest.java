package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What needs a GPU; without one, only that there are no graphs. */
class CudaGraphTest {

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void onTheGpu() {
    assumeTrue(CudaGraph.available(manager.getDevice()), "CUDA's graphs");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray numbers(float... numbers) {
    return manager.create(numbers);
  }

  @Test
  void repeatsOnWhatTheInputHoldsThen() {
    NDArray x = numbers(1, 2, 3);
    NDArray[] y = new NDArray[1];
    try (CudaGraph graph = CudaGraph.record(() -> y[0] = TorchOps.scale(x, 2).add(x))) {
      graph.replay();
      assertThat(HostCopy.floats(y[0])).containsExactly(3, 6, 9);
      TorchOps.copy(numbers(10, 20, 30), x);
      graph.replay();
      assertThat(HostCopy.floats(y[0])).containsExactly(30, 60, 90);
    }
  }

  /** By the seed at the time, as if it were not recorded. */
  @Test
  void drawsAnew() {
    NDArray ones = manager.ones(new Shape(10_000));
    TorchOps.dropout(ones, 0.5).close();
    NDArray[] y = new NDArray[1];
    try (CudaGraph graph = CudaGraph.record(() -> y[0] = TorchOps.dropout(ones, 0.5))) {
      manager.getEngine().setRandomSeed(5);
      graph.replay();
      float[] first = HostCopy.floats(y[0]);
      graph.replay();
      assertThat(HostCopy.floats(y[0])).isNotEqualTo(first);
      manager.getEngine().setRandomSeed(5);
      graph.replay();
      assertThat(HostCopy.floats(y[0])).isEqualTo(first);
      manager.getEngine().setRandomSeed(5);
      assertThat(HostCopy.floats(TorchOps.dropout(ones, 0.5))).isEqualTo(first);
    }
  }

  /** Waiting for the device cannot be recorded; afterwards all is as before, random numbers too. */
  @Test
  void whatCannotBeRecordedDoesNoHarm() {
    NDArray x = numbers(1, 2, 3);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> CudaGraph.record(() -> x.add(numbers(4, 5, 6))))
          .isInstanceOfAny(EngineException.class, IllegalStateException.class);
    }
    assertThatThrownBy(
            () ->
                CudaGraph.record(
                    () -> {
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(HostCopy.floats(x.add(1))).containsExactly(2, 3, 4);
    assertThat(TorchOps.dropout(x, 0.5).getShape()).isEqualTo(new Shape(3));
    NDArray[] y = new NDArray[1];
    try (CudaGraph graph = CudaGraph.record(() -> y[0] = TorchOps.scale(x, 2))) {
      graph.replay();
      assertThat(HostCopy.floats(y[0])).containsExactly(2, 4, 6);
    }
  }

  @Test
  void aClosedOneRefuses() {
    NDArray x = numbers(1);
    CudaGraph graph = CudaGraph.record(() -> TorchOps.scale(x, 2));
    graph.close();
    graph.close();
    assertThatThrownBy(graph::replay).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void onlyTheFirstGpuHasThem() {
    assertThat(CudaGraph.available(Device.cpu())).isFalse();
    assertThat(CudaGraph.available(Device.gpu(1))).isFalse();
  }
}
