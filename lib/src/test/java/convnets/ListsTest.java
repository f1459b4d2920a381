package convnets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListsTest {

  @Test
  void growIntoNewOnes() {
    List<String> items = new ArrayList<>(List.of("a"));
    List<String> one = Lists.and(items, "b");
    List<String> two = Lists.and(items, List.of("c", "d"));
    items.clear();
    assertThat(one).containsExactly("a", "b");
    assertThat(two).containsExactly("a", "c", "d");
    assertThatThrownBy(() -> one.add("e")).isInstanceOf(UnsupportedOperationException.class);
  }
}
