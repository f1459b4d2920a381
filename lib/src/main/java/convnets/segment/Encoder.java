package convnets.segment;

import static convnets.nn.Combinators.*;

import ai.djl.nn.Block;
import convnets.models.MobileNetV3;
import convnets.models.VGG;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The half of a network that shrinks the image, as the blocks from one feature map to the next.
 * Networks of this package lay a nest around them: what goes on at a map is one series that begins
 * there and ends with an image of the map's size.
 *
 * @param segments in series; the names of their parameters begin with "backbone."
 * @param channels of the map behind each segment
 * @param strides of the map behind each segment, in pixels of the image; they do not fall
 */
record Encoder(List<Unit> segments, int[] channels, int[] strides) {

  /** The feature maps of a backbone. */
  static Encoder of(Backbone backbone) {
    List<Block> segments = new ArrayList<>(backbone.getChildren().values());
    return inScope(segments, backbone.channels(), backbone.strides());
  }

  /**
   * The dilated MobileNetV3-Large as torchvision cuts it: behind the first block of stride 8, and
   * behind its last convolution. Its layers are called {@code backbone.0}, {@code backbone.1} …
   */
  static Encoder mobileNetV3Large() {
    List<Block> layers = layers(MobileNetV3.large().dilated().build());
    return inScope(
        List.of(places(layers, 0, 5), places(layers, 5, layers.size())),
        new int[] {40, 960},
        new int[] {8, 16});
  }

  /** VGG-16 cut behind its third, fourth and fifth pooling, as FCN does. */
  static Encoder vgg16() {
    List<Block> layers = layers(VGG.imageNet(16).build());
    int[] ends = {17, 24, 31};
    List<Block> segments = new ArrayList<>();
    for (int i = 0; i < ends.length; i++) {
      Unit segment = places(layers, i == 0 ? 0 : ends[i - 1], ends[i]);
      segments.add(named("features", segment));
    }
    return inScope(segments, new int[] {256, 512, 512}, new int[] {8, 16, 32});
  }

  /** The layers of a network's first part, its features. */
  private static List<Block> layers(Unit net) {
    Block features = net.getChildren().valueAt(0);
    return ((Unit) features).getChildren().valueAt(0).getChildren().values();
  }

  /** Some layers in series, each called by its place in the list. */
  private static Unit places(List<Block> layers, int from, int to) {
    Unit[] named = new Unit[to - from];
    for (int i = from; i < to; i++) {
      named[i - from] = named(Integer.toString(i), layers.get(i));
    }
    return seq(named);
  }

  /** Blocks in series, whose parameters are to be called "backbone.…". */
  static Encoder inScope(List<Block> blocks, int[] channels, int[] strides) {
    List<Unit> segments = blocks.stream().map(block -> named("backbone", block)).toList();
    return new Encoder(segments, channels, strides);
  }

  /** The place of the last map. */
  int last() {
    return segments.size() - 1;
  }

  /** By how much the map behind a segment is coarser than the one before it. */
  int step(int i) {
    return i == 0 ? strides[0] : strides[i] / strides[i - 1];
  }

  /**
   * The place of the map of a stride.
   *
   * @throws IllegalArgumentException if there is none
   */
  int at(int stride) {
    for (int i = last(); i >= 0; i--) {
      if (strides[i] == stride) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "stride (%d) must be one of the backbone's: %s"
            .formatted(stride, Arrays.toString(strides)));
  }

  /** The segments from one to another, both included, in series. */
  Unit series(int from, int to) {
    return seq(segments.subList(from, to + 1).toArray(Unit[]::new));
  }
}
