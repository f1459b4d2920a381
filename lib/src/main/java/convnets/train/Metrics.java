package convnets.train;

import java.util.Locale;

/**
 * How well a network does on some images.
 *
 * @param count how many images
 * @param loss the mean cross-entropy; in training with label smoothing, of the smoothed labels, and
 *     with auxiliary heads the total
 * @param top1 the share of images, from 0 to 1, whose class has the highest score
 * @param top5 the share of images whose class is among the five highest scores
 */
public record Metrics(int count, double loss, double top1, double top5) {

  /** Of no images: every number is NaN. */
  public static final Metrics NONE = new Metrics(0, Double.NaN, Double.NaN, Double.NaN);

  /** The same as {@link #top1}. */
  public double accuracy() {
    return top1;
  }

  /** 1 - top-1 accuracy, from 0 to 1. */
  public double error() {
    return 1 - top1;
  }

  /** 1 - top-5 accuracy, from 0 to 1. */
  public double top5Error() {
    return 1 - top5;
  }

  /** As in "loss 0.241, top-1 91.8%, top-5 99.8% of 10,000 images". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "loss %.3f, top-1 %.1f%%, top-5 %.1f%% of %,d images",
        loss,
        100 * top1,
        100 * top5,
        count);
  }
}
