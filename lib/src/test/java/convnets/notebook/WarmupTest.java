package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class WarmupTest {

  /** In the background a failure would go unseen. */
  @Test
  void drawsItsChart() {
    assertThatCode(Warmup::drawChart).doesNotThrowAnyException();
  }
}
