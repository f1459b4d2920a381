package convnets.data;

import static convnets.data.Target.BOXES;
import static convnets.data.Target.INSTANCES;
import static convnets.data.Target.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandardScenesTest {
  private static final int N = 1_000;
  private static final int SIDE = 64;
  private static final int MOST = 6;

  /** For all tests, so that sets are drawn once. */
  @TempDir private static Path shared;

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Drawing verifies the checksum, so this says that the sets are the same on this machine. */
  @ParameterizedTest
  @EnumSource
  void theTestSetIsThatOfItsSeed(StandardScenes scenes) {
    Examples test = scenes.test(manager, shared);
    boolean hard = scenes == StandardScenes.HARD;
    MenageriePictures pictures =
        hard ? Menagerie.scenes(0x7363656eL) : Menagerie.easyScenes(0x65617379L);
    assertThat(test.size()).isEqualTo(N);
    assertThat(test.inputShape()).isEqualTo(new Shape(3, SIDE, SIDE));
    assertThat(test.kinds()).containsExactly(BOXES, MASK, INSTANCES);
    assertThat(test.classes()).hasSize(hard ? 12 : 8).isEqualTo(pictures.classNames());

    int[] some = {0, 1, 7, 500, N - 1};
    NDList kept = test.gather(manager, some);
    NDList drawn = pictures.source(manager, N).gather(manager, some);
    assertThat(List.copyOf(kept)).isEqualTo(List.copyOf(drawn));
    assertThat(kept.head().getDataType()).isEqualTo(DataType.UINT8);
  }

  @Test
  void aDamagedSetIsDrawnAnew() throws IOException {
    byte[] images = bytes(StandardScenes.EASY.test(manager, shared));
    byte[] right = Files.readAllBytes(shared.resolve("easy-scenes-64.bin"));
    Path file = temp.resolve("easy-scenes-64.bin");
    assertThat(right).hasSize(N * (MOST * 5 + 5 * SIDE * SIDE));
    byte[] damaged = right.clone();
    damaged[3_000_000] ^= 4;
    Files.write(file, damaged);
    assertThat(bytes(StandardScenes.EASY.test(manager, temp))).isEqualTo(images);
    assertThat(file).hasBinaryContent(right);
  }

  private byte[] bytes(Examples examples) {
    int[] all = IntStream.range(0, examples.size()).toArray();
    return examples.gather(manager, all).head().toByteArray();
  }

  @Test
  void theDoorGivesTheSame() {
    assertThat(bytes(Menagerie.scenesTest(manager)))
        .isEqualTo(bytes(StandardScenes.HARD.test(manager, shared)));
    assertThat(bytes(Menagerie.easyScenesTest(manager)))
        .isEqualTo(bytes(StandardScenes.EASY.test(manager, shared)));
  }

  @ParameterizedTest
  @EnumSource
  void scenesAreAsTheyAreSaidToBe(StandardScenes scenes) {
    MenageriePictures pictures = scenes.pictures(5);
    boolean hard = scenes == StandardScenes.HARD;
    int[] classes = new int[hard ? 12 : 8];
    int[] animals = new int[MOST + 1];
    double smallest = 1;
    double largest = 0;
    double hidden = 0;
    SpriteSheet sheet = SpriteSheet.of(pictures.art());
    for (int i = 0; i < 600; i++) {
      Scene scene = Scene.of(pictures, sheet, i);
      animals[scene.animals().size()]++;
      for (Scene.Animal animal : scene.animals()) {
        classes[animal.label()]++;
        smallest = Math.min(smallest, animal.scale());
        largest = Math.max(largest, animal.scale());
        hidden = Math.max(hidden, hidden(animal, sheet.animals(), pictures));
      }
    }
    assertThat(smallest).isBetween(hard ? 0.15 : 0.25, hard ? 0.16 : 0.26);
    assertThat(largest).isBetween(hard ? 0.49 : 0.59, hard ? 0.5 : 0.6);
    assertThat(hidden).isBetween(0.2, 0.25);
    assertThat(animals[0]).isZero();
    // A few find no place beside others, most often where they are large.
    assertThat(Arrays.stream(animals, 1, 6).boxed()).allMatch(count -> count > 70 && count < 140);
    assertThat(animals[6]).isBetween(10, 140);
    double mean = Arrays.stream(classes).average().orElseThrow();
    assertThat(Arrays.stream(classes).boxed())
        .allMatch(count -> count > 0.7 * mean && count < 1.3 * mean);
  }

  private static double hidden(
      Scene.Animal animal, List<Sprite> sprites, MenageriePictures pictures) {
    Sprite sprite = sprites.get(pictures.species(animal.label()));
    byte[] whole = Layer.of(sprite, animal.placement(), SIDE, SIDE).mask(SIDE, SIDE);
    return 1 - (double) sum(animal.mask()) / sum(whole);
  }

  private static int sum(byte[] mask) {
    int sum = 0;
    for (byte b : mask) {
      sum += b;
    }
    return sum;
  }

  @Test
  void theyTakeAllOptionsOfPictures() {
    MenageriePictures large = Menagerie.scenes(3).size(128).art(Menagerie.Art.TWITTER).classes(3);
    NDList drawn = large.source(manager, 2).targets(MASK).gather(manager, 0, 1);
    assertThat(drawn.head().getShape()).isEqualTo(new Shape(2, 3, 128, 128));
    NDArray mask = drawn.get(1);
    assertThat(mask.toType(DataType.INT64, true).max().getLong()).isBetween(1L, 3L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Menagerie.easyScenes(1).size(16))
        .withMessage("height (16) must be from 32 to 128");
  }
}
