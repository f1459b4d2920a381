package convnets.cli;

import com.google.gson.GsonBuilder;
import convnets.models.Models;
import convnets.models.Models.Entry;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints the zoo as one JSON array: {@code ./course models --json}. */
public final class ListModels {

  private ListModels() {}

  /**
   * Prints the networks whose name or paper contains all arguments; all networks if there are none.
   */
  public static void main(String[] words) {
    List<Map<String, Object>> rows =
        Models.search(String.join(" ", words)).stream().map(ListModels::row).toList();
    new PrintStream(System.out, true, StandardCharsets.UTF_8)
        .println(new GsonBuilder().setPrettyPrinting().create().toJson(rows));
  }

  private static Map<String, Object> row(Entry entry) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", entry.name());
    row.put("parameters", entry.parameters());
    row.put("multiplyAdds", entry.multiplyAdds());
    row.put("input", entry.input().getShape());
    row.put("classes", entry.classes());
    row.put("paper", entry.paper());
    row.put("year", entry.year());
    entry.top1().ifPresent(top1 -> row.put("top1", top1));
    return row;
  }
}
