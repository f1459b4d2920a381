package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.Options;
import convnets.nn.Conv;
import convnets.nn.Layers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * An inverted residual block on paper, for the families that are made of it: a 1×1 convolution to
 * many channels, a depthwise one, perhaps squeeze-and-excitation, a 1×1 convolution to few channels
 * without an activation, and a shortcut between the few. MobileNetV2 introduced it, MobileNetV3
 * gave it attention, EfficientNet calls it MBConv.
 */
final class InvertedResidual extends Options<InvertedResidual> {

  /** Whose names the parameters bear. */
  enum Names {
    /** conv.0.0 … conv.2, conv.3: torchvision's MobileNetV2. */
    CONV,
    /** block.0.0 … block.3.1: torchvision's MobileNetV3 and EfficientNet. */
    BLOCK,
    /** conv_pw, bn1, conv_dw, bn2, conv_pwl, bn3: timm. */
    TIMM
  }

  private final int in;
  private final int expanded;
  private final int out;
  private final int stride;
  private final Names names;
  private int kernel = 3;
  private int dilation = 1;
  private Supplier<Unit> activation = Layers::relu6;
  private double epsilon = 1e-5;
  private double momentum = 0.1;
  private Unit attention;
  private boolean linear = true;
  private boolean shortcut = true;
  private boolean tensorflowPadding;
  private double dropped;

  /**
   * A block of 3×3 with ReLU6.
   *
   * @param in channels of the input
   * @param expanded channels within; if it equals in, there is no first convolution
   * @param out channels of the output
   * @param stride of the depthwise convolution; the shortcut needs 1, and in equal to out
   */
  InvertedResidual(Names names, int in, int expanded, int out, int stride) {
    this.names = names;
    this.in = Checks.positive("in", in);
    this.expanded = Checks.positive("expanded", expanded);
    this.out = Checks.positive("out", out);
    this.stride = Checks.positive("stride", stride);
  }

  /** The size of the depthwise convolution. */
  InvertedResidual kernel(int kernel) {
    return with(b -> b.kernel = kernel);
  }

  /** Spreads the taps of the depthwise convolution this many pixels apart. */
  InvertedResidual dilation(int dilation) {
    return with(b -> b.dilation = dilation);
  }

  /** What follows the first two convolutions. */
  InvertedResidual activation(Supplier<Unit> activation) {
    return with(b -> b.activation = activation);
  }

  /** The constants of all batch norms, in PyTorch's convention. */
  InvertedResidual batchNorms(double epsilon, double momentum) {
    return with(
        b -> {
          b.epsilon = epsilon;
          b.momentum = momentum;
        });
  }

  /** What weighs the expanded channels: (N, expanded, H, W) -> the same. */
  InvertedResidual attention(Unit attention) {
    return with(b -> b.attention = attention);
  }

  /** Puts an activation at the end of the body as well. */
  InvertedResidual nonLinear() {
    return with(b -> b.linear = false);
  }

  /** Leaves the shortcut out even where the sizes agree. */
  InvertedResidual withoutShortcut() {
    return with(b -> b.shortcut = false);
  }

  /** Pads the depthwise convolution as TensorFlow does. */
  InvertedResidual tensorflowPadding() {
    return with(b -> b.tensorflowPadding = true);
  }

  /** Drops the body in training with this probability, where there is a shortcut. */
  InvertedResidual stochasticDepth(double rate) {
    return with(b -> b.dropped = rate);
  }

  /** Builds the block: (N, in, H, W) -> (N, out, H / stride, W / stride). */
  Unit build() {
    return shortcut ? residual(in, out, stride, dropped, body()) : body();
  }

  /** A body with the identity beside it where sizes allow, and dropped at random in training. */
  static Unit residual(int in, int out, int stride, double dropped, Unit body) {
    if (stride > 1 || in != out) {
      return body;
    }
    return add(dropped > 0 ? body.then(Layers.stochasticDepth(dropped)) : body, identity());
  }

  private Unit body() {
    List<Unit> layers = new ArrayList<>();
    if (expanded != in) {
      layers.add(activated("conv_pw", conv(in, expanded, 1)));
    }
    Conv filter = depthwise(expanded, kernel).stride(stride).dilation(dilation);
    layers.add(activated("conv_dw", tensorflowPadding ? filter.tensorflowPadding() : filter));
    if (attention != null) {
      layers.add(attention);
    }
    Conv project = conv(expanded, out, 1);
    Unit norm = batchNorm(out, epsilon, momentum);
    switch (names) {
      case CONV -> layers.addAll(List.of(project, norm));
      case BLOCK -> layers.add(seq(project, norm).indexed());
      case TIMM -> layers.add(seq(named(expanded != in ? "conv_pwl" : "conv_pw", project), norm));
    }
    if (!linear) {
      layers.add(activation.get());
    }
    Seq body = seq(layers.toArray(Unit[]::new));
    return switch (names) {
      case CONV -> named("conv", body.indexed());
      case BLOCK -> named("block", body.indexed());
      case TIMM -> body;
    };
  }

  /** A convolution, its batch norm and the activation. */
  private Seq activated(String name, Conv conv) {
    Unit norm = batchNorm(expanded, epsilon, momentum);
    return names == Names.TIMM
        ? seq(named(name, conv), norm, activation.get())
        : seq(conv, norm, activation.get()).indexed();
  }
}
