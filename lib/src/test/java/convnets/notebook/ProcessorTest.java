package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of real machines, shortened to what tells processors apart. */
class ProcessorTest {

  @ParameterizedTest
  @CsvSource({
    "xeon-sapphire-rapids, false, 2, 2 cores, AVX-512 AMX",
    "epyc-zen4, false, 1, 1 core, AVX-512",
    "epyc-zen3, false, 2, 1 core, AVX2", // one with two threads
    "neoverse-v1, true, 2, 2 cores, NEON SVE",
    "neoverse-n1, true, 2, 2 cores, NEON",
  })
  void readsWhatLinuxSays(String file, boolean arm, int available, String cores, String vectors)
      throws IOException {
    assertThat(Processor.read(cpuinfo(file), arm, available))
        .isEqualTo(new Processor(cores, vectors));
  }

  @Test
  void aPartOfAMachineHasProcessorsOnly() throws IOException {
    assertThat(Processor.read(cpuinfo("epyc-zen3"), false, 1).cores()).isEqualTo("1 processor");
    assertThat(Processor.read(cpuinfo("epyc-zen4"), false, 16).cores()).isEqualTo("16 processors");
    assertThat(Processor.read(cpuinfo("neoverse-n1"), true, 1).cores()).isEqualTo("1 core");
  }

  @Test
  void saysNothingOfWhatIsNotTold() {
    assertThat(Processor.read("", false, 8)).isEqualTo(new Processor("8 processors", ""));
    assertThat(Processor.read("", true, 8)).isEqualTo(new Processor("8 cores", "NEON"));
    assertThat(Processor.read("processor : 0\nflags :\n", false, 1))
        .isEqualTo(new Processor("1 processor", ""));
    assertThat(Processor.read("no such\n\n: format\n::", false, 2).vectors()).isEmpty();
  }

  /** Knights Landing has AVX-512's foundation alone, and PyTorch computes with AVX2 there. */
  @Test
  void avx512IsWhatPyTorchUses() {
    String flags = "processor : 0\nflags : fma avx2 avx512f avx512cd avx512er avx512pf\n";
    assertThat(Processor.read(flags, false, 1).vectors()).isEqualTo("AVX2");
  }

  @Test
  void tellsWhatHoldsPyTorchBack() {
    Map<String, String> environment = new TreeMap<>(Map.of("HOME", "x"));
    assertThat(Processor.limits(environment)).isEmpty();
    environment.put("ATEN_CPU_CAPABILITY", "avx2");
    environment.put("ONEDNN_MAX_CPU_ISA", "AVX2");
    assertThat(Processor.limits(environment))
        .containsExactly("ATEN_CPU_CAPABILITY=avx2", "ONEDNN_MAX_CPU_ISA=AVX2");
  }

  @Test
  void describesThisMachine() {
    assertThat(Processor.describe(1)).matches("1 thread on \\d+ (core|processor)s?, .*oneDNN.*");
    assertThat(Processor.describe(2)).startsWith("2 threads on ");
  }

  private static String cpuinfo(String name) throws IOException {
    try (InputStream in = ProcessorTest.class.getResourceAsStream("/cpuinfo/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
