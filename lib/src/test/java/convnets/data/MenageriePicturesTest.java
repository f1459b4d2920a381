package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Menagerie.Art;
import convnets.data.Scene.Animal;
import convnets.io.DataFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MenageriePicturesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aBatchHasAllThatIsKnown() {
    int before = manager.getManagedArrays().size();
    MenagerieBatch batch = Menagerie.pictures(1).size(40, 56).batch(manager, 5, 7);
    assertThat(batch.manager().getManagedArrays()).hasSize(6);
    assertThat(batch.size()).isEqualTo(7);
    assertThat(batch.images().getShape()).isEqualTo(new Shape(7, 3, 40, 56));
    assertThat(batch.images().getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(batch.images().min().getFloat()).isBetween(0f, 0.1f);
    assertThat(batch.images().max().getFloat()).isBetween(0.9f, 1f);
    assertThat(batch.pictures().toLongArray()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(batch.labels().getShape()).isEqualTo(new Shape(7));
    assertThat(batch.boxes().getShape()).isEqualTo(new Shape(7, 4));
    assertThat(batch.masks().getShape()).isEqualTo(new Shape(7, 1, 40, 56));
    assertThat(batch.scales().getShape()).isEqualTo(new Shape(7));
    batch.close();
    batch.close();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void batchAndDatasetAreTheSamePictures() {
    MenageriePictures pictures = Menagerie.pictures(2).size(33).classes(10);
    MenagerieBatch batch = pictures.batch(manager, 30, 10);
    ImageDataset data = pictures.dataset(manager, 40);
    assertThat(data.classes()).isEqualTo(pictures.classNames());
    byte[] bytes = batch.images().mul(255).round().toType(DataType.UINT8, true).toByteArray();
    assertThat(data.images().get("30:40").toByteArray()).isEqualTo(bytes);
    assertThat(data.labels().get("30:40").toLongArray()).isEqualTo(batch.labels().toLongArray());
  }

  @Test
  void seedAndNumberDecideThePicture() {
    Scene scene = scene(Menagerie.pictures(3), 4);
    assertThat(scene(Menagerie.pictures(3), 4).pixels()).isEqualTo(scene.pixels());
    assertThat(scene(Menagerie.pictures(3), 5).pixels()).isNotEqualTo(scene.pixels());
    assertThat(scene(Menagerie.pictures(4), 4).pixels()).isNotEqualTo(scene.pixels());
    assertThat(scene(Menagerie.pictures(4), 3).pixels()).isNotEqualTo(scene.pixels());
  }

  @Test
  void theLayoutIsTheSameAtEverySizeAndInBothStyles() {
    for (int i = 0; i < 50; i++) {
      Animal small = scene(Menagerie.pictures(5), i).animals().get(0);
      Animal large = scene(Menagerie.pictures(5).size(128), i).animals().get(0);
      Animal other = scene(Menagerie.pictures(5).art(Art.TWITTER), i).animals().get(0);
      assertThat(List.of(large.label(), other.label())).containsOnly(small.label());
      assertThat(List.of(large.scale(), other.scale())).containsOnly(small.scale());
      assertThat(List.of(large.placement().angle(), other.placement().angle()))
          .containsOnly(small.placement().angle());
      assertThat(List.of(large.placement().tint(), other.placement().tint()))
          .containsOnly(small.placement().tint());
      assertThat(large.placement().x() / 4).isCloseTo(small.placement().x(), within(1e-9));
      assertThat(large.placement().y() / 4).isCloseTo(small.placement().y(), within(1e-9));
      assertThat(other.mask()).isNotEqualTo(small.mask());
    }
  }

  @Test
  void everyClassComesOnceInEachRun() {
    int[] labels = new int[300];
    Menagerie.pictures(6).draw(new byte[300 * 3 * 32 * 32], labels);
    int[] all = IntStream.range(0, 100).toArray();
    for (int run = 0; run < 300; run += 100) {
      assertThat(Arrays.copyOfRange(labels, run, run + 100)).containsExactlyInAnyOrder(all);
    }
    assertThat(Arrays.copyOf(labels, 100)).isNotEqualTo(Arrays.copyOfRange(labels, 100, 200));
  }

  @Test
  void fewerClassesAreTakenEvenly() {
    MenageriePictures pictures = Menagerie.pictures(7).classes(4);
    assertThat(pictures.classNames())
        .containsExactly(
            Menagerie.CLASSES.get(0),
            Menagerie.CLASSES.get(25),
            Menagerie.CLASSES.get(50),
            Menagerie.CLASSES.get(75));
    assertThat(pictures.dataset(manager, 40).counts()).containsExactly(10, 10, 10, 10);
    assertThat(Menagerie.pictures(7).classNames()).isEqualTo(Menagerie.CLASSES);
  }

  @Test
  void whatIsRandomIsUniformWithinItsLimits() {
    List<Animal> animals =
        IntStream.range(0, 2_000)
            .mapToObj(i -> scene(Menagerie.pictures(8), i).animals().get(0))
            .toList();
    assertUniform(animals, Animal::scale, 0.3, 0.8);
    assertUniform(animals, animal -> Math.toDegrees(animal.placement().angle()), -29, 29);
    assertUniform(animals, animal -> animal.placement().tint().red(), 0.7, 1.3);
    assertUniform(animals, animal -> animal.placement().tint().green(), 0.7, 1.3);
    assertUniform(animals, animal -> animal.placement().tint().blue(), 0.7, 1.3);
  }

  @Test
  void scalesAreWhatWasAskedFor() {
    MenageriePictures small = Menagerie.pictures(17).scale(0.15, 0.5);
    List<Animal> animals =
        IntStream.range(0, 2_000).mapToObj(i -> scene(small, i).animals().get(0)).toList();
    assertUniform(animals, Animal::scale, 0.15, 0.5);
    for (double scale : new double[] {0.15, 0.4, 1}) {
      MenagerieBatch batch = Menagerie.pictures(17).scale(scale, scale).batch(manager, 0, 100);
      for (float each : batch.scales().toFloatArray()) {
        assertThat(each).isEqualTo((float) scale);
      }
    }
  }

  @Test
  void everyAnimalIsSeenAtItsSmallest() {
    for (Art art : Art.values()) {
      MenageriePictures smallest = Menagerie.pictures(18).art(art).scale(0.15, 0.15);
      for (int i = 0; i < 1_000; i++) {
        assertThat(scene(smallest, i).animals().get(0).mask()).contains(1);
      }
    }
  }

  @Test
  void atAnotherScaleOnlyTheAnimalIsDrawnAnew() {
    for (int i = 0; i < 40; i++) {
      Scene small = scene(Menagerie.pictures(19).size(64).scale(0.3, 0.3), i);
      Scene large = scene(Menagerie.pictures(19).size(64).scale(0.6, 0.6), i);
      Animal one = small.animals().get(0);
      Animal two = large.animals().get(0);
      assertThat(two.label()).isEqualTo(one.label());
      assertThat(two.placement().angle()).isEqualTo(one.placement().angle());
      assertThat(two.placement().tint()).isEqualTo(one.placement().tint());
      assertThat(two.placement().zoom()).isCloseTo(2 * one.placement().zoom(), within(1e-9));
      byte[] either = one.mask().clone();
      int changed = 0;
      int far = 0;
      for (int p = 0; p < either.length; p++) {
        either[p] |= two.mask()[p];
      }
      for (int p = 0; p < either.length; p++) {
        boolean differs = small.pixels()[p] != large.pixels()[p];
        changed += differs ? 1 : 0;
        far += differs && !near(either, p % 64, p / 64) ? 1 : 0;
      }
      assertThat(changed).isPositive();
      assertThat(far).isLessThan(changed / 4); // half transparent parts are left aside
    }
  }

  private static void assertUniform(
      List<Animal> animals, ToDoubleFunction<Animal> value, double low, double high) {
    double[] sorted = animals.stream().mapToDouble(value).sorted().toArray();
    assertThat(sorted[0]).isGreaterThanOrEqualTo(low - 1e-6);
    assertThat(sorted[sorted.length - 1]).isLessThanOrEqualTo(high + 1e-6);
    for (int i = 0; i < sorted.length; i++) {
      double expected = low + (high - low) * i / sorted.length;
      // Kolmogorov and Smirnov: less than one in a million samples is farther off.
      assertThat(sorted[i]).isCloseTo(expected, within(0.06 * (high - low)));
    }
  }

  @Test
  void scaleIsTheLongerSideOfAnAnimalThatLiesWithinTheFrame() throws IOException {
    for (Art art : Art.values()) {
      BufferedImage sheet = ImageIO.read(DataFolder.find("menagerie/" + art.file()).toFile());
      MenageriePictures pictures = Menagerie.pictures(9).size(64, 100).art(art);
      boolean[] touched = new boolean[4];
      for (int i = 0; i < 400; i++) {
        Animal animal = scene(pictures, i).animals().get(0);
        double[] extent = extent(sheet, animal);
        assertThat(extent[0]).isGreaterThan(-1e-6);
        assertThat(extent[1]).isGreaterThan(-1e-6);
        assertThat(extent[2]).isLessThan(100 + 1e-6);
        assertThat(extent[3]).isLessThan(64 + 1e-6);
        double longer = Math.max(extent[2] - extent[0], extent[3] - extent[1]);
        assertThat(longer / 64).isCloseTo(animal.scale(), within(1e-6));
        touched[0] |= extent[0] < 2;
        touched[1] |= extent[1] < 2;
        touched[2] |= extent[2] > 98;
        touched[3] |= extent[3] > 62;
      }
      // Every edge of the frame is reached.
      assertThat(touched).containsOnly(true);
    }
  }

  /** Left, top, right and bottom of an animal in its frame, from all its opaque pixels. */
  private static double[] extent(BufferedImage sheet, Animal animal) {
    Placement at = animal.placement();
    double[] extent = {1e9, 1e9, -1e9, -1e9};
    for (int i = 0; i < 64 * 64; i++) {
      int x = animal.label() % 20 * 64 + i % 64;
      int y = animal.label() / 20 * 64 + i / 64;
      if (sheet.getRGB(x, y) >>> 24 >= 128) {
        for (int corner = 0; corner < 4; corner++) {
          double u = i % 64 + corner % 2 - 32;
          double v = i / 64 + corner / 2 - 32;
          double right = at.x() + at.zoom() * (u * Math.cos(at.angle()) - v * Math.sin(at.angle()));
          double down = at.y() + at.zoom() * (u * Math.sin(at.angle()) + v * Math.cos(at.angle()));
          extent[0] = Math.min(extent[0], right);
          extent[1] = Math.min(extent[1], down);
          extent[2] = Math.max(extent[2], right);
          extent[3] = Math.max(extent[3], down);
        }
      }
    }
    return extent;
  }

  @Test
  void boxesAreTightAroundMasks() {
    MenageriePictures pictures = Menagerie.pictures(10).size(48, 80).animals(1, 3);
    MenagerieBatch batch = pictures.batch(manager, 0, 60);
    float[] masks = batch.masks().toFloatArray();
    float[] boxes = batch.boxes().toFloatArray();
    int animals = (int) batch.masks().getShape().get(0);
    for (int i = 0; i < animals; i++) {
      float[] box = {80, 48, 0, 0};
      for (int y = 0; y < 48; y++) {
        for (int x = 0; x < 80; x++) {
          float value = masks[(i * 48 + y) * 80 + x];
          assertThat(value).isIn(0f, 1f);
          if (value == 1) {
            box[0] = Math.min(box[0], x);
            box[1] = Math.min(box[1], y);
            box[2] = Math.max(box[2], x + 1);
            box[3] = Math.max(box[3], y + 1);
          }
        }
      }
      assertThat(Arrays.copyOfRange(boxes, i * 4, i * 4 + 4)).isEqualTo(box);
      assertThat(box[0]).isLessThan(box[2]);
    }
  }

  @Test
  void masksCoverWhatTheAnimalsChange() {
    int changed = 0;
    int far = 0;
    int covered = 0;
    int kept = 0;
    for (int i = 0; i < 40; i++) {
      // Fewer classes change the animal, but not the ground, the objects and the noise.
      Scene one = scene(Menagerie.pictures(11).size(64), i);
      Scene two = scene(Menagerie.pictures(11).size(64).classes(50), i);
      byte[] union = one.animals().get(0).mask().clone();
      for (int p = 0; p < union.length; p++) {
        union[p] |= two.animals().get(0).mask()[p];
      }
      for (int p = 0; p < union.length; p++) {
        boolean differs = one.pixels()[p] != two.pixels()[p];
        covered += union[p];
        kept += union[p] == 1 && !differs ? 1 : 0;
        changed += differs ? 1 : 0;
        far += differs && !near(union, p % 64, p / 64) ? 1 : 0;
      }
    }
    assertThat(changed).isGreaterThan(10_000);
    // Half transparent edges are left aside; what remains are parts like the fly's wings.
    assertThat((double) far / changed).isLessThan(0.02);
    assertThat((double) kept / covered).isLessThan(0.1);
  }

  /** Whether there is a one at most two pixels away. */
  private static boolean near(byte[] mask, int x, int y) {
    for (int v = Math.max(0, y - 2); v <= Math.min(63, y + 2); v++) {
      for (int u = Math.max(0, x - 2); u <= Math.min(63, x + 2); u++) {
        if (mask[v * 64 + u] == 1) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void severalAnimalsHideNoMoreOfEachOtherThanAllowed() {
    for (double occlusion : new double[] {0, 0.25, 0.9}) {
      MenageriePictures pictures =
          Menagerie.pictures(12).size(64).animals(2, 5).occlusion(occlusion);
      double most = 0;
      int[] counts = new int[6];
      for (int i = 0; i < 100; i++) {
        List<Animal> animals = scene(pictures, i).animals();
        counts[animals.size()]++;
        int[] seenBy = new int[64 * 64];
        for (Animal animal : animals) {
          byte[] whole = whole(animal);
          int all = 0;
          int seen = 0;
          for (int p = 0; p < whole.length; p++) {
            all += whole[p];
            seen += animal.mask()[p];
            seenBy[p] += animal.mask()[p];
            assertThat(animal.mask()[p]).isLessThanOrEqualTo(whole[p]);
          }
          assertThat(seen).isPositive();
          most = Math.max(most, 1 - (double) seen / all);
        }
        // No pixel shows two animals.
        assertThat(seenBy).doesNotContain(2, 3, 4, 5);
        // The last is in front of all.
        Animal front = animals.get(animals.size() - 1);
        assertThat(front.mask()).isEqualTo(whole(front));
      }
      assertThat(most).isBetween(occlusion * 0.8, occlusion);
      assertThat(counts[3]).isPositive();
      assertThat(counts[0]).isZero();
    }
  }

  private static byte[] whole(Animal animal) {
    Sprite sprite = SpriteSheet.of(Art.GOOGLE).animals().get(animal.label());
    return Layer.of(sprite, animal.placement(), 64, 64).mask(64, 64);
  }

  @Test
  void aBatchNamesThePictureOfEachAnimal() {
    MenageriePictures pictures = Menagerie.pictures(13).animals(1, 4);
    long[] expected =
        IntStream.range(0, 20)
            .flatMap(
                i -> IntStream.generate(() -> i).limit(scene(pictures, 7 + i).animals().size()))
            .asLongStream()
            .toArray();
    MenagerieBatch batch = pictures.batch(manager, 7, 20);
    assertThat(batch.pictures().toLongArray()).isEqualTo(expected);
    assertThat(batch.labels().getShape()).isEqualTo(new Shape(expected.length));
  }

  @Test
  void overEverythingLiesNoise() {
    Scene scene = scene(Menagerie.pictures(14).size(128), 0);
    // Between neighbours, twice the noise's variance; the median leaves edges of sprites aside.
    double[] differences =
        IntStream.range(0, 3 * 128 * 128)
            .filter(i -> i % 128 > 0)
            .mapToDouble(i -> Math.abs((scene.pixels()[i] & 255) - (scene.pixels()[i - 1] & 255)))
            .sorted()
            .toArray();
    double deviation = differences[differences.length / 2] / 0.6745 / Math.sqrt(2) / 255;
    assertThat(deviation).isCloseTo(0.05, within(0.006));
  }

  @Test
  void refusesWhatItCannotDraw() {
    MenageriePictures pictures = Menagerie.pictures(15);
    assertRefused(() -> pictures.size(31), "height (31) must be from 32 to 128");
    assertRefused(() -> pictures.size(64, 129), "width (129) must be from 32 to 128");
    assertRefused(() -> pictures.classes(0), "classes (0) must be from 1 to 100");
    assertRefused(() -> pictures.classes(101), "classes (101) must be from 1 to 100");
    assertRefused(() -> pictures.animals(0, 2), "fewest (0) must be from 1 to 8");
    assertRefused(() -> pictures.animals(3, 2), "most (2) must be from 3 to 8");
    assertRefused(() -> pictures.animals(3, 9), "most (9) must be from 3 to 8");
    assertRefused(() -> pictures.occlusion(1), "occlusion (1.0) must be from 0 to below 1");
    String scales = "must rise, from 0.15 to 1";
    assertRefused(() -> pictures.scale(0.1, 0.5), "smallest (0.1) and largest (0.5) " + scales);
    assertRefused(() -> pictures.scale(0.5, 0.4), "smallest (0.5) and largest (0.4) " + scales);
    assertRefused(() -> pictures.scale(0.5, 1.1), "smallest (0.5) and largest (1.1) " + scales);
    assertRefused(() -> pictures.scale(Double.NaN, 1), "smallest (NaN)");
    assertRefused(() -> pictures.batch(manager, -1, 2), "from (-1)");
    assertRefused(() -> pictures.batch(manager, 0, 0), "count (0)");
    assertRefused(() -> pictures.dataset(manager, 0), "count (0)");
    assertRefused(() -> pictures.size(128).dataset(manager, 50_000), "count (50000)");
  }

  @Test
  void refusesNoArt() {
    MenageriePictures pictures = Menagerie.pictures(16);
    assertThatNullPointerException()
        .isThrownBy(() -> pictures.art(null))
        .withMessage("art must not be null");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }

  private static Scene scene(MenageriePictures pictures, int index) {
    return Scene.of(pictures, SpriteSheet.of(pictures.art()), index);
  }
}
