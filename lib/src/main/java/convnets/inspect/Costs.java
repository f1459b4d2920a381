package convnets.inspect;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Unit;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Where a network spends its multiply-adds and its weights, by kind of layer, as in table 2 of the
 * MobileNet paper. Only convolutions and fully connected layers count, and of their parameters, as
 * there, the weights alone: biases and batch norms are left out.
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
   * @param weights how many weights they have
   */
  public record Row(String kind, long layers, long multiplyAdds, long weights) {

    private Row and(Row other) {
      return new Row(
          kind, layers + other.layers, multiplyAdds + other.multiplyAdds, weights + other.weights);
    }
  }

  /** For callers who compose rows of their own. */
  public Costs {
    rows = List.copyOf(rows);
  }

  /**
   * The costs of a network.
   *
   * @param net need not be initialised
   * @param inputs the shapes of its inputs, batch included: multiply-adds are those of all images
   */
  public static Costs of(Unit net, Shape... inputs) {
    Map<String, Row> kinds = new LinkedHashMap<>();
    Set<Parameter> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    net.observeShapes(
        (block, ins, outs) -> {
          if (block instanceof Unit unit) {
            long multiplyAdds = unit.multiplyAdds(ins.head().getShape(), outs.head().getShape());
            if (multiplyAdds > 0) {
              Row row = new Row(unit.category(), 1, multiplyAdds, weights(unit, counted));
              kinds.merge(row.kind, row, Row::and);
            }
          }
        },
        inputs);
    return new Costs(
        kinds.values().stream()
            .sorted(Comparator.comparingLong(Row::multiplyAdds).reversed())
            .toList());
  }

  /** Weights that are used twice count once. */
  private static long weights(Unit unit, Set<Parameter> counted) {
    return unit.getDirectParameters().values().stream()
        .filter(parameter -> parameter.getType() == Parameter.Type.WEIGHT)
        .filter(counted::add)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** How many multiplications, each with its addition, one pass takes. */
  public long multiplyAdds() {
    return sum(Row::multiplyAdds);
  }

  /** How many weights there are. */
  public long weights() {
    return sum(Row::weights);
  }

  private long sum(ToLongFunction<Row> what) {
    return rows.stream().mapToLong(what).sum();
  }

  /** The costs as a table: kind, layers, multiply-adds and weights with their percentages. */
  public Table table() {
    LongColumn layers = column("layers", Row::layers);
    LongColumn multiplyAdds = column("multiply-adds", Row::multiplyAdds);
    LongColumn weights = column("weights", Row::weights);
    return Table.create(
        "costs",
        StringColumn.create("kind of layer", rows.stream().map(Row::kind)),
        layers,
        multiplyAdds,
        share("% of multiply-adds", multiplyAdds),
        weights,
        share("% of weights", weights));
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
