package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers in formulas that the garbage collector must not take before the gradient is there. */
class LentNumbersTest {

  private record Formula(UnaryOperator<NDArray> of, double gradient) {}

  static Stream<Named<Formula>> formulas() {
    return Stream.of(
        Named.of("mul", new Formula(x -> x.mul(0.5f), 0.5)),
        Named.of("div", new Formula(x -> x.div(4f), 0.25)),
        Named.of("pow", new Formula(x -> x.pow(2.5f), 2.5 * Math.pow(0.6, 1.5))),
        Named.of("pow of a square", new Formula(x -> x.pow(2), 1.2)),
        Named.of("two", new Formula(x -> x.mul(3f).pow(2), 9 * 1.2)));
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void gradientsAreRightWheneverTheCollectorComes(Formula formula) {
    for (int round = 0; round < 6; round++) {
      try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
        LentNumbers.keep(manager);
        assertThat(gradient(manager, formula)).isCloseTo((float) formula.gradient, within());
      }
    }
  }

  /** As in a part of a batch, whose manager is a child of the batch's. */
  @ParameterizedTest
  @MethodSource("formulas")
  void childrenKeepThemToo(Formula formula) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      LentNumbers.keep(manager);
      for (int round = 0; round < 6; round++) {
        try (NDManager child = manager.newSubManager()) {
          assertThat(gradient(child, formula)).isCloseTo((float) formula.gradient, within());
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.api.Assertions.within(1e-6f);
  }

  private static float gradient(NDManager manager, Formula formula) {
    return GradMode.on(
        () -> {
          NDArray x = manager.create(new float[] {0.6f});
          x.setRequiresGradient(true);
          NDArray y = formula.of.apply(x).sum();
          collect();
          return TorchOps.gradients(y, new NDList(x)).head().toFloatArray()[0];
        });
  }

  /** Has the collector come, and what it has freed be used again. */
  private static void collect() {
    System.gc();
    List<ByteBuffer> others = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      others.add(ByteBuffer.allocateDirect(4).putFloat(0, Float.NaN));
    }
    assertThat(others).hasSize(2_000);
  }

  @Test
  void whatAManagerOwnsIsFreedAsBefore() {
    NDManager manager = NDManager.newBaseManager(Device.cpu());
    NDArray before = manager.create(1f);
    LentNumbers.keep(manager);
    LentNumbers.keep(manager); // twice does no harm
    NDManager child = manager.newSubManager();
    NDArray after = child.create(2f);
    NDArray moved = child.create(3f);
    moved.attach(manager);
    child.close();
    assertThat(after.isReleased()).isTrue();
    assertThat(moved.getFloat()).isEqualTo(3);
    manager.close();
    assertThat(before.isReleased()).isTrue();
    assertThat(moved.isReleased()).isTrue();
  }
}
