package convnets.detect;

import static convnets.nn.Layers.maxPool;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.Arrays;
import java.util.List;

/**
 * Detectors in two stages: the first proposes boxes that hold something, the second looks into each
 * of them and says what, and where exactly.
 *
 * <p>S. Ren, K. He, R. Girshick, J. Sun, "Faster R-CNN", 2015, arXiv:1506.01497; on a feature
 * pyramid as in T.-Y. Lin et al. 2016, arXiv:1612.03144, by RoI align (He et al. 2017,
 * arXiv:1703.06870). Parameters bear torchvision's names; with norms in the heads, those of the
 * hidden layers have a number behind.
 *
 * <p>Training and evaluation propose alike, the best P of an image. In training the boxes of the
 * truth are put behind them, as in torchvision: so the second stage has something to learn from
 * while the first one still proposes at random.
 *
 * <p>Immutable: each option returns another design. The networks that designs of one backbone build
 * share its parameters.
 */
public final class FasterRCNN extends Options<FasterRCNN> implements DetectionDesign {

  private static final double[] RATIOS = {2, 1, 0.5};

  /** Of animals: a little higher than wide. */
  private static final double SMALL_RATIO = 0.9;

  private final Backbone backbone;
  final int classes;

  /** Whether pyramid and heads have batch norms, as training from scratch wants them. */
  boolean normalised;

  private int width = 256;
  private boolean coarser = true;
  private Anchors anchors;

  /** How many anchors of a map may become proposals, and how many all do at most. */
  int before = 1000;

  int proposals = 1000;

  /** Of two boxes of a map that overlap more, the better one is proposed. */
  double overlap = 0.7;

  /** How long the sides of a proposal are at least. */
  double least = 1e-3;

  RoiAlign roi = RoiAlign.of(7).unaligned();
  PyramidLevels levels;
  double[] scales;
  int hidden = 1024;

  /** Sampled of an image: anchors in the first stage, proposals in the second. */
  private int drawnAnchors = 256;

  private int drawnProposals = 512;

  /** How many of the drawn proposals hold an object at most, as a share. */
  private double drawnObjects = 0.25;

  private FasterRCNN(Backbone backbone, int classes) {
    this.backbone = backbone;
    this.classes = Checks.positive("classes", classes);
    int[] strides = backbone.strides();
    scales = Arrays.stream(strides).mapToDouble(stride -> 1.0 / stride).toArray();
    levels = PyramidLevels.of(power(strides[0]), power(strides[strides.length - 1]));
    anchors = anchors(8 * strides[0], strides.length + 1).atCorners();
  }

  private static int power(int stride) {
    return 31 - Integer.numberOfLeadingZeros(stride);
  }

  /** One size on each map, twice as large as on the one before it. */
  private static Anchors anchors(double size, int maps) {
    Anchors all = null;
    for (int i = 0; i < maps; i++) {
      double[] own = {size * (1 << i)};
      List<AnchorShape> shapes = AnchorShape.everyPair(own, RATIOS);
      all = all == null ? Anchors.of(shapes) : all.and(shapes);
    }
    return all;
  }

  /**
   * On the feature maps of a backbone, a pyramid of 256 channels over them and a coarser map behind
   * it, for proposals only: torchvision's {@code fasterrcnn_resnet50_fpn} on {@code
   * Models.backbone("resnet50")}.
   *
   * @param classes the background not counted
   */
  public static FasterRCNN of(Backbone backbone, int classes) {
    return new FasterRCNN(backbone, classes);
  }

