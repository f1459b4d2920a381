package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.ImageDataset;
import convnets.models.Models;
import convnets.nn.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batch norm where a batch leaves one image over, and each channel has a single number of it. */
class LoneImageTest extends SmallProblem {

  LoneImageTest() {
    super(17, 5);
  }

  /** Deep enough for maps of one pixel. */
  private static Unit net() {
    return seq(conv(1, 8, 8).padding(0).bn().relu(), flatten(), linear(8, Fixtures.CLASSES));
  }

  private History trained(int images, Training training) {
    try (ImageDataset some = Fixtures.rows(manager, images, 3)) {
      History history = training.data(some, test).epochs(2).fit();
      assertThat(history.last().training().count()).isEqualTo(images);
      assertThat(history.last().training().loss()).isFinite();
      return history;
    }
  }

  @Test
  void joinsTheOthers() {
    Training plain = Training.of(net()).device(Device.cpu());
    assertThat(trained(17, plain.batchSize(16)).steps()).hasSize(2);
    assertThat(trained(18, plain.batchSize(16)).steps()).hasSize(4);
    assertThat(trained(49, plain.batchSize(16).accumulate(2)).steps()).hasSize(4);
    assertThat(trained(33, plain.batchSize(16).accumulate(2)).steps()).hasSize(2);
    for (int images : new int[] {2, 3, 5, 17, 19, 33}) {
      trained(images, plain.batchSize(16).devices(Device.cpu(), Device.cpu()));
      trained(images, plain.batchSize(16).devices(Device.cpu(), Device.cpu(), Device.cpu()));
    }
  }

  /** The first network of the papers that ended in a trace. */
  @Test
  void aDeepNetworkTrainsOnSmallPictures() {
    Unit net = Models.create("resnet18", 2);
    var images = manager.randomUniform(0, 1, new Shape(3, 3, 32, 32));
    var labels = manager.zeros(new Shape(3), DataType.INT64);
    History history =
        Training.of(net).data(Examples.of(images, labels)).batchSize(2).device(Device.cpu()).fit();
    assertThat(history.last().training().count()).isEqualTo(3);
    net.clear();
  }

  @Test
  void anImageThatIsAllThereIsIsRefused() {
    Training single = Training.of(net()).data(train, test).device(Device.cpu()).batchSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(single::fit)
        .withMessageContaining("batch norm, 8, takes mean and deviation over a batch in training")
        .withMessageContaining("(1, 8, 1, 1): train on batches of two images or more");
  }

  @Test
  void classesOfTrainingAndTestAreTheSame() {
    ImageDataset three = classes("bird", "cat", "dog");
    ImageDataset two = classes("bird", "dog");
    Training training = Training.of(net());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.data(three, two))
        .withMessageStartingWith(
            "train has the classes [bird, cat, dog], and test has [bird, dog]:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.data(three, classes("cat", "bird", "dog")));
    training.data(three, classes("bird", "cat", "dog"));
    training.data(three, Examples.of(two.images(), two.labels()));
  }

  /** Numbers that an int does not hold. */
  @Test
  void moreThanCanBeCountedIsRefused() {
    Training training = Training.of(net()).data(train).device(Device.cpu());
    assertThatIllegalArgumentException()
        .isThrownBy(training.batchSize(2).epochs(Integer.MAX_VALUE)::fit)
        .withMessage(
            "epochs (2147483647) of 8 steps are 17179869176 steps, and 2147483647 can be counted:"
                + " train for fewer epochs");
    Training whole = training.batchSize(Integer.MAX_VALUE).accumulate(2);
    assertThat(whole.fit().last().training().count()).isEqualTo(17);
  }

  private ImageDataset classes(String... names) {
    return ImageDataset.of(
        manager, new byte[64], new Shape(1, 1, 8, 8), new int[] {0}, List.of(names));
  }
}
