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
              leNet(),
              alexNet(),
              zfNet(),
              networkInNetwork(),
              oneWeirdTrick(),
              vgg(),
              googLeNet(),
              inceptionV3(),
              resNet(),
              inceptionV4(),
              squeezeNet(),
              denseNet(),
              xception(),
              resNeXt(),
              mobileNetV1(),
              shuffleNetV1(),
              seNet(),
              mobileNetV2(),
              cbam(),
              shuffleNetV2(),
              skNet(),
              mobileNetV3(),
              efficientNet(),
              efficientNetLite(),
              resNeSt(),
              efficientNetV2(),
              diveIntoDeepLearning())
          .flatMap(List::stream)
          .toList();

  private static List<Entry> leNet() {
    return paper(
        "Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86(11)",
        1998,
        row("lenet5_1998", LeNet::paper, new Shape(1, 32, 32), 60_850, 326_520),
        row("lenet5", LeNet::modern, new Shape(1, 28, 28), 61_706, 416_520));
  }

  private static List<Entry> alexNet() {
    return paper(
        "ImageNet Classification with Deep Convolutional Neural Networks, NIPS 2012",
        2012,
        row("alexnet_2012", AlexNet::paper, 227, 60_965_224, 724_406_816, 59.3));
  }

  private static List<Entry> zfNet() {
    return paper(
        "Visualizing and Understanding Convolutional Networks, arXiv:1311.2901",
        2013,
        row("zfnet", ZFNet::imageNet, 224, 62_357_608, 1_168_032_896, 61.6));
  }

  private static List<Entry> networkInNetwork() {
    return paper(
        "Network In Network, arXiv:1312.4400",
        2013,
        row("nin_imagenet", NetworkInNetwork::imageNet, 224, 7_595_176, 1_100_188_800),
        row("nin_cifar10", NetworkInNetwork::cifar, 32, 966_986, 222_486_528));
  }

  private static List<Entry> oneWeirdTrick() {
    return paper(
        "One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997",
        2014,
        row("alexnet", AlexNet::torchvision, 224, 61_100_840, 714_188_480));
  }

  private static List<Entry> vgg() {
    return paper(
        "Very Deep Convolutional Networks for Large-Scale Image Recognition, arXiv:1409.1556",
        2014,
        row("vgg11", () -> VGG.imageNet(11), 224, 132_863_336, 7_609_090_048L, 70.4),
        row("vgg13", () -> VGG.imageNet(13), 224, 133_047_848, 11_308_466_176L, 71.3),
        row("vgg16", () -> VGG.imageNet(16), 224, 138_357_544, 15_470_264_320L, 74.4),
        row("vgg19", () -> VGG.imageNet(19), 224, 143_667_240, 19_632_062_464L, 74.5),
        row("vgg11_bn", () -> VGG.imageNet(11).bn(), 224, 132_868_840, 7_609_090_048L),
        row("vgg13_bn", () -> VGG.imageNet(13).bn(), 224, 133_053_736, 11_308_466_176L),
        row("vgg16_bn", () -> VGG.imageNet(16).bn(), 224, 138_365_992, 15_470_264_320L),
        row("vgg19_bn", () -> VGG.imageNet(19).bn(), 224, 143_678_248, 19_632_062_464L));
  }

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

  private static List<Entry> squeezeNet() {
    return paper(
        "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, arXiv:1602.07360",
        2016,
        row("squeezenet1_0", SqueezeNet::version10, 224, 1_248_424, 818_924_576, 57.5),
        row("squeezenet1_1", SqueezeNet::version11, 224, 1_235_496, 349_151_936));
  }

  private static List<Entry> denseNet() {
    return paper(
        "Densely Connected Convolutional Networks, arXiv:1608.06993",
        2016,
        row("densenet121", () -> DenseNet.imageNet(121), 224, 7_978_856, 2_834_161_664L, 74.98),
        row("densenet161", () -> DenseNet.imageNet(161), 224, 28_681_000, 7_727_907_072L),
        row("densenet169", () -> DenseNet.imageNet(169), 224, 14_149_480, 3_359_843_328L, 76.2),
        row("densenet201", () -> DenseNet.imageNet(201), 224, 20_013_928, 4_291_365_888L, 77.42),
        row("densenet264", () -> DenseNet.imageNet(264), 224, 33_337_704, 5_751_653_376L, 77.85),
        row("densenet40_k12_cifar10", () -> DenseNet.cifar(40, 12), 32, 1_019_722, 264_812_928),
        row("densenet40_k12_bc_cifar10", () -> DenseNet.cifarBC(40, 12), 32, 176_122, 72_365_352),
        row(
            "densenet100_k12_bc_cifar10",
            () -> DenseNet.cifarBC(100, 12),
            32,
            769_162,
            287_929_692),
        row(
            "densenet190_k40_bc_cifar10",
            () -> DenseNet.cifarBC(190, 40),
            32,
            25_624_430,
            9_301_945_740L));
  }

  private static List<Entry> xception() {
    return paper(
        "Xception: Deep Learning with Depthwise Separable Convolutions, arXiv:1610.02357",
        2016,
        row("legacy_xception", Xception::imageNet, 299, 22_855_952, 8_357_403_496L, 79.0));
  }

  private static List<Entry> resNeXt() {
    return paper(
        "Aggregated Residual Transformations for Deep Neural Networks, arXiv:1611.05431",
        2016,
        cxd(50, 1, 64, 25_557_032, 4_089_184_256L, 76.1),
        cxd(50, 2, 40, 25_425_000, 4_124_508_160L, 77.0),
        cxd(50, 4, 24, 25_292_968, 4_159_832_064L, 77.4),
        cxd(50, 8, 14, 25_603_016, 4_267_409_408L, 77.7),
        cxd(50, 32, 4, 25_028_904, 4_230_479_872L, 77.8),
        cxd(101, 1, 64, 44_549_160, 7_801_405_440L, 78.0),
        cxd(101, 2, 40, 44_456_296, 7_843_553_280L, 78.3),
        cxd(101, 4, 24, 44_363_432, 7_885_701_120L, 78.6),
        cxd(101, 8, 14, 45_104_328, 8_076_871_680L, 78.7),
        cxd(101, 32, 4, 44_177_704, 7_969_996_800L, 78.8),
        cxd(101, 64, 4, 83_455_272, 15_460_270_080L, 79.6),
        row(
            "resnext101_32x8d",
            () -> ResNeXt.imageNet(101, 32, 8),
            224,
            88_791_336,
            16_414_015_488L));
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

  private static List<Entry> seNet() {
    return paper(
        "Squeeze-and-Excitation Networks, arXiv:1709.01507",
        2017,
        row(
            "legacy_seresnet50",
            () -> SENet.resNet(50).caffe(),
            224,
            28_088_024,
            3_860_488_192L,
            76.71),
        row(
            "legacy_seresnet101",
            () -> SENet.resNet(101).caffe(),
            224,
            49_326_872,
            7_574_937_600L,
            77.62),
        row("seresnet50", () -> SENet.resNet(50), 224, 28_088_024, 4_091_699_200L),
        row("seresnet101", () -> SENet.resNet(101), 224, 49_326_872, 7_806_148_608L),
        row(
            "seresnext50_32x4d",
            () -> SENet.resNeXt(50, 32, 4),
            224,
            27_559_896,
            4_232_994_816L,
            78.9));
  }

  private static List<Entry> mobileNetV2() {
    return paper(
        "MobileNetV2: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381",
        2018,
        row("mobilenet_v2", () -> MobileNetV2.imageNet(), 224, 3_504_872, 300_774_272L, 72.0),
        row(
            "mobilenet_v2_x0_35",
            () -> MobileNetV2.imageNet().width(0.35),
            224,
            1_677_128,
            59_285_808L),
        row(
            "mobilenet_v2_x0_5",
            () -> MobileNetV2.imageNet().width(0.5),
            224,
            1_968_680,
            97_131_840L),
        row(
            "mobilenet_v2_x0_75",
            () -> MobileNetV2.imageNet().width(0.75),
            224,
            2_636_424,
            209_069_792L),
        row(
            "mobilenet_v2_x1_4",
            () -> MobileNetV2.imageNet().width(1.4),
            224,
            6_108_776,
            582_195_824L,
            74.7));
  }

  private static List<Entry> cbam() {
    return paper(
        "CBAM: Convolutional Block Attention Module, arXiv:1807.06521",
        2018,
        row("cbam_resnet50", () -> CBAM.resNet(50), 224, 28_089_624, 4_095_573_110L, 77.34));
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

  private static List<Entry> skNet() {
    return paper(
        "Selective Kernel Networks, arXiv:1903.06586",
        2019,
        row("sknet50", () -> SKNet.imageNet(50), 224, 27_479_784, 4_462_710_784L, 79.21),
        row("sknet101", () -> SKNet.imageNet(101), 224, 48_736_040, 8_448_724_992L, 79.81),
        row("skresnet50", () -> SKNet.imageNet(50).splitInput(), 224, 25_803_160, 4_089_422_336L));
  }

  private static List<Entry> mobileNetV3() {
    return paper(
        "Searching for MobileNetV3, arXiv:1905.02244",
        2019,
        row("mobilenet_v3_small", () -> MobileNetV3.small(), 224, 2_542_856, 56_510_400L, 67.4),
        row(
            "mobilenet_v3_small_x0_75",
            () -> MobileNetV3.small().width(0.75),
            224,
            1_653_920,
            39_115_576L),
        row("mobilenet_v3_large", () -> MobileNetV3.large(), 224, 5_483_032, 216_589_760L, 75.2),
        row(
            "mobilenet_v3_large_x0_75",
            () -> MobileNetV3.large().width(0.75),
            224,
            3_377_576,
            140_033_816L));
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

  private static List<Entry> resNeSt() {
    return paper(
        "ResNeSt: Split-Attention Networks, arXiv:2004.08955",
        2020,
        row("resnest50", () -> ResNeSt.imageNet(50), 224, 27_483_240, 5_371_160_576L, 81.13),
        row("resnest101", () -> ResNeSt.imageNet(101), 224, 48_275_016, 10_200_565_760L, 82.27),
        row("resnest200", () -> ResNeSt.imageNet(200), 320, 70_201_544, 35_519_694_848L, 83.9),
        row("resnest269", () -> ResNeSt.imageNet(269), 416, 110_929_480, 77_348_702_208L, 84.5),
        sxd(0, 1, 64, 25_576_264, 4_328_824_832L, 79.41),
        sxd(1, 1, 64, 26_217_896, 4_329_459_712L, 80.35),
        sxd(2, 1, 64, 27_483_240, 4_330_711_040L, 80.64),
        sxd(4, 1, 64, 31_912_712, 4_335_112_192L, 80.90),
        sxd(1, 2, 40, 25_946_680, 4_364_642_816L, 80.72),
        sxd(2, 2, 40, 26_943_792, 4_365_622_336L, 81.00),
        sxd(4, 2, 40, 30_417_592, 4_369_060_736L, 80.92),
        sxd(1, 4, 24, 25_677_000, 4_399_827_456L, 80.97));
  }

  private static List<Entry> efficientNetV2() {
    return paper(
        "EfficientNetV2: Smaller Models and Faster Training, arXiv:2104.00298",
        2021,
        row("efficientnet_v2_s", () -> EfficientNetV2.s(), 384, 21_458_488, 8_365_617_152L, 83.9));
  }

  private static List<Entry> diveIntoDeepLearning() {
    return paper(
        "Dive into Deep Learning, arXiv:2106.11342",
        2021,
        row("alexnet_d2l", AlexNet::textbook, 224, 50_844_008, 1_009_945_728));
  }

  /** A row of the ResNeXt paper's table 3 or 4. */
  private static Row cxd(
      int depth, int cardinality, int width, long parameters, long multiplyAdds, double top1) {
    return row(
        "resnext" + depth + "_" + cardinality + "x" + width + "d",
        () -> ResNeXt.imageNet(depth, cardinality, width),
        224,
        parameters,
        multiplyAdds,
        top1);
  }

  /** A row of the ResNeSt authors' ablation study. */
  private static Row sxd(
      int radix, int cardinality, int width, long parameters, long multiplyAdds, double top1) {
    return row(
        "resnest50_fast_" + radix + "s" + cardinality + "x" + width + "d",
        () -> ResNeSt.ablation(radix, cardinality, width),
        224,
        parameters,
        multiplyAdds,
        top1);
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
    return row(name, design, new Shape(3, size, size), parameters, multiplyAdds);
  }

  /** A network for images of any shape, of which the paper gives no top-1 accuracy. */
  private static Row row(
      String name,
      Supplier<? extends Design<?>> design,
      Shape input,
      long parameters,
      long multiplyAdds) {
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
