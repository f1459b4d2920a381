package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CellExecutorTest {

  private final CellExecutor executor = new CellExecutor(Thread::new, new Failures(false));

  @BeforeAll
  static void loadEngine() {
    Engine.getInstance();
  }

  CellExecutorTest() {
    executor.setKeepAliveTime(0, TimeUnit.NANOSECONDS); // a new thread for each statement
  }

  @AfterEach
  void shutDown() {
    executor.shutdown();
  }

  @Test
  void gradModeIsOnInThreadsOfOthers() throws Exception {
    boolean[] mode = new boolean[1];
    Thread thread = new Thread(() -> mode[0] = JniUtils.isGradMode());
    thread.start();
    thread.join();

    assertThat(mode[0]).as("the trap this class is about").isTrue();
  }

  @Test
  void gradModeIsOffInEveryThread() throws Exception {
    Thread first = run(Thread::currentThread);
    Thread second = run(Thread::currentThread);

    assertThat(second).isNotSameAs(first);
    assertThat(run(JniUtils::isGradMode)).isFalse();
  }

  @Test
  void parametersMayBeWrittenAndInferenceRecordsNothing() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.ones(new Shape(3));
      weight.setRequiresGradient(true);

      run(() -> weight.addi(1));

      assertThat(weight.toFloatArray()).containsExactly(2, 2, 2);
      assertThat(run(() -> weight.mul(2).hasGradient())).isFalse();
    }
  }

  @Test
  void aCollectorReachesOverStatements() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weight = manager.ones(new Shape(3));
      weight.setRequiresGradient(true);

      GradientCollector collector = run(() -> Engine.getInstance().newGradientCollector());
      NDArray loss = run(() -> weight.mul(weight).sum());
      run(
          () -> {
            collector.backward(loss);
            return null;
          });
      run(
          () -> {
            collector.close();
            return null;
          });

      assertThat(weight.getGradient().toFloatArray()).containsExactly(2, 2, 2);
      assertThat(run(JniUtils::isGradMode)).isFalse();
    }
  }

  @Test
  void aFailureLeavesTheModeAsItWas() throws Exception {
    GradientCollector open = Engine.getInstance().newGradientCollector();
    try {
      // The constructor switches grad mode on before it finds that another collects.
      assertThatThrownBy(() -> run(() -> Engine.getInstance().newGradientCollector()))
          .hasMessageContaining("already collecting");
    } finally {
      open.close();
    }
    assertThat(run(JniUtils::isGradMode)).isFalse();
  }

  /** As the kernels do: by reflection, so that what is thrown comes wrapped. */
  private <T> T run(Callable<T> statement) throws Exception {
    Future<T> future =
        executor.submit(
            () -> {
              try {
                return statement.call();
              } catch (Exception e) {
                throw new InvocationTargetException(e);
              }
            });
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause().getCause();
    } finally {
      while (executor.getPoolSize() > 0) {
        Thread.onSpinWait();
      }
    }
  }
}
