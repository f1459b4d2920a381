package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.TorchOps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void takesTheLastLineOfATorchScriptTraceback() {
    // On a GPU the host hears of such a label too late, and CUDA computes nothing more in the
    // process.
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray logits = manager.ones(new Shape(2, 3));
      NDArray labels = manager.create(new long[] {0, 7});
      Throwable thrown = catchThrowable(() -> TorchOps.crossEntropy(logits, labels, 0));
      assertThat(thrown).message().contains("TorchScript interpreter");

      Throwable explained = new Failures(false).explain(thrown);

      assertThat(explained)
          .isExactlyInstanceOf(EngineException.class)
          .hasMessage("Target 7 is out of bounds.");
      assertThat(explained.getStackTrace()).isEqualTo(thrown.getStackTrace());
    }
  }

  @Test
  void leavesOtherExceptionsAlone() {
    Throwable thrown = new IOException("first\nRuntimeError: second");

    assertThat(new Failures(false).explain(thrown)).isSameAs(thrown);
  }

  @Test
  void printsCausesForAKernelThatDropsThem() {
    Throwable thrown =
        new IllegalStateException(
            "outer", new IOException("disk full", new RuntimeException("quota")));

    assertThat(printed(() -> new Failures(true).explain(thrown)))
        .isEqualTo(
            "Caused by: java.io.IOException: disk full\n"
                + "Caused by: java.lang.RuntimeException: quota\n");
    assertThat(printed(() -> new Failures(false).explain(thrown))).isEmpty();
    assertThat(Failures.root(thrown)).isEqualTo("quota");
  }

  @Test
  void survivesAChainThatBitesItsTail() {
    Exception first = new Exception("first");
    first.initCause(new Exception("second", first));

    assertThat(Failures.root(first)).isEqualTo("second");
  }

  private static String printed(Runnable body) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      body.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
