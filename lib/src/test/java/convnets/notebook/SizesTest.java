package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.notebook.Sizes.Channels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SizesTest {

  @RepeatedTest(20)
  void channelsRiseFallAndStay() {
    List<Channels> channels = Sizes.channels(4);

    assertThat(channels.get(0).in()).isLessThan(channels.get(0).out());
    assertThat(channels.get(1).in()).isGreaterThan(channels.get(1).out());
    assertThat(channels.get(2).in()).isEqualTo(channels.get(2).out());
    assertThat(channels).allMatch(c -> c.in() % 4 == 0 && c.out() % 4 == 0 && c.in() > 1);
  }

  @RepeatedTest(20)
  void imagesAreOfMoreThanOneKind() {
    Shape[] shapes = Sizes.images(6);

    assertThat(shapes).allMatch(shape -> shape.get(1) == 6);
    assertThat(shapes).anyMatch(shape -> shape.get(0) == 1).anyMatch(shape -> shape.get(0) > 1);
    assertThat(shapes).anyMatch(shape -> shape.get(2) % 2 == 1 && shape.get(3) % 2 == 0);
    assertThat(shapes).anyMatch(shape -> shape.get(2) % 2 == 0 && shape.get(3) % 2 == 1);
    assertThat(Arrays.stream(shapes).map(shape -> shape.slice(2))).doesNotHaveDuplicates();
  }

  @Test
  void sizesAreRandom() {
    Set<Channels> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      seen.add(Sizes.channels().get(0));
    }

    assertThat(seen).hasSizeGreaterThan(5);
  }

  @Test
  void bothEndsAreIncluded() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(Sizes.between(3, 5));
    }

    assertThat(seen).containsExactlyInAnyOrder(3, 4, 5);
    assertThat(Sizes.between(7, 7)).isEqualTo(7);
  }

  @Test
  void refusesWhatIsNoSize() {
    assertThatThrownBy(() -> Sizes.between(5, 3)).hasMessage("low (5) must not be above high (3)");
    assertThatThrownBy(() -> Sizes.channels(0)).hasMessageContaining("divisor (0)");
    assertThatThrownBy(() -> Sizes.images(-1)).hasMessageContaining("channels (-1)");
  }
}
