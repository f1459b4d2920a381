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
              resNet(), //
              resNeXt(),
              seNet(),
              cbam(),
              skNet(),
              resNeSt() //
              )
          .flatMap(List::stream)
          .toList();

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

  private static List<Entry> cbam() {
    return paper(
        "CBAM: Convolutional Block Attention Module, arXiv:1807.06521",
        2018,
        row("cbam_resnet50", () -> CBAM.resNet(50), 224, 28_089_624, 4_095_573_110L, 77.34));
  }

  private static List<Entry> skNet() {
    return paper(
        "Selective Kernel Networks, arXiv:1903.06586",
        2019,
        row("sknet50", () -> SKNet.imageNet(50), 224, 27_479_784, 4_462_710_784L, 79.21),
        row("sknet101", () -> SKNet.imageNet(101), 224, 48_736_040, 8_448_724_992L, 79.81));
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
