package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.nn.Combinators;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;

/**
 * Inception-V3: the Inception module with its convolutions factorised.
 *
 * <p>C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception
 * Architecture for Computer Vision", 2015, arXiv:1512.00567. The network is the one that the
 * authors released, which differs from table 1 in its stem and in the number of modules of each
 * kind; parameters bear torchvision's names. (torchvision's pretrained weights want pixels from −1
 * to 1, as {@code transform_input} makes them there.)
 */
public final class InceptionV3 extends Inception<InceptionV3> {

  /** The modules, by torchvision's letters. */
  private enum Kind {
    /** Figure 5, but with one 5×5 convolution in place of two 3×3. */
    A,
    /** Figure 10: 35×35 becomes 17×17. */
    B,
    /** Figure 6 with n = 7. */
    C,
    /** Figure 10 again, with 1×7 and 7×1 convolutions: 17×17 becomes 8×8. */
    D,
    /** Figure 7. */
    E
  }

  /**
   * A module.
   *
   * @param width channels of the pooling branch in A, within the 7×7 branches in C
   */
  private record Module(String name, Kind kind, int width) {}

  /** The rows "Inception" of table 1, in the released network. */
  private static final List<Module> TABLE_1 =
      List.of(
          new Module("Mixed_5b", Kind.A, 32),
          new Module("Mixed_5c", Kind.A, 64),
          new Module("Mixed_5d", Kind.A, 64),
          new Module("Mixed_6a", Kind.B, 0),
          new Module("Mixed_6b", Kind.C, 128),
          new Module("Mixed_6c", Kind.C, 160),
          new Module("Mixed_6d", Kind.C, 160),
          new Module("Mixed_6e", Kind.C, 192),
          new Module("Mixed_7a", Kind.D, 0),
          new Module("Mixed_7b", Kind.E, 0),
          new Module("Mixed_7c", Kind.E, 0));

  private int modulesA = 3;
  private int modulesC = 4;
  private int modulesE = 2;
  private boolean auxiliary;

  private InceptionV3() {}

  /** The released network, for images of 299×299: 1000 classes. */
  public static InceptionV3 imageNet() {
    return new InceptionV3();
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("inception_v3", InceptionV3::imageNet),
        new Variant("inception_v3_aux", () -> imageNet().auxiliary()));
  }

  /**
   * Keeps only the first modules of each kind; the full network has 3, 4 and 2.
   *
   * @param a modules of figure 5, at 35×35, 1 to 3
   * @param c modules of figure 6, at 17×17, 1 to 4
   * @param e modules of figure 7, at 8×8, 1 or 2
   */
  public InceptionV3 modules(int a, int c, int e) {
    return with(
        d -> {
          d.modulesA = count("a", a, 1, 3);
          d.modulesC = count("c", c, 1, 4);
          d.modulesE = count("e", e, 1, 2);
        });
  }

  /**
   * Adds the classifier behind the last module at 17×17 (figure 8). In training the network then
   * gives (logits, auxiliary logits), each (N, classes).
   */
  public InceptionV3 auxiliary() {
    return with(d -> d.auxiliary = true);
  }

  @Override
  public Unit build() {
    Seq early = modules(wide(192), Kind.A, Kind.B, Kind.C);
    int middle = out(early, wide(192));
    Seq late = modules(middle, Kind.D, Kind.E);
    Seq rest =
        late.then(globalAvgPool())
            .then(dropout(0.5))
            .then(flatten())
            .then(named("fc", linear(out(late, middle), classes)));
    Unit net =
        stem("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3")
            .then(early)
            .then(auxiliary ? Combinators.auxiliary(rest, head(middle)) : rest);
    net.setInitializer(Initializers.normal(0.1), Parameter.Type.WEIGHT);
    if (auxiliary) {
      net.setInitializer(Initializers.normal(0.01), "AuxLogits.conv1.conv.weight");
      net.setInitializer(Initializers.normal(0.001), "AuxLogits.fc.weight");
    }
    return net;
  }

  private Seq modules(int in, Kind... kinds) {
    Seq net = seq();
    for (Kind kind : kinds) {
      List<Module> rows = TABLE_1.stream().filter(row -> row.kind == kind).toList();
      for (Module row : rows.subList(0, Math.min(rows.size(), most(kind)))) {
        Unit module = module(row, in);
        net = net.then(named(row.name, module));
        in = out(module, in);
      }
    }
    return net;
  }

  private int most(Kind kind) {
    return switch (kind) {
      case A -> modulesA;
      case B, D -> 1;
      case C -> modulesC;
      case E -> modulesE;
    };
  }

  private Unit module(Module row, int in) {
    return switch (row.kind) {
      case A -> moduleA(in, row.width);
      case B -> moduleB(in);
      case C -> moduleC(in, row.width);
      case D -> moduleD(in);
      case E -> moduleE(in);
    };
  }

  // The kinds, each (N, in, H, W) -> (N, out, H', W').

  private Unit moduleA(int in, int pool) {
    return concat(
        branch("branch1x1", in, to(64, 1)),
        branch("branch5x5", in, to(48, 1), to(64, 5)),
        branch("branch3x3dbl", in, to(64, 1), to(96, 3), to(96, 3)),
        poolBranch(in, pool));
  }

  private Unit moduleB(int in) {
    return concat(
        branch("branch3x3", in, to(384, 3).halving()),
        branch("branch3x3dbl", in, to(64, 1), to(96, 3), to(96, 3).halving()),
        halvingPool());
  }

  private Unit moduleC(int in, int c) {
    return concat(
        branch("branch1x1", in, to(192, 1)),
        branch("branch7x7", in, to(c, 1), to(c, 1, 7), to(192, 7, 1)),
        branch("branch7x7dbl", in, to(c, 1), to(c, 7, 1), to(c, 1, 7), to(c, 7, 1), to(192, 1, 7)),
        poolBranch(in, 192));
  }

  private Unit moduleD(int in) {
    return concat(
        branch("branch3x3", in, to(192, 1), to(320, 3).halving()),
        branch("branch7x7x3", in, to(192, 1), to(192, 1, 7), to(192, 7, 1), to(192, 3).halving()),
        halvingPool());
  }

  private Unit moduleE(int in) {
    return concat(
        branch("branch1x1", in, to(320, 1)),
        seq(named("branch3x3_1", unit(in, to(384, 1))), cross("branch3x3_2", wide(384), 384)),
        seq(
            branch("branch3x3dbl", in, to(448, 1), to(384, 3)),
            cross("branch3x3dbl_3", wide(384), 384)),
        poolBranch(in, 192));
  }

  /** A branch called {@code name}, or of several called {@code name_1}, {@code name_2} … */
  private Unit branch(String name, int in, Step... steps) {
    Unit[] tower = tower(in, steps);
    for (int i = 0; i < tower.length; i++) {
      tower[i] = named(tower.length == 1 ? name : name + "_" + (i + 1), tower[i]);
    }
    return seq(tower);
  }

  private Unit poolBranch(int in, int out) {
    return seq(avgPool(3, 1).padding(1), branch("branch_pool", in, to(out, 1)));
  }

  /** Figure 8: the classifier aside. */
  private Unit head(int in) {
    Unit head =
        seq(
            smallImages ? adaptiveAvgPool(5, 5) : avgPool(5, 3), // (N, in, 5, 5)
            named("conv0", unit(in, to(128, 1))),
            named("conv1", unit(conv(wide(128), wide(768), 5).padding(0))), // (N, 768, 1, 1)
            globalAvgPool(),
            flatten(),
            named("fc", linear(wide(768), classes)));
    return named("AuxLogits", head);
  }
}
