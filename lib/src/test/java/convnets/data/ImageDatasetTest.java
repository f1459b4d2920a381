package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageDatasetTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void keepsPixelsAsBytesAndLabelsAsLongs() {
    byte[] pixels = new byte[2 * 3 * 4 * 5];
    new Random(1).nextBytes(pixels);
    var data =
        ImageDataset.of(
            manager, pixels, new Shape(2, 3, 4, 5), new int[] {1, 0}, List.of("cat", "dog"));

    assertThat(data.images().getDataType()).isEqualTo(DataType.UINT8);
    assertThat(data.images().getShape()).isEqualTo(new Shape(2, 3, 4, 5));
    assertThat(bytes(data)).isEqualTo(pixels);
    assertThat(data.labels().toLongArray()).containsExactly(1, 0);
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.inputShape()).isEqualTo(new Shape(3, 4, 5));
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.className(0)).isEqualTo("dog");
    assertThat(data.counts()).containsExactly(1, 1);
    assertThat(data).hasToString("2 images (3, 4, 5) in 2 classes on " + data.device());
  }

  @Test
  void laterChangesOfWhatItWasMadeFromDoNotShow() {
    byte[] pixels = {1, 2};
    int[] labels = {0, 1};
    var data = ImageDataset.of(manager, pixels, new Shape(2, 1, 1, 1), labels, List.of("a", "b"));
    pixels[0] = 9;
    labels[0] = 1;
    assertThat(bytes(data)).containsExactly(1, 2);
    assertThat(data.label(0)).isZero();
  }

  @Test
  void imageShowsThePixels() {
    byte[] pixels = new byte[2 * 3 * 2 * 4];
    new Random(2).nextBytes(pixels);
    var colour =
        ImageDataset.of(manager, pixels, new Shape(2, 3, 2, 4), new int[2], List.of("all"))
            .image(1);
    assertThat(colour.getWidth()).isEqualTo(4);
    assertThat(colour.getHeight()).isEqualTo(2);
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 4; x++) {
        int at = 24 + y * 4 + x;
        int rgb = (pixels[at] & 255) << 16 | (pixels[at + 8] & 255) << 8 | pixels[at + 16] & 255;
        assertThat(colour.getRGB(x, y) & 0xffffff).isEqualTo(rgb);
      }
    }

    var grey =
        ImageDataset.of(
                manager, new byte[] {(byte) 128}, new Shape(1, 1, 1, 1), new int[1], List.of("all"))
            .image(0);
    assertThat(grey.getRGB(0, 0)).isEqualTo(0xff808080);
  }

  @Test
  void takesSplitsAndSelectsInOrder() {
    var data = TestData.numbered(manager, 10);
    assertThat(bytes(data.take(3))).containsExactly(0, 1, 2);
    assertThat(bytes(data.take(0))).isEmpty();
    assertThat(bytes(data.select(7, 7, 2))).containsExactly(7, 7, 2);
    var parts = data.split(4);
    assertThat(bytes(parts.first())).containsExactly(0, 1, 2, 3);
    assertThat(bytes(parts.rest())).containsExactly(4, 5, 6, 7, 8, 9);
  }

  @Test
  void labelsFollowTheirImages() {
    var data = TestData.random(manager, 30, 1, 2, 2, 5, 3).shuffle(4);
    var chosen = data.select(3, 1);
    assertThat(chosen.labels().toLongArray()).containsExactly(data.label(3), data.label(1));
    assertThat(chosen.label(0)).isEqualTo(data.label(3));
  }

  @Test
  void shufflesReproduciblyAndLosesNothing() {
    var data = TestData.numbered(manager, 100);
    byte[] once = bytes(data.shuffle(5));
    assertThat(once).isEqualTo(bytes(data.shuffle(5))).isNotEqualTo(bytes(data.shuffle(6)));
    assertThat(once).containsExactlyInAnyOrder(bytes(data));
  }

  @Test
  void derivedSetsOutliveTheirOrigin() {
    var data = TestData.numbered(manager, 10);
    var two = data.take(2);
    data.close();
    assertThat(bytes(two)).containsExactly(0, 1);
  }

  @Test
  void closingFreesEverything() {
    int before = manager.getManagedArrays().size();
    var data = TestData.numbered(manager, 10);
    data.shuffle(1).close();
    data.split(5).close();
    data.image(3);
    data.close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesWhatDoesNotAgree() {
    int before = manager.getManagedArrays().size();
    Shape two = new Shape(2, 1, 1, 1);
    byte[] pixels = new byte[2];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageDataset.of(manager, new byte[3], two, new int[2], List.of("a")))
        .withMessageContaining("pixels (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImageDataset.of(manager, pixels, new Shape(1, 2, 1, 1), new int[1], List.of("a")))
        .withMessageContaining("1 channel");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageDataset.of(manager, pixels, two, new int[1], List.of("a")))
        .withMessageContaining("labels (1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageDataset.of(manager, pixels, two, new int[] {0, 1}, List.of("a")))
        .withMessageContaining("label 1 of image 1");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesImagesThatAreNotThere() {
    var data = TestData.numbered(manager, 3);
    assertThatThrownBy(() -> data.select(0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("image 3: the set has 3 images, the first is 0");
    assertThatThrownBy(() -> data.image(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.take(4))
        .withMessage("n (4) must be from 0 to the number of images (3)");
  }

  private static byte[] bytes(ImageDataset data) {
    return data.images().toByteArray();
  }
}
