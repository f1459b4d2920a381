package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class NetworkInNetworkTest extends FamilyTest {

  /** The authors' Caffe models: pooling rounds up, and the last layer has a map a class. */
  @Test
  void sizesAreThoseOfTheAuthorsModels() {
    assertThat(
            Zoo.outputs(
                NetworkInNetwork.imageNet().build(),
                new Shape(1, 3, 224, 224),
                "conv1",
                "conv2",
                "conv3",
                "cccp8"))
        .containsExactly(
            new Shape(1, 96, 54, 54),
            new Shape(1, 256, 27, 27),
            new Shape(1, 384, 13, 13),
            new Shape(1, 1000, 6, 6));
    assertThat(
            Zoo.outputs(
                NetworkInNetwork.cifar().build(),
                new Shape(1, 3, 32, 32),
                "cccp2",
                "conv2",
                "cccp6"))
        .containsExactly(
            new Shape(1, 96, 32, 32), new Shape(1, 192, 16, 16), new Shape(1, 10, 8, 8));
  }

  static Stream<Arguments> variants() {
    NetworkInNetwork imageNet = NetworkInNetwork.imageNet().width(12);
    NetworkInNetwork cifar = NetworkInNetwork.cifar().width(24);
    return Stream.of(
        Arguments.of(cifar.channels(1), new Shape(8, 1, 28, 28)),
        Arguments.of(cifar.dropout(0), new Shape(8, 3, 32, 32)),
        Arguments.of(imageNet.smallImages(), new Shape(8, 3, 32, 32)),
        Arguments.of(imageNet, new Shape(8, 3, 96, 96)));
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> NetworkInNetwork.cifar().width(0)).hasMessageContaining("width (0)");
    assertThatThrownBy(() -> NetworkInNetwork.cifar().dropout(-0.1))
        .hasMessageContaining("rate (-0.1)");
  }
}
