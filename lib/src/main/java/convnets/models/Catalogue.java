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
              resNet(),
              mobileNetV1(),
              shuffleNetV1(),
              mobileNetV2(),
              shuffleNetV2(),
              mobileNetV3(),
              efficientNet(),
              efficientNetLite(),
              efficientNetV2(),
              googLeNet(),
              inceptionV3(),
              inceptionV4(),
              xception() //
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

  private static List<Entry> mobileNetV1() {
    return paper(
        "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision "
            + "Applications, arXiv:1704.04861",
        2017,
        row(
            "mobilenetv1_025",
            () -> MobileNetV1.imageNet().width(0.25),
            224,
            470_072,
            41_030_272L,
            50.6),
        row(
            "mobilenetv1_050",
            () -> MobileNetV1.imageNet().width(0.5),
            224,
            1_331_592,
            149_497_088L,
            63.7),
        row(
            "mobilenetv1_075",
            () -> MobileNetV1.imageNet().width(0.75),
            224,
            2_585_560,
            325_400_448L,
            68.4),
        row("mobilenetv1_100", () -> MobileNetV1.imageNet(), 224, 4_231_976, 568_740_352L, 70.6));
  }

  private static List<Entry> shuffleNetV1() {
    return paper(
        "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile "
            + "Devices, arXiv:1707.01083",
        2017,
        row(
            "shufflenet_v1_g1_x1_0",
            () -> ShuffleNetV1.imageNet(1),
            224,
            1_531_936,
            143_078_976L,
            66.4),
        row(
            "shufflenet_v1_g2_x1_0",
            () -> ShuffleNetV1.imageNet(2),
            224,
            1_733_848,
            140_836_512L,
            67.3),
        row(
            "shufflenet_v1_g3_x1_0",
            () -> ShuffleNetV1.imageNet(3),
            224,
            1_865_728,
            137_460_672L,
            67.4),
        row(
            "shufflenet_v1_g4_x1_0",
            () -> ShuffleNetV1.imageNet(4),
            224,
            1_968_344,
            134_339_776L,
            67.2),
        row(
            "shufflenet_v1_g8_x1_0",
            () -> ShuffleNetV1.imageNet(8),
            224,
            2_434_768,
            138_365_952L,
            67.6),
        row(
            "shufflenet_v1_g3_x0_25",
            () -> ShuffleNetV1.imageNet(3).scale(0.25),
            224,
            306_124,
            13_300_656L,
            45.0),
        row(
            "shufflenet_v1_g3_x0_5",
            () -> ShuffleNetV1.imageNet(3).scale(0.5),
            224,
            718_324,
            37_589_856L,
            56.8),
        row(
            "shufflenet_v1_g3_x1_5",
            () -> ShuffleNetV1.imageNet(3).scale(1.5),
            224,
            3_442_168,
            292_443_552L,
            71.5),
        row(
            "shufflenet_v1_g3_x2_0",
            () -> ShuffleNetV1.imageNet(3).scale(2),
            224,
            5_450_776,
            524_045_184L,
            73.7));
  }

  private static List<Entry> mobileNetV2() {
    return paper(
        "MobileNetV2: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381",
        2018,
        row("mobilenet_v2", () -> MobileNetV2.imageNet(), 224, 3_504_872, 300_774_272L, 72.0),
        row(
            "mobilenet_v2_0.35",
            () -> MobileNetV2.imageNet().width(0.35),
            224,
            1_677_128,
            59_285_808L),
        row(
            "mobilenet_v2_0.5",
            () -> MobileNetV2.imageNet().width(0.5),
            224,
            1_968_680,
            97_131_840L),
        row(
            "mobilenet_v2_0.75",
            () -> MobileNetV2.imageNet().width(0.75),
            224,
            2_636_424,
            209_069_792L),
        row(
            "mobilenet_v2_1.4",
            () -> MobileNetV2.imageNet().width(1.4),
            224,
            6_108_776,
            582_195_824L,
            74.7));
  }

  private static List<Entry> shuffleNetV2() {
    return paper(
        "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, "
            + "arXiv:1807.11164",
        2018,
        row(
            "shufflenet_v2_x0_5",
            () -> ShuffleNetV2.imageNet(0.5),
            224,
            1_366_792,
            40_476_448L,
            60.3),
        row(
            "shufflenet_v2_x1_0",
            () -> ShuffleNetV2.imageNet(1),
            224,
            2_278_604,
            144_907_992L,
            69.4),
        row(
            "shufflenet_v2_x1_5",
            () -> ShuffleNetV2.imageNet(1.5),
            224,
            3_503_624,
            295_759_392L,
            72.6),
        row(
            "shufflenet_v2_x2_0",
            () -> ShuffleNetV2.imageNet(2),
            224,
            7_393_996,
            583_253_464L,
            74.9));
  }

  private static List<Entry> mobileNetV3() {
    return paper(
        "Searching for MobileNetV3, arXiv:1905.02244",
        2019,
        row("mobilenet_v3_small", () -> MobileNetV3.small(), 224, 2_542_856, 56_510_400L, 67.4),
        row(
            "mobilenet_v3_small_0.75",
            () -> MobileNetV3.small().width(0.75),
            224,
            1_653_920,
            39_115_576L,
            65.4),
        row("mobilenet_v3_large", () -> MobileNetV3.large(), 224, 5_483_032, 216_589_760L, 75.2),
        row(
            "mobilenet_v3_large_0.75",
            () -> MobileNetV3.large().width(0.75),
            224,
            3_377_576,
            140_033_816L,
            73.3));
  }

  private static List<Entry> efficientNet() {
    return paper(
        "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, "
            + "arXiv:1905.11946",
        2019,
        row("efficientnet_b0", () -> EfficientNet.b(0), 224, 5_288_548, 385_814_752L, 77.1),
        row("efficientnet_b1", () -> EfficientNet.b(1), 240, 7_794_184, 686_802_832L, 79.1),
        // 288 is torchvision's size; the paper has 260.
        row("efficientnet_b2", () -> EfficientNet.b(2), 288, 9_109_994, 1_087_529_456L, 80.1),
        row("efficientnet_b3", () -> EfficientNet.b(3), 300, 12_233_232, 1_827_141_392L, 81.6),
        row("efficientnet_b4", () -> EfficientNet.b(4), 380, 19_341_616, 4_393_771_024L, 82.9),
        row("efficientnet_b5", () -> EfficientNet.b(5), 456, 30_389_784, 10_266_384_752L, 83.6),
        row("efficientnet_b6", () -> EfficientNet.b(6), 528, 43_040_704, 19_067_593_536L, 84.0),
        row("efficientnet_b7", () -> EfficientNet.b(7), 600, 66_347_960, 37_745_884_192L, 84.3));
  }

  private static List<Entry> efficientNetLite() {
    return paper(
        "Higher accuracy on vision models with EfficientNet-Lite, blog.tensorflow.org",
        2020,
        row(
            "efficientnet_lite0",
            () -> EfficientNetLite.lite0(),
            224,
            4_652_008,
            385_187_552L,
            75.1));
  }

  private static List<Entry> efficientNetV2() {
    return paper(
        "EfficientNetV2: Smaller Models and Faster Training, arXiv:2104.00298",
        2021,
        row("efficientnet_v2_s", () -> EfficientNetV2.s(), 384, 21_458_488, 8_365_617_152L, 83.9));
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
