package convnets.gan;

import convnets.nn.Unit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The door to networks that make images of images, by name. To change more, start from {@link
 * UNetGenerator} or {@link ResNetGenerator}.
 *
 * <p>The names are those of pytorch-CycleGAN-and-pix2pix, with others like them: {@code
 * resnet_9blocks} and any other number of blocks, with instance norms and without dropout, as
 * CycleGAN's; {@code unet_256} and any other power of two from 4, with batch norms and dropout, as
 * pix2pix's. Behind that a name may say {@code _width24}, in place of 64, {@code _batch} or {@code
 * _instance} for the norms, and {@code _dropout} or {@code _nodropout}, in this order.
 */
public final class Generators {

  private static final Pattern NAME =
      Pattern.compile(
          "(resnet_(?<blocks>\\d{1,3})blocks|unet_(?<side>\\d{1,5}))(_width(?<width>\\d{1,4}))?"
              + "(_(?<norm>batch|instance))?(_(?<dropout>no)?dropout)?");

  private Generators() {}

  /**
   * Builds a generator: (N, in, H, W) from −1 to 1 -> (N, out, H, W) from −1 to 1.
   *
   * @param name as in "resnet_6blocks" or "unet_32_width16"
   * @param in channels of the images it takes
   * @param out channels of those it makes
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Unit create(String name, int in, int out) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "name (%s) must be as in resnet_9blocks or unet_256, or with more said, as in %s"
              .formatted(name, "resnet_2blocks_width24 or unet_32_width16_instance_nodropout"));
    }
    return parts.group("blocks") == null ? unet(parts, in, out) : resnet(parts, in, out);
  }

  private static Unit resnet(Matcher parts, int in, int out) {
    ResNetGenerator design =
        ResNetGenerator.of(in, out)
            .blocks(Integer.parseInt(parts.group("blocks")))
            .width(width(parts));
    design = "batch".equals(parts.group("norm")) ? design.batchNorm() : design;
    return (drops(parts, false) ? design.dropout() : design).build();
  }

  private static Unit unet(Matcher parts, int in, int out) {
    int side = Integer.parseInt(parts.group("side"));
    if (side < 4 || Integer.bitCount(side) != 1) {
      throw new IllegalArgumentException(
          "name (%s): the side must be a power of two, from 4".formatted(parts.group()));
    }
    UNetGenerator design =
        UNetGenerator.of(in, out).downs(Integer.numberOfTrailingZeros(side)).width(width(parts));
    design = "instance".equals(parts.group("norm")) ? design.instanceNorm() : design;
    return (drops(parts, true) ? design : design.withoutDropout()).build();
  }

  private static int width(Matcher parts) {
    return parts.group("width") == null ? 64 : Integer.parseInt(parts.group("width"));
  }

  private static boolean drops(Matcher parts, boolean usually) {
    if (!parts.group().endsWith("dropout")) {
      return usually;
    }
    return parts.group("dropout") == null;
  }
}
