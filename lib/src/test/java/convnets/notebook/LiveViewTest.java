package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {

  private final List<String> events = new ArrayList<>();
  private long milliseconds;

  private final Screen screen =
      new Screen() {
        @Override
        public String display(Object value) {
          events.add("new " + value);
          return "id";
        }

        @Override
        public void update(String id, Object value) {
          events.add(id + " " + value);
        }
      };

  @Test
  void valuesThatComeTooFastAreLeftOut() {
    LiveView view = view(Optional.of(screen));

    for (milliseconds = 0; milliseconds < 600; milliseconds += 10) {
      view.show(milliseconds);
    }

    assertThat(events).containsExactly("new 0", "id 250", "id 500");
  }

  @Test
  void theLastValueStays() {
    LiveView view = view(Optional.of(screen));

    view.show("a");
    view.show("b");
    view.done();
    view.done();

    assertThat(events).containsExactly("new a", "id b");
  }

  @Test
  void aDownloadTellsHowFarItIs() {
    ProgressLine line = new ProgressLine(view(Optional.of(screen)), Optional.empty(), "");

    line.update(1_000_000, 102_530_333);
    line.update(2_000_000, 102_530_333);
    milliseconds = 300;
    line.update(51_250_000, 102_530_333);
    line.update(102_530_333, 102_530_333);

    assertThat(events)
        .containsExactly("new 1.0 of 102.5 MB", "id 51.3 of 102.5 MB", "id 102.5 of 102.5 MB");
  }

  @Test
  void aLineWorthKeepingIsShownAtOnce() {
    ProgressLine line = new ProgressLine(view(Optional.of(screen)), Optional.empty(), "");

    line.show("batch 1");
    line.keep("epoch 1");

    assertThat(events).containsExactly("new batch 1", "id epoch 1");
  }

  @Test
  void aConsoleGetsOnlyWhatIsWorthKeeping() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ProgressLine line = new ProgressLine(view(Optional.empty()), Optional.of(console), "");

    line.show("batch 1");
    line.keep("epoch 1");

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("epoch 1");
    assertThat(events).isEmpty();
  }

  private LiveView view(Optional<Screen> where) {
    return new LiveView(where, Duration.ofMillis(250), () -> milliseconds * 1_000_000);
  }
}
