package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import convnets.Checks;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Inception-V4: the Inception network made uniform, without residuals.
 *
 * <p>C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi, "Inception-v4, Inception-ResNet and the Impact
 * of Residual Connections on Learning", 2016, arXiv:1602.07261. Parameters bear timm's names.
 * {@link InceptionResNet} is its sister with residuals.
 */
public final class InceptionV4 extends Inception<InceptionV4> {

  private int modulesA = 4;
  private int modulesB = 7;
  private int modulesC = 3;

  private InceptionV4() {}

  /** The network of figure 9, for images of 299×299: 1000 classes. */
  public static InceptionV4 imageNet() {
    return new InceptionV4();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("inception_v4", InceptionV4::imageNet));
  }

  /**
   * Has this many modules of each kind; figure 9 has 4, 7 and 3.
   *
   * @param a at 35×35, 0 or more
   * @param b at 17×17, 0 or more
   * @param c at 8×8, 0 or more
   */
  public InceptionV4 modules(int a, int b, int c) {
    return with(
        d -> {
          d.modulesA = Checks.notNegative("a", a);
          d.modulesB = Checks.notNegative("b", b);
          d.modulesC = Checks.notNegative("c", c);
        });
  }

  @Override
  public Unit build() {
    List<Unit> features = new ArrayList<>();
    int in = channels;
    for (IntFunction<Unit> part : figure9()) {
      Unit unit = part.apply(in);
      features.add(unit);
      in = out(unit, in);
    }
    return seq(
        named("features", seq(features.toArray(Unit[]::new)).indexed()),
        globalAvgPool(),
        flatten(),
        dropout(0.2),
        named("last_linear", linear(in, classes)));
  }

  /** Figure 9 from the bottom; each part is told how many channels come in. */
  private List<IntFunction<Unit>> figure9() {
    List<IntFunction<Unit>> parts = new ArrayList<>();
    parts.add(in -> unit(in, inStem(to(32, 3).halving()))); // (N, 32, 149, 149)
    parts.add(in -> unit(in, inStem(to(32, 3).valid()))); // (N, 32, 147, 147)
    parts.add(in -> unit(in, to(64, 3)));
    parts.add(this::stem3); // (N, 160, 73, 73)
    parts.add(this::stem4); // (N, 192, 71, 71)
    parts.add(this::stem5); // (N, 384, 35, 35)
    parts.addAll(Collections.nCopies(modulesA, this::moduleA));
    parts.add(in -> reductionA(in, 192, 224, 256, 384)); // (N, 1024, 17, 17)
    parts.addAll(Collections.nCopies(modulesB, this::moduleB));
    parts.add(this::reductionB); // (N, 1536, 8, 8)
    parts.addAll(Collections.nCopies(modulesC, this::moduleC));
    return parts;
  }

  /** Figure 3, the first pair of branches. */
  private Unit stem3(int in) {
    return concat(stemPool(), named("conv", unit(in, inStem(to(96, 3).halving()))));
  }

  /** Figure 3, the second pair. */
  private Unit stem4(int in) {
    Step last = inStem(to(96, 3).valid());
    return concat(
        branch(0, in, to(64, 1), last), //
        branch(1, in, to(64, 1), to(64, 1, 7), to(64, 7, 1), last));
  }

  /** Figure 3, the third pair. */
  private Unit stem5(int in) {
    return concat(named("conv", unit(in, inStem(to(192, 3).halving()))), stemPool());
  }

  private Unit stemPool() {
    return smallImages ? maxPool(3, 1).padding(1) : halvingPool();
  }

  /** Figure 4: 35×35. */
  private Unit moduleA(int in) {
    return concat(
        branch(0, in, to(96, 1)),
        branch(1, in, to(64, 1), to(96, 3)),
        branch(2, in, to(64, 1), to(96, 3), to(96, 3)),
        poolBranch(3, in, 96));
  }

  /** Figure 5: 17×17. */
  private Unit moduleB(int in) {
    return concat(
        branch(0, in, to(384, 1)),
        branch(1, in, to(192, 1), to(224, 1, 7), to(256, 7, 1)),
        branch(2, in, to(192, 1), to(192, 7, 1), to(224, 1, 7), to(224, 7, 1), to(256, 1, 7)),
        poolBranch(3, in, 128));
  }

  /** Figure 8: 17×17 to 8×8. */
  private Unit reductionB(int in) {
    return concat(
        branch(0, in, to(192, 1), to(192, 3).halving()),
        branch(1, in, to(256, 1), to(256, 1, 7), to(320, 7, 1), to(320, 3).halving()),
        halvingPool());
  }

  /** Figure 6: 8×8. */
  private Unit moduleC(int in) {
    Unit[] tower = tower(in, to(384, 1), to(448, 3, 1), to(512, 1, 3));
    return concat(
        branch(0, in, to(256, 1)),
        seq(named("branch1_0", unit(in, to(384, 1))), cross("branch1_1", wide(384), 256)),
        seq(
            named("branch2_0", tower[0]),
            named("branch2_1", tower[1]),
            named("branch2_2", tower[2]),
            cross("branch2_3", wide(512), 256)),
        poolBranch(3, in, 256));
  }
}
