package convnets.detect;

import convnets.data.Statistics;
import convnets.models.Models;
import convnets.nn.Backbone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * The door to detectors by name. To change more than the number of classes, start from {@link SSD},
 * {@link CenterNet} or {@link FasterRCNN}.
 */
public final class Detectors {

  private static final Map<String, IntFunction<DetectionDesign>> DESIGNS = new LinkedHashMap<>();

  /** What stands before the name of a backbone. */
  private static final Map<String, BiFunction<Backbone, Integer, DetectionDesign>> ON_BACKBONES =
      new LinkedHashMap<>();

  private static final int PYRAMID = 256;

  /** The side of small pictures. */
  private static final int SMALL = 64;

  private static final Statistics IMAGE_NET =
      new Statistics(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  /** Of weights that came from Caffe: pixels from 0 to 255, less their mean. */
  private static final Statistics CAFFE =
      new Statistics(List.of(0.48235, 0.45882, 0.40784), List.of(1.0 / 255, 1.0 / 255, 1.0 / 255));

  static {
    // torchvision's.
    DESIGNS.put("ssd300_vgg16", SSD::vgg300);
    DESIGNS.put("fasterrcnn_resnet50_fpn", c -> FasterRCNN.of(Models.backbone("resnet50"), c));
    // For scenes of 64×64.
    DESIGNS.put("ssd_small", SSD::small);
    DESIGNS.put("ssd_fpn_small", SSD::smallPyramid);
    DESIGNS.put("centernet_small", CenterNet::small);
    DESIGNS.put("faster_rcnn_small", FasterRCNN::small);
    ON_BACKBONES.put("ssd_fpn_", (b, c) -> SSD.of(b.at(8, 16, 32), c).extras(2).pyramid(PYRAMID));
    ON_BACKBONES.put("centernet_", CenterNet::of);
    ON_BACKBONES.put("ssd_", (b, c) -> SSD.of(b.at(8, 16, 32), c).extras(2));
  }

  private Detectors() {}

  /** What is done to pictures by default. */
  static DetectorOptions prepared(String name, DetectorOptions options) {
    if (name.endsWith("_small")) {
      return options.input(options.input.size(SMALL, SMALL));
    }
    return switch (name) {
      case "ssd300_vgg16" -> options.input(options.input.size(300, 300).normalised(CAFFE));
      case "fasterrcnn_resnet50_fpn" ->
          options.input(options.input.shorterSide(800, 1333).normalised(IMAGE_NET).multiple(32));
      default -> options;
    };
  }

  /**
   * The names of all detectors, but for those on a backbone of the zoo, which are called {@code
   * ssd_NAME}, {@code ssd_fpn_NAME} and {@code centernet_NAME}.
   */
  public static List<String> names() {
    return List.copyOf(DESIGNS.keySet());
  }

  /**
   * A detector on paper.
   *
   * @param name one of {@link #names()}, or as in "ssd_resnet18"
   * @param classes the background not counted
   * @throws IllegalArgumentException if there is none of this name; the message says which there
   *     are
   */
  public static DetectionDesign create(String name, int classes) {
    IntFunction<DetectionDesign> design = DESIGNS.get(name);
    if (design != null) {
      return design.apply(classes);
    }
    return on(Models.backbone(backbone(name)), name, classes);
  }

  /**
   * A detector on a backbone of the zoo, perhaps with weights.
   *
   * @param name as in "ssd_resnet18", which is on {@link #backbone}
   */
  static DetectionDesign on(Backbone backbone, String name, int classes) {
    return ON_BACKBONES.get(prefix(name)).apply(backbone, classes);
  }

  /** What the backbone of a detector is called: "resnet18" of "ssd_resnet18". */
  static String backbone(String name) {
    return name.substring(prefix(name).length());
  }

  private static String prefix(String name) {
    return ON_BACKBONES.keySet().stream()
        .filter(name::startsWith)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "name (%s) must be one of %s, or %s and the name of a backbone"
                        .formatted(
                            name,
                            String.join(", ", names()),
                            String.join(", ", ON_BACKBONES.keySet()))));
  }
}
