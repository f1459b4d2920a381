package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Target;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.segment.UNet;
import convnets.torch.MaskOps;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 23, segmentation. */
public final class SegmentationReference {

  private SegmentationReference() {}

  /** How many numbers a U-Net of the chapter learns, which goes down so many levels. */
  public static Expected<Long> parameters(int channels, int levels, int classes) {
    Unit net =
        UNet.of(UNet.encoder(3, channels, levels + 1), classes).widest(Integer.MAX_VALUE).build();
    int side = 1 << (levels + 1);
    return Expected.of(Summary.of(net, new Shape(1, 3, side, side)).parameters());
  }

  /**
   * The mean of the intersections over unions of the classes that are in the truth or in the mask;
   * pixels of {@link Target#IGNORED} in the truth do not count.
   */
  public static Expected<Double> meanIou(int[] truth, int[] mask, int classes) {
    double sum = 0;
    int there = 0;
    for (int c = 0; c < classes; c++) {
      int both = 0;
      int either = 0;
      for (int i = 0; i < truth.length; i++) {
        boolean known = truth[i] != Target.IGNORED;
        both += known && truth[i] == c && mask[i] == c ? 1 : 0;
        either += known && (truth[i] == c || mask[i] == c) ? 1 : 0;
      }
      there += either > 0 ? 1 : 0;
      sum += either > 0 ? (double) both / either : 0;
    }
    return Expected.of(sum / there);
  }

  /**
   * A storey of a U-Net: down to half the size and twice the channels by strides, and up again by
   * interpolation.
   */
  public static Expected<Supplier<Block>> storey(int channels) {
    return Expected.of(
        () -> {
          int deep = 2 * channels;
          Unit below =
              seq(
                  conv(channels, deep, 3).stride(2).bn().relu(),
                  conv(deep, deep, 3).bn().relu(),
                  conv(deep, channels, 1).bias(),
                  upsample(2).bilinear());
          return seq(
              concat(identity(), fitted(below)),
              conv(deep, channels, 3).bn().relu(),
              conv(channels, channels, 3).bn().relu());
        });
  }

  /**
   * The Dice loss of scores (N, C, H, W), from their softmax.
   *
   * @param truth (N, H, W), int64
   */
  public static Expected<UnaryOperator<NDArray>> dice(NDArray truth) {
    return Expected.of(x -> MaskOps.dice(x, truth));
  }

  /**
   * The mean cross-entropy of scores (N, C, H, W) over the pixels that are known.
   *
   * @param truth (N, H, W), int64
   */
  public static Expected<UnaryOperator<NDArray>> crossEntropy(NDArray truth) {
    return Expected.of(
        x -> {
          float[] alike = new float[(int) x.getShape().get(1)];
          Arrays.fill(alike, 1);
          return MaskOps.crossEntropy(x, truth, alike);
        });
  }

  /** The Dice coefficient of two sets whose intersection over union is known. */
  public static Expected<Double> diceOf(double iou) {
    return Expected.of(2 * iou / (1 + iou));
  }

  /** The other way round. */
  public static Expected<Double> iouOf(double dice) {
    return Expected.of(dice / (2 - dice));
  }

  /**
   * The share of the pixels at edges of the truth that have their class: of those that have a pixel
   * of another class within so many rows and columns.
   *
   * @param mask by rows
   * @param truth by rows
   */
  public static Expected<Double> edgeAccuracy(int[] mask, int[] truth, int width, int distance) {
    int right = 0;
    int all = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean edge = false;
      for (int j = 0; j < truth.length; j++) {
        boolean near =
            Math.abs(i / width - j / width) <= distance
                && Math.abs(i % width - j % width) <= distance;
        edge |= near && truth[i] != truth[j];
      }
      all += edge ? 1 : 0;
      right += edge && mask[i] == truth[i] ? 1 : 0;
    }
    return Expected.of((double) right / all);
  }
}
