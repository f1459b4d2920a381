package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.nn.Parameter;
import convnets.nn.Combinators;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Seq;
import convnets.nn.Unit;
import java.util.List;
import java.util.Optional;

/**
 * GoogLeNet, the first Inception network.
 *
 * <p>C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, V. Vanhoucke, A.
 * Rabinovich, "Going Deeper with Convolutions", 2014, arXiv:1409.4842. Parameters bear
 * torchvision's names.
 */
public final class GoogLeNet extends Inception<GoogLeNet> {

  /** What the second and third branch of a module convolve with, behind their 1×1 reductions. */
  public enum Kernels {
    /** 3×3 and 5×5. */
    SQUARE,
    /** 3×3 and 3×3: torchvision's slip, which its weights need. */
    TORCHVISION,
    /** 3×3 and twice 3×3, which sees as much as 5×5 (Inception-V3's figure 5). */
    STACKED,
    /** The same, with each 3×3 as 1×3 and 3×1 (Inception-V3's figure 6 with n = 3). */
    ASYMMETRIC
  }

  /**
   * A module: its row of table 1.
   *
   * @param stage 3, 4 or 5
   * @param letter its place in the stage
   * @param conv1 channels of the 1×1 branch
   * @param reduce3 channels of the reduction before the 3×3 convolution
   * @param conv3 channels of the 3×3 branch
   * @param reduce5 channels of the reduction before the 5×5 convolution
   * @param conv5 channels of the 5×5 branch
   * @param pool channels of the pooling branch
   */
  public record Module(
      int stage, char letter, int conv1, int reduce3, int conv3, int reduce5, int conv5, int pool) {

    /** As in "4a". */
    public String name() {
      return "" + stage + letter;
    }
  }

  /** The rows "inception" of table 1; a max pool stands before stages 4 and 5. */
  public static final List<Module> TABLE_1 =
      List.of(
          new Module(3, 'a', 64, 96, 128, 16, 32, 32),
          new Module(3, 'b', 128, 128, 192, 32, 96, 64),
          new Module(4, 'a', 192, 96, 208, 16, 48, 64),
          new Module(4, 'b', 160, 112, 224, 24, 64, 64),
          new Module(4, 'c', 128, 128, 256, 24, 64, 64),
          new Module(4, 'd', 112, 144, 288, 32, 64, 64),
          new Module(4, 'e', 256, 160, 320, 32, 128, 128),
          new Module(5, 'a', 256, 160, 320, 32, 128, 128),
          new Module(5, 'b', 384, 192, 384, 48, 128, 128));

  private int[] modules = {2, 5, 2};
  private Kernels kernels = Kernels.SQUARE;
  private boolean batchNorm;
  private boolean auxiliary;

  /** Whether torchvision's other departures from the paper are wanted. */
  private boolean torchvision;

  private GoogLeNet() {}

  /**
   * The paper's network, for images of 224×224: 1000 classes, biases, local response normalisation,
   * no batch norm.
   */
  public static GoogLeNet paper() {
    return new GoogLeNet();
  }

  /**
   * torchvision's, whose weights fit: batch norm, 3×3 convolutions for 5×5, a 2×2 pool before stage
   * 5, and dropout of 0.2 for 0.4.
   */
  public static GoogLeNet torchvision() {
    return paper().batchNorm().kernels(Kernels.TORCHVISION).with(d -> d.torchvision = true);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(
        new Variant("googlenet_2014", GoogLeNet::paper),
        new Variant("googlenet", GoogLeNet::torchvision),
        new Variant("googlenet_aux", () -> torchvision().auxiliary()));
  }

  /** Puts a batch norm behind every convolution, in place of biases and response normalisation. */
  public GoogLeNet batchNorm() {
    return with(d -> d.batchNorm = true);
  }

  /** Chooses what the modules convolve with. */
  public GoogLeNet kernels(Kernels kernels) {
    return with(d -> d.kernels = kernels);
  }

  /**
   * Keeps only the first modules of each stage; the table has 2, 5 and 2.
   *
   * @param stage3 1 or 2
   * @param stage4 1 to 5
   * @param stage5 1 or 2
   */
  public GoogLeNet modules(int stage3, int stage4, int stage5) {
    count("stage3", stage3, 1, 2);
    count("stage4", stage4, 1, 5);
    count("stage5", stage5, 1, 2);
    return with(d -> d.modules = new int[] {stage3, stage4, stage5});
  }

  /**
   * Adds the classifiers behind modules 4a and 4d. In training the network then gives (logits,
   * those behind 4d, those behind 4a), each (N, classes).
   */
  public GoogLeNet auxiliary() {
    return with(d -> d.auxiliary = true);
  }

  @Override
  public Unit build() {
    List<Module> rows =
        TABLE_1.stream().filter(row -> row.letter - 'a' < modules[row.stage - 3]).toList();
    Unit net = stem().then(rest(rows, wide(192)));
    if (torchvision) {
      net.setInitializer(Initializers.normal(0.01), Parameter.Type.WEIGHT);
    }
    return net;
  }

