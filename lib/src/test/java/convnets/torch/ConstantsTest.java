package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConstantsTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Constants<Integer> constants = new Constants<>(100);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void numbersThatComeAgainHaveOneArray() {
    assertThat(get(7)).isSameAs(get(7));
  }

  @Test
  void whatIsUsedStaysAndWhatIsNotIsFreed() {
    NDArray used = get(-1);
    NDArray once = get(-2);
    for (int i = 0; i < 10_000; i++) {
      assertThat(get(i).getInt()).isEqualTo(i);
      assertThat(get(-1)).isSameAs(used);
    }
    assertThat(used.isReleased()).isFalse();
    assertThat(once.isReleased()).isTrue();
    assertThat(manager.getManagedArrays()).hasSizeLessThan(300);
  }

  @Test
  void afterItsTimeAConstantIsUsableForAWhile() {
    NDArray first = get(-1);
    for (int i = 0; i < 199; i++) {
      get(i);
      assertThat(first.isReleased()).isFalse();
    }
  }

  @Test
  void aFactorThatChangesAtEachStepFillsNoMemory() {
    NDArray x = manager.ones(new ai.djl.ndarray.types.Shape(1));
    for (int i = 0; i < 10_000; i++) {
      try (NDArray y = TorchOps.scale(x, 1 + i / 1e6)) {
        assertThat(y.getFloat()).isEqualTo((float) (1 + i / 1e6));
      }
    }
    assertThat(TorchScript.HOST.getManagedArrays()).hasSizeLessThan(10_000);
  }

  private NDArray get(int number) {
    return constants.get(number, () -> manager.create(number));
  }
}
