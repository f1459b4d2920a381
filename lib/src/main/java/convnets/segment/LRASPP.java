package convnets.segment;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Pass;
import convnets.nn.Topology;
import convnets.nn.Unit;

/**
 * Lite reduced atrous spatial pyramid pooling: a coarse map, gated by what the whole image shows,
 * and the scores of a finer map added to its own.
 *
 * <p>A. Howard et al., "Searching for MobileNetV3", 2019, arXiv:1905.02244, section 6.4 and figure
 * 10. Parameters bear torchvision's names.
 */
public final class LRASPP extends Options<LRASPP> {

  private static final int WIDTH = 128;

  private final Encoder encoder;
  private final int classes;
  private int width = WIDTH;

  private LRASPP(Encoder encoder, int classes) {
    this.encoder = encoder;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * torchvision's {@code lraspp_mobilenet_v3_large}, on the dilated network.
   *
   * @param classes the background included
   */
  public static LRASPP mobileNetV3Large(int classes) {
    return new LRASPP(Encoder.mobileNetV3Large(), classes);
  }

  /** Gives the coarse map this many channels: 128 in the paper. */
  public LRASPP width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  /** Builds the network: (N, channels, H, W) -> logits (N, classes, H, W). */
  public Unit build() {
    int in = encoder.channels()[1];
    Unit body = named("cbr", seq(conv(in, width, 1), batchNorm(width), relu()).indexed());
    Unit attention = seq(globalAvgPool(), conv(in, width, 1), sigmoid()).indexed();
    Unit gated = named("classifier", new Product(body, named("scale", attention)));
    Unit coarse =
        seq(
            interpolated(seq(encoder.segments().get(1), gated)),
            named("classifier", named("high_classifier", Heads.score(width, classes))));
    Unit fine =
        named("classifier", named("low_classifier", Heads.score(encoder.channels()[0], classes)));
    return interpolated(seq(encoder.segments().get(0), add(fine, coarse)));
  }

  /** A body scaled by an attention over what the body itself is made from. */
  private static final class Product extends Unit {

    private final Block body;
    private final Block attention;

    Product(Block body, Block attention) {
      this.body = child(body);
      this.attention = child(attention);
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      return pass.run(body, x).mul(pass.run(attention, x));
    }

    @Override
    public Topology topology() {
      return Topology.OWN;
    }

    @Override
    public String describe() {
      return "product";
    }
  }
}
