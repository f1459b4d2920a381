package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoxPictureTest {

  private static final int SCALE = 8;

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray image = manager.zeros(new Shape(3, 30, 40));

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray rows(int width, float... numbers) {
    return manager.create(numbers, new Shape(numbers.length / width, width));
  }

  /** The colour at a place of the image, in its pixels. */
  private static int at(BufferedImage drawn, double x, double y) {
    int density = Picture.density(drawn);
    return drawn.getRGB((int) (x * SCALE * density), (int) (y * SCALE * density)) & 0xFFFFFF;
  }

  private static int color(int label) {
    return Style.classColor(label).getRGB() & 0xFFFFFF;
  }

  @Test
  void noTwoClassesShareAColour() {
    assertThat(IntStream.range(0, 40).mapToObj(Style::classColor).distinct()).hasSize(40);
  }

  @Test
  void edgesAreWhereTheyShouldBeInTheColourOfTheClass() {
    BufferedImage drawn =
        Images.boxes(image)
            .boxes("truth", rows(5, 1, 5, 10, 25, 22, 3, 30, 4, 36, 28))
            .scale(SCALE)
            .image();
    assertThat(Picture.displayWidth(drawn)).isEqualTo(40 * SCALE);
    assertThat(Picture.displayHeight(drawn)).isEqualTo(30 * SCALE);
    for (double share : new double[] {0.3, 0.5, 0.9}) {
      assertThat(at(drawn, 5, 10 + share * 12)).isEqualTo(color(1));
      assertThat(at(drawn, 25, 10 + share * 12)).isEqualTo(color(1));
      assertThat(at(drawn, 5 + share * 20, 22)).isEqualTo(color(1));
      assertThat(at(drawn, 30, 4 + share * 24)).isEqualTo(color(3));
    }
    assertThat(at(drawn, 15, 16)).as("within").isZero();
    assertThat(at(drawn, 2, 25)).as("outside").isZero();
  }

  @Test
  void labelsStandOnTheBoxesAndWithinTheImage() {
    BoxPicture plain = Images.boxes(image).scale(SCALE);
    NDArray above = rows(5, 2, 10, 12, 30, 28);
    BufferedImage drawn = plain.boxes("", above).classes(List.of("a", "b", "cat")).image();
    assertThat(at(drawn, 10.1, 11.5)).isEqualTo(color(2));
    assertThat(at(drawn, 29, 11)).as("behind the label").isZero();
    NDArray atTheTop = rows(5, 2, 10, 0, 30, 20);
    assertThat(at(plain.boxes("", atTheTop).image(), 10.1, 0.5)).isEqualTo(color(2));
    BufferedImage bare = plain.boxes("", rows(4, 10, 12, 30, 28)).image();
    assertThat(at(bare, 10.5, 11.5)).as("without a class").isZero();
  }

  @Test
  void dashedEdgesHaveGaps() {
    BoxPicture plain = Images.boxes(image).scale(SCALE);
    NDArray box = rows(4, 5, 5, 35, 25);
    int solid = colored(plain.boxes("", box).image());
    int dashed = colored(plain.dashed("", box).image());
    assertThat(dashed).isPositive().isLessThan(solid * 3 / 4);
  }

  private static int colored(BufferedImage drawn) {
    int count = 0;
    for (int y = 0; y < 30 * SCALE; y++) {
      count += at(drawn, 5, (double) y / SCALE) == color(0) ? 1 : 0;
    }
    return count;
  }

  @Test
  void paddingIsNotDrawn() {
    BoxPicture plain = Images.boxes(image);
    BufferedImage drawn = plain.boxes("truth", rows(5, -1, 5, 5, 30, 20)).image();
    BufferedImage empty = plain.image();
    for (int y = 0; y < empty.getHeight(); y++) {
      for (int x = 0; x < empty.getWidth(); x++) {
        assertThat(drawn.getRGB(x, y)).isEqualTo(empty.getRGB(x, y));
      }
    }
    assertThat(AltText.of(drawn)).contains("truth: 0 boxes");
  }

  @Test
  void itSaysWhatItShows() {
    BoxPicture picture =
        Images.boxes(image)
            .classes(List.of("cat", "dog"))
            .boxes("truth", rows(5, 1, 2, 2, 9, 9, 0, 4, 4, 20, 20, -1, 0, 0, 0, 0))
            .dashed("found", rows(6, 0, 4, 4, 21, 19, 0.934f, 2, 1, 1, 3, 3, 0.5f))
            .boxes("anchors", rows(4, 1, 1, 5, 5));
    assertThat(AltText.of(picture.image()))
        .contains(
            "truth: 2 boxes: dog, cat; found: 2 boxes: cat 0.93, class 2 0.50; anchors: 1 box");
    assertThat(AltText.of(picture.title("a scene").image()).orElseThrow())
        .startsWith("a scene: truth: 2 boxes");
    assertThat(AltText.of(picture.alt("Two animals.").image())).contains("Two animals.");
    assertThat(AltText.of(Images.boxes(image).image())).contains("no boxes");
    BufferedImage none =
        Images.boxes(image).boxes("found", manager.create(new Shape(0, 6))).image();
    assertThat(AltText.of(none)).contains("found: 0 boxes");
  }

  @Test
  void boxesThatWereAddedTogetherMayHaveLabelsOfTheirOwn() {
    NDArray truth = rows(5, 1, 2, 2, 9, 9);
    NDArray anchors = rows(5, -1, 0, 0, 0, 0, 0, 4, 4, 20, 20, 1, 5, 5, 30, 28);
    BoxPicture picture =
        Images.boxes(image)
            .classes(List.of("cat", "dog"))
            .boxes("truth", truth)
            .dashed("anchors", anchors)
            .labels(List.of("padding", "0.42", ""));
    assertThat(AltText.of(picture.image())).contains("truth: 1 box: dog; anchors: 2 boxes: 0.42");
    assertThat(AltText.of(picture.bare().image())).contains("truth: 1 box: dog; anchors: 2 boxes");
    assertThat(AltText.of(picture.boxes("found", truth).image()))
        .as("only the last ones are changed")
        .contains("truth: 1 box: dog; anchors: 2 boxes: 0.42; found: 1 box: dog");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> picture.labels(List.of("one")))
        .withMessage("labels (1) must be one for each of the 3 rows");
    assertThatIllegalStateException()
        .isThrownBy(() -> Images.boxes(image).bare())
        .withMessage("labels are for boxes: add some before");
  }

  @Test
  void smallImagesAreShownLarge() {
    assertThat(Picture.displayWidth(Images.boxes(image).image())).isEqualTo(320);
    NDArray large = manager.zeros(new Shape(1, 10, 500));
    assertThat(Picture.displayWidth(Images.boxes(large).image())).isEqualTo(500);
  }

  @Test
  void rowsOfAnotherShapeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.boxes(image).boxes("truth", manager.ones(new Shape(2, 2, 5))))
        .withMessage(
            "rows (2, 2, 5), float32, must be float32 and (K, 4): edges; (K, 5): class and edges;"
                + " or (K, 6): class, edges and score");
  }
}
