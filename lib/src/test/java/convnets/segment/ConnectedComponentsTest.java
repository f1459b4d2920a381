package convnets.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import convnets.data.Target;
import convnets.segment.ConnectedComponents.Component;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectedComponentsTest {

  private static final List<String> NAMES = List.of("background", "cat", "dog");

  @Test
  void cornersTouchOrNot() {
    ClassMask mask = ClassMask.of(new int[] {1, 0, 0, 1}, 2, NAMES);
    assertThat(mask.instances().list()).containsExactly(new Component(1, 1, 2, 0, 0, 2, 2));
    assertThat(mask.instances().neighbours(4).list())
        .containsExactly(new Component(1, 1, 1, 0, 0, 1, 1), new Component(2, 1, 1, 1, 1, 2, 2));
  }

  @Test
  void classesDoNotJoinAndSpecksAreLeftOut() {
    int[] classes = {
      1, 1, 2,
      2, 2, 1,
    };
    ConnectedComponents found = ClassMask.of(classes, 3, NAMES).instances().neighbours(4);
    assertThat(found.list()).extracting(Component::type).containsExactly(1, 2, 2, 1);
    assertThat(found.smallest(2).list())
        .containsExactly(new Component(1, 1, 2, 0, 0, 2, 1), new Component(2, 2, 2, 0, 1, 2, 2));
    assertThat(found.smallest(2).labels()).containsExactly(1, 1, 0, 2, 2, 0);
  }

  @Test
  void anEmptyMaskHasNone() {
    ClassMask nothing = ClassMask.of(new int[] {0, Target.IGNORED}, 1, NAMES);
    assertThat(nothing.instances().list()).isEmpty();
    assertThat(nothing.instances().labels()).containsExactly(0, 0);
    assertThat(ClassMask.of(new int[] {2}, 1, NAMES).instances().list())
        .containsExactly(new Component(1, 2, 1, 0, 0, 1, 1));
  }

  @Test
  void theyAreThoseThatAFloodFinds() {
    Random random = new Random(5);
    for (int run = 0; run < 300; run++) {
      int width = 1 + random.nextInt(12);
      int height = 1 + random.nextInt(12);
      int[] classes =
          random.ints((long) width * height, 0, 4).map(c -> c == 3 ? Target.IGNORED : c).toArray();
      int neighbours = run % 2 == 0 ? 4 : 8;
      int smallest = 1 + run % 3;
      ConnectedComponents found =
          ClassMask.of(classes, width, NAMES).instances().neighbours(neighbours).smallest(smallest);
      List<Component> expected = new ArrayList<>();
      int[] labels = flood(classes, width, neighbours, smallest, expected);
      assertThat(found.labels()).isEqualTo(labels);
      assertThat(found.list()).isEqualTo(expected);
    }
  }

  private static int[] flood(
      int[] classes, int width, int neighbours, int smallest, List<Component> found) {
    int[] labels = new int[classes.length];
    boolean[] seen = new boolean[classes.length];
    for (int i = 0; i < classes.length; i++) {
      if (seen[i] || classes[i] == 0 || classes[i] == Target.IGNORED) {
        continue;
      }
      List<Integer> pixels = new ArrayList<>();
      Deque<Integer> open = new ArrayDeque<>(List.of(i));
      seen[i] = true;
      while (!open.isEmpty()) {
        int pixel = open.remove();
        pixels.add(pixel);
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int x = pixel % width + dx;
            int y = pixel / width + dy;
            boolean near = neighbours == 8 || dx == 0 || dy == 0;
            if (near && x >= 0 && x < width && y >= 0 && y < classes.length / width) {
              int other = y * width + x;
              if (!seen[other] && classes[other] == classes[i]) {
                seen[other] = true;
                open.add(other);
              }
            }
          }
        }
      }
      if (pixels.size() >= smallest) {
        int number = found.size() + 1;
        pixels.forEach(pixel -> labels[pixel] = number);
        found.add(
            new Component(
                number,
                classes[i],
                pixels.size(),
                pixels.stream().mapToInt(p -> p % width).min().getAsInt(),
                pixels.stream().mapToInt(p -> p / width).min().getAsInt(),
                pixels.stream().mapToInt(p -> p % width + 1).max().getAsInt(),
                pixels.stream().mapToInt(p -> p / width + 1).max().getAsInt()));
      }
    }
    return labels;
  }

  @Test
  void badOptionsAreNamed() {
    ConnectedComponents found = ClassMask.of(new int[] {0}, 1, NAMES).instances();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> found.neighbours(6))
        .withMessage("count (6) must be 4 or 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> found.smallest(0))
        .withMessageContaining("pixels (0)");
  }
}
