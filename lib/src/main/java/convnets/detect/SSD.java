package convnets.detect;

import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.models.ResNet;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Detectors in one stage, which see an image once: on several feature maps each pixel says of each
 * of its anchors what is in it and how its box differs.
 *
 * <p>W. Liu et al., "SSD: Single Shot MultiBox Detector", 2015, arXiv:1512.02325. On any backbone,
 * with a feature pyramid as in T.-Y. Lin et al., "Focal Loss for Dense Object Detection"
 * (RetinaNet), 2017, arXiv:1708.02002, if that is asked for.
 *
 * <pre>{@code
 * SSD ssd = SSD.of(Models.backbone("resnet18").at(8, 16, 32), 20).extras(2);
 * Training.of(ssd.build()).task(ssd.task()).data(train, test).fit();
 * }</pre>
 *
 * <p>Immutable: each option returns another design. The networks that designs of one backbone build
 * share its parameters.
 */
public final class SSD extends Options<SSD> implements DetectionDesign {

  /** Sides of a map's smallest anchors, in pixels of the map: three octaves follow on four maps. */
  private static final double USUAL_SIZE = 3;

  private static final double[] USUAL_RATIOS = {1, 2, 0.5};

  /** SSD300's image, sizes of anchors as shares of it, and on which maps they have a ratio of 3. */
  private static final double PAPER_SIDE = 300;

  private static final double[] PAPER_SCALES = {0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05};
  private static final boolean[] PAPER_LONG = {false, true, true, true, false, false};

  /** torchvision's for SSD300. */
  private static final DetectionFilter PAPER_FILTER = new DetectionFilter(0.01, 0.45, 400, 200);

  /** Channels of the maps that are put behind the backbone's. */
  private static final int EXTRA_WIDTH = 256;

  /** Null: that of SSD300. */
  private final Backbone backbone;

  private final int classes;

  /** Null: the usual ones. */
  private Anchors anchors;

  /** Channels; 0: no pyramid. */
  private int pyramid;

  /** Whether only the finest map of the pyramid is looked at. */
  private boolean finest;

  private int extras;
  private int depth;
  private double prior = 0.01;

