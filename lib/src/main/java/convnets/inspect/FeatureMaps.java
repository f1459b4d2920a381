package convnets.inspect;

import ai.djl.ndarray.types.Shape;
import convnets.nn.Backbone;
import convnets.nn.Backbone.Stage;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a backbone gives.
 *
 * @param rows one a feature map, from fine to coarse
 */
public record FeatureMaps(List<Row> rows) {

  /**
   * One feature map.
   *
   * @param stage its name, stride, dilation and channels
   * @param shape batch included
   * @param field what one of its pixels sees of the image
   */
  public record Row(Stage stage, Shape shape, ReceptiveField field) {}

  /** For callers who compose rows of their own. */
  public FeatureMaps {
    rows = List.copyOf(rows);
  }

  /**
   * The feature maps of a backbone.
   *
   * @param backbone need not be initialised
   * @param input the shape of the images, batch included
   * @throws IllegalArgumentException if a layer within does not say what it sees
   */
  public static FeatureMaps of(Backbone backbone, Shape input) {
    Shape[] shapes = backbone.getOutputShapes(new Shape[] {input});
    List<ReceptiveField> fields = ReceptiveField.ofOutputs(backbone);
    return new FeatureMaps(
        IntStream.range(0, shapes.length)
            .mapToObj(i -> new Row(backbone.stages().get(i), shapes[i], fields.get(i)))
            .toList());
  }

  /**
   * The maps as a table: map, stride, dilation, shape (without the batch), and what a pixel sees.
   */
  public Table table() {
    return Table.create(
        "feature maps",
        StringColumn.create("map", rows.stream().map(row -> row.stage.name())),
        column("stride", Stage::stride),
        column("dilation", Stage::dilation),
        StringColumn.create("shape", rows.stream().map(row -> Shapes.text(row.shape))),
        StringColumn.create("a pixel sees", rows.stream().map(row -> row.field.seen())));
  }

  private IntColumn column(String name, ToIntFunction<Stage> what) {
    return IntColumn.create(name, rows.stream().mapToInt(r -> what.applyAsInt(r.stage)).toArray());
  }

  @Override
  public String toString() {
    return table().printAll();
  }
}
