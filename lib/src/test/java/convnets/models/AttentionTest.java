package convnets.models;

import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The attentions of SENet, CBAM, SKNet and ResNeSt beside loops written from the papers. */
class AttentionTest extends NnTest {

  private static final int N = 2;
  private static final int SIZE = 5;
  private static final int PIXELS = SIZE * SIZE;

  @Test
  void squeezeAndExcitationIsTheLoops() {
    Unit unit = filled(SENet.squeezeExcite(8, 4, relu(), sigmoid()), 8);
    NDArray x = images(8);
    float[] input = x.toFloatArray();
    float[] expected = input.clone();
    for (int n = 0; n < N; n++) {
      double[] z = dense(unit, "fc1", means(input, n, 8), 1);
      double[] logits = dense(unit, "fc2", rectified(z), 1);
      for (int i = 0; i < 8 * PIXELS; i++) {
        expected[n * 8 * PIXELS + i] *= (float) logistic(logits[i / PIXELS]);
      }
    }
    assertClose(unit.apply(x), expected);
  }

  @Test
  void channelAttentionIsTheLoops() {
    Unit unit = filled(CBAM.channelAttention(8, 2), 8);
    NDArray x = images(8);
    float[] input = x.toFloatArray();
    float[] expected = new float[N * 8];
    for (int n = 0; n < N; n++) {
      double[] ofMeans =
          dense(unit, "mlp.3", rectified(dense(unit, "mlp.1", means(input, n, 8), 1)), 1);
      double[] ofMaxima =
          dense(unit, "mlp.3", rectified(dense(unit, "mlp.1", maxima(input, n, 8), 1)), 1);
      for (int c = 0; c < 8; c++) {
        expected[n * 8 + c] = (float) logistic(ofMeans[c] + ofMaxima[c]);
      }
    }
    assertThat(unit.apply(x).getShape()).isEqualTo(new Shape(N, 8, 1, 1));
    assertClose(unit.apply(x), expected);
  }

  @Test
  void spatialAttentionIsTheLoops() {
    Unit unit = filled(CBAM.spatialAttention(), 8);
    float[] weight = values(unit, "spatial.conv.weight");
    NDArray x = images(8);
    float[] input = x.toFloatArray();
    float[] expected = new float[N * PIXELS];
    for (int n = 0; n < N; n++) {
      for (int row = 0; row < SIZE; row++) {
        for (int column = 0; column < SIZE; column++) {
          double sum = 0;
          for (int ky = Math.max(0, row - 3); ky <= Math.min(SIZE - 1, row + 3); ky++) {
            for (int kx = Math.max(0, column - 3); kx <= Math.min(SIZE - 1, column + 3); kx++) {
              int tap = (ky - row + 3) * 7 + kx - column + 3;
              double maximum = Double.NEGATIVE_INFINITY;
              double mean = 0;
              for (int c = 0; c < 8; c++) {
                float value = input[((n * 8 + c) * SIZE + ky) * SIZE + kx];
                maximum = Math.max(maximum, value);
                mean += value / 8;
              }
              sum += weight[tap] * maximum + weight[49 + tap] * mean;
            }
          }
          double normed = normed(unit, "spatial.bn", 0, sum);
          expected[(n * SIZE + row) * SIZE + column] = (float) logistic(normed);
        }
      }
    }
    assertThat(unit.apply(x).getShape()).isEqualTo(new Shape(N, 1, SIZE, SIZE));
    assertClose(unit.apply(x), expected);
  }