  private SSD(Backbone backbone, int classes) {
    this.backbone = backbone;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * On the feature maps of a backbone. On each map there are by default anchors of 3 and 4.2 pixels
   * of the map, the smaller also twice as wide as high, and twice as high as wide.
   *
   * @param backbone any of the zoo: {@code Models.backbone("resnet18").at(8, 16, 32)}
   * @param classes the background not counted
   */
  public static SSD of(Backbone backbone, int classes) {
    return new SSD(backbone, classes);
  }

  /**
   * The paper's SSD300 on VGG-16, for images of 300×300: torchvision's {@code ssd300_vgg16}, whose
   * names its parameters bear.
   *
   * @param classes the background not counted: 90 for torchvision's weights
   */
  public static SSD vgg300(int classes) {
    Anchors anchors = null;
    for (int i = 0; i < PAPER_SCALES.length - 1; i++) {
      double[] ratios = PAPER_LONG[i] ? new double[] {2, 3} : new double[] {2};
      List<AnchorShape> shapes =
          AnchorShape.ssd(PAPER_SIDE * PAPER_SCALES[i], PAPER_SIDE * PAPER_SCALES[i + 1], ratios)
              .stream()
              .map(s -> new AnchorShape(within(s.width()), within(s.height())))
              .toList();
      anchors = anchors == null ? Anchors.of(shapes) : anchors.and(shapes);
    }
    return of(null, classes).anchors(anchors.steps(VggMaps.STEPS));
  }

  private static double within(double side) {
    return Math.min(side, PAPER_SIDE);
  }

  /**
   * For scenes of 64×64 with animals of 8 to 32 pixels, as in the paper: on the maps of strides 4,
   * 8 and 16 of {@link #smallBackbone}, small anchors on the fine map, large ones on the coarse.
   */
  public static SSD small(int classes) {
    return of(smallBackbone().at(4, 8, 16), classes)
        .anchors(Anchors.of(upright(8, 12)).and(upright(16, 21)).and(upright(28)));
  }

  /**
   * For the same scenes, and better at them: the maps of strides 4 and 8 are brought together at
   * stride 4, where each pixel has anchors of all five sizes. So each thing has several that fit.
   */
  public static SSD smallPyramid(int classes) {
    return of(smallBackbone().at(4, 8), classes)
        .pyramid(64)
        .finest()
        .anchors(Anchors.of(upright(8, 12, 16, 21, 28)));
  }

  /** A little higher than wide, as animals are in the mean. */
  private static List<AnchorShape> upright(double... sizes) {
    return AnchorShape.everyPair(sizes, new double[] {0.9});
  }

  /**
   * For images of about 64×64: a small residual network with maps of strides 2, 4, 8 and 16, which
   * all others of this package for such images have as well. Its first map is narrow, as that is
   * where the time goes.
   */
  public static Backbone smallBackbone() {
    Unit net =
        seq(
            conv(3, 24, 3).stride(2).bn().relu(),
            named("layer1", blocks(24, 48)),
            named("layer2", blocks(48, 96)),
            named("layer3", blocks(96, 192)));
    return Backbone.of(net, new Shape(1, 3, 64, 64));
  }

  /** Two, of which the first halves the image. */
  private static Unit blocks(int in, int out) {
    return seq(
            ResNet.basicBlock(in, out, 2, ResNet.Shortcut.B),
            ResNet.basicBlock(out, out, 1, ResNet.Shortcut.B))
        .indexed();
  }

  /** Has other anchors, on as many maps as the network looks at. */
  public SSD anchors(Anchors anchors) {
    return with(d -> d.anchors = anchors);
  }

  /**
   * Lets fine maps know what coarse ones do: a pyramid of so many channels over the backbone's
   * maps, with batch norms.
   */
  public SSD pyramid(int channels) {
    Checks.positive("channels", channels);
    onBackbone("pyramid");
    return with(d -> d.pyramid = channels);
  }

  /**
   * Looks at the finest map of the pyramid alone, with anchors of all sizes: they are dense, so
   * that each thing has several that fit.
   */
  public SSD finest() {
    if (pyramid == 0) {
      throw new IllegalArgumentException(
          "finest is for a design with a pyramid: pyramid(64).finest()");
    }
    return with(d -> d.finest = true);
  }

  private void onBackbone(String option) {
    if (backbone == null) {
      throw new IllegalArgumentException(
          option + " is for SSD.of a backbone: SSD300 has its six maps");
    }
  }

  /** Adds so many coarser maps, each with half the size of the one before it. */
  public SSD extras(int maps) {
    Checks.notNegative("maps", maps);
    onBackbone("extras");
    return with(d -> d.extras = maps);
  }

  /** Puts so many 3×3 convolutions between a map and its predictions; none by default. */
  public SSD depth(int convolutions) {
    Checks.notNegative("convolutions", convolutions);
    return with(d -> d.depth = convolutions);
  }

  /** Starts with this probability of an anchor to hold an object: 0.01 by default. */
  public SSD prior(double probability) {
    Checks.probability("probability", Checks.positive("probability", probability));
    return with(d -> d.prior = probability);
  }

  @Override
  public Unit build() {
    return new SSDNet(maps(), channels(), anchors(), classes, depth, prior);
  }

  @Override
  public SSDTask task() {
    SSDTask task = new SSDTask(classes, grid());
    return backbone == null ? task.filter(PAPER_FILTER) : task;
  }

  /** The anchors of an image (…, H, W) in its pixels, (A, 4), as the network's outputs stand. */
  public NDArray anchors(NDManager manager, Shape image) {
    return grid().boxes(manager, image);
  }

  /** What anchors there are. */
  public Anchors anchors() {
    Anchors all = anchors == null ? usual() : anchors;
    int maps = channels().length;
    if (all.maps() != maps) {
      throw new IllegalArgumentException(
          "anchors are for %d maps, and the network looks at %d".formatted(all.maps(), maps));
    }
    return all;
  }

  private Anchors usual() {
    int[] strides = backbone.strides();
    int last = strides.length - 1;
    Anchors all = null;
    List<AnchorShape> of = new ArrayList<>();
    for (int i = 0; i < strides.length + extras; i++) {
      double size = USUAL_SIZE * (i <= last ? strides[i] : strides[last] << (i - last));
      double[] sizes = {size, size * Math.sqrt(2)};
      of.addAll(AnchorShape.firstOfEach(sizes, USUAL_RATIOS));
      if (!finest) {
        all = all == null ? Anchors.of(of) : all.and(of);
        of.clear();
      }
    }
    return finest ? Anchors.of(of) : all;
  }

  private AnchorGrid grid() {
    return new AnchorGrid(anchors(), maps());
  }

  private int[] channels() {
    if (backbone == null) {
      return VggMaps.CHANNELS.clone();
    }
    int maps = finest ? 1 : backbone.channels().length;
    int[] channels = Arrays.copyOf(backbone.channels(), maps + extras);
    Arrays.fill(channels, maps, channels.length, EXTRA_WIDTH);
    if (pyramid > 0) {
      Arrays.fill(channels, pyramid);
    }
    return channels;
  }

  private Unit maps() {
    if (backbone == null) {
      return new VggMaps();
    }
    int[] channels = channels();
    int maps = finest ? 1 : backbone.channels().length;
    List<Unit> more = new ArrayList<>();
    for (int i = maps; i < channels.length; i++) {
      int in = channels[i - 1];
      more.add(
          seq(
              conv(in, channels[i] / 2, 1).bn().relu(),
              conv(channels[i] / 2, channels[i], 3).stride(2).bn().relu()));
    }
    if (pyramid == 0) {
      return new DetectionMaps(backbone, null, more);
    }
    FeaturePyramid over = new FeaturePyramid(backbone.channels(), pyramid, true);
    return new DetectionMaps(backbone, finest ? over.finest() : over, more);
  }
}
