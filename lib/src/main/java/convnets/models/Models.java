package convnets.models;

import ai.djl.ndarray.types.Shape;
import convnets.io.DownloadProgress;
import convnets.nn.Unit;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * The door to the zoo: every network of the course by name.
 *
 * <p>The names are torchvision's; where it lacks the network, timm's or the authors'. To change
 * more than the number of classes, start from the family's design, as in {@code
 * ResNet.imageNet(50).zeroGamma().build()}.
 */
public final class Models {

  private Models() {}

  /**
   * A network of the zoo.
   *
   * @param name what {@link #create} calls it
   * @param paper the title of the paper that published it, and its arXiv number
   * @param year when the paper appeared
   * @param input the shape of the image it was published for, (C, H, W)
   * @param parameters how many numbers it learns, with its published number of classes
   * @param multiplyAdds multiplications, each with its addition, for one image of that shape
   * @param top1 accuracy on ImageNet's validation set in percent, as the paper or its authors give
   *     it
   * @param design the network on paper
   */
  public record Entry(
      String name,
      String paper,
      int year,
      Shape input,
      long parameters,
      long multiplyAdds,
      OptionalDouble top1,
      Supplier<? extends Design<?>> design) {

    /** How many classes the published network tells apart. */
    public int classes() {
      return design.get().classes;
    }
  }

  /** All networks, paper by paper. */
  public static List<Entry> list() {
    return Catalogue.ENTRIES;
  }

  /** The networks whose name or paper contains all of these words, whatever their case. */
  public static List<Entry> search(String words) {
    List<String> wanted = List.of(words.toLowerCase(Locale.ROOT).trim().split("\\s+"));
    return list().stream()
        .filter(
            e ->
                wanted.stream()
                    .allMatch((e.name + " " + e.paper).toLowerCase(Locale.ROOT)::contains))
        .toList();
  }