  @Test
  void anUntrainedSpatialAttentionIsOneHalf() {
    Unit unit = CBAM.spatialAttention();
    unit.initialize(manager, DataType.FLOAT32, new Shape(N, 8, SIZE, SIZE));
    float[] halves = new float[N * PIXELS];
    Arrays.fill(halves, 0.5f);
    assertClose(unit.apply(images(8)), halves);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 4"})
  void aSelectiveKernelIsTheLoops(int branches, int groups) {
    int[] kernels = List.of(3, 5, 7).subList(0, branches).stream().mapToInt(k -> k).toArray();
    int channels = 8;
    Unit unit = filled(SKNet.selectiveKernel(channels, 1, groups, 16, kernels), channels);
    assertThat(unit.getParameters().get("attn.fc_reduce.weight").getShape())
        .isEqualTo(new Shape(32, 8, 1, 1)); // L = 32, section 3.1
    NDArray x = images(channels);
    float[][] paths = new float[branches][];
    for (int m = 0; m < branches; m++) {
      Unit path =
          seq(
              named("conv", conv(channels, channels, 3).dilation(m + 1).groups(groups)),
              named("bn", batchNorm(channels)),
              relu());
      paths[m] = copied(unit, "paths." + m + ".", path, channels).apply(x).toFloatArray();
    }
    float[] expected = attended(unit, "attn.fc_reduce", "attn.bn", "attn.fc_select", paths, 1);
    assertClose(unit.apply(x), expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "4, 2"})
  void splitAttentionIsTheLoops(int radix, int cardinality) {
    int channels = 8;
    Unit unit = filled(ResNeSt.splitAttention(channels, radix, cardinality), channels);
    NDArray x = images(channels);
    int split = radix * channels;
    Unit convolution =
        seq(
            named("conv", conv(channels, split, 3).groups(radix * cardinality)),
            named("bn0", batchNorm(split)),
            relu());
    float[] all = copied(unit, "", convolution, channels).apply(x).toFloatArray();
    float[][] parts = new float[radix][N * channels * PIXELS];
    int share = channels * PIXELS;
    for (int n = 0; n < N; n++) {
      for (int r = 0; r < radix; r++) {
        System.arraycopy(all, (n * radix + r) * share, parts[r], n * share, share);
      }
    }
    assertClose(unit.apply(x), attended(unit, "fc1", "bn1", "fc2", parts, cardinality));
  }

  /**
   * Equations 1 to 6 of SKNet and section 3.1 of ResNeSt: branches of shape (N, C, H, W), added up
   * with weights from what they have in common.
   *
   * @param groups how many the two layers have; each gives its channels branch by branch
   */
  private static float[] attended(
      Unit unit, String fc1, String bn, String fc2, float[][] branches, int groups) {
    int channels = branches[0].length / N / PIXELS;
    int inGroup = channels / groups;
    float[] sum = new float[branches[0].length];
    for (float[] branch : branches) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += branch[i];
      }
    }
    float[] out = new float[sum.length];
    for (int n = 0; n < N; n++) {
      double[] z = dense(unit, fc1, means(sum, n, channels), groups);
      for (int i = 0; i < z.length; i++) {
        z[i] = normed(unit, bn, i, z[i]);
      }
      double[] logits = dense(unit, fc2, rectified(z), groups);
      for (int c = 0; c < channels; c++) {
        double[] weights = new double[branches.length];
        double total = 0;
        for (int r = 0; r < branches.length; r++) {
          int group = c / inGroup;
          double logit = logits[(group * branches.length + r) * inGroup + c % inGroup];
          weights[r] = branches.length == 1 ? logistic(logit) : Math.exp(logit);
          total += weights[r];
        }
        for (int r = 0; r < branches.length; r++) {
          double weight = branches.length == 1 ? weights[r] : weights[r] / total;
          for (int p = 0; p < PIXELS; p++) {
            int i = (n * channels + c) * PIXELS + p;
            out[i] += (float) (weight * branches[r][i]);
          }
        }
      }
    }
    return out;
  }

  private NDArray images(int channels) {
    return ReferenceWeights.images(manager, new Shape(N, channels, SIZE, SIZE));
  }

  private Unit filled(Unit unit, int channels) {
    ReferenceWeights.fill(unit, manager, new Shape(N, channels, SIZE, SIZE));
    return unit;
  }

  /** A unit with the weights that another has under a prefix. */
  private Unit copied(Unit from, String prefix, Unit to, int channels) {
    to.initialize(manager, DataType.FLOAT32, new Shape(N, channels, SIZE, SIZE));
    for (Pair<String, Parameter> pair : to.getParameters()) {
      NDArray source = from.getParameters().get(prefix + pair.getKey()).getArray();
      TorchOps.copy(source, pair.getValue().getArray());
    }
    return to;
  }

  private static float[] values(Unit unit, String name) {
    return unit.getParameters().get(name).getArray().toFloatArray();
  }

  private static double[] means(float[] x, int n, int channels) {
    double[] means = new double[channels];
    for (int i = 0; i < channels * PIXELS; i++) {
      means[i / PIXELS] += x[n * channels * PIXELS + i] / (double) PIXELS;
    }
    return means;
  }

  private static double[] maxima(float[] x, int n, int channels) {
    double[] maxima = new double[channels];
    Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < channels * PIXELS; i++) {
      maxima[i / PIXELS] = Math.max(maxima[i / PIXELS], x[n * channels * PIXELS + i]);
    }
    return maxima;
  }

  /** A fully connected layer, or a 1×1 convolution of one pixel, in groups. */
  private static double[] dense(Unit unit, String layer, double[] x, int groups) {
    float[] weight = values(unit, layer + ".weight");
    boolean biased = unit.getParameters().keys().contains(layer + ".bias");
    int in = x.length / groups;
    int out = weight.length / in;
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      y[o] = biased ? values(unit, layer + ".bias")[o] : 0;
      int group = o / (out / groups);
      for (int i = 0; i < in; i++) {
        y[o] += weight[o * in + i] * x[group * in + i];
      }
    }
    return y;
  }

  private static double[] rectified(double[] x) {
    return Arrays.stream(x).map(v -> Math.max(v, 0)).toArray();
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double normed(Unit unit, String bn, int channel, double x) {
    double mean = values(unit, bn + ".running_mean")[channel];
    double variance = values(unit, bn + ".running_var")[channel];
    double scale = values(unit, bn + ".weight")[channel] / Math.sqrt(variance + 1e-5);
    return (x - mean) * scale + values(unit, bn + ".bias")[channel];
  }

  private static void assertClose(NDArray actual, float[] expected) {
    assertThat(actual.toFloatArray()).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
  }
}
