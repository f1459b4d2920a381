package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** The reference answers of chapter 15, ShuffleNet V2. */
public final class ShuffleNetV2Reference {

  private ShuffleNetV2Reference() {}

  /** The numbers that a 1×1 convolution in groups reads and writes, added up group by group. */
  public static Expected<Long> moved(long in, long out, long groups, long pixels) {
    long ownIn = in / groups;
    long ownOut = out / groups;
    return Expected.of(
        LongStream.range(0, groups)
            .map(group -> pixels * ownIn + pixels * ownOut + ownIn * ownOut)
            .sum());
  }

  /**
   * The fewest numbers that a 1×1 convolution without groups can move for a given work, found by
   * trying: p (c + d) + c d, where p c d is the work, is smallest somewhere between c = 1 and d =
   * 1.
   */
  public static Expected<Double> least(double work, double pixels) {
    double low = 0;
    double high = Math.log(work / pixels);
    for (int i = 0; i < 200; i++) {
      double left = low + (high - low) / 3;
      double right = high - (high - low) / 3;
      if (numbers(Math.exp(left), work, pixels) < numbers(Math.exp(right), work, pixels)) {
        high = right;
      } else {
        low = left;
      }
    }
    return Expected.of(numbers(Math.exp((low + high) / 2), work, pixels));
  }

  private static double numbers(double channels, double work, double pixels) {
    return pixels * channels + work / channels + work / pixels;
  }

  /** A unit of stride 1 that leaves the first {@code kept} channels as they are. */
  public static Expected<Supplier<Block>> unit(int channels, int kept) {
    int rest = channels - kept;
    return Expected.of(
        () ->
            concat(
                    lambda("kept", x -> x.get(":, 0:{}", kept)),
                    lambda("rest", x -> x.get(":, {}:{}", kept, channels)).then(right(rest)))
                .then(channelShuffle(2)));
  }

  private static Unit right(int channels) {
    return seq(conv(channels, channels, 1).bn().relu(), lean(channels, channels));
  }

  private static Unit lean(int in, int out) {
    return seq(depthwise(in, 3), batchNorm(in), conv(in, out, 1).bn().relu());
  }

  /** A unit of stride 1 without the first 1×1 convolution. */
  public static Expected<Supplier<Block>> lean(int channels) {
    int half = channels / 2;
    return Expected.of(() -> split(identity(), lean(half, half)).then(channelShuffle(2)));
  }

  /** A unit of stride 1 that adds where ShuffleNet V2 splits and concatenates. */
  public static Expected<Supplier<Block>> added(int channels) {
    return Expected.of(
        () ->
            add(
                    identity(),
                    seq(
                        conv(channels, channels, 1).bn().relu(),
                        depthwise(channels, 3),
                        batchNorm(channels),
                        conv(channels, channels, 1).bn()))
                .relu());
  }

  /**
   * The weights of the 1×1 convolution that computes what pieces compute together, as a function of
   * the weights of the first of them: (K, C, 1, 1) -> (outputs, C, 1, 1). A picture for each
   * channel, with a 1 there, is sent through them.
   *
   * @param others the weights of the other pieces, in their order
   * @param how "in series", "added" or "concatenated"
   */
  public static Expected<UnaryOperator<NDArray>> one(List<NDArray> others, String how) {
    return Expected.of(
        first -> {
          long channels = first.getShape().get(1);
          NDArray ones = first.getManager().eye((int) channels).reshape(channels, channels, 1, 1);
          NDArray result = through(ones, first);
          for (NDArray piece : others) {
            result =
                switch (how) {
                  case "in series" -> through(result, piece);
                  case "added" -> result.add(through(ones, piece));
                  default -> NDArrays.concat(new NDList(result, through(ones, piece)), 1);
                };
          }
          return result.transpose(1, 0, 2, 3);
        });
  }

  private static NDArray through(NDArray x, NDArray weights) {
    return TorchOps.convolution(x, weights, null, new Geometry(1, 0, 0, 1, 1));
  }

  /** How many of the input channels come out of a network as they were, in any place. */
  public static Expected<Long> untouched(Unit net, NDArray x) {
    NDArray in = x.flatten(2, 3).get(0);
    NDArray out = net.apply(x).flatten(2, 3).get(0);
    NDArray apart = in.expandDims(1).sub(out.expandDims(0)).abs().sum(new int[] {2});
    return Expected.of(apart.min(new int[] {1}).eq(0).sum().getLong());
  }
}
