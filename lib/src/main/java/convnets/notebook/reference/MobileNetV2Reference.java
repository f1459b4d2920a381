package convnets.notebook.reference;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 12, MobileNet V2. */
public final class MobileNetV2Reference {

  private static final int TAPS = 9;

  private MobileNetV2Reference() {}

  /**
   * How many channels an inverted residual may have at both ends for no more work than with {@code
   * channels} and the expansion factor {@code t}, if its own factor is {@code other}.
   */
  public static Expected<Integer> channels(int channels, int t, int other) {
    int most = 0;
    while (work(most + 1, other) <= work(channels, t)) {
      most++;
    }
    return Expected.of(most);
  }

  private static long work(long channels, long t) {
    long widening = t == 1 ? 0 : channels;
    return t * channels * (widening + TAPS + channels);
  }

  /**
   * Which blocks of a network have a shortcut, counted from 0.
   *
   * @param in channels of the first block's input
   * @param rows of its table: t, c, n, s
   */
  public static Expected<int[]> shortcuts(int in, int[][] rows) {
    List<Integer> places = new ArrayList<>();
    int place = 0;
    int before = in;
    for (int[] row : rows) {
      if (row[3] == 1 && row[1] == before) {
        places.add(place);
      }
      for (int i = 1; i < row[2]; i++) {
        places.add(place + i);
      }
      place += row[2];
      before = row[1];
    }
    return Expected.of(places.stream().mapToInt(i -> i).toArray());
  }

  /** An inverted residual. */
  public static Expected<Supplier<Block>> inverted(int in, int out, int stride, int t) {
    return Expected.of(
        () -> {
          int wide = t * in;
          Unit narrowing =
              seq(
                  conv(wide, wide, 3).groups(wide).stride(stride),
                  batchNorm(wide),
                  relu6(),
                  conv(wide, out, 1),
                  batchNorm(out));
          Unit body =
              wide == in ? narrowing : seq(conv(in, wide, 1), batchNorm(wide), relu6(), narrowing);
          return in == out && stride == 1 ? add(identity(), body) : body;
        });
  }

  /** ReLU6 of six times the input, so that both of its kinks are met. */
  public static Expected<UnaryOperator<NDArray>> relu6OfSixTimes() {
    return Expected.of(x -> TorchOps.relu6(TorchOps.scale(x, 6)));
  }

  /**
   * What the three convolutions of an inverted residual compute, without batch norms and shortcut:
   * (N, C, H, W) -> (N, K, H / stride, W / stride).
   *
   * @param widening (W, C, 1, 1)
   * @param filters (W, 1, 3, 3)
   * @param narrowing (K, W, 1, 1)
   */
  public static Expected<UnaryOperator<NDArray>> body(
      NDArray widening, NDArray filters, NDArray narrowing, int stride) {
    int wide = (int) filters.getShape().get(0);
    Geometry point = new Geometry(1, 0, 0, 1, 1);
    Geometry depthwise = new Geometry(stride, 1, 1, 1, wide);
    return Expected.of(
        x -> {
          NDArray h = TorchOps.relu6(TorchOps.convolution(x, widening, null, point));
          h = TorchOps.relu6(TorchOps.convolution(h, filters, null, depthwise));
          return TorchOps.convolution(h, narrowing, null, point);
        });
  }

  /**
   * The share of pixels of which at least {@code carried} channels are strictly between 0 and 6.
   *
   * @param z (N, C, H, W)
   */
  public static Expected<Double> kept(NDArray z, int carried) {
    int images = (int) z.getShape().get(0);
    int channels = (int) z.getShape().get(1);
    int pixels = (int) z.getShape().slice(2).size();
    float[] numbers = z.toFloatArray();
    long kept = 0;
    for (int n = 0; n < images; n++) {
      for (int p = 0; p < pixels; p++) {
        int lit = 0;
        for (int c = 0; c < channels; c++) {
          float number = numbers[(n * channels + c) * pixels + p];
          lit += number > 0 && number < 6 ? 1 : 0;
        }
        kept += lit >= carried ? 1 : 0;
      }
    }
    return Expected.of((double) kept / ((long) images * pixels));
  }
}
