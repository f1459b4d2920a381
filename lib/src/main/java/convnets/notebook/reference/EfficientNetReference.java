package convnets.notebook.reference;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 16, EfficientNet. */
public final class EfficientNetReference {

  private EfficientNetReference() {}

  /**
   * The constants α, β, γ with α β² γ² = budget, when depth and width get these shares of the
   * budget's logarithm and resolution the rest.
   */
  public static Expected<double[]> constants(double depth, double width, double budget) {
    double log = Math.log(budget);
    return Expected.of(
        new double[] {
          Math.exp(depth * log), Math.exp(width * log / 2), Math.exp((1 - depth - width) * log / 2)
        });
  }

  /** How many blocks each stage of EfficientNet-Lite has: the outermost stages keep theirs. */
  public static Expected<int[]> liteBlocks(int[] blocks, double depth) {
    int[] more = blocks.clone();
    for (int i = 1; i < blocks.length - 1; i++) {
      int n = 0;
      while (n < depth * blocks[i]) {
        n++;
      }
      more[i] = n;
    }
    return Expected.of(more);
  }

  /** How many channels a layer has: the nearest multiple of 8 that is not below nine tenths. */
  public static Expected<int[]> channels(int[] channels, double width) {
    int[] more = new int[channels.length];
    for (int i = 0; i < channels.length; i++) {
      double wanted = width * channels[i];
      int best = 8;
      for (int c = 8; c <= wanted + 8; c += 8) {
        boolean nearer = Math.abs(c - wanted) <= Math.abs(best - wanted);
        if (nearer || best < 0.9 * wanted) {
          best = c;
        }
      }
      more[i] = best;
    }
    return Expected.of(more);
  }

  /**
   * The weights of the one convolution that computes what a 1×1 convolution and a depthwise one
   * behind it compute, as a function of those of the 1×1: (wide, in, 1, 1) -> (wide, in, k, k).
   *
   * @param filters (wide, 1, k, k)
   */
  public static Expected<UnaryOperator<NDArray>> merged(NDArray filters) {
    long wide = filters.getShape().get(0);
    long side = filters.getShape().get(2);
    NDArray taps = filters.reshape(wide, 1, side * side);
    return Expected.of(
        expand -> {
          long in = expand.getShape().get(1);
          return expand.reshape(wide, in, 1).matMul(taps).reshape(wide, in, side, side);
        });
  }

  /** Fused-MBConv; with an expansion of 1 it is a single convolution. */
  public static Expected<Supplier<Block>> fused(
      int expansion, int in, int out, int kernel, int stride) {
    return Expected.of(
        () -> {
          int wide = expansion == 1 ? out : expansion * in;
          Unit body = seq(conv(in, wide, kernel).stride(stride), batchNorm(wide), silu());
          Unit whole = expansion == 1 ? body : seq(body, conv(wide, out, 1), batchNorm(out));
          return stride == 1 && in == out ? add(whole, identity()) : whole;
        });
  }

  /**
   * The sizes of pictures in the stages of a training: on a straight line from the first to the
   * last, each the nearest multiple, the upper one of two.
   */
  public static Expected<int[]> sizes(int first, int last, int stages, int multiple) {
    int[] sizes = new int[stages];
    for (int i = 0; i < stages; i++) {
      // in units of multiple / (2 (stages - 1)), so that nothing is rounded before it must be
      long place = (long) first * (stages - 1) + (long) (last - first) * i;
      long unit = (long) multiple * (stages - 1);
      sizes[i] = (int) (Math.floorDiv(2 * place + unit, 2 * unit) * multiple);
    }
    return Expected.of(sizes);
  }

  /** The multiply-adds of a training's forward passes, on images of this many channels. */
  public static Expected<Double> price(
      Unit net, int channels, int[] sides, int[] epochs, int pictures) {
    double sum = 0;
    for (int i = 0; i < sides.length; i++) {
      long one = Summary.of(net, new Shape(1, channels, sides[i], sides[i])).multiplyAdds();
      sum += (double) one * epochs[i] * pictures;
    }
    return Expected.of(sum);
  }
}
