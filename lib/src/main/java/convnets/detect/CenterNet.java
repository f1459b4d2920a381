package convnets.detect;

import convnets.Checks;
import convnets.Options;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.List;

/**
 * A detector without anchors: a heat map for each class has a peak at the centre of each thing, and
 * at the peak stands how large the thing is.
 *
 * <p>X. Zhou, D. Wang, P. Krähenbühl, "Objects as Points", 2019, arXiv:1904.07850. On any backbone,
 * whose maps a pyramid of nearest pixels brings together at the finest of them, in place of the
 * authors' deformable and transposed convolutions. The heads bear their names: {@code hm}, {@code
 * reg}, {@code wh}.
 *
 * <p>Immutable: each option returns another design. The networks that designs of one backbone build
 * share its parameters.
 */
public final class CenterNet extends Options<CenterNet> implements DetectionDesign {

  private static final int USUAL_WIDTH = 64;

  /** What a pixel's heat starts as: the authors' bias of −2.19. */
  private static final double PRIOR = 0.1;

  private final Backbone backbone;
  private final int classes;
  private int width = USUAL_WIDTH;

  private CenterNet(Backbone backbone, int classes) {
    this.backbone = backbone;
    this.classes = Checks.positive("classes", classes);
  }

  /**
   * On the feature maps of a backbone; the heat maps have the size of the finest.
   *
   * @param backbone any of the zoo: {@code Models.backbone("resnet18")} has strides 4 to 32
   * @param classes the background not counted
   */
  public static CenterNet of(Backbone backbone, int classes) {
    return new CenterNet(backbone, classes);
  }

  /** For scenes of 64×64: on {@link SSD#smallBackbone}, with heat maps of stride 4. */
  public static CenterNet small(int classes) {
    return of(SSD.smallBackbone().at(4, 8, 16), classes);
  }

  /** Gives the pyramid and the heads this many channels: 64 by default. */
  public CenterNet width(int channels) {
    Checks.positive("channels", channels);
    return with(d -> d.width = channels);
  }

  @Override
  public Unit build() {
    FeaturePyramid pyramid = new FeaturePyramid(backbone.channels(), width, true).finest();
    Unit maps = new DetectionMaps(backbone, pyramid, List.of());
    return new CenterNetwork(maps, width, width, classes, PRIOR);
  }

  @Override
  public CenterNetTask task() {
    return new CenterNetTask(classes);
  }
}
