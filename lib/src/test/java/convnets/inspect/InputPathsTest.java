package convnets.inspect;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.avgPool;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static convnets.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.nn.Initializers;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InputPathsTest {

  private static final int SIDE = 41;

  static Stream<Unit> nets() {
    return Stream.of(
        conv(1, 1, 3),
        seq(conv(1, 1, 3).dilation(2), conv(1, 1, 3).dilation(4), conv(1, 1, 3).dilation(2)),
        seq(conv(1, 1, 1, 5), conv(1, 1, 3, 1).dilation(3)),
        seq(conv(1, 1, 3).stride(2), conv(1, 1, 3).dilation(2)),
        seq(conv(1, 2, 3), conv(2, 1, 1)),
        add(identity(), seq(conv(1, 1, 3).dilation(2), conv(1, 1, 3))),
        seq(concat(conv(1, 1, 3), conv(1, 1, 3).dilation(3)), conv(2, 1, 1)));
  }

  /** What autograd says if all weights are 1. */
  @ParameterizedTest
  @MethodSource("nets")
  void pathsAreTheGradientOfOnes(Unit net) {
    try (NDManager manager = NDManager.newBaseManager()) {
      net.setInitializer(Initializers.constant(1), Parameter.Type.WEIGHT);
      Shape input = new Shape(1, 1, SIDE, SIDE);
      net.initialize(manager, DataType.FLOAT32, input);
      NDArray x = manager.ones(input);
      x.setRequiresGradient(true);
      NDArray pixel =
          GradMode.on(
              () -> {
                NDArray y =
                    net.forward(new ParameterStore(manager, false), new NDList(x), false, null)
                        .head();
                return y.get(0, 0, y.size(2) / 2, y.size(3) / 2);
              });
      float[] gradient = TorchOps.gradients(pixel, new NDList(x)).head().toFloatArray();
      double channels = net.toString().contains("1 → 2") ? 2 : 1; // which are taken as one
      InputPaths paths = InputPaths.of(net);
      int top = SIDE;
      int left = SIDE;
      double sum = 0;
      for (int i = 0; i < gradient.length; i++) {
        if (gradient[i] > 0) {
          top = Math.min(top, i / SIDE);
          left = Math.min(left, i % SIDE);
          sum += gradient[i];
        }
      }
      double[][] counts = paths.counts();
      double counted = 0;
      for (int y = 0; y < paths.height(); y++) {
        for (int z = 0; z < paths.width(); z++) {
          assertThat(channels * counts[y][z]).isEqualTo(gradient[(top + y) * SIDE + left + z]);
          counted += channels * counts[y][z];
        }
      }
      assertThat(counted).isEqualTo(sum);
    }
  }

  /** In one dimension of pixels; of a stack of 3×3 convolutions the square of it. */
  @ParameterizedTest
  @CsvSource({
    "1 2 4, 15, 15",
    "1 2 3, 13, 13",
    "2 2 2, 13, 7",
    "2 4 8, 29, 15",
    "1 2 5, 17, 17",
    "2 3 4, 19, 17",
  })
  void aCommonFactorLeavesHoles(String rates, int span, int read) {
    int[] each = Arrays.stream(rates.split(" ")).mapToInt(Integer::parseInt).toArray();
    InputPaths paths = InputPaths.ofRates(3, each);
    assertThat(paths.height()).isEqualTo(span);
    assertThat(paths.reached()).isEqualTo(read * read);
    assertThat(paths.share()).isEqualTo((double) read * read / (span * span));
    Unit net =
        seq(Arrays.stream(each).mapToObj(r -> conv(1, 1, 3).dilation(r)).toArray(Unit[]::new));
    assertThat(InputPaths.of(net).counts()).isDeepEqualTo(paths.counts());
    assertThat(ReceptiveField.of(net).size()).isEqualTo(span);
    double paths27 = Arrays.stream(paths.counts()).flatMapToDouble(Arrays::stream).sum();
    assertThat(paths27).isEqualTo(Math.pow(9, each.length));
  }

  @Test
  void layersWithoutAWindowSeeAPixel() {
    assertThat(InputPaths.of(seq(conv(1, 4, 3).bn().relu(), relu())))
        .hasToString("3 × 3, of which 9 are read");
    assertThat(InputPaths.of(avgPool(2, 2)).reached()).isEqualTo(4);
    assertThat(InputPaths.ofRates(3)).hasToString("1 × 1, of which 1 are read");
  }

  @Test
  void whatHasNoCountablePathsIsRefused() {
    for (Unit net :
        new Unit[] {
          globalAvgPool(),
          upsample(2).bilinear(),
          gate(conv(1, 1, 3), seq(conv(1, 1, 1), sigmoid()))
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> InputPaths.of(net))
          .withMessageContaining("has no paths that can be counted");
    }
  }
}