  /** Figure 3 from the bottom: (N, channels, 224, 224) -> (N, 192, 28, 28). */
  private Seq stem() {
    Conv first = conv(channels, wide(64), smallImages ? 3 : 7).stride(smallImages ? 1 : 2);
    return seq(
        named("conv1", convolution(first)), // (N, 64, 112, 112)
        smallImages ? identity() : pool(3), // (N, 64, 56, 56)
        responseNorm(),
        named("conv2", convolution(conv(wide(64), wide(64), 1))),
        named("conv3", convolution(conv(wide(64), wide(192), 3))), // (N, 192, 56, 56)
        responseNorm(),
        smallImages ? identity() : pool(3)); // (N, 192, 28, 28)
  }

  /** The network from these modules to its end; what follows a side exit is a part of its own. */
  private Seq rest(List<Module> rows, int in) {
    Seq net = seq();
    for (int i = 0; i < rows.size(); i++) {
      Module row = rows.get(i);
      if (row.stage > 3 && row.letter == 'a') {
        net = net.then(pool(torchvision && row.stage == 5 ? 2 : 3));
      }
      Unit module = inception(in, row);
      net = net.then(named("inception" + row.name(), module));
      in = out(module, in);
      Optional<Unit> exit = exit(row, in);
      if (exit.isPresent()) {
        return net.then(
            Combinators.auxiliary(rest(rows.subList(i + 1, rows.size()), in), exit.get()));
      }
    }
    double dropout = torchvision ? 0.2 : 0.4;
    return net.then(globalAvgPool())
        .then(flatten())
        .then(dropout(dropout))
        .then(named("fc", linear(in, classes)));
  }

  /**
   * Figure 2(b): a module as this network has it, (N, in, H, W) -> (N, out, H, W). All its channels
   * but {@code in} are multiplied by the width.
   */
  public Unit inception(int in, Module row) {
    Unit pooled = seq(maxPool(3, 1).padding(1), convolution(conv(in, wide(row.pool), 1))).indexed();
    return concat(
        named("branch1", convolution(conv(in, wide(row.conv1), 1))),
        named("branch2", tower(in, row.reduce3, small(wide(row.reduce3), wide(row.conv3)))),
        named("branch3", tower(in, row.reduce5, large(wide(row.reduce5), wide(row.conv5)))),
        named("branch4", pooled));
  }

  /** A 1×1 reduction, and these. */
  private Unit tower(int in, int reduced, Conv... convolutions) {
    Seq tower = seq(convolution(conv(in, wide(reduced), 1)));
    for (Conv convolution : convolutions) {
      tower = tower.then(convolution(convolution));
    }
    return tower.indexed();
  }

  /** What sees 3×3. */
  private Conv[] small(int in, int out) {
    return kernels == Kernels.ASYMMETRIC
        ? new Conv[] {conv(in, out, 1, 3), conv(out, out, 3, 1)}
        : new Conv[] {conv(in, out, 3)};
  }

  /** What sees 5×5. */
  private Conv[] large(int in, int out) {
    return switch (kernels) {
      case SQUARE -> new Conv[] {conv(in, out, 5)};
      case TORCHVISION -> new Conv[] {conv(in, out, 3)};
      case STACKED -> new Conv[] {conv(in, out, 3), conv(out, out, 3)};
      case ASYMMETRIC ->
          new Conv[] {
            conv(in, out, 1, 3), conv(out, out, 3, 1), conv(out, out, 1, 3), conv(out, out, 3, 1)
          };
    };
  }

  /** Section 5: the classifier behind a module, where there is one. */
  private Optional<Unit> exit(Module row, int in) {
    return switch (auxiliary ? row.name() : "") {
      case "4a" -> Optional.of(named("aux1", head(in)));
      case "4d" -> Optional.of(named("aux2", head(in)));
      default -> Optional.empty();
    };
  }

  private Unit head(int in) {
    return seq(
        torchvision || smallImages ? adaptiveAvgPool(4, 4) : avgPool(5, 3), // (N, in, 4, 4)
        named("conv", convolution(conv(in, wide(128), 1))),
        flatten(),
        named("fc1", linear(16 * wide(128), wide(1024))),
        relu(),
        dropout(0.7),
        named("fc2", linear(wide(1024), classes)));
  }

  private Unit convolution(Conv conv) {
    return batchNorm ? unit(conv) : seq(named("conv", conv.bias()), relu());
  }

  private static Unit pool(int kernel) {
    return maxPool(kernel, 2).ceil();
  }

  /** With the numbers of Caffe's GoogLeNet. */
  private Unit responseNorm() {
    return batchNorm ? identity() : localResponseNorm(5, 1e-4, 0.75, 1);
  }
}