  /**
   * For scenes of 64×64: on {@link SSD#smallBackbone}, with a pyramid of 64 channels over its maps
   * of strides 4, 8 and 16, batch norms, 48 proposals, and 5×5 bins of each. In the loss 32 anchors
   * of an image count, and all proposals.
   */
  public static FasterRCNN small(int classes) {
    return new FasterRCNN(SSD.smallBackbone().at(4, 8, 16), classes)
        .pyramid(64)
        .anchors(Anchors.of(small(8, 12)).and(small(16, 20)).and(small(25, 32)))
        .with(
            d -> {
              d.before = 128;
              d.proposals = 48;
              d.roi = RoiAlign.of(5).samples(1); // a bin is hardly larger than a pixel of its map
              d.levels = PyramidLevels.of(2, 4).canonical(3, 24);
              d.hidden = 128;
              d.drawnAnchors = 32; // few, so that backgrounds do not outvote objects
              d.drawnProposals = 64; // all, so that none of the few with objects is lost
              d.drawnObjects = 1;
            });
  }

  private static List<AnchorShape> small(double... sizes) {
    return AnchorShape.everyPair(sizes, new double[] {SMALL_RATIO});
  }

  /**
   * Is for training from scratch: a pyramid of so many channels, batch norms in it and in both
   * heads (He, Girshick and Dollár 2018, arXiv:1811.08883), and no coarser map behind it.
   */
  public FasterRCNN pyramid(int channels) {
    Checks.positive("channels", channels);
    return with(
        d -> {
          d.normalised = true;
          d.width = channels;
          d.coarser = false;
        });
  }

  /** Has other anchors: as many on each pixel of every map. */
  public FasterRCNN anchors(Anchors anchors) {
    for (int i = 1; i < anchors.maps(); i++) {
      if (anchors.perPixel(i) != anchors.perPixel(0)) {
        throw new IllegalArgumentException(
            "anchors (%s) must be as many on each pixel of every map: one window sees all of them"
                .formatted(anchors));
      }
    }
    return with(d -> d.anchors = anchors);
  }

  /**
   * What torchvision's older checkpoints call a parameter, as it is called today and here: {@code
   * Weights.loading(net).rename(FasterRCNN::renamed)} reads its published weights.
   */
  public static String renamed(String name) {
    return name.replaceFirst("(inner_blocks|layer_blocks)\\.(\\d)\\.(weight|bias)$", "$1.$2.0.$3")
        .replaceFirst("^rpn\\.head\\.conv\\.(weight|bias)$", "rpn.head.conv.0.0.$1");
  }

  /** Has so many proposals of an image at most. */
  public FasterRCNN proposals(int most) {
    Checks.positive("most", most);
    return with(d -> d.proposals = most);
  }

  /** Looks at so many pixels of each proposal, along a side, by {@link RoiAlign}. */
  public FasterRCNN roi(RoiAlign roi) {
    return with(d -> d.roi = roi);
  }

  /** Gives the two hidden layers of the second stage so many units. */
  public FasterRCNN hidden(int units) {
    Checks.positive("units", units);
    return with(d -> d.hidden = units);
  }

  /** The anchors of an image (…, H, W) in its pixels, (A, 4), as the first outputs stand. */
  public NDArray anchors(NDManager manager, Shape image) {
    return new AnchorGrid(anchors(), maps()).boxes(manager, image);
  }

  /** What anchors there are. */
  Anchors anchors() {
    int maps = backbone.strides().length + (coarser ? 1 : 0);
    if (anchors.maps() != maps) {
      throw new IllegalArgumentException(
          "anchors are for %d maps, and the network has %d".formatted(anchors.maps(), maps));
    }
    return anchors;
  }

  @Override
  public Unit build() {
    return new TwoStageNetwork(this, maps(), width);
  }

  private Unit maps() {
    FeaturePyramid pyramid = new FeaturePyramid(backbone.channels(), width, normalised);
    List<Unit> extras = coarser ? List.of(maxPool(1, 2)) : List.of();
    return new DetectionMaps(backbone, pyramid, extras);
  }

  @Override
  public FasterRCNNTask task() {
    AnchorGrid grid = new AnchorGrid(anchors(), maps());
    FasterRCNNTask task =
        new FasterRCNNTask(classes, grid, drawnAnchors, drawnProposals, drawnObjects);
    return normalised ? task : task.filter(task.filter().score(0.05)); // torchvision's
  }
}
