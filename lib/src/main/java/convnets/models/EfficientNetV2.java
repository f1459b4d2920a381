package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.models.EfficientNet.Stage;
import convnets.nn.Conv;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * EfficientNetV2: in the early stages, where depthwise convolutions are slow, one full 3×3
 * convolution stands for the 1×1 and the depthwise one.
 *
 * <p>M. Tan, Q. V. Le, "EfficientNetV2: Smaller Models and Faster Training", 2021,
 * arXiv:2104.00298. Parameters bear torchvision's names.
 */
public final class EfficientNetV2 {

  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 0.1;

  /** Table 4, EfficientNetV2-S. */
  private static final Stage[] TABLE_4 = {
    new Stage(true, 1, 3, 1, 24, 2),
    new Stage(true, 4, 3, 2, 48, 4),
    new Stage(true, 4, 3, 2, 64, 4),
    new Stage(false, 4, 3, 2, 128, 6),
    new Stage(false, 6, 3, 1, 160, 9),
    new Stage(false, 6, 3, 2, 256, 15),
  };

  /** The form for small images: three stages of two blocks, the first of which is fused. */
  private static final Stage[] TINY = {
    new Stage(true, 4, 3, 1, 16, 2),
    new Stage(false, 4, 3, 2, 32, 2),
    new Stage(false, 4, 3, 2, 64, 2),
  };

  private EfficientNetV2() {}

  /** EfficientNetV2-S, for images of 384×384 and 1000 classes. */
  public static EfficientNet s() {
    return new EfficientNet(24, 1280, EPSILON, TABLE_4);
  }

  /**
   * A network that trains in minutes on images of 28×28 or 32×32, not in the paper: three stages of
   * two blocks, 16, 32 and 64 channels, 10 classes. Its first convolution halves the image; with
   * {@link EfficientNet#smallImages()} it does not, at four times the cost.
   */
  public static EfficientNet tiny() {
    return new EfficientNet(16, 256, EPSILON, TINY).classes(10);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("efficientnet_v2_s", EfficientNetV2::s));
  }

  /**
   * Fused-MBConv, figure 2: a full convolution with SiLU to {@code expansion} times the channels,
   * and one of 1×1 without an activation. (N, in, H, W) -> (N, out, H / stride, W / stride).
   *
   * @param expansion without the 1×1 convolution if it is 1
   * @param kernel of the full convolution
   */
  public static Unit fusedMbConv(int expansion, int in, int out, int kernel, int stride) {
    return fusedMbConv(expansion, in, out, kernel, stride, 0);
  }

  static Unit fusedMbConv(int expansion, int in, int out, int kernel, int stride, double dropped) {
    Checks.positive("expansion", expansion);
    int expanded = expansion == 1 ? out : expansion * in;
    Seq body = seq(norm(conv(in, expanded, kernel).stride(stride)).then(silu()).indexed());
    if (expansion > 1) {
      body = body.then(norm(conv(expanded, out, 1)).indexed());
    }
    Unit block = named("block", body.indexed());
    return InvertedResidual.residual(in, out, stride, dropped, block);
  }

  private static Seq norm(Conv conv) {
    return conv.bn(EPSILON, MOMENTUM);
  }
}
