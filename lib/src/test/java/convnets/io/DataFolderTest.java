package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path temp;

  @AfterEach
  void forget() {
    System.clearProperty(DataFolder.PROPERTY);
  }

  @Test
  void looksInTheFoldersAboveTheWorkingDirectory() {
    // Tests run in lib/, the data folder is beside it.
    assertThat(Path.of("data")).doesNotExist();
    assertThat(DataFolder.find("fashion-mnist")).isAbsolute().isDirectory();
  }

  @Test
  void thePropertyRules() throws IOException {
    System.setProperty(DataFolder.PROPERTY, temp.toString());
    assertThatThrownBy(() -> DataFolder.find("fashion-mnist"))
        .isInstanceOf(FileException.class)
        .hasMessage(
            "fashion-mnist was not found. Looked in "
                + temp
                + ". Correct CONVNETS_DATA (or the system property convnets.data)");
    Path there = Files.createDirectory(temp.resolve("fashion-mnist"));
    assertThat(DataFolder.find("fashion-mnist")).isEqualTo(there);
    assertThat(DataFolder.findAny("a", "fashion-mnist")).contains(there);
    assertThat(DataFolder.forDownloads()).isEqualTo(temp);
  }

  @Test
  void saysWhereItLooked() {
    Path first = Path.of("data").toAbsolutePath();
    assertThatThrownBy(() -> DataFolder.find("nothing"))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("nothing was not found. Looked in " + first + ", ")
        .hasMessageEndingWith("or set CONVNETS_DATA to the data folder");
  }

  @Test
  void downloadsMayCreateTheFolderThatWasSet() {
    System.setProperty(DataFolder.PROPERTY, temp.resolve("new").toString());
    assertThat(DataFolder.forDownloads()).isEqualTo(temp.resolve("new"));
  }
}
