package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.ImageDataset;
import convnets.nn.Combinators;
import convnets.nn.HostCopy;
import convnets.nn.Layers;
import convnets.nn.Unit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutputsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void anOutputForEveryLabel() {
    NDArray logits = manager.zeros(new Shape(2, 3));
    assertThatCode(() -> Outputs.check(logits, 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Outputs.check(logits, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the network has 3 outputs, but the data set has labels up to 3: give it as many"
                + " outputs as the data set has classes");
  }

  /** On any device, and the device computes on. */
  @Test
  void tooFewAreRefusedInTrainingAndEvaluation() {
    Unit net = Combinators.seq(Layers.flatten(), Layers.linear(4, 2));
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 2, 2));
    ImageDataset data =
        ImageDataset.of(
            manager,
            new byte[12],
            new Shape(3, 1, 2, 2),
            new int[] {0, 1, 2},
            List.of("a", "b", "c"));
    assertThat(data.highestLabel()).isEqualTo(2);
    Training training = Training.of(net).data(data).epochs(1).device(manager.getDevice());
    assertThatThrownBy(training::fit).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Evaluation.of(net, training.batches()))
        .isInstanceOf(RuntimeException.class);
    assertThat(HostCopy.floats(manager.ones(new Shape(2)).add(manager.ones(new Shape(2)))))
        .containsExactly(2, 2);
  }
}
