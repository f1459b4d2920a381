package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void writesIntoNewFoldersAndOverOldFiles() throws IOException {
    Path file = folder.resolve("new/file");
    WholeFile.write(file, out -> out.write(new byte[] {1, 2}));
    WholeFile.write(file, out -> out.write(3));
    assertThat(file).hasBinaryContent(new byte[] {3});
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  /** What is not whole never has the name, and leaves nothing behind. */
  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[] {1, 2});
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(3);
                      assertThat(file).hasBinaryContent(new byte[] {1, 2});
                      throw new IOException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whatAKilledProcessHasLeftIsTakenAway() throws Exception {
    Process gone =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .start();
    gone.waitFor();
    long alive = ProcessHandle.current().pid();
    String other = "file2.%d-1.part".formatted(gone.pid());
    String busy = "file.%d-0.part".formatted(alive);
    for (String name : List.of("file.%d-1.part".formatted(gone.pid()), other, busy)) {
      Files.createFile(folder.resolve(name));
    }
    WholeFile.write(folder.resolve("file"), out -> out.write(1));
    assertThat(names()).containsExactlyInAnyOrder("file", other, busy);
  }

  @Test
  void anInterruptedThreadWritesItsFile() throws IOException {
    Path file = folder.resolve("file");
    Thread.currentThread().interrupt();
    try {
      WholeFile.write(file, out -> out.write(new byte[] {1, 2}));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
  }

  /** Each writer has a draft of its own: the last one wins, and no file is a mixture. */
  @Test
  void writersDoNotMeet() throws Exception {
    Path file = folder.resolve("file");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (byte value = 0; value < 40; value++) {
        byte[] bytes = new byte[100_000];
        java.util.Arrays.fill(bytes, value);
        tasks.add(
            () -> {
              WholeFile.write(
                  file,
                  out -> {
                    for (int i = 0; i < bytes.length; i += 1000) {
                      out.write(bytes, i, 1000);
                    }
                  });
              return null;
            });
      }
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdown();
    }
    byte[] found = Files.readAllBytes(file);
    assertThat(found).hasSize(100_000).containsOnly(found[0]);
    assertThat(names()).containsExactly("file");
  }
}
