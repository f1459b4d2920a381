package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.modality.cv.output.Rectangle;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.Statistics;
import convnets.data.Target;
import convnets.models.Models;
import convnets.models.Pretrained;
import convnets.nn.NnTest;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest extends NnTest {

  private static final List<String> NAMES = List.of("cat", "狗");

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

  /** With weights that find something. */
  private Detector started(String name) {
    Detector detector = Detector.create(name, NAMES).score(0.05);
    Shape images = new Shape(1, 3, 64, 64);
    if (name.startsWith("faster")) {
      detector.net().initialize(manager, DataType.FLOAT32, images); // others see background alone
    } else {
      randomized(detector.net(), images);
    }
    return detector;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssd_small", "ssd_fpn_small", "centernet_small", "faster_rcnn_small"})
  void itIsSavedAndLoadedByName(String name) throws Exception {
    Detector detector =
        started(name)
            .normalised(new Statistics(List.of(0.5, 0.4, 0.3), List.of(0.1, 0.2, 0.25)))
            .score(0.001);
    detector.save(folder.resolve("saved"));
    Detector loaded = Detector.load(folder.resolve("saved"));
    File file = folder.resolve("picture.png").toFile();
    ImageIO.write(picture(90, 70), "png", file);
    Detections found = detector.predict(file.toPath());
    assertThat(loaded.classes()).isEqualTo(NAMES);
    assertThat(loaded.predict(file.toPath())).isEqualTo(found);
    assertThat(found.count()).isPositive();
    for (Detection d : found) {
      assertThat(d.score()).isGreaterThan(0.001);
      assertThat(d.left()).isBetween(0f, d.right());
      assertThat(d.right()).isLessThanOrEqualTo(90);
      assertThat(d.top()).isBetween(0f, d.bottom());
      assertThat(d.bottom()).isLessThanOrEqualTo(70);
    }
    loaded.net().clear();
  }

  /** Whatever the network is given, boxes are in pixels of the picture. */
  @Test
  void boxesAreThoseOfThePicture() {
    Detector detector = started("ssd_small");
    BufferedImage picture = picture(64, 64);
    BufferedImage large = new BufferedImage(128, 192, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 192; y++) {
      for (int x = 0; x < 128; x++) {
        large.setRGB(x, y, picture.getRGB(x / 2, y / 3));
      }
    }
    Detections small = detector.predict(picture);
    Detections same = detector.size(192, 128).predict(large);
    assertThat(small.count()).isPositive();
    assertThat(same.list().stream().mapToDouble(Detection::bottom).max().orElse(0))
        .isBetween(64.0, 192.0);
    NDArray rows = small.toArray(manager);
    assertThat(rows.getShape()).isEqualTo(new Shape(small.count(), 6));
    assertThat(rows.getFloat(0, 1)).isEqualTo(small.list().get(0).left());
    assertThat(new Detections(List.of()).toArray(manager).getShape()).isEqualTo(new Shape(0, 6));
  }

  @Test
  void djlsPredictorRunsIt() throws Exception {
    Detector detector = started("ssd_small");
    BufferedImage picture = picture(80, 50);
    Detections found = detector.predict(picture);
    try (Model model = Model.newInstance("detector")) {
      model.setBlock(detector.net());
      try (Predictor<Image, DetectedObjects> predictor =
          model.newPredictor(detector.translator())) {
        Image image = ImageFactory.getInstance().fromImage(picture);
        DetectedObjects objects = predictor.predict(image);
        assertThat(objects.getNumberOfObjects()).isEqualTo(found.count()).isPositive();
        for (int i = 0; i < found.count(); i++) {
          DetectedObjects.DetectedObject object = objects.item(i);
          Detection d = found.list().get(i);
          assertThat(object.getClassName()).isEqualTo(d.name());
          assertThat(object.getProbability()).isCloseTo(d.score(), within(1e-6));
          Rectangle box = object.getBoundingBox().getBounds();
          assertThat(box.getX() * 80).isCloseTo(d.left(), within(1e-4));
          assertThat(box.getHeight() * 50).isCloseTo(d.height(), within(1e-4));
        }
        DetectedObjects none = predictor.predict(image); // once more, with nothing left over
        assertThat(none.getNumberOfObjects()).isEqualTo(found.count());
      }
    }
  }

  /** The backbone is the trained network's own; only the rest is new. */
  @Test
  void aTrainedBackboneKeepsItsWeights() {
    Pretrained trained = Models.pretrained("efficientnet_lite0");
    SSD design = SSD.of(trained.backbone().at(8, 16, 32), 2).extras(2);
    Detector detector = Detector.of(design, NAMES);
    detector.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    String name = "conv_stem.weight";
    assertThat(detector.net().getParameters().get("backbone." + name).getArray())
        .isSameAs(trained.net().getParameters().get(name).getArray());
    assertThatIllegalStateException()
        .isThrownBy(() -> detector.save(folder))
        .withMessageContaining("Weights.save(net, file)");
    Detector named = detector.named("ssd_efficientnet_lite0");
    named.save(folder.resolve("saved"));
    Detector loaded = Detector.load(folder.resolve("saved"));
    assertThat(loaded.score(0).predict(picture(70, 64)))
        .isEqualTo(named.score(0).predict(picture(70, 64)));
    loaded.net().clear();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> detector.named("ssd_small"))
        .withMessageContaining("network (ssd_small) has other parameters");
    Anchors other = SSD.small(2).anchors();
    Detector same = Detector.of(SSD.small(2).anchors(larger(other)), NAMES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> same.named("ssd_small"))
        .withMessageContaining("network (ssd_small) reads its outputs as");
  }

  /** As many anchors of other sizes. */
  private static Anchors larger(Anchors anchors) {
    Anchors larger = null;
    for (int i = 0; i < anchors.maps(); i++) {
      double[] sizes = new double[anchors.perPixel(i)];
      for (int k = 0; k < sizes.length; k++) {
        sizes[k] = 40 + k;
      }
      List<AnchorShape> shapes = AnchorShape.everyPair(sizes, new double[] {1});
      larger = larger == null ? Anchors.of(shapes) : larger.and(shapes);
    }
    return larger;
  }

  @Test
  void aTrainedBackboneComesByName() {
    Examples data =
        Examples.of(manager.zeros(new Shape(1, 3, 8, 8)), manager.zeros(new Shape(1, 1, 5)))
            .kinds(Target.BOXES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detector.pretrained("ssd_efficientnet_lite0", data))
        .withMessageContaining("must name its classes");
    Detector detector = Detector.pretrained("ssd_efficientnet_lite0", data.classes(NAMES));
    detector.net().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
    assertThat(detector.classes()).isEqualTo(NAMES);
    NDArray black = manager.zeros(new Shape(1, 3, 2, 2));
    NDArray normalised = detector.transform().apply(black, new SplittableRandom(0));
    assertThat(normalised.getFloat(0, 0, 0, 0)).isEqualTo(-1f); // pixels from -1 to 1
    detector.save(folder.resolve("saved"));
    Detector loaded = Detector.load(folder.resolve("saved"));
    BufferedImage picture = picture(64, 60);
    assertThat(loaded.score(0).predict(picture)).isEqualTo(detector.score(0).predict(picture));
    loaded.net().clear();
  }

  @Test
  void halvesOfTwoAreNotTakenForOne() throws Exception {
    Path saved = folder.resolve("saved");
    started("ssd_small").save(saved);
    Path weights = saved.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detector.load(saved))
        .withMessageContaining("is not the file that detector.tsv was written with");
    Files.writeString(saved.resolve("detector.tsv"), "network\tssd_small\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detector.load(saved))
        .withMessageContaining("says too little of weights");
    assertThatThrownBy(() -> Detector.load(folder.resolve("nowhere")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Detector.save writes");
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Detector.create("ssd_small", NAMES).predict(picture(8, 8)))
        .withMessageContaining("the network has no weights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detector.of(SSD.small(3), NAMES))
        .withMessageContaining("classes (2) must name each of the task's: 3");
    assertThatThrownBy(() -> Detector.create("ssd_small", NAMES).predict(Path.of("no such.png")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no such.png");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detector.create("ssd_small", NAMES).score(2))
        .withMessageContaining("above (2.0)");
  }

  @Test
  void detectionsAreAskedByNameAndScore() {
    float[] rows = {1, 2, 3, 12, 13, 0.9f, 0, 5, 5, 500, 9, 0.4f, -1, 0, 0, 0, 0, 0};
    Detections found = Detections.of(rows, NAMES, 2, 1, 20, 30);
    assertThat(found).hasToString("2 things: 狗 0.90, cat 0.40");
    assertThat(found.of("cat").list()).hasSize(1);
    assertThat(found.of("cat").list().get(0).right()).isEqualTo(30);
    assertThat(found.atLeast(0.5)).hasToString("1 thing: 狗 0.90");
    assertThat(found.list().get(0).width()).isEqualTo(20);
    assertThat(new NDList(found.toArray(manager)).head().getShape()).isEqualTo(new Shape(2, 6));
  }
}
