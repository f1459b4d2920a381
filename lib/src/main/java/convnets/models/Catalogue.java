package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.models.Models.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What {@link Models} lists. A test builds every network and counts. */
final class Catalogue {

  private Catalogue() {}

  static final List<Entry> ENTRIES =
      Stream.of(
              googLeNet(), resNet(), inceptionV3(), inceptionV4(), xception() //
              )
          .flatMap(List::stream)
          .toList();

  private static List<Entry> googLeNet() {
    return paper(
        "Going Deeper with Convolutions, arXiv:1409.4842",
        2014,
        row("googlenet_2014", GoogLeNet::paper, 224, 6_998_552, 1_582_671_872L),
        row("googlenet", GoogLeNet::torchvision, 224, 6_624_904, 1_498_376_192L),
        row(
            "googlenet_aux",
            () -> GoogLeNet.torchvision().auxiliary(),
            224,
            13_004_888,
            1_498_376_192L));
  }

  private static List<Entry> resNet() {
    return paper(
        "Deep Residual Learning for Image Recognition, arXiv:1512.03385",
        2015,
        row("resnet18", () -> ResNet.imageNet(18), 224, 11_689_512, 1_814_073_344L, 72.12),
        row("resnet34", () -> ResNet.imageNet(34), 224, 21_797_672, 3_663_761_408L, 75.48),
        row("resnet50", () -> ResNet.imageNet(50), 224, 25_557_032, 4_089_184_256L, 77.15),
        row("resnet101", () -> ResNet.imageNet(101), 224, 44_549_160, 7_801_405_440L, 78.25),
        row("resnet152", () -> ResNet.imageNet(152), 224, 60_192_808, 11_513_626_624L, 78.57));
  }

  private static List<Entry> inceptionV3() {
    return paper(
        "Rethinking the Inception Architecture for Computer Vision, arXiv:1512.00567",
        2015,
        row("inception_v3", InceptionV3::imageNet, 299, 23_834_568, 5_713_216_096L, 78.8),
        row(
            "inception_v3_aux",
            () -> InceptionV3.imageNet().auxiliary(),
            299,
            27_161_264,
            5_713_216_096L,
            78.8));
  }

  private static List<Entry> inceptionV4() {
    return paper(
        "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning,"
            + " arXiv:1602.07261",
        2016,
        row("inception_v4", InceptionV4::imageNet, 299, 42_679_816, 12_253_974_624L, 80.0),
        row(
            "inception_resnet_v2",
            InceptionResNet::imageNet,
            299,
            55_843_464,
            13_155_794_016L,
            80.1));
  }

  private static List<Entry> xception() {
    return paper(
        "Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357",
        2016,
        row("legacy_xception", Xception::imageNet, 299, 22_855_952, 8_357_403_496L, 79.0));
  }

  /** A network of a paper, before the paper is known. */
  private record Row(
      String name,
      Supplier<? extends Design<?>> design,
      Shape input,
      long parameters,
      long multiplyAdds,
      OptionalDouble top1) {}

  /** A network for square colour images, with the paper's top-1 accuracy in percent. */
  private static Row row(
      String name,
      Supplier<? extends Design<?>> design,
      int size,
      long parameters,
      long multiplyAdds,
      double top1) {
    Shape input = new Shape(3, size, size);
    return new Row(name, design, input, parameters, multiplyAdds, OptionalDouble.of(top1));
  }

  /** A network for square colour images, of which the paper gives no top-1 accuracy. */
  private static Row row(
      String name,
      Supplier<? extends Design<?>> design,
      int size,
      long parameters,
      long multiplyAdds) {
    Shape input = new Shape(3, size, size);
    return new Row(name, design, input, parameters, multiplyAdds, OptionalDouble.empty());
  }

  private static List<Entry> paper(String title, int year, Row... rows) {
    return Arrays.stream(rows)
        .map(
            r ->
                new Entry(
                    r.name, title, year, r.input, r.parameters, r.multiplyAdds, r.top1, r.design))
        .toList();
  }
}
