package convnets.segment;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/** What stands on a feature map and scores the classes of its pixels, in torchvision's names. */
final class Heads {

  private Heads() {}

  /** A 3×3 convolution to a quarter of the channels, and the scores: torchvision's FCNHead. */
  static Unit fcn(int in, int classes) {
    int width = in / 4;
    return seq(conv(in, width, 3), batchNorm(width), relu(), dropout(0.1), score(width, classes))
        .indexed();
  }

  /** The scores of the classes, by a 1×1 convolution with a bias. */
  static Unit score(int in, int classes) {
    return conv(in, classes, 1).bias();
  }

  /**
   * Atrous spatial pyramid pooling: the map seen at several scales at once, by a 1×1 convolution,
   * by 3×3 ones of several rates, and as a whole. (Chen et al. 2017, arXiv:1706.05587, figure 5.)
   *
   * @return (N, in, H, W) -> (N, width, H, W)
   */
  static Unit pyramid(int in, int width, int[] rates) {
    List<Unit> branches = new ArrayList<>();
    branches.add(seq(conv(in, width, 1), batchNorm(width), relu()).indexed());
    for (int rate : rates) {
      Unit atrous = conv(in, width, 3).dilation(rate);
      branches.add(seq(atrous, batchNorm(width), relu()).indexed());
    }
    Unit whole = seq(globalAvgPool(), conv(in, width, 1), batchNorm(width), relu()).indexed();
    branches.add(interpolated(whole));
    int all = branches.size();
    Unit[] named = new Unit[all];
    for (int i = 0; i < all; i++) {
      named[i] = named("convs." + i, branches.get(i));
    }
    Unit project =
        seq(conv(all * width, width, 1), batchNorm(width), relu(), dropout(0.5)).indexed();
    return seq(concat(named), named("project", project));
  }

  /**
   * A backbone and its classifier, and perhaps one of the last map but one; what they make is
   * interpolated to the image.
   */
  static Unit assembled(Encoder encoder, Unit head, boolean auxiliary, int classes) {
    int last = encoder.last();
    Unit classifier = named("classifier", head);
    if (!auxiliary) {
      return interpolated(seq(encoder.series(0, last), classifier));
    }
    Unit exit = named("aux_classifier", fcn(encoder.channels()[last - 1], classes));
    Unit main = seq(encoder.segments().get(last), classifier);
    return interpolated(seq(encoder.series(0, last - 1), auxiliary(main, exit)));
  }
}
