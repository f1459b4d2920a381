package convnets.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MenageriePortraitsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray pictures(MenageriePortraits portraits, int count) {
    try (Batch batch = Batches.of(portraits.source(manager, count), count).batch(0, 0)) {
      NDArray images = batch.images();
      images.attach(manager);
      return images;
    }
  }

  /** On black and on white: where the two differ, the ground shines through. */
  private static NDArray opacity(NDArray onWhite, NDArray onBlack) {
    return onWhite.sub(onBlack).neg().add(1).mean(new int[] {1});
  }

  @Test
  void theGroundAndTheLightChangeAndThePlaceDoesNot() {
    MenageriePortraits day = Menagerie.portraits(5).size(24).classes(10);
    NDArray white = pictures(day, 20);
    NDArray black = pictures(day.ground(0, 0, 0), 20);
    NDArray dim = pictures(day.ground(0, 0, 0).light(0.5, 0.5, 0.5), 20);
    NDArray opacity = opacity(white, black);
    assertThat(opacity.min().getFloat()).isGreaterThanOrEqualTo(-1e-6f);
    float covered = opacity.mean().getFloat();
    assertThat(covered).isBetween(0.2f, 0.8f);
    // Half the light: at least half of each colour, as those that were cut at white lose less.
    assertThat(dim.sub(black).max().getFloat()).isLessThanOrEqualTo(1 / 255f);
    assertThat(dim.add(dim).sub(black).min().getFloat()).isGreaterThanOrEqualTo(-2 / 255f);
  }

  @Test
  void bothStylesShowTheSameAnimals() {
    MenageriePortraits google = Menagerie.portraits(2);
    HostSource one = google.source(manager, 200);
    HostSource other = google.art(Menagerie.Art.TWITTER).source(manager, 200);
    int[] all = IntStream.range(0, 200).toArray();
    NDArray labels = one.gather(manager, all).get(1);
    assertThat(labels).isEqualTo(other.gather(manager, all).get(1));
    long[] sorted = Arrays.copyOf(labels.toLongArray(), 100); // each kind once
    Arrays.sort(sorted);
    assertThat(sorted).isEqualTo(IntStream.range(0, 100).asLongStream().toArray());
    NDArray apart = pictures(google, 50).sub(pictures(google.art(Menagerie.Art.TWITTER), 50));
    assertThat(apart.abs().mean().getFloat()).isBetween(0.02f, 0.3f);
  }

  @Test
  void aPortraitDependsOnItsNumberAndSeedAlone() {
    HostSource many = Menagerie.portraits(7).source(manager, 30);
    HostSource few = Menagerie.portraits(7).source(manager, 3);
    assertThat(many.gather(manager, 2, 0).head()).isEqualTo(few.gather(manager, 2, 0).head());
    NDArray other = Menagerie.portraits(8).source(manager, 3).gather(manager, 2, 0).head();
    assertThat(other).isNotEqualTo(few.gather(manager, 2, 0).head());
    assertThat(many.inputShape()).isEqualTo(new Shape(3, 32, 32));
    assertThat(many.gather(manager, 4).head().getDataType()).isEqualTo(DataType.UINT8);
  }

  @Test
  void animalsAreChosenByName() {
    MenageriePortraits two = Menagerie.portraits(1).animals(List.of("fox", "cat"));
    HostSource source = two.source(manager, 6);
    assertThat(source.classes()).containsExactly("fox", "cat");
    long[] labels = source.gather(manager, 0, 1, 2, 3, 4, 5).get(1).toLongArray();
    for (int i = 0; i < 6; i += 2) {
      assertThat(labels[i] + labels[i + 1]).isEqualTo(1); // each once in every two
    }
    assertThat(source).hasToString("6 portraits of 2 kinds, 32×32, GOOGLE, seed 1");
  }

  @Test
  void refusesWhatDoesNotExist() {
    MenageriePortraits portraits = Menagerie.portraits(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> portraits.animals(List.of("unicorn")))
        .withMessage("name (unicorn) is no animal of the menagerie: see Menagerie.CLASSES");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> portraits.animals(List.of("fox", "fox")))
        .withMessageContaining("each once");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> portraits.size(7))
        .withMessage("side (7) must be from 8 to 128");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> portraits.ground(0, 0, 1.5))
        .withMessage("ground (1.5) must be from 0 to 1");
    assertThatIllegalArgumentException().isThrownBy(() -> portraits.classes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> portraits.source(manager, 0));
  }
}
