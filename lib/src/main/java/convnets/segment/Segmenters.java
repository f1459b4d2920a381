package convnets.segment;

import convnets.models.Models;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The door to networks that give each pixel its class, by name. To change more than the number of
 * classes, start from {@link FCN}, {@link UNet}, {@link DeepLab} or {@link LRASPP}.
 */
public final class Segmenters {

  private static final Map<String, IntFunction<Unit>> NETWORKS = new LinkedHashMap<>();

  /** What stands before the name of a backbone. */
  private static final Map<String, Function<Backbone, IntFunction<Unit>>> ON_BACKBONES =
      new LinkedHashMap<>();

  static {
    // torchvision's.
    NETWORKS.put("fcn_resnet50", c -> FCN.dilated(dilated("resnet50"), c).build());
    NETWORKS.put("fcn_resnet101", c -> FCN.dilated(dilated("resnet101"), c).build());
    NETWORKS.put("deeplabv3_resnet50", c -> DeepLab.of(dilated("resnet50"), c).build());
    NETWORKS.put("deeplabv3_resnet101", c -> DeepLab.of(dilated("resnet101"), c).build());
    NETWORKS.put("deeplabv3_mobilenet_v3_large", c -> DeepLab.mobileNetV3Large(c).build());
    NETWORKS.put("lraspp_mobilenet_v3_large", c -> LRASPP.mobileNetV3Large(c).build());
    // The papers'.
    NETWORKS.put("fcn32s_vgg16", c -> FCN.vgg16(c).stride(32).build());
    NETWORKS.put("fcn16s_vgg16", c -> FCN.vgg16(c).stride(16).build());
    NETWORKS.put("fcn8s_vgg16", c -> FCN.vgg16(c).build());
    NETWORKS.put("unet", c -> UNet.paper(3, c).build());
    // For scenes of 64×64.
    NETWORKS.put("unet_small", c -> UNet.small(c).build());
    NETWORKS.put("fcn_small", c -> FCN.small(c).build());
    NETWORKS.put("deeplabv3_small", c -> DeepLab.small(c).build());
    NETWORKS.put("deeplabv3plus_small", c -> DeepLab.small(c).decoder(2).build());
    ON_BACKBONES.put("fcn8s_", b -> c -> FCN.of(b.at(8, 16, 32), c).build());
    ON_BACKBONES.put("unet_", b -> c -> UNet.of(b, c).build());
    ON_BACKBONES.put(
        "deeplabv3plus_",
        b -> c -> DeepLab.of(b.outputStride(16), c).rates(6, 12, 18).decoder(4).build());
  }

  private Segmenters() {}

  private static Backbone dilated(String name) {
    return Models.backbone(name).outputStride(8);
  }

  /**
   * The names of all networks, but for those on a backbone of the zoo, which are called {@code
   * fcn8s_NAME}, {@code unet_NAME} and {@code deeplabv3plus_NAME}.
   */
  public static List<String> names() {
    return List.copyOf(NETWORKS.keySet());
  }

  /**
   * Builds a network: (N, 3, H, W) -> logits (N, classes, H, W).
   *
   * @param name one of {@link #names()}, or as in "unet_resnet18"
   * @param classes the background included
   * @throws IllegalArgumentException if there is none of this name; the message says which there
   *     are
   */
  public static Unit create(String name, int classes) {
    IntFunction<Unit> network = NETWORKS.get(name);
    return network == null
        ? on(Models.backbone(backbone(name)), name, classes)
        : network.apply(classes);
  }

  /** Builds a network on a backbone that has weights, say: the one that its name ends with. */
  static Unit on(Backbone backbone, String name, int classes) {
    return ON_BACKBONES.get(prefix(name)).apply(backbone).apply(classes);
  }

  /** The backbone's name in that of a network. */
  static String backbone(String name) {
    return name.substring(prefix(name).length());
  }

  private static String prefix(String name) {
    return ON_BACKBONES.keySet().stream()
        .filter(prefix -> name.startsWith(prefix) && !NETWORKS.containsKey(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(expected(name)));
  }

  private static String expected(String name) {
    String prefixes = String.join(", ", ON_BACKBONES.keySet()) + " and the name of a backbone";
    return NETWORKS.containsKey(name)
        ? "name (%s) is that of a network with a backbone of its own: expected %s"
            .formatted(name, prefixes)
        : "name (%s) must be one of %s, or %s"
            .formatted(name, String.join(", ", names()), prefixes);
  }
}
