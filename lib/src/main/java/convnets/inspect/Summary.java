package convnets.inspect;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.nn.Combinators;
import convnets.nn.Role;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A network layer by layer, with what each layer costs.
 *
 * <p>Shapes come from a dry pass: nothing is computed and nothing need be initialised. Parameters
 * are those that are learned; the running statistics of batch norms do not count. Multiply-adds are
 * those of convolutions and fully connected layers, for all images of the batch that was asked
 * about. Side exits for training are left out.
 *
 * @param rows one a layer, in the order of the data
 * @param outputs the shapes of the network's outputs, batch included
 */
public record Summary(List<Row> rows, List<Shape> outputs) {

  /**
   * One layer, or one stage.
   *
   * @param path its name, as in "layer1.0.conv1"
   * @param what what it does, in a few words
   * @param role what a layer does; for a stage, what its first layer does
   * @param outputs the shapes of its outputs, batch included; most have one
   * @param parameters how many numbers it learns
   * @param multiplyAdds how many multiplications, each with its addition, one pass takes
   */
  public record Row(
      String path,
      String what,
      Role role,
      List<Shape> outputs,
      long parameters,
      long multiplyAdds) {

    /** For callers who compose rows of their own. */
    public Row {
      outputs = List.copyOf(outputs);
    }

    /** The shape of its output, batch included; of several, of the first. */
    public Shape output() {
      return outputs.get(0);
    }
  }

  /** For callers who compose rows of their own. */
  public Summary {
    rows = List.copyOf(rows);
    outputs = List.copyOf(outputs);
  }

  /**
   * Summarises a block.
   *
   * @param block a unit, or any other block; the inside of other blocks is one row, and their
   *     multiply-adds are not known
   * @param inputs the shapes of its inputs, batch included
   * @throws IllegalStateException if another block than a unit has not been initialised
   */
  public static Summary of(Block block, Shape... inputs) {
    Unit net = block instanceof Unit unit ? unit : Combinators.seq(block);
    Counter counter = new Counter(net.paths());
    Shape[] outputs = net.observeShapes(counter::count, inputs);
    return new Summary(counter.rows, List.of(outputs));
  }

  /** Turns what a dry pass runs into rows. */
  private static final class Counter {

    private final Map<Block, String> paths;
    private final List<Row> rows = new ArrayList<>();

    /** Parameters that are used twice count once. */
    private final Set<Parameter> counted = Collections.newSetFromMap(new IdentityHashMap<>());

    Counter(Map<Block, String> paths) {
      this.paths = paths;
    }

    void count(Block block, NDList inputs, NDList outputs) {
      Shape input = inputs.head().getShape();
      Shape output = outputs.head().getShape();
      boolean layer = !(block instanceof Unit unit) || unit.getChildren().isEmpty();
      Role role = block instanceof Unit unit ? unit.label().role() : Role.OTHER;
      long multiplyAdds = block instanceof Unit unit ? unit.multiplyAdds(input, output) : 0;
      long parameters = parameters(block);
      boolean costs = parameters > 0 || multiplyAdds > 0;
      boolean nothing = role == Role.IDENTITY && input.equals(output);
      if (costs || layer && !nothing) {
        rows.add(
            new Row(
                paths.getOrDefault(block, ""),
                block instanceof Unit unit ? unit.describe() : block.getClass().getSimpleName(),
                role,
                List.of(outputs.getShapes()),
                parameters,
                multiplyAdds));
      }
    }

    /** What a block learns by itself, that is, apart from its children if it is a unit. */
    private long parameters(Block block) {
      var own = block instanceof Unit ? block.getDirectParameters() : block.getParameters();
      return own.values().stream()
          .filter(Counter::learned)
          .filter(counted::add)
          .mapToLong(Counter::size)
          .sum();
    }

    private static boolean learned(Parameter parameter) {
      return parameter.getType() != Parameter.Type.RUNNING_MEAN
          && parameter.getType() != Parameter.Type.RUNNING_VAR;
    }

