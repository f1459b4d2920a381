package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.segment.ClassMask;
import convnets.segment.ConfusionMatrix;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Classes over images, their legend, and what is out of focus. */
class OverlayTest {

  private static final List<String> NAMES = List.of("background", "cat", "dog");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray masks(long... classes) {
    return manager.create(classes, new Shape(2, 1, 2));
  }

  @Test
  void classesAreMixedInAndTheBackgroundStays() {
    NDArray images = manager.ones(new Shape(2, 1, 1, 2));
    BufferedImage grid = Images.overlay(images, masks(0, 1, 255, 2)).scale(1).image();
    int[][] expected = {{0xFFFFFF, mixed(1)}, {mixed(255), mixed(2)}};
    for (int n = 0; n < 2; n++) {
      for (int x = 0; x < 2; x++) {
        int left = 6 + n * 8 + x;
        assertThat(grid.getRGB(2 * left, 2 * 6) & 0xFFFFFF).isEqualTo(expected[n][x]);
      }
    }
  }

  private static int mixed(int number) {
    Color color = MaskColors.of(number);
    int rgb = 0;
    for (int channel : new int[] {color.getRed(), color.getGreen(), color.getBlue()}) {
      rgb = rgb << 8 | (int) Math.round(0.45 * 255 + 0.55 * channel);
    }
    return rgb;
  }

  @Test
  void classesHaveColoursOfTheirOwn() {
    Set<Color> colors = new HashSet<>();
    for (int number = 0; number <= 100; number++) {
      colors.add(MaskColors.of(number));
    }
    assertThat(colors).hasSize(101).doesNotContain(MaskColors.of(255));
  }

  @Test
  void legendsNameWhatIsSeenAndNothingElse() {
    ImageGrid grid = Images.overlay(manager.ones(new Shape(2, 3, 1, 2)), masks(0, 2, 2, 255));
    BufferedImage image = grid.title("found").legend(NAMES).image();
    assertThat(AltText.of(image)).contains("found: 2 images; colours for dog, ignored");
    assertThat(image.getHeight()).isGreaterThan(grid.title("found").image().getHeight());
    BufferedImage alone = Images.masks(masks(0, 1, 1, 1)).legend(NAMES).image();
    assertThat(AltText.of(alone)).contains("2 images; colours for background, cat");
    assertThat(AltText.of(Images.masks(masks(0, 0, 0, 0)).alt("Nothing.").legend(NAMES).image()))
        .contains("Nothing.");
  }

  @Test
  void aPictureAndItsMaskAreOneLine() {
    BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    ClassMask mask = ClassMask.of(new int[] {0, 0, 1, 1, 2, 0}, 3, NAMES);
    BufferedImage image = Images.overlay(picture, mask).image();
    assertThat(AltText.of(image)).contains("1 image; colours for cat, dog");
    ClassMask none = ClassMask.of(new int[6], 3, NAMES);
    assertThat(AltText.of(Images.overlay(picture, none).image())).contains("1 image");
  }

  @Test
  void badArgumentsAreNamed() {
    NDArray images = manager.ones(new Shape(2, 3, 2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.overlay(images, masks(0, 0, 0, 0)))
        .withMessageContaining("masks (2 of 2 × 1 pixels) must be as the images are: 2 of 2 × 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.masks(masks(0, 0, 0, 3)).legend(NAMES))
        .withMessageContaining("names (3) must be of all classes, and 3 is shown");
    assertThatIllegalStateException()
        .isThrownBy(() -> Images.grid(images).legend(NAMES))
        .withMessageContaining("legend is for images of classes");
    assertThatThrownBy(() -> Images.masks(images)).hasMessageContaining("(N, H, W)");
  }

  @Test
  void confusionsOfPixelsAreSharesOfTheTruth() {
    ConfusionMatrix pixels = ConfusionMatrix.of(new long[][] {{3, 1, 0}, {0, 0, 0}, {0, 2, 2}});
    assertThat(pixels.shares())
        .isDeepEqualTo(new double[][] {{0.75, 0.25, 0}, {0, 0, 0}, {0, 0.5, 0.5}});
    BufferedImage image = Plots.confusionMatrix(pixels, NAMES).title("pixels").image();
    assertThat(AltText.of(image))
        .contains("pixels: a table of colours, true class by predicted class");
  }

  /** Of each pixel behind, the mean of those behind, by their distance. */
  @Test
  void theBackgroundIsBlurredByItselfAlone() {
    Random random = new Random(3);
    int width = 9;
    int height = 7;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    boolean[] foreground = new boolean[width * height];
    for (int i = 0; i < foreground.length; i++) {
      picture.setRGB(i % width, i / width, random.nextInt(1 << 24));
      foreground[i] = random.nextInt(3) == 0;
    }
    BufferedImage blurred = Backdrop.blurred(picture, foreground, 1.5);
    for (int i = 0; i < foreground.length; i++) {
      int actual = blurred.getRGB(i % width, i / width);
      int own = picture.getRGB(i % width, i / width);
      for (int shift = 0; shift <= 16; shift += 8) {
        double sum = 0;
        double weights = 0;
        for (int j = 0; j < foreground.length; j++) {
          int dx = i % width - j % width;
          int dy = i / width - j / width;
          if (!foreground[j] && Math.abs(dx) <= 5 && Math.abs(dy) <= 5) {
            double weight = Math.exp(-(dx * dx + dy * dy) / 4.5);
            weights += weight;
            sum += weight * (picture.getRGB(j % width, j / width) >> shift & 255);
          }
        }
        long expected = foreground[i] ? own >> shift & 255 : Math.round(sum / weights);
        assertThat(actual >> shift & 255).isEqualTo((int) expected);
      }
    }
    assertThat(AltText.of(blurred)).contains("a picture with a blurred background");
  }

  @Test
  void allMayBeInFocusOrNothing() {
    BufferedImage pixel = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    pixel.setRGB(0, 0, 0x123456);
    for (boolean foreground : new boolean[] {true, false}) {
      BufferedImage blurred = Backdrop.blurred(pixel, new boolean[] {foreground}, 4);
      assertThat(blurred.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x123456);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backdrop.blurred(pixel, new boolean[2], 4))
        .withMessageContaining("foreground (2) must have a value for each of the 1 × 1 pixels");
  }
}
