package convnets.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archives belong to their scripts, and the core loads on every platform. */
class ScriptArchiveTest {

  private static final Path SCRIPTS = Path.of("src/main/torchscript");

  /** In the code of an archive: torch.conv2d(…) or ops.mkldnn._convolution_pointwise(…). */
  private static final Pattern CALL = Pattern.compile("\\b(?:torch|ops\\.(\\w+))\\.(\\w+)\\(");

  @ParameterizedTest
  @ValueSource(strings = {"torch_ops", "detect_ops", "onednn_ops"})
  void wasMadeFromItsScripts(String name) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String script : List.of(name + ".py", "common.py")) {
      digest.update(Files.readAllBytes(SCRIPTS.resolve(script)));
    }
    assertThat(text(records(name), "extra/source.sha256"))
        .as("the hash of the scripts; run %s.py after a change, and commit what it writes", name)
        .isEqualTo(HexFormat.of().formatHex(digest.digest()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64"})
  void everyPlatformHasTheOperatorsOfTheCore(String platform) throws Exception {
    Set<String> there = operatorsOf(platform);
    assertThat(there).as("operators of PyTorch").hasSizeGreaterThan(4000);
    assertThat(recorded("torch_ops")).hasSizeGreaterThan(100).isSubsetOf(there);
    assertThat(recorded("detect_ops")).hasSizeGreaterThan(50).isSubsetOf(there);
    assertThat(named("torch_ops")).hasSizeGreaterThan(100).isSubsetOf(withoutOverloads(there));
    assertThat(named("detect_ops")).hasSizeGreaterThan(50).isSubsetOf(withoutOverloads(there));
  }

  /** Else the test above would prove nothing. */
  @Test
  void appleSiliconLacksThoseOfOneDnn() throws Exception {
    String convolution = "mkldnn::_convolution_pointwise";
    assertThat(recorded("onednn_ops")).contains(convolution);
    assertThat(named("onednn_ops")).contains(convolution);
    assertThat(operatorsOf("osx-aarch64")).doesNotContain(convolution);
    assertThat(operatorsOf("linux-x86_64")).contains(convolution);
  }

  @Test
  void anUnknownOperatorIsRefusedAndOneDnnDoneWithout() throws Exception {
    byte[] intact = archive(records("onednn_ops"));
    assertThat(OneDnn.load(new ByteArrayInputStream(intact))).isPresent();

    Map<String, byte[]> records = records("onednn_ops");
    records.replaceAll(
        (path, content) ->
            path.endsWith(".py")
                ? new String(content, StandardCharsets.UTF_8)
                    .replace("mkldnn._convolution_pointwise(", "mkldnn._convolution_nowhere(")
                    .getBytes(StandardCharsets.UTF_8)
                : content);
    byte[] unknown = archive(records);
    assertThatThrownBy(() -> new ScriptArchive(new ByteArrayInputStream(unknown)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("_convolution_nowhere");
    assertThat(OneDnn.load(new ByteArrayInputStream(unknown))).isEmpty();
  }

  /** What PyTorch's library for a platform has: committed lists, which operators.py makes. */
  private static Set<String> operatorsOf(String platform) throws IOException {
    return Set.copyOf(Files.readAllLines(SCRIPTS.resolve("operators/" + platform + ".txt")));
  }

  /** What the methods of an archive call, as its script has recorded it. */
  private static Set<String> recorded(String name) throws Exception {
    return text(records(name), "extra/operators.txt").lines().collect(Collectors.toSet());
  }

  /** What the code of an archive names, without overloads; all of it is looked up when it loads. */
  private static Set<String> named(String name) throws Exception {
    Set<String> names = new TreeSet<>();
    records(name)
        .forEach(
            (path, content) -> {
              if (path.endsWith(".py")) {
                CALL.matcher(new String(content, StandardCharsets.UTF_8))
                    .results()
                    .map(
                        call ->
                            (call.group(1) == null ? "aten" : call.group(1)) + "::" + call.group(2))
                    .filter(call -> !call.startsWith("prim::") && !call.equals("aten::device"))
                    .forEach(names::add);
              }
            });
    return names;
  }

  private static Set<String> withoutOverloads(Set<String> names) {
    return names.stream().map(name -> name.replaceAll("\\..*", "")).collect(Collectors.toSet());
  }

  private static String text(Map<String, byte[]> records, String end) {
    return records.entrySet().stream()
        .filter(record -> record.getKey().endsWith(end))
        .map(record -> new String(record.getValue(), StandardCharsets.UTF_8))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, byte[]> records(String name) throws Exception {
    Path file = Path.of(TorchOps.class.getResource(name + ".pt").toURI());
    Map<String, byte[]> records = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        records.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return records;
  }

  private static byte[] archive(Map<String, byte[]> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> record : records.entrySet()) {
        zip.putNextEntry(new ZipEntry(record.getKey()));
        zip.write(record.getValue());
      }
    }
    return bytes.toByteArray();
  }
}
