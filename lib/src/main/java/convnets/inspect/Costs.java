package convnets.inspect;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Where a network spends its multiply-adds and its parameters, by kind of layer, as in table 2 of
 * the MobileNet paper. Only layers that multiply count: as there, batch norms are left out.
 *
 * @param rows one a kind, the most multiply-adds first
 */
public record Costs(List<Row> rows) {

  /**
   * One kind of layer.
   *
   * @param kind such as "1×1 conv", "3×3 depthwise conv", "1×1 grouped conv" or "fully connected"
   * @param layers how many layers there are of it
   * @param multiplyAdds how many multiplications, each with its addition, one pass through them
   *     takes
   * @param parameters how many numbers they learn, biases included
   */
  public record Row(String kind, long layers, long multiplyAdds, long parameters) {}

  /** For callers who compose rows of their own. */
  public Costs {
    rows = List.copyOf(rows);
  }

  /** The costs of layers. */
  static Costs of(List<Summary.Row> layers) {
    Map<String, List<Summary.Row>> kinds =
        layers.stream()
            .filter(layer -> layer.multiplyAdds() > 0)
            .collect(Collectors.groupingBy(Summary.Row::category));
    return new Costs(
        kinds.entrySet().stream()
            .map(kind -> row(kind.getKey(), kind.getValue()))
            .sorted(Comparator.comparingLong(Row::multiplyAdds).reversed())
            .toList());
  }

  private static Row row(String kind, List<Summary.Row> layers) {
    Summary all = new Summary(layers);
    return new Row(kind, layers.size(), all.multiplyAdds(), all.parameters());
  }

  /** How many multiplications, each with its addition, one pass takes. */
  public long multiplyAdds() {
    return sum(Row::multiplyAdds);
  }

  /** How many numbers these layers learn. */
  public long parameters() {
    return sum(Row::parameters);
  }

  private long sum(ToLongFunction<Row> what) {
    return rows.stream().mapToLong(what).sum();
  }

  /** The costs as a table: kind, layers, multiply-adds and parameters with their percentages. */
  public Table table() {
    LongColumn layers = column("layers", Row::layers);
    LongColumn multiplyAdds = column("multiply-adds", Row::multiplyAdds);
    LongColumn parameters = column("parameters", Row::parameters);
    return Table.create(
        "costs",
        StringColumn.create("kind of layer", rows.stream().map(Row::kind)),
        layers,
        multiplyAdds,
        share("% of multiply-adds", multiplyAdds),
        parameters,
        share("% of parameters", parameters));
  }

  private LongColumn column(String name, ToLongFunction<Row> what) {
    LongColumn column = LongColumn.create(name, rows.stream().mapToLong(what).toArray());
    column.setPrintFormatter(Formats.pattern("#,##0"));
    return column;
  }

  private static DoubleColumn share(String name, LongColumn of) {
    DoubleColumn share = of.divide(of.sum()).multiply(100).setName(name);
    share.setPrintFormatter(Formats.pattern("0.00"));
    return share;
  }

  @Override
  public String toString() {
    return table().printAll();
  }
}
