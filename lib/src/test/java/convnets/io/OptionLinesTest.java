package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionLinesTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    OptionLines written =
        OptionLines.none()
            .with("classes", List.of("cat", "猫 or 狗"))
            .with("size", 3, -4)
            .with("mean", 0.1 + 0.2, 1e-7, 5)
            .with("size", 5, 6);
    OptionLines read = OptionLines.read(Files.write(folder.resolve("a.tsv"), written.bytes()));
    assertThat(read.texts("classes", 1)).containsExactly("cat", "猫 or 狗");
    assertThat(read.wholeNumbers("size", 2)).containsExactly(5, 6);
    assertThat(read.numbers("mean", 3)).containsExactly(0.1 + 0.2, 1e-7, 5);
    assertThat(read.text("classes")).isEqualTo("cat");
    assertThat(read.has("mean")).isTrue();
    assertThat(read.has("deviation")).isFalse();
  }

  @Test
  void refusesWhatCannotBeRead() throws Exception {
    for (String bad : List.of("", "a\tb", "a\nb")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OptionLines.none().with("name", bad))
          .withMessageContaining("name (" + bad + ") must be a text");
    }
    Path file = Files.writeString(folder.resolve("a.tsv"), "size\tsix\t7\nscore\t0.5\nempty\n");
    OptionLines read = OptionLines.read(file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read.wholeNumbers("size", 2))
        .withMessage(file + ": size (six) must be a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read.wholeNumbers("score", 1))
        .withMessage(file + ": score (0.5) must be a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read.numbers("score", 2))
        .withMessage(file + " says too little of score");
    assertThatIllegalArgumentException().isThrownBy(() -> read.text("empty"));
    assertThatIllegalArgumentException().isThrownBy(() -> read.text("nothing"));
  }
}