    private static long size(Parameter parameter) {
      if (parameter.getShape() == null) {
        throw new IllegalStateException(
            "the shape of parameter "
                + parameter.getName()
                + " is not known yet: initialise the network first");
      }
      return parameter.getShape().size();
    }
  }

  /** How many numbers the network learns. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** How many multiplications, each with its addition, one pass takes. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }

  /**
   * The same network, a row a stage, as in table 1 of the ResNet paper: everything in a named block
   * is one row, and so is each other layer with the normalisation and activation that follow it.
   */
  public Summary byStage() {
    List<Row> stages = new ArrayList<>();
    for (int from = 0; from < rows.size(); ) {
      int to = from + 1;
      while (to < rows.size() && sameStage(rows.get(from), rows.get(to))) {
        to++;
      }
      stages.add(stage(rows.subList(from, to)));
      from = to;
    }
    return new Summary(stages, outputs);
  }

  private static boolean sameStage(Row first, Row next) {
    boolean follows =
        switch (next.role) {
          case NORMALIZATION, ACTIVATION, IDENTITY -> !inScope(first) && !inScope(next);
          default -> false;
        };
    return follows || inScope(next) && scope(first).equals(scope(next));
  }

  private static Row stage(List<Row> rows) {
    Row first = rows.get(0);
    Row last = rows.get(rows.size() - 1);
    Summary inside = new Summary(rows, last.outputs);
    return new Row(
        scope(first),
        inScope(first) ? content(rows) : first.what,
        first.role,
        last.outputs,
        inside.parameters(),
        inside.multiplyAdds());
  }

  /** "3 blocks" where the scope numbers its parts, otherwise "9 layers". */
  private static String content(List<Row> rows) {
    List<String> parts = rows.stream().map(row -> row.path.split("\\.")[1]).distinct().toList();
    boolean numbered = parts.stream().allMatch(part -> part.matches("\\d+"));
    return numbered ? many(parts.size(), "block") : many(rows.size(), "layer");
  }

  private static String many(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static boolean inScope(Row row) {
    return row.path.contains(".");
  }

  private static String scope(Row row) {
    return inScope(row) ? row.path.substring(0, row.path.indexOf('.')) : row.path;
  }

  /**
   * The summary as a table, with the totals in its last row: layer, what, output shape (without the
   * batch), parameters, multiply-adds, and the shares of both in percent.
   */
  public Table table() {
    StringColumn layer = StringColumn.create("layer");
    StringColumn what = StringColumn.create("what");
    StringColumn output = StringColumn.create("output shape");
    LongColumn parameters = LongColumn.create("parameters");
    LongColumn multiplyAdds = LongColumn.create("multiply-adds");
    DoubleColumn ofParameters = DoubleColumn.create("% of parameters");
    DoubleColumn ofMultiplyAdds = DoubleColumn.create("% of multiply-adds");
    List<Row> all = new ArrayList<>(rows);
    if (!rows.isEmpty()) {
      all.add(new Row("total", "", Role.OTHER, outputs, parameters(), multiplyAdds()));
    }
    for (Row row : all) {
      layer.append(row.path);
      what.append(row.what);
      output.append(Shapes.text(row.outputs));
      parameters.append(row.parameters);
      multiplyAdds.append(row.multiplyAdds);
      ofParameters.append(percent(row.parameters, parameters()));
      ofMultiplyAdds.append(percent(row.multiplyAdds, multiplyAdds()));
    }
    parameters.setPrintFormatter(Formats.pattern("#,##0"));
    multiplyAdds.setPrintFormatter(Formats.pattern("#,##0"));
    ofParameters.setPrintFormatter(Formats.pattern("0.0"));
    ofMultiplyAdds.setPrintFormatter(Formats.pattern("0.0"));
    return Table.create(
        "summary", layer, what, output, parameters, multiplyAdds, ofParameters, ofMultiplyAdds);
  }

  private static double percent(long part, long whole) {
    return whole == 0 ? 0 : 100.0 * part / whole;
  }

  @Override
  public String toString() {
    return table().printAll();
  }
}
