package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.ImageDataset;
import convnets.data.Target;
import convnets.nn.Combinators;
import convnets.nn.Layers;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassificationTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
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
    String message =
        "the network has 2 outputs, but the data set has labels up to 2: give it as many"
            + " outputs as the data set has classes (3 images (1, 2, 2) in 3 classes on "
            + manager.getDevice()
            + ")";
    assertThatThrownBy(training::fit)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Evaluation.of(net, training.batches()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(HostCopy.floats(manager.ones(new Shape(2)).add(manager.ones(new Shape(2)))))
        .containsExactly(2, 2);
  }

  /** A class of a second target would be taken for the shares of a mixed image. */
  @Test
  void takesOneClassAnImageFromAnySource() {
    Unit net = Combinators.seq(Layers.flatten(), Layers.linear(4, 2));
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 2, 2));
    NDList outputs = new NDList(manager.ones(new Shape(3, 2)));
    NDArray images = manager.ones(new Shape(3, 1, 2, 2));
    NDArray labels = manager.zeros(new Shape(3), DataType.INT64);
    Classification task = Classification.standard();
    task.check(outputs, Examples.of(images, labels));
    Examples two = Examples.of(images, labels).kinds(Target.CLASS).classes(List.of("a", "b"));
    task.check(outputs, two);
    assertThatThrownBy(() -> task.check(outputs, two.classes(List.of("a", "b", "c"))))
        .hasMessageContaining("2 outputs, but the data set has labels up to 2");
    NDArray high = manager.create(new long[] {0, 2, 1});
    assertThatThrownBy(() -> task.check(outputs, Examples.of(images, high)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 outputs, but the data set has labels up to 2")
        .hasMessageContaining("(3 examples (1, 2, 2) with targets [VALUES]");
    NDArray low = manager.create(new long[] {0, -100, 1});
    assertThatThrownBy(() -> task.check(outputs, Examples.of(images, low)))
        .hasMessageContaining("has the label -100, and labels are from 0");
    NDArray boxes = manager.zeros(new Shape(3, 1, 5));
    Examples more = Examples.of(images, labels, boxes).kinds(Target.CLASS, Target.BOXES);
    assertThatThrownBy(() -> task.check(outputs, more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the targets [CLASS, BOXES], and classification takes one");
  }
}
