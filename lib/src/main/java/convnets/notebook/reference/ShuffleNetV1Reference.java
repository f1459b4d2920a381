package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Batches;
import convnets.data.ImageDataset;
import convnets.data.Transform;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.TorchOps;
import convnets.train.Evaluation;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 14, ShuffleNet V1. */
public final class ShuffleNetV1Reference {

  private ShuffleNetV1Reference() {}

  /** The channel shuffle of (N, C, H, W). */
  public static Expected<UnaryOperator<NDArray>> shuffled(int groups) {
    return Expected.of(x -> TorchOps.channelShuffle(x, groups));
  }

  /** What takes a channel shuffle back. */
  public static Expected<UnaryOperator<NDArray>> unshuffled(int groups) {
    return Expected.of(x -> TorchOps.channelShuffle(x, (int) x.getShape().get(1) / groups));
  }

  /** The multiply-adds of a unit, counted layer by layer. */
  public static Expected<Long> multiplyAdds(int in, int out, int groups, int side, int stride) {
    int middle = out / 4;
    int made = stride == 1 ? out : out - in;
    Unit body =
        seq(
            conv(in, middle, 1).groups(groups),
            depthwise(middle, 3).stride(stride),
            conv(middle, made, 1).groups(groups));
    return Expected.of(Summary.of(body, new Shape(1, in, side, side)).multiplyAdds());
  }

  /** The unit with stride 2: figure 2 (c). */
  public static Expected<Supplier<Block>> halving(int in, int out, int groups) {
    int middle = out / 4;
    return Expected.of(
        () -> {
          Unit body =
              seq(
                  conv(in, middle, 1).groups(groups).bn().relu(),
                  channelShuffle(groups),
                  depthwise(middle, 3).stride(2).bn(),
                  conv(middle, out - in, 1).groups(groups).bn());
          return concat(body, avgPool(3, 2).padding(1)).relu();
        });
  }

  /**
   * The filters of a depthwise convolution that stands before a shuffle and not behind it: (C, 1,
   * k, k) -> (C, 1, k, k).
   */
  public static Expected<UnaryOperator<NDArray>> moved(int groups) {
    return Expected.of(
        filters -> {
          int places = (int) filters.getShape().get(0) / groups;
          NDArray channels = filters.transpose(1, 0, 2, 3);
          return TorchOps.channelShuffle(channels, places).transpose(1, 0, 2, 3);
        });
  }

  /**
   * Which outputs (rows) hear which inputs (columns), as ones and zeros, behind layers that connect
   * all channels of a group, with a shuffle by its own groups behind each but the last.
   *
   * @param groups of each layer
   */
  public static Expected<NDArray> heard(NDManager manager, int channels, int... groups) {
    float[] ones = new float[channels * channels];
    for (int input = 0; input < channels; input++) {
      boolean[] reached = new boolean[channels];
      reached[input] = true;
      for (int layer = 0; layer < groups.length; layer++) {
        reached = spread(reached, channels / groups[layer]);
        if (layer < groups.length - 1) {
          reached = dealt(reached, groups[layer]);
        }
      }
      for (int output = 0; output < channels; output++) {
        ones[output * channels + input] = reached[output] ? 1 : 0;
      }
    }
    return Expected.of(manager.create(ones, new Shape(channels, channels)));
  }

  /** Whoever shares a group with one that is reached. */
  private static boolean[] spread(boolean[] reached, int size) {
    boolean[] more = new boolean[reached.length];
    for (int i = 0; i < reached.length; i++) {
      for (int j = i / size * size; j < (i / size + 1) * size; j++) {
        more[j] |= reached[i];
      }
    }
    return more;
  }

  private static boolean[] dealt(boolean[] reached, int groups) {
    int size = reached.length / groups;
    boolean[] moved = new boolean[reached.length];
    for (int i = 0; i < reached.length; i++) {
      moved[i % size * groups + i / size] = reached[i];
    }
    return moved;
  }

  /**
   * The largest multiple of four times the groups, from 32 on, at which a network costs no more
   * than this.
   *
   * @param network by its width
   */
  public static Expected<Integer> widest(
      int groups, long most, Shape input, IntFunction<Unit> network) {
    int width = 32;
    while (Summary.of(network.apply(width + 4 * groups), input).multiplyAdds() <= most) {
      width += 4 * groups;
    }
    return Expected.of(width);
  }

  /** By how many points one network is more often right than another. */
  public static Expected<Double> ahead(
      Unit one, Unit other, ImageDataset data, Transform... transforms) {
    return Expected.of(accuracy(one, data, transforms) - accuracy(other, data, transforms));
  }

  private static double accuracy(Unit net, ImageDataset data, Transform... transforms) {
    return 100 * Evaluation.of(net, Batches.of(data, 100).transform(transforms)).accuracy();
  }
}