  /**
   * The networks that {@link #search} finds, as a table: network, input, parameters, multiply-adds,
   * top-1 in percent (missing where the paper gives none), year, paper.
   */
  public static Table table(String words) {
    StringColumn network = StringColumn.create("network");
    StringColumn input = StringColumn.create("input");
    LongColumn parameters = LongColumn.create("parameters");
    LongColumn multiplyAdds = LongColumn.create("multiply-adds");
    DoubleColumn top1 = DoubleColumn.create("top-1, %");
    IntColumn year = IntColumn.create("year");
    StringColumn paper = StringColumn.create("paper");
    for (Entry entry : search(words)) {
      network.append(entry.name);
      input.append(
          LongStream.of(entry.input.getShape())
              .mapToObj(Long::toString)
              .collect(Collectors.joining("×")));
      parameters.append(entry.parameters);
      multiplyAdds.append(entry.multiplyAdds);
      if (entry.top1.isPresent()) {
        top1.append(entry.top1.getAsDouble());
      } else {
        top1.appendMissing();
      }
      year.append(entry.year);
      paper.append(entry.paper);
    }
    NumberColumnFormatter thousands =
        new NumberColumnFormatter(
            new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    parameters.setPrintFormatter(thousands);
    multiplyAdds.setPrintFormatter(thousands);
    return Table.create("zoo", network, input, parameters, multiplyAdds, top1, year, paper);
  }

  /**
   * What the catalogue says of a network.
   *
   * @throws IllegalArgumentException if there is none of this name; the message suggests the
   *     nearest
   */
  public static Entry entry(String name) {
    return list().stream()
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "name ("
                        + name
                        + ") is no network of the zoo; did you mean "
                        + nearest(name)
                        + "?"));
  }

  /** Builds a network with its published number of classes: (N, C, H, W) -> (N, classes). */
  public static Unit create(String name) {
    return entry(name).design.get().build();
  }

  /** Builds a network that tells {@code classes} classes apart: (N, C, H, W) -> (N, classes). */
  public static Unit create(String name, int classes) {
    return entry(name).design.get().classes(classes).build();
  }

  /**
   * A network with the weights that others have trained on ImageNet. EfficientNet-Lite0's come with
   * the course; others are fetched from torchvision at first use, silently.
   *
   * @throws IllegalArgumentException if no weights of it are known; the message says of which they
   *     are
   * @throws convnets.weights.WeightsException if they cannot be fetched or read
   * @throws convnets.io.FileException if the course's data folder is not found
   */
  public static Pretrained pretrained(String name) {
    return pretrained(name, (done, total) -> {});
  }

  /** As {@link #pretrained(String)}, and tells how far the download is. */
  public static Pretrained pretrained(String name, DownloadProgress progress) {
    return PublishedWeights.of(name).load(progress);
  }

  /**
   * A network to be trained on: with the weights of {@link #pretrained(String)} but for a new head,
   * which tells {@code classes} classes apart and starts at random.
   */
  public static Unit pretrained(String name, int classes) {
    return PublishedWeights.of(name).load(classes, (done, total) -> {});
  }

  // By method, in the order of the papers.

  // Gradient-Based Learning Applied to Document Recognition, 1998.

  /** {@code create("lenet5_1998")}. */
  public static Unit lenet5_1998() {
    return create("lenet5_1998");
  }

  /** {@code create("lenet5")}. */
  public static Unit lenet5() {
    return create("lenet5");
  }

  // ImageNet Classification with Deep Convolutional Neural Networks, 2012.

  /** {@code create("alexnet_2012")}. */
  public static Unit alexnet_2012() {
    return create("alexnet_2012");
  }

  // Visualizing and Understanding Convolutional Networks, 2013.

  /** {@code create("zfnet")}. */
  public static Unit zfnet() {
    return create("zfnet");
  }

  // Network In Network, 2013.

  /** {@code create("nin_imagenet")}. */
  public static Unit nin_imagenet() {
    return create("nin_imagenet");
  }

  /** {@code create("nin_cifar10")}. */
  public static Unit nin_cifar10() {
    return create("nin_cifar10");
  }

  // One weird trick for parallelizing convolutional neural networks, 2014.

  /** {@code create("alexnet")}. */
  public static Unit alexnet() {
    return create("alexnet");
  }

  // Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014.

  /** {@code create("vgg11")}. */
  public static Unit vgg11() {
    return create("vgg11");
  }

  /** {@code create("vgg13")}. */
  public static Unit vgg13() {
    return create("vgg13");
  }

  /** {@code create("vgg16")}. */
  public static Unit vgg16() {
    return create("vgg16");
  }

  /** {@code create("vgg19")}. */
  public static Unit vgg19() {
    return create("vgg19");
  }

  /** {@code create("vgg11_bn")}. */
  public static Unit vgg11_bn() {
    return create("vgg11_bn");
  }

  /** {@code create("vgg13_bn")}. */
  public static Unit vgg13_bn() {
    return create("vgg13_bn");
  }

  /** {@code create("vgg16_bn")}. */
  public static Unit vgg16_bn() {
    return create("vgg16_bn");
  }

  /** {@code create("vgg19_bn")}. */
  public static Unit vgg19_bn() {
    return create("vgg19_bn");
  }

  // Going Deeper with Convolutions, 2014.

  /** {@code create("googlenet_2014")}. */
  public static Unit googlenet_2014() {
    return create("googlenet_2014");
  }

  /** {@code create("googlenet")}. */
  public static Unit googlenet() {
    return create("googlenet");
  }

  /** {@code create("googlenet_aux")}. */
  public static Unit googlenet_aux() {
    return create("googlenet_aux");
  }

  // Rethinking the Inception Architecture for Computer Vision, 2015.

  /** {@code create("inception_v3")}. */
  public static Unit inception_v3() {
    return create("inception_v3");
  }

  /** {@code create("inception_v3_aux")}. */
  public static Unit inception_v3_aux() {
    return create("inception_v3_aux");
  }

  // Deep Residual Learning for Image Recognition, 2015.

  /** {@code create("resnet18")}. */
  public static Unit resnet18() {
    return create("resnet18");
  }

  /** {@code create("resnet34")}. */
  public static Unit resnet34() {
    return create("resnet34");
  }

  /** {@code create("resnet50")}. */
  public static Unit resnet50() {
    return create("resnet50");
  }

  /** {@code create("resnet101")}. */
  public static Unit resnet101() {
    return create("resnet101");
  }

  /** {@code create("resnet152")}. */
  public static Unit resnet152() {
    return create("resnet152");
  }

  // Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning, 2016.

  /** {@code create("inception_v4")}. */
  public static Unit inception_v4() {
    return create("inception_v4");
  }

  /** {@code create("inception_resnet_v2")}. */
  public static Unit inception_resnet_v2() {
    return create("inception_resnet_v2");
  }

  // SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, 2016.

  /** {@code create("squeezenet1_0")}. */
  public static Unit squeezenet1_0() {
    return create("squeezenet1_0");
  }

  /** {@code create("squeezenet1_1")}. */
  public static Unit squeezenet1_1() {
    return create("squeezenet1_1");
  }

  // Densely Connected Convolutional Networks, 2016.

  /** {@code create("densenet121")}. */
  public static Unit densenet121() {
    return create("densenet121");
  }

  /** {@code create("densenet161")}. */
  public static Unit densenet161() {
    return create("densenet161");
  }

  /** {@code create("densenet169")}. */
  public static Unit densenet169() {
    return create("densenet169");
  }

  /** {@code create("densenet201")}. */
  public static Unit densenet201() {
    return create("densenet201");
  }

  /** {@code create("densenet264")}. */
  public static Unit densenet264() {
    return create("densenet264");
  }

  /** {@code create("densenet40_k12_cifar10")}. */
  public static Unit densenet40_k12_cifar10() {
    return create("densenet40_k12_cifar10");
  }

  /** {@code create("densenet40_k12_bc_cifar10")}. */
  public static Unit densenet40_k12_bc_cifar10() {
    return create("densenet40_k12_bc_cifar10");
  }

  /** {@code create("densenet100_k12_bc_cifar10")}. */
  public static Unit densenet100_k12_bc_cifar10() {
    return create("densenet100_k12_bc_cifar10");
  }

  /** {@code create("densenet190_k40_bc_cifar10")}. */
  public static Unit densenet190_k40_bc_cifar10() {
    return create("densenet190_k40_bc_cifar10");
  }

  // Xception: Deep Learning with Depthwise Separable Convolutions, 2016.

  /** {@code create("legacy_xception")}. */
  public static Unit legacy_xception() {
    return create("legacy_xception");
  }

  // Aggregated Residual Transformations for Deep Neural Networks, 2016.

  /** {@code create("resnext50_1x64d")}. */
  public static Unit resnext50_1x64d() {
    return create("resnext50_1x64d");
  }

  /** {@code create("resnext50_2x40d")}. */
  public static Unit resnext50_2x40d() {
    return create("resnext50_2x40d");
  }

  /** {@code create("resnext50_4x24d")}. */
  public static Unit resnext50_4x24d() {
    return create("resnext50_4x24d");
  }

  /** {@code create("resnext50_8x14d")}. */
  public static Unit resnext50_8x14d() {
    return create("resnext50_8x14d");
  }

  /** {@code create("resnext50_32x4d")}. */
  public static Unit resnext50_32x4d() {
    return create("resnext50_32x4d");
  }

  /** {@code create("resnext101_1x64d")}. */
  public static Unit resnext101_1x64d() {
    return create("resnext101_1x64d");
  }

  /** {@code create("resnext101_2x40d")}. */
  public static Unit resnext101_2x40d() {
    return create("resnext101_2x40d");
  }

  /** {@code create("resnext101_4x24d")}. */
  public static Unit resnext101_4x24d() {
    return create("resnext101_4x24d");
  }

  /** {@code create("resnext101_8x14d")}. */
  public static Unit resnext101_8x14d() {
    return create("resnext101_8x14d");
  }

  /** {@code create("resnext101_32x4d")}. */
  public static Unit resnext101_32x4d() {
    return create("resnext101_32x4d");
  }

  /** {@code create("resnext101_64x4d")}. */
  public static Unit resnext101_64x4d() {
    return create("resnext101_64x4d");
  }

  /** {@code create("resnext101_32x8d")}. */
  public static Unit resnext101_32x8d() {
    return create("resnext101_32x8d");
  }

  // MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications, 2017.

  /** {@code create("mobilenetv1_025")}. */
  public static Unit mobilenetv1_025() {
    return create("mobilenetv1_025");
  }

  /** {@code create("mobilenetv1_050")}. */
  public static Unit mobilenetv1_050() {
    return create("mobilenetv1_050");
  }

  /** {@code create("mobilenetv1_075")}. */
  public static Unit mobilenetv1_075() {
    return create("mobilenetv1_075");
  }

  /** {@code create("mobilenetv1_100")}. */
  public static Unit mobilenetv1_100() {
    return create("mobilenetv1_100");
  }

  // ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices, 2017.

  /** {@code create("shufflenet_v1_g1_x1_0")}. */
  public static Unit shufflenet_v1_g1_x1_0() {
    return create("shufflenet_v1_g1_x1_0");
  }

  /** {@code create("shufflenet_v1_g2_x1_0")}. */
  public static Unit shufflenet_v1_g2_x1_0() {
    return create("shufflenet_v1_g2_x1_0");
  }

  /** {@code create("shufflenet_v1_g3_x1_0")}. */
  public static Unit shufflenet_v1_g3_x1_0() {
    return create("shufflenet_v1_g3_x1_0");
  }

  /** {@code create("shufflenet_v1_g4_x1_0")}. */
  public static Unit shufflenet_v1_g4_x1_0() {
    return create("shufflenet_v1_g4_x1_0");
  }

  /** {@code create("shufflenet_v1_g8_x1_0")}. */
  public static Unit shufflenet_v1_g8_x1_0() {
    return create("shufflenet_v1_g8_x1_0");
  }

  /** {@code create("shufflenet_v1_g3_x0_25")}. */
  public static Unit shufflenet_v1_g3_x0_25() {
    return create("shufflenet_v1_g3_x0_25");
  }

  /** {@code create("shufflenet_v1_g3_x0_5")}. */
  public static Unit shufflenet_v1_g3_x0_5() {
    return create("shufflenet_v1_g3_x0_5");
  }

  /** {@code create("shufflenet_v1_g3_x1_5")}. */
  public static Unit shufflenet_v1_g3_x1_5() {
    return create("shufflenet_v1_g3_x1_5");
  }

  /** {@code create("shufflenet_v1_g3_x2_0")}. */
  public static Unit shufflenet_v1_g3_x2_0() {
    return create("shufflenet_v1_g3_x2_0");
  }

  // Squeeze-and-Excitation Networks, 2017.

  /** {@code create("legacy_seresnet50")}. */
  public static Unit legacy_seresnet50() {
    return create("legacy_seresnet50");
  }

  /** {@code create("legacy_seresnet101")}. */
  public static Unit legacy_seresnet101() {
    return create("legacy_seresnet101");
  }

  /** {@code create("seresnet50")}. */
  public static Unit seresnet50() {
    return create("seresnet50");
  }

  /** {@code create("seresnet101")}. */
  public static Unit seresnet101() {
    return create("seresnet101");
  }

  /** {@code create("seresnext50_32x4d")}. */
  public static Unit seresnext50_32x4d() {
    return create("seresnext50_32x4d");
  }

  // MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018.

  /** {@code create("mobilenet_v2")}. */
  public static Unit mobilenet_v2() {
    return create("mobilenet_v2");
  }

  /** {@code create("mobilenet_v2_x0_35")}. */
  public static Unit mobilenet_v2_x0_35() {
    return create("mobilenet_v2_x0_35");
  }

  /** {@code create("mobilenet_v2_x0_5")}. */
  public static Unit mobilenet_v2_x0_5() {
    return create("mobilenet_v2_x0_5");
  }

  /** {@code create("mobilenet_v2_x0_75")}. */
  public static Unit mobilenet_v2_x0_75() {
    return create("mobilenet_v2_x0_75");
  }

  /** {@code create("mobilenet_v2_x1_4")}. */
  public static Unit mobilenet_v2_x1_4() {
    return create("mobilenet_v2_x1_4");
  }

  // CBAM: Convolutional Block Attention Module, 2018.

  /** {@code create("cbam_resnet50")}. */
  public static Unit cbam_resnet50() {
    return create("cbam_resnet50");
  }

  // ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, 2018.

  /** {@code create("shufflenet_v2_x0_5")}. */
  public static Unit shufflenet_v2_x0_5() {
    return create("shufflenet_v2_x0_5");
  }

  /** {@code create("shufflenet_v2_x1_0")}. */
  public static Unit shufflenet_v2_x1_0() {
    return create("shufflenet_v2_x1_0");
  }

  /** {@code create("shufflenet_v2_x1_5")}. */
  public static Unit shufflenet_v2_x1_5() {
    return create("shufflenet_v2_x1_5");
  }

  /** {@code create("shufflenet_v2_x2_0")}. */
  public static Unit shufflenet_v2_x2_0() {
    return create("shufflenet_v2_x2_0");
  }

  // Selective Kernel Networks, 2019.

  /** {@code create("sknet50")}. */
  public static Unit sknet50() {
    return create("sknet50");
  }

  /** {@code create("sknet101")}. */
  public static Unit sknet101() {
    return create("sknet101");
  }

  /** {@code create("skresnet50")}. */
  public static Unit skresnet50() {
    return create("skresnet50");
  }

  // Searching for MobileNetV3, 2019.

  /** {@code create("mobilenet_v3_small")}. */
  public static Unit mobilenet_v3_small() {
    return create("mobilenet_v3_small");
  }

  /** {@code create("mobilenet_v3_small_x0_75")}. */
  public static Unit mobilenet_v3_small_x0_75() {
    return create("mobilenet_v3_small_x0_75");
  }

  /** {@code create("mobilenet_v3_large")}. */
  public static Unit mobilenet_v3_large() {
    return create("mobilenet_v3_large");
  }

  /** {@code create("mobilenet_v3_large_x0_75")}. */
  public static Unit mobilenet_v3_large_x0_75() {
    return create("mobilenet_v3_large_x0_75");
  }

  // EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019.

  /** {@code create("efficientnet_b0")}. */
  public static Unit efficientnet_b0() {
    return create("efficientnet_b0");
  }

  /** {@code create("efficientnet_b1")}. */
  public static Unit efficientnet_b1() {
    return create("efficientnet_b1");
  }

  /** {@code create("efficientnet_b2")}. */
  public static Unit efficientnet_b2() {
    return create("efficientnet_b2");
  }

  /** {@code create("efficientnet_b3")}. */
  public static Unit efficientnet_b3() {
    return create("efficientnet_b3");
  }

  /** {@code create("efficientnet_b4")}. */
  public static Unit efficientnet_b4() {
    return create("efficientnet_b4");
  }

  /** {@code create("efficientnet_b5")}. */
  public static Unit efficientnet_b5() {
    return create("efficientnet_b5");
  }

  /** {@code create("efficientnet_b6")}. */
  public static Unit efficientnet_b6() {
    return create("efficientnet_b6");
  }

  /** {@code create("efficientnet_b7")}. */
  public static Unit efficientnet_b7() {
    return create("efficientnet_b7");
  }

  // Higher accuracy on vision models with EfficientNet-Lite, blog.tensorflow.org, 2020.

  /** {@code create("efficientnet_lite0")}. */
  public static Unit efficientnet_lite0() {
    return create("efficientnet_lite0");
  }

  // ResNeSt: Split-Attention Networks, 2020.

  /** {@code create("resnest50")}. */
  public static Unit resnest50() {
    return create("resnest50");
  }

  /** {@code create("resnest101")}. */
  public static Unit resnest101() {
    return create("resnest101");
  }

  /** {@code create("resnest200")}. */
  public static Unit resnest200() {
    return create("resnest200");
  }

  /** {@code create("resnest269")}. */
  public static Unit resnest269() {
    return create("resnest269");
  }

  /** {@code create("resnest50_fast_0s1x64d")}. */
  public static Unit resnest50_fast_0s1x64d() {
    return create("resnest50_fast_0s1x64d");
  }

  /** {@code create("resnest50_fast_1s1x64d")}. */
  public static Unit resnest50_fast_1s1x64d() {
    return create("resnest50_fast_1s1x64d");
  }

  /** {@code create("resnest50_fast_2s1x64d")}. */
  public static Unit resnest50_fast_2s1x64d() {
    return create("resnest50_fast_2s1x64d");
  }

  /** {@code create("resnest50_fast_4s1x64d")}. */
  public static Unit resnest50_fast_4s1x64d() {
    return create("resnest50_fast_4s1x64d");
  }

  /** {@code create("resnest50_fast_1s2x40d")}. */
  public static Unit resnest50_fast_1s2x40d() {
    return create("resnest50_fast_1s2x40d");
  }

  /** {@code create("resnest50_fast_2s2x40d")}. */
  public static Unit resnest50_fast_2s2x40d() {
    return create("resnest50_fast_2s2x40d");
  }

  /** {@code create("resnest50_fast_4s2x40d")}. */
  public static Unit resnest50_fast_4s2x40d() {
    return create("resnest50_fast_4s2x40d");
  }

  /** {@code create("resnest50_fast_1s4x24d")}. */
  public static Unit resnest50_fast_1s4x24d() {
    return create("resnest50_fast_1s4x24d");
  }

  // EfficientNetV2: Smaller Models and Faster Training, 2021.

  /** {@code create("efficientnet_v2_s")}. */
  public static Unit efficientnet_v2_s() {
    return create("efficientnet_v2_s");
  }

  // Dive into Deep Learning, 2021.

  /** {@code create("alexnet_d2l")}. */
  public static Unit alexnet_d2l() {
    return create("alexnet_d2l");
  }

  private static String nearest(String name) {
    return list().stream()
        .map(Entry::name)
        .min(Comparator.comparingInt(other -> distance(plain(name), plain(other))))
        .orElseThrow();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** How many letters must be put in, taken out or exchanged (Levenshtein). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    Arrays.setAll(before, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int exchange = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(exchange, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[b.length()];
  }
}
