package convnets.segment;

import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Examples;
import convnets.data.Menagerie;
import convnets.data.MenageriePictures;
import convnets.data.Statistics;
import convnets.data.Target;
import convnets.data.Transforms;
import convnets.data.VocFolder;
import convnets.models.Models;
import convnets.models.Pretrained;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import convnets.train.Schedule;
import convnets.train.Training;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmenterTest extends NnTest {

  private static final List<String> NAMES = List.of("background", "cat", "猫");

  @TempDir Path folder;

  private static BufferedImage picture(int width, int height) {
    Random random = new Random(3);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }

  /** Gives each pixel the class of its strongest colour: red, green or blue. */
  private Unit colours() {
    Unit net = conv(3, 3, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 4, 4));
    net.getParameters().valueAt(0).getArray().set(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
    return net;
  }

  @Test
  void eachPixelGetsTheHighestOfItsScores() {
    BufferedImage picture = picture(7, 5);
    ClassMask mask = Segmenter.of(colours(), NAMES).predict(picture);
    assertThat(mask.width()).isEqualTo(7);
    assertThat(mask.height()).isEqualTo(5);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        int rgb = picture.getRGB(x, y);
        int[] channels = {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
        int highest = 0;
        for (int c = 1; c < 3; c++) {
          highest = channels[c] > channels[highest] ? c : highest;
        }
        assertThat(mask.at(x, y)).isEqualTo(highest);
      }
    }
  }

  @Test
  void pixelsAreNormalisedAsInTraining() {
    BufferedImage red = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    red.setRGB(0, 0, 0xFF6000);
    red.setRGB(1, 0, 0xFF0060);
    Statistics statistics = new Statistics(List.of(0.9, 0.0, 0.0), List.of(1.0, 0.5, 1.0));
    ClassMask mask = Segmenter.of(colours(), NAMES).normalised(statistics).predict(red);
    assertThat(mask.classes()).containsExactly(1, 2);
  }

  /** Whatever the network is given, the mask has the size of the picture. */
  @Test
  void picturesMayBeScaledBefore() {
    BufferedImage halves = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 40; x++) {
        halves.setRGB(x, y, x < 20 ? 0x00FF00 : 0x0000FF);
      }
    }
    for (int side : new int[] {1, 10, 50}) {
      ClassMask mask = Segmenter.of(colours(), NAMES).shorterSide(side).predict(halves);
      assertThat(mask.width()).isEqualTo(40);
      assertThat(mask.share("cat")).isBetween(0.45, 0.55);
      assertThat(mask.at(0, 0)).isEqualTo(1);
      assertThat(mask.at(39, 19)).isEqualTo(2);
    }
  }

  @Test
  void itIsSavedAndLoadedByName() throws Exception {
    Segmenter segmenter =
        Segmenter.create("deeplabv3plus_small", NAMES)
            .shorterSide(33)
            .normalised(new Statistics(List.of(0.5, 0.4, 0.3), List.of(0.1, 0.2, 0.25)));
    segmenter.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    segmenter.save(folder.resolve("saved"));
    Segmenter loaded = Segmenter.load(folder.resolve("saved"));
    File file = folder.resolve("picture.png").toFile();
    ImageIO.write(picture(45, 37), "png", file);
    ClassMask mask = segmenter.predict(file.toPath());
    assertThat(loaded.classes()).isEqualTo(NAMES);
    assertThat(loaded.predict(file.toPath()).classes()).isEqualTo(mask.classes());
    assertThat(mask.instances().list()).isNotEmpty();
    loaded.net().clear();
  }

  @Test
  void halvesOfTwoAreNotTakenForOne() throws Exception {
    Path saved = folder.resolve("saved");
    Segmenter small = Segmenter.create("unet_small", NAMES);
    small.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    small.save(saved);
    Path weights = saved.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.load(saved))
        .withMessageContaining("is not the file that segmenter.tsv was written with");
    small.net().clear();
  }

  /** The backbone is the trained network's own; only the rest is new. */
  @Test
  void aTrainedBackboneKeepsItsWeights() {
    Pretrained trained = Models.pretrained("efficientnet_lite0");
    Unit net = UNet.of(trained.backbone(), 3).build();
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    String name = "conv_stem.weight";
    assertThat(net.getParameters().get("backbone." + name).getArray())
        .isSameAs(trained.net().getParameters().get(name).getArray());
    Segmenter segmenter = Segmenter.of(net, NAMES).named("unet_efficientnet_lite0");
    segmenter.save(folder.resolve("saved"));
    Segmenter loaded = Segmenter.load(folder.resolve("saved"));
    BufferedImage picture = picture(40, 50);
    assertThat(loaded.predict(picture).classes()).isEqualTo(segmenter.predict(picture).classes());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> segmenter.named("unet_small"))
        .withMessageContaining("network (unet_small) has other parameters");
    loaded.net().clear();
  }

  /** Scenes in files, as readers have theirs. */
  @Test
  void aTrainedBackboneIsFineTunedOnAFolder() {
    MenageriePictures scenes = Menagerie.easyScenes(1).classes(3);
    VocFolder voc = VocFolder.at(folder.resolve("voc")).classes(scenes.classNames());
    voc.set("train").write(scenes.source(manager, 48));
    voc.set("test").write(Menagerie.easyScenes(2).classes(3).source(manager, 32));
    Examples train = Examples.of(voc.set("train").source(manager, 64, 64).targets(Target.MASK));
    Examples test = Examples.of(voc.set("test").source(manager, 64, 64).targets(Target.MASK));

    Segmenter segmenter = Segmenter.pretrained("unet_efficientnet_lite0", train);
    assertThat(segmenter.classes()).startsWith("background").hasSize(4);
    segmenter.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    Batches batches = Batches.of(test, 16).transform(segmenter.transform());
    double before = PixelEvaluation.of(segmenter.net(), batches).confusion().meanIou();
    Training.of(segmenter.net())
        .task(Segmentation.standard())
        .data(train)
        .batchSize(8)
        .epochs(4)
        .schedule(Schedule.oneCycle(0.05, 0.25))
        .augment(Transforms.flip())
        .transform(segmenter.transform())
        .rate("backbone", 0.1)
        .device(manager.getDevice())
        .seed(1)
        .fit();
    double after = PixelEvaluation.of(segmenter.net(), batches).confusion().meanIou();
    // Whoever finds nothing has 0.2, for the background.
    assertThat(after).isGreaterThan(Math.max(before, 0.2) + 0.1);

    segmenter.save(folder.resolve("saved"));
    Segmenter loaded = Segmenter.load(folder.resolve("saved"));
    Path file = voc.set("test").source(manager, 64, 64).file(0);
    assertThat(loaded.classes()).isEqualTo(segmenter.classes());
    ClassMask mask = loaded.predict(file);
    assertThat(mask.classes()).isEqualTo(segmenter.predict(file).classes());
    // Pictures are normalised as in training: the mask is that of the evaluation.
    try (Batch batch = batches.batch(0, 0)) {
      long[] expected = segmenter.net().apply(batch.images()).argMax(1).get(0).toLongArray();
      assertThat(mask.classes())
          .isEqualTo(Arrays.stream(expected).mapToInt(Math::toIntExact).toArray());
    }
    loaded.net().clear();
    segmenter.net().clear();
  }

  @Test
  void djlsPredictorRunsIt() throws Exception {
    Segmenter segmenter = Segmenter.create("unet_small", NAMES);
    segmenter.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    try (Model model = Model.newInstance("segmenter")) {
      model.setBlock(segmenter.net());
      try (Predictor<BufferedImage, ClassMask> predictor =
          model.newPredictor(segmenter.translator())) {
        List<BufferedImage> pictures = List.of(picture(31, 20), picture(16, 50));
        List<ClassMask> masks = predictor.batchPredict(pictures);
        for (int i = 0; i < 2; i++) {
          assertThat(masks.get(i).classes())
              .isEqualTo(segmenter.predict(pictures.get(i)).classes());
        }
      }
    }
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Segmenter.create("unet_small", NAMES).predict(picture(8, 8)))
        .withMessageContaining("the network has no weights");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> Segmenter.pretrained("unet_efficientnet_lite0", NAMES).predict(picture(8, 8)))
        .withMessageContaining("the network has no weights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.pretrained("unet_small", NAMES))
        .withMessageStartingWith(
            "name (unet_small) is that of a network with a backbone of its own");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.pretrained("unet_resnext50_2x40d", NAMES))
        .withMessageContaining("name (resnext50_2x40d) has no published weights here");
    NDArray mask = manager.zeros(new Shape(1, 4, 4), DataType.UINT8);
    Examples nameless = Examples.of(manager.zeros(new Shape(1, 3, 4, 4)), mask).kinds(Target.MASK);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.create("unet_small", nameless))
        .withMessageContaining("must name its classes");
    assertThatIllegalStateException()
        .isThrownBy(() -> Segmenter.of(colours(), NAMES).save(folder))
        .withMessageContaining("Weights.save(net, file)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenter.of(colours(), List.of("a", "b")).predict(picture(2, 2)))
        .withMessageContaining("3 outputs for each pixel, and there are 2 classes");
    assertThatThrownBy(() -> Segmenter.load(folder.resolve("nowhere")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Segmenter.save writes");
    assertThatThrownBy(() -> Segmenter.of(colours(), NAMES).predict(Path.of("no such.png")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no such.png");
  }

  @Test
  void masksAreAskedByName() {
    ClassMask mask = ClassMask.of(new int[] {0, 1, 1, Target.IGNORED}, 2, NAMES);
    assertThat(mask.share("cat")).isEqualTo(0.5);
    assertThat(mask.where("cat")).containsExactly(false, true, true, false);
    assertThat(mask.foreground()).containsExactly(false, true, true, false);
    assertThat(mask).hasToString("2 × 2: background 25.0 %, cat 50.0 %");
    NDArray array = mask.toArray(manager);
    assertThat(array.getShape()).isEqualTo(new Shape(2, 2));
    assertThat(ClassMask.of(array, NAMES).classes()).isEqualTo(mask.classes());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mask.share("dog"))
        .withMessageContaining("name (dog) must be of [background, cat, 猫]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassMask.of(new int[] {3}, 1, NAMES))
        .withMessageContaining("classes holds 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassMask.of(new int[3], 2, NAMES))
        .withMessageContaining("width (2) must divide classes (3)");
    assertThatThrownBy(() -> mask.at(2, 0)).hasMessageContaining("x (2) and y (0)");
  }
}
