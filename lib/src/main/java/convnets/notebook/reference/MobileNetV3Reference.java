package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.inspect.Summary;
import convnets.models.MobileNetV3;
import convnets.models.MobileNetV3.Nonlinearity;
import convnets.models.MobileNetV3.Row;
import convnets.models.SENet;
import convnets.nn.Seq;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The reference answers of chapter 13, MobileNet V3. */
public final class MobileNetV3Reference {

  private MobileNetV3Reference() {}

  /** The multiple of a divisor nearest to a number of channels, looked for from below. */
  public static Expected<Integer> divisible(double channels, int divisor) {
    return Expected.of(multiple(channels, divisor));
  }

  private static int multiple(double channels, int divisor) {
    int nearest = divisor;
    while (channels - nearest >= divisor / 2.0) {
      nearest += divisor;
    }
    return nearest < 0.9 * channels ? nearest + divisor : nearest;
  }

  /** The numbers up to a limit that are rounded up, although a smaller multiple is nearer. */
  public static Expected<int[]> raised(int divisor, int limit) {
    return Expected.of(
        IntStream.rangeClosed(divisor, limit)
            .filter(n -> n % divisor < divisor / 2.0)
            .filter(n -> multiple(n, divisor) > n)
            .toArray());
  }

  /** The multiply-adds of a row's block on maps of {@code side} × {@code side} pixels. */
  public static Expected<Long> multiplyAdds(int in, Row row, int side) {
    Unit block =
        MobileNetV3.bneck(
            in,
            row.expanded(),
            row.channels(),
            row.kernel(),
            row.stride(),
            row.squeezeExcite(),
            row.nonlinearity());
    return Expected.of(Summary.of(block, new Shape(1, in, side, side)).multiplyAdds());
  }

  /** The block of a row, its batch norms with the usual constants. */
  public static Expected<Supplier<Block>> bneck(int in, Row row) {
    return Expected.of(
        () -> {
          int inside = row.expanded();
          Seq body = seq();
          if (inside != in) {
            body = body.then(conv(in, inside, 1).bn()).then(activation(row));
          }
          body = body.then(depthwise(inside, row.kernel()).stride(row.stride()).bn());
          body = body.then(activation(row));
          if (row.squeezeExcite()) {
            body = body.then(SENet.squeezeExcite(inside, inside / 4, relu(), hardsigmoid()));
          }
          body = body.then(conv(inside, row.channels(), 1).bn());
          return row.stride() > 1 || in != row.channels() ? body : add(body, identity());
        });
  }

  private static Unit activation(Row row) {
    return row.nonlinearity() == Nonlinearity.HS ? hardswish() : relu();
  }

  /** The multiply-adds that the efficient last stage of figure 5 saves, without the classifier. */
  public static Expected<Long> saved(int inside, int between, int head, int side) {
    Unit old = seq(depthwise(inside, 3), conv(inside, between, 1), conv(between, head, 1));
    Unit efficient = seq(globalAvgPool(), conv(inside, head, 1));
    Shape maps = new Shape(1, inside, side, side);
    return Expected.of(
        Summary.of(old, maps).multiplyAdds() - Summary.of(efficient, maps).multiplyAdds());
  }

  /** A 1×1 convolution, then the mean over all pixels: (N, C, H, W) -> (N, K, 1, 1). */
  public static Expected<UnaryOperator<NDArray>> meanLast(Unit layer) {
    return Expected.of(x -> layer.apply(x).mean(new int[] {3}, true).mean(new int[] {2}, true));
  }

  /** How far the mean of one sample lies above another's, in standard errors of the difference. */
  public static Expected<Double> errors(double[] a, double[] b) {
    double variance =
        squares(a) / (a.length - 1) / a.length + squares(b) / (b.length - 1) / b.length;
    return Expected.of((mean(a) - mean(b)) / Math.sqrt(variance));
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum() / values.length;
  }

  private static double squares(double[] values) {
    double mean = mean(values);
    return IntStream.range(0, values.length)
        .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
        .sum();
  }
}
