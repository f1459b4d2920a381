package convnets.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import convnets.io.Checksum;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetches from a server of our own, into a cache of our own. */
class FetchTest {

  private static final String IN_TORCHVISION = "download.pytorch.org/models/";

  @TempDir private Path temp;
  private Path cache;
  private byte[] content;
  private String sha256;
  private String name;
  private HttpServer server;
  private String base;

  /** The path of each request, and from which byte. */
  private final List<String> requests = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    content = Files.readAllBytes(TinyNet.file("plain.pth"));
    sha256 = Checksum.of(TinyNet.file("plain.pth"), "SHA-256").hex();
    name = "tiny-" + sha256.substring(0, 8) + ".pth";
    cache = temp.resolve("cache");
    System.setProperty(Cache.FOLDER, cache.toString());
    System.setProperty(Cache.MIRROR, ""); // whatever the environment says
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
    base = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.clearProperty(Cache.FOLDER);
    System.clearProperty(Cache.MIRROR);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(path + (range == null ? "" : " " + range));
      if (path.startsWith("/moved/")) {
        exchange.getResponseHeaders().set("Location", base + path.substring("/moved".length()));
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      if (path.contains("nothing")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      if (range != null) {
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
      exchange.getResponseBody().write(content, from, content.length - from);
    }
  }

  @Test
  void fetchesOnceAndLoads() {
    List<Long> seen = new ArrayList<>();
    Origin origin = Origin.address(base + "/nets/" + name);
    Path file = Weights.fetch(origin, (done, total) -> seen.add(done));
    assertThat(file).isEqualTo(cache.resolve("localhost/nets").resolve(name));
    assertThat(seen).isSorted().endsWith((long) content.length);
    TinyNet.assertLoaded(Weights.load(TinyNet.build(), file));
    assertThat(Weights.fetch(origin)).isEqualTo(file);
    assertThat(requests).containsExactly("/nets/" + name);
  }

  @Test
  void followsTheServerWhereItPoints() {
    Path file = Weights.fetch(Origin.address(base + "/moved/net.pth", sha256));
    assertThat(file).hasBinaryContent(content);
    assertThat(requests).containsExactly("/moved/net.pth", "/net.pth");
  }

  @Test
  void goesOnWhereItWasInterrupted() throws IOException {
    Path target = cache.resolve("localhost").resolve(name);
    Files.createDirectories(target.getParent());
    Files.write(target.resolveSibling(name + ".part"), Arrays.copyOf(content, 1000));
    assertThat(Weights.fetch(Origin.address(base + "/" + name))).hasBinaryContent(content);
    assertThat(requests).containsExactly("/" + name + " bytes=1000-");
  }

  @Test
  void aMirrorStandsForAllAddresses() {
    System.setProperty(Cache.MIRROR, base + "/mirror");
    Path vision = Weights.fetch(Origin.torchvision(name));
    Path hub = Weights.fetch(Origin.huggingFace("timm/tiny.in1k", "model.safetensors", sha256));
    assertThat(vision).isEqualTo(cache.resolve(IN_TORCHVISION + name));
    assertThat(hub)
        .isEqualTo(cache.resolve("huggingface.co/timm/tiny.in1k/resolve/main/model.safetensors"))
        .hasBinaryContent(content);
    assertThat(requests)
        .containsExactly(
            "/mirror/" + IN_TORCHVISION + name,
            "/mirror/huggingface.co/timm/tiny.in1k/resolve/main/model.safetensors");
  }

  @Test
  void aMirrorCanBeAFolderAndIsNotWrittenTo() throws IOException {
    Path mirror = temp.resolve("mirror");
    System.setProperty(Cache.MIRROR, mirror.toString());
    Path file = mirror.resolve(IN_TORCHVISION + name);
    assertThatThrownBy(() -> Weights.fetch(Origin.torchvision(name)))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "the mirror lacks %s. Fetch https://%s by other means and put it there, or unset CONVNETS_WEIGHTS_MIRROR"
                .formatted(file, IN_TORCHVISION + name));
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    assertThat(Weights.fetch(Origin.torchvision(name))).isEqualTo(file);
    Files.write(file, new byte[] {1});
    assertThatThrownBy(() -> Weights.fetch(Origin.torchvision(name)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file + " is damaged: expected SHA-256 " + sha256.substring(0, 8));
    assertThat(cache).doesNotExist();

    // What is in the cache needs no mirror.
    Path cached = cache.resolve(IN_TORCHVISION + name);
    Files.createDirectories(cached.getParent());
    Files.write(cached, content);
    assertThat(Weights.fetch(Origin.torchvision(name))).isEqualTo(cached);
    assertThat(requests).isEmpty();
  }

  @Test
  void anotherFileThanTheOnePromisedIsNotKept() {
    content[content.length / 2] ^= 1;
    for (Origin origin :
        List.of(
            Origin.address(base + "/" + name), Origin.address(base + "/" + name + "x", sha256))) {
      assertThatThrownBy(() -> Weights.fetch(origin))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("what came is not the file: expected SHA-256 " + sha256.charAt(0));
    }
    assertThat(cache.resolve("localhost").toFile().list()).isEmpty();
  }

  @Test
  void saysWhatToDoWithoutANetwork() {
    assertThatThrownBy(() -> Weights.fetch(Origin.address(base + "/nothing-01234567.pth")))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            ("cannot download %s/nothing-01234567.pth: the server answered 404."
                    + " Or fetch it by other means and put it at %s."
                    + " Or set CONVNETS_WEIGHTS_MIRROR to the address or folder of a mirror"
                    + " that has localhost/nothing-01234567.pth")
                .formatted(base, cache.resolve("localhost/nothing-01234567.pth")));
    assertThatThrownBy(() -> Weights.fetch(Origin.address("https://nowhere.invalid/" + name)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("cannot download https://nowhere.invalid/" + name)
        .hasMessageContaining("put it at " + cache.resolve("nowhere.invalid").resolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/net-01234567.pth",
        "file:///net-01234567.pth",
        "https:///net-01234567.pth",
        "https://host/../net-01234567.pth",
        "https://host/a/..%2F..%2Fb/net-01234567.pth",
        "https://host/a//net-01234567.pth",
        "https://host/.ssh/net-01234567.pth",
        "https://host/net.pth",
        "https://host/net-0123456.pth",
        "https://host/net-01234567",
      })
  void addressesThatCannotBeTrustedAreRefused(String address) {
    assertThatThrownBy(() -> Origin.address(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("address (" + address + ") must");
  }

  @Test
  void originsNameTheirAddressAndChecksum() {
    Origin origin = Origin.torchvision("resnet50-0676ba61.pth");
    assertThat(origin).hasToString("https://download.pytorch.org/models/resnet50-0676ba61.pth");
    assertThat(origin.checksum()).isEqualTo(new Checksum("SHA-256", "0676ba61"));
    assertThat(Origin.huggingFace("timm/a", "b.bin", sha256.toUpperCase(Locale.ROOT)))
        .hasToString("https://huggingface.co/timm/a/resolve/main/b.bin")
        .extracting(Origin::checksum)
        .isEqualTo(new Checksum("SHA-256", sha256));
    assertThatThrownBy(() -> Origin.huggingFace("timm/a", "b.bin", "0676ba61"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sha256 (0676ba61) must be 64 hexadecimal digits");
  }

  @Test
  void theCacheIsAmongTheUsersCachesByDefault() {
    System.setProperty(Cache.FOLDER, "");
    Assumptions.assumeThat(System.getenv("CONVNETS_WEIGHTS")).isNull();
    assertThat(Cache.folder()).isAbsolute();
    assertThat(Cache.folder().endsWith(Path.of("convnets", "weights"))).isTrue();
  }
}
