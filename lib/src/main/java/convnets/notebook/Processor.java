package convnets.notebook;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The processor, in the few words that a reader who compares timings needs: "2 cores, AVX-512 AMX,
 * oneDNN".
 *
 * @param cores how many this process may use, as in "2 cores"
 * @param vectors its instructions for many numbers at once, as in "AVX-512 AMX"; empty where the
 *     system does not tell, as Windows
 */
record Processor(String cores, String vectors) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Without one of these, PyTorch does not use AVX-512 either. */
  private static final Set<String> AVX512 = Set.of("avx512vl", "avx512bw", "avx512dq", "fma");

  private static final Set<String> AVX2 = Set.of("avx2", "fma");
  private static final Set<String> AMX = Set.of("amx_tile", "amx_bf16");

  /** By which a reader may hold PyTorch, oneDNN in it, or us to less than the processor has. */
  private static final List<String> LIMITS =
      List.of("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "CONVNETS_ONEDNN");

  /** Read once: with many cores it is a long file. */
  private static final class Here {
    static final Processor PROCESSOR =
        read(
            cpuinfo(),
            System.getProperty("os.arch").equals("aarch64"),
            Runtime.getRuntime().availableProcessors());

    private static String cpuinfo() {
      try {
        return Files.readString(CPUINFO);
      } catch (IOException e) {
        return ""; // no Linux
      }
    }
  }

  /**
   * This machine's, with the threads that PyTorch computes with and what may hold it back, as in "2
   * threads on 2 cores, AVX-512 AMX, oneDNN".
   */
  static String describe(int threads) {
    List<String> words = new ArrayList<>();
    words.add(counted(threads, "thread") + " on " + Here.PROCESSOR.cores());
    words.add(Here.PROCESSOR.vectors());
    words.add(hasOneDnn() ? "oneDNN" : "no oneDNN");
    words.addAll(limits(System.getenv()));
    words.removeIf(String::isEmpty);
    return String.join(", ", words);
  }

  /**
   * Reads Linux' description.
   *
   * @param cpuinfo what is in {@code /proc/cpuinfo}; empty where there is none
   * @param arm whether the processor is one of ARM's, which all have NEON
   * @param available how many logical processors this process may use
   */
  static Processor read(String cpuinfo, boolean arm, int available) {
    Set<String> flags = new HashSet<>();
    Set<Map<String, String>> cores = new HashSet<>();
    int listed = 0;
    for (String paragraph : cpuinfo.split("\n\\s*\n")) {
      Map<String, String> fields = fields(paragraph);
      if (fields.containsKey("processor")) {
        listed++;
        String features = fields.getOrDefault("flags", fields.getOrDefault("Features", ""));
        flags.addAll(List.of(features.split(" ")));
        fields.keySet().retainAll(Set.of("physical id", "core id"));
        cores.add(fields);
      }
    }
    String count;
    if (arm) { // of whose cores each is one logical processor
      count = counted(available, "core");
    } else if (listed == available && !cores.contains(Map.of())) {
      count = counted(cores.size(), "core");
    } else { // a part of the machine: who shares a core with whom is not known
      count = counted(available, "processor");
    }
    return new Processor(count, vectors(flags, arm));
  }

  private static Map<String, String> fields(String paragraph) {
    Map<String, String> fields = new HashMap<>();
    for (String line : paragraph.split("\n")) {
      String[] field = line.split("\\s*:\\s*", 2);
      if (field.length == 2) {
        fields.put(field[0], field[1].strip());
      }
    }
    return fields;
  }

  private static String vectors(Set<String> flags, boolean arm) {
    List<String> words = new ArrayList<>();
    if (arm) {
      words.add("NEON");
    }
    if (flags.contains("sve")) {
      words.add("SVE");
    }
    if (flags.containsAll(AVX512)) {
      words.add("AVX-512");
    } else if (flags.containsAll(AVX2)) {
      words.add("AVX2");
    }
    if (flags.containsAll(AMX)) {
      words.add("AMX");
    }
    return String.join(" ", words);
  }

  /** Whether PyTorch was built with oneDNN. */
  private static boolean hasOneDnn() {
    return Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.MKLDNN);
  }

  /** What the environment sets of the limits, as it does. */
  static List<String> limits(Map<String, String> environment) {
    return LIMITS.stream()
        .filter(environment::containsKey)
        .map(name -> name + "=" + environment.get(name))
        .toList();
  }

  private static String counted(int count, String what) {
    return count == 1 ? "1 " + what : count + " " + what + "s";
  }
}
