package convnets.nn;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.Options;
import convnets.nn.Atrous.Rewritten;
import convnets.nn.Atrous.Sampling;
import convnets.nn.Trunk.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network without its classifier, which gives its feature maps, from fine to coarse: (N, C, H, W)
 * -> (N, C₁, H/s₁, W/s₁), (N, C₂, H/s₂, W/s₂) …
 *
 * <p>The map of a stride is the last that the network has of that size. By default the last four
 * are given: those of strides 4, 8, 16 and 32 of most networks.
 *
 * <pre>{@code
 * Backbone backbone = Models.backbone("resnet50").at(8, 16, 32);
 * Backbone pretrained = Backbone.of(net, new Shape(1, 3, 224, 224)).outputStride(8);
 * NDList maps = pretrained.outputs(images);
 * }</pre>
 *
 * <p>Parameters are those of the network itself, under the same names: training one trains the
 * other. Weights of a whole network are loaded into the network, and its backbone has them; or into
 * a backbone, by {@code Weights.loading(backbone).without("fc.")}. Each method below returns a new
 * backbone, with the same parameters.
 */
public final class Backbone extends Stages {

  /** How many maps are given unless some are asked for. */
  private static final int USUAL = 4;

  /**
   * One of the feature maps.
   *
   * @param name of the layer or the named part that makes it, as in {@link Unit#paths()}
   * @param stride in pixels of the image, from one pixel of the map to the next
   * @param dilation how many times as dense as designed the map is, with {@link #outputStride}; 1
   *     otherwise
   * @param channels how many it has
   */
  public record Stage(String name, int stride, int dilation, int channels) {}

  /** What of a trunk is given, and how. */
  private static final class Plan extends Options<Plan> {
    List<Part> trunk;
    int[] strides;
    int outputStride = Integer.MAX_VALUE;
  }

  private final Plan plan;
  private final List<Stage> stages;

  private Backbone(Plan plan) {
    this(plan, new ArrayList<>());
  }

  private Backbone(Plan plan, List<Stage> stages) {
    super(segments(plan, stages));
    this.plan = plan;
    this.stages = List.copyOf(stages);
  }

  /**
   * The backbone of a network.
   *
   * <p>It ends before what {@link Combinators#head} marks, or else before the pooling of the whole
   * image or the first layer that makes no image; side exits for training are left away. A named
   * part that halves the image once, such as a block, is not cut: the map before it is the last of
   * its size.
   *
   * @param net a series, perhaps of series; it need not be initialised, and stays as it is
   * @param input the shape of its input, batch included; of its size nothing depends but that the
   *     network takes it
   * @throws IllegalArgumentException if the network makes no image
   */
  public static Backbone of(Unit net, Shape input) {
    List<Part> trunk = Trunk.of(net, input);
    int[] all = trunk.stream().mapToInt(Part::stride).toArray();
    int[] usual = Arrays.copyOfRange(all, Math.max(0, all.length - USUAL), all.length);
    return new Backbone(
        new Plan()
            .with(
                p -> {
                  p.trunk = trunk;
                  p.strides = usual;
                }));
  }

  /**
   * Gives the maps that the network was designed to have at these strides; what comes behind the
   * last of them is left away.
   *
   * @param strides in ascending order
   * @throws IllegalArgumentException if there is no map at one of them; the message says at which
   *     there are
   */
  public Backbone at(int... strides) {
    if (strides.length == 0) {
      throw new IllegalArgumentException("strides must name at least one of " + available());
    }
    for (int i = 0; i < strides.length; i++) {
      checkStride("strides", strides[i]);
      if (i > 0 && strides[i] <= strides[i - 1]) {
        throw new IllegalArgumentException(
            "strides (" + Arrays.toString(strides) + ") must ascend, as in 8, 16, 32");
      }
    }
    int[] copy = strides.clone();
    return new Backbone(plan.with(p -> p.strides = copy));
  }

  /**
   * Keeps the resolution from a stride on, for dense prediction: what would shrink the image
   * further does not, and kernels behind it are dilated, so that each pixel still sees what it saw.
   * (Chen et al. 2014, arXiv:1412.7062, section 3.1; torchvision's {@code
   * replace_stride_with_dilation}, which dilates a ResNet alike.)
   *
   * @param stride 8 and 16 are usual; the largest of the network changes nothing
   * @throws IllegalArgumentException if there is no map at this stride, or a layer behind it cannot
   *     be dilated
   */
  public Backbone outputStride(int stride) {
    checkStride("stride", stride);
    return new Backbone(plan.with(p -> p.outputStride = stride));
  }

  private void checkStride(String name, int stride) {
    if (plan.trunk.stream().noneMatch(part -> part.stride() == stride)) {
      throw new IllegalArgumentException(
          name + " (" + stride + ") must be of " + available() + ", where this network has maps");
    }
  }

  private String available() {
    return plan.trunk.stream()
        .map(part -> Integer.toString(part.stride()))
        .collect(Collectors.joining(", "));
  }

  /** What the outputs are, in their order. */
  public List<Stage> stages() {
    return stages;
  }

  /** The channels of each output. */
  public int[] channels() {
    return stages.stream().mapToInt(Stage::channels).toArray();
  }

  /** The strides of each output: fewer pixels of the image than designed where it is dilated. */
  public int[] strides() {
    return stages.stream().mapToInt(Stage::stride).toArray();
  }

  /** The blocks from one map to the next, dilated where that is asked for. */
  private static Block[] segments(Plan plan, List<Stage> stages) {
    Atrous atrous = new Atrous(plan.outputStride);
    List<Block> segments = new ArrayList<>();
    List<Trunk.Piece> pieces = new ArrayList<>();
    Sampling sampling = Sampling.INPUT;
    for (Part part : plan.trunk) {
      for (Trunk.Piece piece : part.pieces()) {
        Rewritten rewritten = atrous.rewrite(piece.block(), piece.stride(), sampling);
        pieces.add(piece.with(rewritten.block()));
        sampling = rewritten.out();
      }
      if (IntStream.of(plan.strides).anyMatch(stride -> stride == part.stride())) {
        segments.add(Trunk.series(pieces));
        pieces.clear();
        stages.add(new Stage(part.name(), sampling.stride(), sampling.rate(), part.channels()));
      }
      if (segments.size() == plan.strides.length) {
        break;
      }
    }
    return segments.toArray(Block[]::new);
  }

  @Override
  public String describe() {
    return stages.stream()
        .map(s -> s.channels + " at stride " + s.stride)
        .collect(Collectors.joining(", ", "backbone: ", ""));
  }
}
