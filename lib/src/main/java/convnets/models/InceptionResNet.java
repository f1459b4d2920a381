package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Inception-ResNet-V2: Inception modules as the bodies of residual blocks.
 *
 * <p>C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi, "Inception-v4, Inception-ResNet and the Impact
 * of Residual Connections on Learning", 2016, arXiv:1602.07261. The network is the one that the
 * authors released: its stem is that of Inception-V3, some layers have other widths than in the
 * figures, and the last block has no ReLU. Parameters bear timm's names.
 */
public final class InceptionResNet extends Inception<InceptionResNet> {

  private int blocksA = 10;
  private int blocksB = 20;
  private int blocksC = 10;
  private boolean unscaled;

  private InceptionResNet() {}

  /** The network of figure 15 as it was released, for images of 299×299: 1000 classes. */
  public static InceptionResNet imageNet() {
    return new InceptionResNet();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("inception_resnet_v2", InceptionResNet::imageNet));
  }

  /**
   * Has this many blocks of each kind; the released network has 10, 20 and 10.
   *
   * @param a at 35×35, 0 or more
   * @param b at 17×17, 0 or more
   * @param c at 8×8, 1 or more
   */
  public InceptionResNet blocks(int a, int b, int c) {
    return with(
        d -> {
          d.blocksA = Checks.notNegative("a", a);
          d.blocksB = Checks.notNegative("b", b);
          d.blocksC = Checks.positive("c", c);
        });
  }

  /**
   * Adds the bodies as they are. Section 3.3 says that wide networks then stop learning, and scales
   * them down to between 0.1 and 0.3.
   */
  public InceptionResNet unscaled() {
    return with(d -> d.unscaled = true);
  }

  @Override
  public Unit build() {
    Seq net = stem("conv2d_1a", "conv2d_2a", "conv2d_2b", "conv2d_3b", "conv2d_4a");
    Unit mixed5b = mixed5b(wide(192));
    int a = out(mixed5b, wide(192)); // 320
    Unit mixed6a = reductionA(a, 256, 256, 384, 384);
    int b = out(mixed6a, a); // 1088
    Unit mixed7a = reductionB(b);
    int c = out(mixed7a, b); // 2080
    return net.then(named("mixed_5b", mixed5b)) // (N, 320, 35, 35)
        .then(repeat("repeat", blocksA, () -> block35(a)))
        .then(named("mixed_6a", mixed6a)) // (N, 1088, 17, 17)
        .then(repeat("repeat_1", blocksB, () -> block17(b)))
        .then(named("mixed_7a", mixed7a)) // (N, 2080, 8, 8)
        .then(repeat("repeat_2", blocksC - 1, () -> seq(block8(c, 0.2), relu())))
        .then(named("block8", block8(c, 1)))
        .then(named("conv2d_7b", unit(c, to(1536, 1))))
        .then(globalAvgPool())
        .then(flatten())
        .then(dropout(0.2))
        .then(named("classif", linear(wide(1536), classes)));
  }

  private static Unit repeat(String name, int times, Supplier<Unit> block) {
    Unit[] blocks = Stream.generate(block).limit(times).toArray(Unit[]::new);
    return named(name, seq(blocks).indexed());
  }

  /** The module at the end of the stem. */
  private Unit mixed5b(int in) {
    return concat(
        branch(0, in, to(96, 1)),
        branch(1, in, to(48, 1), to(64, 5)),
        branch(2, in, to(64, 1), to(96, 3), to(96, 3)),
        poolBranch(3, in, 64));
  }

  /** Figure 16: "Inception-ResNet-A", 35×35. */
  private Unit block35(int in) {
    Unit module =
        concat(
            branch(0, in, to(32, 1)),
            branch(1, in, to(32, 1), to(32, 3)),
            branch(2, in, to(32, 1), to(48, 3), to(64, 3)));
    return seq(residual(module, in, 0.17), relu());
  }

  /** Figure 17: "Inception-ResNet-B", 17×17. */
  private Unit block17(int in) {
    Unit module =
        concat(
            branch(0, in, to(192, 1)), //
            branch(1, in, to(128, 1), to(160, 1, 7), to(192, 7, 1)));
    return seq(residual(module, in, 0.1), relu());
  }

  /** Figure 18: "Reduction-B", 17×17 to 8×8. */
  private Unit reductionB(int in) {
    return concat(
        branch(0, in, to(256, 1), to(384, 3).halving()),
        branch(1, in, to(256, 1), to(288, 3).halving()),
        branch(2, in, to(256, 1), to(288, 3), to(320, 3).halving()),
        halvingPool());
  }

  /** Figure 19: "Inception-ResNet-C", 8×8, but for the ReLU behind it. */
  private Unit block8(int in, double scale) {
    Unit module =
        concat(
            branch(0, in, to(192, 1)), //
            branch(1, in, to(192, 1), to(224, 1, 3), to(256, 3, 1)));
    return residual(module, in, scale);
  }

  /** Figure 20: a module, a linear 1×1 convolution to as many channels as came in, scaled. */
  private Unit residual(Unit module, int in, double scale) {
    Unit linear = named("conv2d", conv(out(module, in), in, 1).bias());
    Unit body = seq(module, linear, unscaled || scale == 1 ? identity() : scale(scale));
    return add(body, identity());
  }
}
