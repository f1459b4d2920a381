package convnets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server of our own that misbehaves on demand. */
class DownloadTest {
  private static final int SIZE = 300_000;

  @TempDir private Path temp;
  private final byte[] content = new byte[SIZE];
  private final List<String> ranges = new ArrayList<>();
  private HttpServer server;
  private HttpHandler handler;
  private URI source;
  private Path target;
  private Path part;
  private Checksum checksum;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    target = temp.resolve("new/folder/file.bin");
    part = temp.resolve("new/folder/file.bin.part");
    checksum = Checksum.of(Files.write(temp.resolve("original"), content), "MD5");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/file.bin",
        exchange -> {
          ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    source = URI.create("http://localhost:%d/file.bin".formatted(server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void fetch() {
    Download.fetch(source, target, checksum, (done, total) -> {});
  }

  /** Sends all, or from where it was asked to. */
  private void serve(HttpExchange exchange) throws IOException {
    serve(exchange, SIZE);
  }

  /** The same, but the connection breaks before byte {@code end}. */
  private void serve(HttpExchange exchange, int end) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (from >= SIZE) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, SIZE - 1, SIZE));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, SIZE - from);
    exchange.getResponseBody().write(content, from, end - from);
    exchange.getResponseBody().flush();
  }

  @Test
  void fetchesAWholeFileAndReportsProgress() {
    handler = this::serve;
    List<Long> seen = new ArrayList<>();
    Download.fetch(
        source,
        target,
        checksum,
        (done, total) -> {
          assertThat(total).isEqualTo(SIZE);
          seen.add(done);
        });
    assertThat(target).hasBinaryContent(content);
    assertThat(part).doesNotExist();
    assertThat(seen).isSorted().endsWith((long) SIZE);

    // Once there, nothing is asked for again.
    fetch();
    assertThat(ranges).containsExactly("null");
  }

  @Test
  void goesOnWhereItWasInterrupted() throws IOException {
    handler = exchange -> serve(exchange, SIZE / 2);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("after 150000 of 300000 bytes; call again to go on from there")
        .hasMessageContaining("fetch it by other means and put it at " + target);
    assertThat(target).doesNotExist();
    assertThat(part).hasBinaryContent(Arrays.copyOf(content, SIZE / 2));

    handler = this::serve;
    List<Long> seen = new ArrayList<>();
    Download.fetch(
        source,
        target,
        checksum,
        (done, total) -> {
          assertThat(total).isEqualTo(SIZE);
          seen.add(done);
        });
    assertThat(ranges).containsExactly("null", "bytes=150000-");
    assertThat(seen.get(0)).isGreaterThan(SIZE / 2);
    assertThat(target).hasBinaryContent(content);
    assertThat(part).doesNotExist();
  }

  @Test
  void startsAfreshWhereTheServerKnowsNoRanges() throws IOException {
    Files.createDirectories(part.getParent());
    Files.write(part, new byte[SIZE + 5]);
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, SIZE);
          exchange.getResponseBody().write(content);
        };
    fetch();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void refusesARangeThatWasNotAskedFor() throws IOException {
    Files.createDirectories(part.getParent());
    Files.write(part, Arrays.copyOf(content, 100));
    handler =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 50-299999/300000");
          exchange.sendResponseHeaders(206, SIZE - 50);
          exchange.getResponseBody().write(content, 50, SIZE - 50);
        };
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("asked for bytes from 100, the server sent 'bytes 50-");
    assertThat(part).hasBinaryContent(Arrays.copyOf(content, 100));
  }

  @Test
  void aWholePartOnlyNeedsItsName() throws IOException {
    Files.createDirectories(part.getParent());
    Files.write(part, content);
    handler = this::serve;
    fetch();
    assertThat(ranges).containsExactly("bytes=300000-");
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void neverKeepsAFileWithAWrongChecksum() {
    content[SIZE / 3] ^= 1;
    handler = this::serve;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("expected MD5 " + checksum.hex() + ", found ")
        .hasMessageContaining("(300000 bytes). It was deleted; call again to start afresh");
    assertThat(target).doesNotExist();
    assertThat(part).doesNotExist();

    content[SIZE / 3] ^= 1;
    fetch();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void aBodyOfUnknownLengthThatEndsEarlyIsNotTakenForTheFile() {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content, 0, 1_000);
        };
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("(1000 bytes)");
    assertThat(target).doesNotExist();
  }

  @Test
  void replacesADamagedTarget() throws IOException {
    Files.createDirectories(target.getParent());
    Files.write(target, new byte[10]);
    handler = this::serve;
    fetch();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void saysWhatTheServerAnswered() {
    handler = exchange -> exchange.sendResponseHeaders(404, -1);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(FileException.class)
        .hasMessage(
            "cannot download %s: the server answered 404. Or fetch it by other means and put it at %s"
                .formatted(source, target));
  }

  @Test
  void saysThatThereIsNoNetwork() {
    URI nowhere = URI.create("http://nowhere.invalid/file.bin");
    assertThatThrownBy(() -> Download.fetch(nowhere, target, checksum, (done, total) -> {}))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("cannot download http://nowhere.invalid/file.bin")
        .hasMessageContaining("put it at " + target);
  }

  @Test
  void stopsWhenItsThreadIsInterruptedAndKeepsWhatCame() {
    handler = this::serve;
    assertThatThrownBy(
            () ->
                Download.fetch(
                    source, target, checksum, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("call again to go on");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(part).isNotEmptyFile();
    fetch();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void twoDownloadsDoNotWriteIntoOneFile() throws IOException {
    handler = this::serve;
    Files.createDirectories(part.getParent());
    try (FileChannel other =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(this::fetch)
          .isInstanceOf(FileException.class)
          .hasMessageContaining("another download is writing to " + part);
    }
    assertThat(ranges).isEmpty();
    fetch();
    assertThat(target).hasBinaryContent(content);
  }
}
